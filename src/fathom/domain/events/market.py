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


class Level3Moved(Happening, frozen=True, tag=True):
    """A verified level 3 book moved, up to and with the frame at `frame_seq`."""

    symbol: str
    frame_seq: int
    top_changed: bool


class Level3Quarantined(Happening, frozen=True, tag=True):
    """The symbol's level 3 book may not be used until Level3Trusted. Its level 2 book is as good as before."""

    symbol: str
    reason: str
    frame_seq: int


class Level3Trusted(Happening, frozen=True, tag=True):
    """The symbol's level 3 book verified: for the first time, or again."""

    symbol: str
    frame_seq: int


class Candle(Struct, frozen=True, array_like=True, gc=False):
    """What a market traded from `begin_ns` on, over one interval. Without a trade all its prices are the last close."""

    begin_ns: int
    open_ticks: int
    high_ticks: int
    low_ticks: int
    close_ticks: int
    vwap_ticks: int  # Rounded to the nearest tick.
    qty_lots: int
    trades: int
    whole: bool = True  # Whether we saw every trade of it: not the first of a run, nor one with a gap in it.


class CandleClosed(Happening, frozen=True, tag=True):
    """An interval is over. Every interval has its candle, and they come in order."""

    symbol: str
    interval_s: int
    candle: Candle


class VenueStatusChanged(Happening, frozen=True, tag=True):
    """The trading engine changed its state."""

    status: VenueStatus


class FrameUnknown(Happening, frozen=True, tag=True):
    """A frame that we have no meaning for. Counted, never fatal."""

    what: str
    frame_seq: int
