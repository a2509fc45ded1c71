"""What the world says of connections: frames as they came, and what became of links.

Pure. Imports: base. Imported by: union.
"""

from fathom.domain.events.base import Happening


class FrameReceived(Happening, frozen=True, tag=True):
    """One WebSocket frame as it came, before it is decoded."""

    link: str  # Which connection: `public`, `private`, `level3`, or a recording's name.
    frame: bytes


class LinkDropped(Happening, frozen=True, tag=True):
    """A connection is gone: nothing that it fed may be trusted until a snapshot comes."""

    link: str
    reason: str


class LinkOpened(Happening, frozen=True, tag=True):
    """A connection is there, for the first time or again. What it feeds begins with snapshots."""

    link: str


class MarketStepped(Happening, frozen=True, tag=True):
    """A recorded market went on to a frame for which somebody is woken: of level 3, or of level 2 with its trades.

    It is said in the place of FrameReceived where a recording is stepped over. What nobody answers is not in the log:
    whoever runs it again steps over the same recording.
    """

    symbol: str
    level3: bool
    frame: int  # The how-many-th frame of its day it is.
    why: int  # What happened, as bits of the kernel's stepper.
