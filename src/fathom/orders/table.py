"""Our orders, as the log tells them: what is open, what is left, what ended and how.

Pure. Imports: domain, orders/state. Imported by: risk, strategy, ui.
"""

from collections import deque
from collections.abc import Iterable
from typing import Final

from msgspec import Struct

from fathom.domain import (
    AmendApproved,
    AmendRejected,
    AmendWanted,
    AnswerOverdue,
    CancelApproved,
    CancelRejected,
    ClosePlaced,
    FillsTold,
    Happening,
    OrderAbsent,
    OrderAccepted,
    OrderAmended,
    OrderApproved,
    OrderCanceled,
    OrderRejected,
    OrderTraded,
    OrderWanted,
    Side,
)
from fathom.orders.state import FINAL, ORDER_NEWS, TRANSITIONS, ImpossibleTransition, OrderState

# Ended orders are remembered for late news; the oldest is forgotten beyond this. News of a forgotten order is
# counted in `unknown`, and its fill still reaches the portfolio, which asks nobody.
ENDED_MAX: Final = 1_000

NEWS: Final = frozenset(ORDER_NEWS)


class Order(Struct):
    """One order of ours. Quantities in lots, prices in ticks."""

    wanted: OrderWanted
    state: OrderState
    price_ticks: int | None
    qty_lots: int
    filled_lots: int = 0  # As told; more than `qty_lots` if the venue says so, for money is what it says.
    venue_order_id: str = ""
    reason: str = ""
    changes: int = 0  # Amends and cancels that wait for their answer, or for the end of waiting.
    amends: int = 0  # Amends that may yet be taken: that no answer came in time is no answer.
    asked: AmendWanted | None = None  # The worst that these amends may make of the order, seen from our side.
    trigger_ticks: int | None = None  # Of a stop or a take-profit; of a trailing stop its distance.
    contradiction: str = ""  # The last that the venue said of it and that cannot be; the reconciler disputes it.

    @property
    def changing(self) -> bool:
        """Whether an amend or a cancel is on its way; the next change waits (websocket-v2.md 8.2)."""
        return self.changes > 0

    @property
    def order_id(self) -> str:
        """Our own id."""
        return self.wanted.order_id

    @property
    def symbol(self) -> str:
        """The pair."""
        return self.wanted.symbol

    @property
    def side(self) -> Side:
        """Buy or sell."""
        return self.wanted.side

    @property
    def left_lots(self) -> int:
        """What could still fill: 0 once the order is final."""
        return 0 if self.state in FINAL else max(self.qty_lots - self.filled_lots, 0)

    @property
    def left_lots_worst(self) -> int:
        """What could still fill, whichever of the unanswered amends is taken, or none: the most of it."""
        if self.asked is None or self.state in FINAL:
            return self.left_lots
        return max(self.left_lots, self.asked.qty_lots - self.filled_lots)

    @property
    def price_ticks_worst(self) -> int | None:
        """The limit price, or one asked for: the highest for a buy, the lowest for a sell. None: at the market."""
        if self.asked is None or self.price_ticks is None:
            return self.price_ticks
        return _worse_ticks(self.side, self.price_ticks, self.asked.price_ticks)

    @property
    def bound_ticks(self) -> int | None:
        """The price at which room is held for it: its limit, the worst of the unanswered amends.

        Of a stop at the market it is the trigger, beyond which it may still slip. None for a market order and for a
        trailing stop: as the book goes.
        """
        if self.price_ticks is not None or self.trigger_ticks is None or self.trails:
            return self.price_ticks_worst
        if self.asked is None:
            return self.trigger_ticks
        return _worse_ticks(self.side, self.trigger_ticks, self.asked.price_ticks)

    @property
    def trails(self) -> bool:
        """Whether its trigger follows the market, at the distance `trigger_ticks`."""
        return self.wanted.order_type == "trailing-stop"

    @property
    def terms_ticks(self) -> int | None:
        """What an amend's `price_ticks` changes: the limit, or the trigger where there is none."""
        return self.trigger_ticks if self.price_ticks is None else self.price_ticks

    @property
    def overfilled(self) -> bool:
        """Whether more was filled than the order, or an amend on its way, allows."""
        return self.filled_lots > max(self.qty_lots, self.asked.qty_lots if self.asked else 0)

    @property
    def untold_lots(self) -> int:
        """What the venue filled by its own word but has not told fill by fill: the portfolio lacks it still."""
        return max(self.qty_lots - self.filled_lots, 0) if self.state == "filled" else 0


def _worse_ticks(side: Side, one_ticks: int, other_ticks: int) -> int:
    return max(one_ticks, other_ticks) if side == "buy" else min(one_ticks, other_ticks)


def order_id_of(event: Happening) -> str | None:
    """Return the id of the order that an event is about; None where it is about none."""
    match event:
        case OrderApproved() | ClosePlaced():
            return event.order.order_id
        case AmendApproved():
            return event.amend.order_id
        case _:
            found: str | None = getattr(event, "order_id", None)
            return found


class OrderTable:
    """A replica of our orders; whoever needs one keeps one, and they all agree because the log is one."""

    def __init__(self) -> None:
        self._open: dict[str, Order] = {}
        self._ended: dict[str, Order] = {}
        self._forgetting: deque[str] = deque()
        self._fills = FillsTold()
        # `retold`: fills told again, which count once. `overfilled`: fills that took an order beyond its quantity;
        # they are ours all the same, and the reconciler asks the venue why.
        self.counts = {
            "approved": 0,
            "filled": 0,
            "canceled": 0,
            "rejected": 0,
            "fills": 0,
            "retold": 0,
            "overfilled": 0,
            "contradictions": 0,
            "unknown": 0,
        }

    def apply(self, event: Happening) -> Order | None:
        """Take one event in; return the order it was about, or None where it is no news of one of ours.

        Where the venue contradicts itself the order stays as it was and remembers what was said, for the entry is in
        the log and every replay meets it again. A fill of an order that never rested counts even so: it is money.
        """
        if type(event) not in NEWS:
            return None
        if isinstance(event, OrderApproved):
            return self._begin(event.order)
        if isinstance(event, ClosePlaced):
            return self.get(event.order.order_id) or self._begin(event.order, venue_order_id=event.venue_order_id)
        order_id = order_id_of(event)
        order = None if order_id is None else self.get(order_id)
        if order is None:
            self.counts["unknown"] += 1
            return None
        if isinstance(event, AmendApproved | CancelApproved):
            _ask(order, event)
            return order
        was_final = order.state in FINAL
        state = TRANSITIONS[order.state].get(type(event))
        if state is None or _contradicts(order, event):
            self._contradicted(order, event)
            return order
        order.state = state
        self._take_in(order, event)
        if order.state in FINAL and not was_final:
            self._end(order)
        return order

    def get(self, order_id: str) -> Order | None:
        """Return the order, open or ended not long ago."""
        return self._open.get(order_id) or self._ended.get(order_id)

    def open(self, symbol: str | None = None) -> list[Order]:
        """Return the orders that may still fill, oldest first."""
        return [order for order in self._open.values() if symbol is None or order.wanted.symbol == symbol]

    def ended(self) -> Iterable[Order]:
        """Return the orders that ended not long ago, oldest first."""
        return self._ended.values()

    def _begin(self, wanted: OrderWanted, *, venue_order_id: str = "") -> Order:
        """Take an order in: on its way, or at the venue already where it has an id of the venue."""
        assert self.get(wanted.order_id) is None, f"order id used twice: {wanted.order_id}"
        state: OrderState = "open" if venue_order_id else "approved"
        order = Order(
            wanted,
            state,
            wanted.price_ticks,
            wanted.qty_lots,
            trigger_ticks=wanted.trigger_ticks,
            venue_order_id=venue_order_id,
        )
        self._open[wanted.order_id] = order
        self.counts["approved"] += 1
        return order

    def _take_in(self, order: Order, event: Happening) -> None:
        match event:
            case OrderAccepted():
                order.venue_order_id = event.venue_order_id
            case OrderTraded():
                self._fill(order, event)
            case OrderAmended():
                order.qty_lots = event.qty_lots
                if order.price_ticks is None and order.trigger_ticks is not None:
                    order.trigger_ticks = event.price_ticks
                else:
                    order.price_ticks = event.price_ticks
                _settle(order, amend=True)
            case AmendRejected():
                _settle(order, amend=True)
            case CancelRejected() | AnswerOverdue():
                _settle(order, amend=False)
            case OrderRejected() | OrderCanceled():
                order.reason = event.reason
            case OrderAbsent() if order.state == "rejected" and not order.reason:
                order.reason = "the venue has never heard of it"
            case _:
                pass

    def _fill(self, order: Order, fill: OrderTraded) -> None:
        if not self._fills.is_new(fill):
            self.counts["retold"] += 1
            return
        self.counts["fills"] += 1
        order.filled_lots += fill.qty_lots
        if order.overfilled:
            self.counts["overfilled"] += 1

    def _contradicted(self, order: Order, event: Happening) -> None:
        self.counts["contradictions"] += 1
        order.contradiction = str(ImpossibleTransition(order.state, event))
        if isinstance(event, OrderTraded) and not _contradicts(order, event):
            self._fill(order, event)

    def _end(self, order: Order) -> None:
        self.counts[order.state] += 1
        order.changes, order.amends, order.asked = 0, 0, None
        del self._open[order.order_id]
        self._ended[order.order_id] = order
        self._forgetting.append(order.order_id)
        if len(self._forgetting) > ENDED_MAX:
            del self._ended[self._forgetting.popleft()]


def _contradicts(order: Order, event: Happening) -> bool:
    """Whether the event's details are another order's: a second one at the venue under our id, or a foreign fill."""
    match event:
        case OrderAccepted():
            return order.venue_order_id not in {"", event.venue_order_id}
        case OrderTraded():
            return (event.symbol, event.side) != (order.symbol, order.side)
        case _:
            return False


def _ask(order: Order, event: AmendApproved | CancelApproved) -> None:
    """Note a change that is on its way. What is asked of an ended order changes nothing."""
    if order.state in FINAL:
        return
    order.changes += 1
    if isinstance(event, CancelApproved):
        return
    order.amends += 1
    amend, before = event.amend, order.asked
    if before is not None:
        price_ticks = _worse_ticks(order.side, before.price_ticks, amend.price_ticks)
        amend = AmendWanted(amend.order_id, price_ticks, max(before.qty_lots, amend.qty_lots))
    order.asked = amend


def _settle(order: Order, *, amend: bool) -> None:
    """One change was answered, or is waited for no longer. Room for amends is held until the last is answered."""
    order.changes = max(order.changes - 1, 0)
    if amend:
        order.amends = max(order.amends - 1, 0)
        if not order.amends:
            order.asked = None
