"""What the frames mean: said by `market`.

Pure. Imports: instrument, base. Imported by: union.
"""

from msgspec import Struct

from fathom.domain.events.base import Happening, Side, VenueStatus
from fathom.domain.instrument import Instrument


class PublicTrade(Struct, frozen=True, array_like=True, gc=False):
    """One trade of the market. `side` is the taker's."""

    side: Side
    price_ticks: int
    qty_lots: int
    trade_id: int
    time_ns: int


class InstrumentChanged(Happening, frozen=True, tag=True):
    """A pair's rules, for the first time or changed."""

    instrument: Instrument


class BookMoved(Happening, frozen=True, tag=True):
    """A verified book moved, up to and with the frame at `frame_seq`."""

    symbol: str
    frame_seq: int
    top_changed: bool


class BookQuarantined(Happening, frozen=True, tag=True):
    """The symbol's book may not be used until BookTrusted: a mismatch, a refused frame, a crossed book, a gap."""

    symbol: str
    reason: str
    frame_seq: int


class BookTrusted(Happening, frozen=True, tag=True):
    """The symbol's book verified: for the first time, or again."""

    symbol: str
    frame_seq: int


class BookFlawed(Happening, frozen=True, tag=True):
    """A frame was applied but is odd: a side out of order, or more levels than the depth."""

    symbol: str
    flaw: str
    frame_seq: int


class TradesSeen(Happening, frozen=True, tag=True):
    """Trades of the market, oldest first."""

    symbol: str
    trades: tuple[PublicTrade, ...]


class VenueStatusChanged(Happening, frozen=True, tag=True):
    """The trading engine changed its state."""

    status: VenueStatus


class FrameUnknown(Happening, frozen=True, tag=True):
    """A frame that we have no meaning for. Counted, never fatal."""

    what: str
    frame_seq: int
