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
    Happening,
    OrderAccepted,
    OrderAmended,
    OrderApproved,
    OrderCanceled,
    OrderFilled,
    OrderRejected,
    OrderTraded,
    OrderWanted,
    Side,
)
from fathom.orders.state import FINAL, ORDER_NEWS, OrderState, advance

# Ended orders are remembered for late news; the oldest is forgotten beyond this. News of a forgotten order is
# counted in `unknown`, and its fill still reaches the portfolio, which asks nobody.
ENDED_MAX: Final = 1_000

_NEWS: Final = frozenset(ORDER_NEWS)


class Order(Struct):
    """One order of ours. Quantities in lots, prices in ticks."""

    wanted: OrderWanted
    state: OrderState
    price_ticks: int | None
    qty_lots: int
    filled_lots: int = 0
    venue_order_id: str = ""
    reason: str = ""
    changing: bool = False  # An amend or a cancel is on its way; the next change waits for the answer.
    asked: AmendWanted | None = None  # The amend on its way: until it is answered both forms are possible.

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
        """What could still fill if the amend on its way is taken, or if it is not: the more of the two."""
        if self.asked is None or self.state in FINAL:
            return self.left_lots
        return max(self.left_lots, self.asked.qty_lots - self.filled_lots)

    @property
    def price_ticks_worst(self) -> int | None:
        """The dearer of the price and the one asked for, for the side it is on."""
        if self.asked is None or self.price_ticks is None:
            return self.price_ticks
        pick = max if self.side == "buy" else min
        return pick(self.price_ticks, self.asked.price_ticks)


def order_id_of(event: Happening) -> str | None:
    """Return the id of the order that an event is about; None where it is about none."""
    match event:
        case OrderApproved():
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
        self.counts = {"approved": 0, "filled": 0, "canceled": 0, "rejected": 0, "fills": 0, "unknown": 0}

    def apply(self, event: Happening) -> Order | None:
        """Take one event in; return the order it was about, or None where it was about none of ours.

        Raises ImpossibleTransition where the venue contradicts itself.
        """
        if isinstance(event, OrderApproved):
            return self._begin(event.order)
        if type(event) not in _NEWS:
            return None  # A wish or a refusal of risk: the order is as it was.
        order_id = order_id_of(event)
        assert order_id is not None, event
        order = self.get(order_id)
        if order is None:
            self.counts["unknown"] += 1
            return None
        if isinstance(event, AmendApproved | CancelApproved):
            if order.state not in FINAL:
                order.changing = True
                order.asked = event.amend if isinstance(event, AmendApproved) else order.asked
            return order
        was_final = order.state in FINAL
        order.state = advance(order.state, event)
        self._take_in(order, event)
        if order.state in FINAL and not was_final:
            self._end(order)
        return order

    def get(self, order_id: str) -> Order | None:
        """Return the order, open or ended not long ago."""
        return self._open.get(order_id) or self._ended.get(order_id)

    def open(self, symbol: str | None = None) -> list[Order]:
        """Return the orders that may still fill, oldest first."""
        return [order for order in self._open.values() if symbol is None or order.symbol == symbol]

    def ended(self) -> Iterable[Order]:
        """Return the orders that ended not long ago, oldest first."""
        return self._ended.values()

    def _begin(self, wanted: OrderWanted) -> Order:
        assert self.get(wanted.order_id) is None, f"order id used twice: {wanted.order_id}"
        order = Order(wanted, "approved", wanted.price_ticks, wanted.qty_lots)
        self._open[wanted.order_id] = order
        self.counts["approved"] += 1
        return order

    def _take_in(self, order: Order, event: Happening) -> None:
        match event:
            case OrderAccepted():
                order.venue_order_id = event.venue_order_id
            case OrderTraded():
                order.filled_lots += event.qty_lots
                self.counts["fills"] += 1
            case AmendRejected() | CancelRejected() | AnswerOverdue():
                order.changing, order.asked = False, None
            case OrderAmended():
                order.changing, order.asked = False, None
                order.price_ticks, order.qty_lots = event.price_ticks, event.qty_lots
            case OrderRejected() | OrderCanceled():
                order.reason = event.reason
            case OrderFilled():
                order.reason = ""
            case _:
                pass

    def _end(self, order: Order) -> None:
        self.counts[order.state] += 1
        order.changing, order.asked = False, None
        del self._open[order.order_id]
        self._ended[order.order_id] = order
        self._forgetting.append(order.order_id)
        if len(self._forgetting) > ENDED_MAX:
            del self._ended[self._forgetting.popleft()]
