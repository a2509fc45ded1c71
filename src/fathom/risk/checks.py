"""The pre-trade checks: each a pure function of one order and of what it would do to the account.

A refusal is a value. Pure. Imports: domain, limits. Imported by: risk/risk.
"""

from collections.abc import Callable
from decimal import Decimal
from typing import Final

from msgspec import Struct

from fathom.domain import Instrument, OrderType, Side, VenueStatus
from fathom.risk.limits import Limits

NS_PER_SECOND: Final = 1_000_000_000


class Proposal(Struct, frozen=True, kw_only=True):
    """One order, or an amend of one, and the account without it. Money in quote currency."""

    instrument: Instrument
    side: Side
    order_type: OrderType
    post_only: bool
    qty_lots: int  # What could still fill: without what an amended order has filled.
    total_lots: int  # Its quantity, as the venue's minimum looks at it.
    price_ticks: int | None  # None: a market order.
    now_ns: int
    venue_status: VenueStatus
    book_trusted: bool
    book_moved_ns: int
    mid: Decimal | None  # None while a side of the book is empty.
    worst_ticks: int | None  # How far a market order may reach into the book; None where the book does not hold it.
    equity: Decimal | None
    held_base: Decimal  # What the account holds of the base asset.
    held_quote: Decimal
    bid_lots: int  # What our other open orders in this symbol could still buy ...
    ask_lots: int  # ... and sell.
    bid_value: Decimal  # What all our other open buys in this quote currency would cost, fees included.
    open_orders: int

    @property
    def valued_ticks(self) -> int | None:
        """The worst price that it may trade at."""
        return self.worst_ticks if self.price_ticks is None else self.price_ticks

    @property
    def value(self) -> Decimal:
        """That price times what could still fill."""
        return self._value(self.qty_lots)

    @property
    def total_value(self) -> Decimal:
        """That price times quantity."""
        return self._value(self.total_lots)

    @property
    def dearest(self) -> Decimal:
        """The dearer of that price and the mid: what waits or sells below the mid is worth the mid."""
        ticks, mid = self.valued_ticks, self.mid
        return max(Decimal(0) if ticks is None else self.instrument.price(ticks), mid or Decimal(0))

    def _value(self, lots: int) -> Decimal:
        ticks = self.valued_ticks
        return Decimal(0) if ticks is None else self.instrument.cost(price_ticks=ticks, qty_lots=lots)


# What takes no new order. Reducing a margin position is none of our trades, so `reduce_only` is closed to us.
CLOSED: Final = frozenset({"cancel_only", "delisted", "maintenance", "work_in_progress", "reduce_only"})

Check = Callable[[Proposal, Limits], str | None]


def venue_open(proposal: Proposal, limits: Limits) -> str | None:
    """The venue takes such orders, of this pair too (websocket-v2.md 5.1 and 6.5)."""
    for who, status in (("the venue", proposal.venue_status), (proposal.instrument.symbol, proposal.instrument.status)):
        if status in CLOSED:
            return f"{who} is {status}"
        if status == "limit_only" and proposal.order_type != "limit":
            return f"{who} is limit_only and takes no {proposal.order_type} order"
        if status == "post_only" and not proposal.post_only:
            return f"{who} is post_only and takes no order that may take"
    return None


def book_verified(proposal: Proposal, limits: Limits) -> str | None:
    """The book verified, and is not stale."""
    if not proposal.book_trusted or proposal.mid is None or proposal.valued_ticks is None:
        return "the book is not verified, a side of it is empty, or it does not hold the order"
    age_ns = proposal.now_ns - proposal.book_moved_ns
    if age_ns > limits.book_age_s_max * NS_PER_SECOND:
        return f"the book last moved {age_ns / NS_PER_SECOND:.1f} s ago, more than {limits.book_age_s_max} s"
    return None


def lawful(proposal: Proposal, limits: Limits) -> str | None:
    """Tick, lot and minima of the pair: what Kraken would refuse is not sent."""
    instrument, price_ticks = proposal.instrument, proposal.price_ticks
    if (proposal.order_type == "market") != (price_ticks is None):
        return "a limit order has a price, and a market order has none"
    if proposal.order_type == "market" and proposal.post_only:
        return "a market order cannot be post-only"
    if price_ticks is not None and (price_ticks <= 0 or price_ticks % instrument.price_increment_ticks):
        return f"the price is not a positive multiple of the tick, {instrument.price_increment_ticks}"
    if proposal.qty_lots <= 0 or proposal.total_lots % instrument.qty_increment_lots:
        return f"the quantity is not a positive multiple of the lot, {instrument.qty_increment_lots}"
    if proposal.total_lots < instrument.qty_lots_min:
        return f"the quantity is below the minimum, {instrument.qty_text(instrument.qty_lots_min)}"
    if proposal.total_value < instrument.cost_min:
        return f"the value {proposal.total_value:f} is below the minimum, {instrument.cost_min:f}"
    return None


def order_value_max(proposal: Proposal, limits: Limits) -> str | None:
    """No single order is worth more than this."""
    worth = proposal.value
    if proposal.side == "sell":  # It may fetch more than it asks for; a buy never costs more.
        worth = proposal.instrument.qty(proposal.qty_lots) * proposal.dearest
    if worth > limits.order_value_max:
        return f"the order is worth {worth:.2f}, more than {limits.order_value_max:f}"
    return None


def open_orders_max(proposal: Proposal, limits: Limits) -> str | None:
    """No more orders open at once than this."""
    if proposal.open_orders >= limits.open_orders_max:
        return f"{proposal.open_orders} orders are open, and {limits.open_orders_max} is the most"
    return None


def collar(proposal: Proposal, limits: Limits) -> str | None:
    """No price too far on the wrong side of the mid: a bid too high, an ask too low."""
    ticks, mid = proposal.valued_ticks, proposal.mid
    if ticks is None or mid is None:
        return None  # `book_verified` has refused it.
    away = proposal.instrument.price(ticks) / mid - 1
    wrong = away if proposal.side == "buy" else -away
    if wrong > limits.collar_share_max:
        return f"the price is {wrong:.2%} beyond the mid, more than {limits.collar_share_max:.2%}"
    return None


def funds(proposal: Proposal, limits: Limits) -> str | None:
    """The account holds what the order and all open orders may spend; spot never sells what it has not."""
    instrument = proposal.instrument
    if proposal.side == "sell":
        needed = instrument.qty(proposal.ask_lots + proposal.qty_lots)
        if needed > proposal.held_base:
            return f"{needed:f} {instrument.base} would be on offer and {proposal.held_base:f} is held"
        return None
    needed = proposal.bid_value + proposal.value * (1 + limits.fee_share)
    if needed > proposal.held_quote:
        return f"{needed:.2f} {instrument.quote} would be bound and {proposal.held_quote:.2f} is held"
    return None


def position_share_max(proposal: Proposal, limits: Limits) -> str | None:
    """Were all our bids filled, the position is not more than its share of equity. Selling is always allowed."""
    if proposal.side == "sell":
        return None
    equity = proposal.equity
    if equity is None or equity <= 0:
        return "the account cannot be valued now"
    after = proposal.held_base + proposal.instrument.qty(proposal.bid_lots + proposal.qty_lots)
    share = after * proposal.dearest / equity
    if share > limits.position_share_max:
        return f"the position would be {share:.2%} of equity, more than {limits.position_share_max:.2%}"
    return None


# In the order in which they are asked; the first refusal is the answer.
CHECKS: Final[tuple[Check, ...]] = (
    venue_open,
    book_verified,
    lawful,
    order_value_max,
    open_orders_max,
    collar,
    funds,
    position_share_max,
)


def judge(proposal: Proposal, limits: Limits) -> tuple[str, str] | None:
    """Return (the limit it would break, by how much), or None where the order may be sent."""
    for check in CHECKS:
        if (detail := check(proposal, limits)) is not None:
            return check.__name__, detail
    return None
