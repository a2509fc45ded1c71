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
