"""Everything that can happen, by who may say it.

Each kind has one author: the world (what came in), `market`, a strategy, or `risk`. All are journaled as arrays, so a
new field goes to the end, with a default.

Pure. Imports: instrument. Imported by: every room above domain.
"""

from decimal import Decimal
from typing import Literal

from msgspec import Struct

from fathom.domain.instrument import Instrument

Side = Literal["buy", "sell"]
OrderType = Literal["limit", "market"]
TimeInForce = Literal["gtc", "ioc"]
Liquidity = Literal["maker", "taker"]
VenueStatus = Literal["online", "post_only", "limit_only", "cancel_only", "maintenance"]


class Happening(Struct, frozen=True, array_like=True, tag=True, gc=False):
    """The common form of every event: an immutable array, told apart by its name."""


# -- The world: what came in from outside ------------------------------------------------------------------------


class RunStarted(Happening, frozen=True, tag=True):
    """The first entry of a run: all that replay needs to build the same components."""

    run_id: str
    mode: str
    config: bytes  # JSON, as run/config.py writes it.
    version: str


class RunStopped(Happening, frozen=True, tag=True):
    """The run ended on purpose."""

    reason: str


class FrameReceived(Happening, frozen=True, tag=True):
    """One WebSocket frame as it came, before it is decoded."""

    link: str  # Which connection: `public`, `private`, `level3`, or a recording's name.
    frame: bytes


class LinkDropped(Happening, frozen=True, tag=True):
    """A connection is gone: nothing that it fed may be trusted until a snapshot comes."""

    link: str
    reason: str


class TimerFired(Happening, frozen=True, tag=True):
    """A timer that `owner` wanted is due."""

    owner: str
    timer: str


class BalancesSeen(Happening, frozen=True, tag=True):
    """What the account holds, as the venue says: (asset, total), holds included."""

    balances: tuple[tuple[str, Decimal], ...]


class OrderAccepted(Happening, frozen=True, tag=True):
    """The venue took the order."""

    order_id: str
    venue_order_id: str


class OrderRejected(Happening, frozen=True, tag=True):
    """The venue refused the order: it never existed."""

    order_id: str
    reason: str


class OrderTraded(Happening, frozen=True, tag=True):
    """One fill. `fee` is in `fee_asset`, exact."""

    order_id: str
    exec_id: str
    symbol: str
    side: Side
    price_ticks: int
    qty_lots: int
    liquidity: Liquidity
    fee: Decimal
    fee_asset: str


class OrderFilled(Happening, frozen=True, tag=True):
    """The order is completely filled. Its fills were told one by one before."""

    order_id: str


class OrderCanceled(Happening, frozen=True, tag=True):
    """What was left of the order is gone from the venue."""

    order_id: str
    reason: str


class OrderAmended(Happening, frozen=True, tag=True):
    """The order rests with a new price or quantity (`qty_lots` is the new total, fills included)."""

    order_id: str
    price_ticks: int
    qty_lots: int


class AmendRejected(Happening, frozen=True, tag=True):
    """The venue refused the amend; the order is as it was."""

    order_id: str
    reason: str


class CancelRejected(Happening, frozen=True, tag=True):
    """The venue found nothing to cancel: the order is final already, or the news of it is on the way."""

    order_id: str
    reason: str


class AnswerOverdue(Happening, frozen=True, tag=True):
    """No answer came in time. The order may exist."""

    order_id: str


class OrderAbsent(Happening, frozen=True, tag=True):
    """We asked, and the venue has never heard of the order."""

    order_id: str


# -- market: what the frames mean --------------------------------------------------------------------------------


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


# -- strategies: what they want ----------------------------------------------------------------------------------


class OrderWanted(Happening, frozen=True, tag=True):
    """An order that a strategy wants. `price_ticks` is None for a market order."""

    order_id: str
    symbol: str
    side: Side
    order_type: OrderType
    qty_lots: int
    price_ticks: int | None = None
    time_in_force: TimeInForce = "gtc"
    post_only: bool = False

    @property
    def signed_lots(self) -> int:
        """Quantity with the sign of its side."""
        return self.qty_lots if self.side == "buy" else -self.qty_lots


class AmendWanted(Happening, frozen=True, tag=True):
    """A new price and total quantity for an open order. `post_only`: refused where the new price would take."""

    order_id: str
    price_ticks: int
    qty_lots: int
    post_only: bool = False


class CancelWanted(Happening, frozen=True, tag=True):
    """An open order that a strategy wants gone."""

    order_id: str


class TimerWanted(Happening, frozen=True, tag=True):
    """Wake me at `at_ns`."""

    owner: str
    timer: str
    at_ns: int


# -- risk: what may be done --------------------------------------------------------------------------------------


class OrderApproved(Happening, frozen=True, tag=True):
    """Risk holds room for the order; it may be sent. Nobody else can say this."""

    order: OrderWanted


class OrderDenied(Happening, frozen=True, tag=True):
    """Risk refused: `limit` names the limit that the order would break, `detail` says by how much."""

    order_id: str
    limit: str
    detail: str


class AmendApproved(Happening, frozen=True, tag=True):
    """The amend may be sent."""

    amend: AmendWanted


class AmendDenied(Happening, frozen=True, tag=True):
    """Risk refused the amend; the order is as it was."""

    order_id: str
    limit: str
    detail: str


class CancelApproved(Happening, frozen=True, tag=True):
    """The cancel may be sent: a strategy wanted it, or risk itself."""

    order_id: str


class TradingHalted(Happening, frozen=True, tag=True):
    """A breaker tripped: nothing new is approved until a person resumes."""

    limit: str
    detail: str


Event = (
    RunStarted
    | RunStopped
    | FrameReceived
    | LinkDropped
    | TimerFired
    | BalancesSeen
    | OrderAccepted
    | OrderRejected
    | OrderTraded
    | OrderFilled
    | OrderCanceled
    | OrderAmended
    | AmendRejected
    | CancelRejected
    | AnswerOverdue
    | OrderAbsent
    | InstrumentChanged
    | BookMoved
    | BookQuarantined
    | BookTrusted
    | BookFlawed
    | TradesSeen
    | VenueStatusChanged
    | FrameUnknown
    | OrderWanted
    | AmendWanted
    | CancelWanted
    | TimerWanted
    | OrderApproved
    | OrderDenied
    | AmendApproved
    | AmendDenied
    | CancelApproved
    | TradingHalted
)
