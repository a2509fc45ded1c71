"""What the venue says of our orders: answers, the private stream, and what was asked after a silence.

Pure. Imports: base, wants. Imported by: union.
"""

from decimal import Decimal

from fathom.domain.events.base import Happening, Liquidity, Side
from fathom.domain.events.wants import OrderWanted


class OrderAccepted(Happening, frozen=True, tag=True):
    """The venue took the order."""

    order_id: str
    venue_order_id: str


class OrderRejected(Happening, frozen=True, tag=True):
    """The venue refused the order: it never existed."""

    order_id: str
    reason: str


class OrderTraded(Happening, frozen=True, tag=True):
    """One fill. `fee` is in `fee_asset`, exact. `cost` is what the venue moved in quote; None: price times quantity."""

    order_id: str
    exec_id: str
    symbol: str
    side: Side
    price_ticks: int
    qty_lots: int
    liquidity: Liquidity
    fee: Decimal
    fee_asset: str
    cost: Decimal | None = None  # A venue's ledger may be coarser than the product.


class OrderFilled(Happening, frozen=True, tag=True):
    """The order is completely filled. Its fills were told one by one before."""

    order_id: str


class OrderCanceled(Happening, frozen=True, tag=True):
    """What was left of the order is gone from the venue."""

    order_id: str
    reason: str


class OrderAmended(Happening, frozen=True, tag=True):
    """The order rests with a new price or quantity (`qty_lots` is the new total, fills included).

    Asked for or not: the venue may restate an order too. `price_ticks` is a trigger where AmendWanted's would be.
    """

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


class ClosePlaced(Happening, frozen=True, tag=True):
    """The venue itself placed an order of ours: the conditional close for a fill of `parent_id`. It is open.

    Its id is `<parent_id>.c<k>`. It has no client id at the venue, whose row names the parent as `ord_ref_id`.
    """

    order: OrderWanted
    venue_order_id: str
    parent_id: str


class OrderTimed(Happening, frozen=True, tag=True):
    """When one request of an order went its way, in ns: for the record, it changes nothing. None where not told.

    `sent` and `received` are of our clock, `time_in` and `time_out` of the venue's.
    """

    order_id: str
    request: str  # add, amend or cancel.
    sent_ns: int
    received_ns: int
    time_in_ns: int | None = None
    time_out_ns: int | None = None
    encoded_ns: int | None = None  # When its bytes were ready, of our clock.


class RateSeen(Happening, frozen=True, tag=True):
    """Where the venue's counter of order requests in a pair stands, as it says or as we count.

    `used` falls by `decay_per_s` each second; a request that would bring it above `room` is refused.
    """

    symbol: str
    used: Decimal
    room: Decimal
    decay_per_s: Decimal
