"""A quantity to be bought or sold: what of it is done, on its way and free, and the wants that go with it.

Every algorithm places its orders through one of these, and so never wants more than its quantity.

Pure. Imports: domain, orders, children, moment, patience. Imported by: the algorithms, running.
"""

from collections.abc import Callable, Iterator
from typing import Final

from fathom.domain import (
    AmendDenied,
    AmendRejected,
    AmendWanted,
    CancelWanted,
    ClosePlaced,
    Event,
    Happening,
    OrderAbsent,
    OrderAccepted,
    OrderAmended,
    OrderCanceled,
    OrderDenied,
    OrderRejected,
    OrderTraded,
    OrderType,
    OrderWanted,
    Side,
    TimeInForce,
)
from fathom.execution.children import Children
from fathom.execution.moment import Moment
from fathom.execution.patience import NS_PER_SECOND, Patience
from fathom.orders import FINAL, Order

# A cancel that changed nothing may be asked for again after this: the first may have overtaken its order.
CANCEL_AGAIN_NS: Final = 2 * NS_PER_SECOND


def numbered(algo_id: str) -> Callable[[], str]:
    """Return what makes the ids of an algorithm's orders: `<algo_id>.1`, `<algo_id>.2` and so on."""
    count = 0

    def new_id() -> str:
        nonlocal count
        count += 1
        return f"{algo_id}.{count}"

    return new_id


class Work:
    """One side of one symbol, so many lots."""

    def __init__(
        self, symbol: str, side: Side, *, qty_lots: int, new_id: Callable[[], str], patience: Patience | None = None
    ) -> None:
        self.symbol = symbol
        self.side: Side = side
        self.qty_lots = qty_lots
        self.children = Children()
        self.patience = patience or Patience()
        self.rejected: Order | None = None  # The last that the venue refused.
        self.ended_by = ""  # Why the last order ended that did not fill.
        self.wake_ns: int | None = None  # When to think again though nothing happens.
        self._new_id = new_id
        self._cancels: dict[str, int] = {}  # Order -> when its cancel was asked for last.

    @property
    def filled_lots(self) -> int:
        """What is done."""
        return self.children.filled_lots

    @property
    def room_lots(self) -> int:
        """What may still be asked for. Below 0 where a fill came that nobody counted on: see `cut`."""
        return self.qty_lots - self.children.worst_lots

    def wake(self, at_ns: int) -> None:
        """Think again at this time, or earlier."""
        self.wake_ns = at_ns if self.wake_ns is None else min(self.wake_ns, at_ns)

    def may_place(self, moment: Moment) -> bool:
        """Whether a new order may be asked for now; if not for long only, it is thought of again."""
        if moment.now_ns < self.patience.until_ns:
            self.wake(self.patience.until_ns)
            return False
        return moment.may_ask and not self.children.judging

    def apply(self, event: Happening, *, now_ns: int) -> None:
        """Take news of one of its orders in."""
        order = self.children.apply(event)
        match event:
            case OrderDenied() | AmendDenied():
                self._refused(f"{event.limit}: {event.detail}", now_ns)
            case AmendRejected():
                self._refused(event.reason, now_ns)
            case OrderRejected() | OrderAbsent() if order is not None and order.state == "rejected":
                self.rejected = order
                self._refused(order.reason, now_ns)
            case OrderCanceled() if order is not None:
                self.ended_by = event.reason
                if not self.cancelling(order.order_id) and order.wanted.time_in_force not in {"ioc", "fok"}:
                    self._refused(event.reason, now_ns)  # Somebody else ended it.
            case OrderAccepted() | OrderAmended() | OrderTraded() | ClosePlaced():
                self.patience.accepted()
            case _:
                pass
        if order is not None and order.state in FINAL:
            self._cancels.pop(order.order_id, None)

    def cancelling(self, order_id: str) -> bool:
        """Whether we asked for the end of this order ourselves."""
        return order_id in self._cancels

    def _refused(self, reason: str, now_ns: int) -> None:
        self.ended_by = reason
        self.patience.refused(reason, now_ns=now_ns)

    def place(
        self,
        order_type: OrderType,
        lots: int,
        price_ticks: int | None,
        *,
        time_in_force: TimeInForce = "gtc",
        post_only: bool = False,
        trigger_ticks: int | None = None,
        display_lots: int | None = None,
    ) -> OrderWanted:
        """Return the want of a new order, within the room."""
        return self.send(
            OrderWanted(
                self._new_id(),
                self.symbol,
                self.side,
                order_type,
                lots,
                price_ticks,
                time_in_force,
                post_only,
                trigger_ticks=trigger_ticks,
                display_lots=display_lots,
            )
        )

    def send(self, order: OrderWanted) -> OrderWanted:
        """Return the want of this very order, within the room."""
        assert 0 < order.qty_lots <= self.room_lots, f"{order} is beyond the room, {self.room_lots}"
        return self.children.want(order)

    def amend(self, order: Order, *, price_ticks: int, qty_lots: int, post_only: bool = False) -> Iterator[Event]:
        """Yield the want of an amend where one may be asked for; `qty_lots` is the new total, fills included."""
        grows = qty_lots - order.filled_lots - self.children.left_worst_lots(order)
        assert grows <= 0 or grows <= self.room_lots, f"{order.order_id} to {qty_lots} is beyond the room"
        if self.children.may_change(order):
            yield self.children.want_amend(AmendWanted(order.order_id, price_ticks, qty_lots, post_only))

    def cancel(self, order: Order, moment: Moment) -> Iterator[Event]:
        """Yield the want of a cancel, and again after a while where the order outlives it."""
        asked_ns = self._cancels.get(order.order_id)
        if asked_ns is None or (moment.now_ns >= asked_ns + CANCEL_AGAIN_NS and not order.changing):
            self._cancels[order.order_id] = asked_ns = moment.now_ns
            yield CancelWanted(order.order_id)
        self.wake(max(asked_ns, moment.now_ns) + CANCEL_AGAIN_NS)

    def cancel_all(self, moment: Moment) -> Iterator[Event]:
        """Yield the wants that end all its open orders."""
        for order in self.children.open():
            if self.children.left_worst_lots(order) > 0:  # Else the news of its end is on the way.
                yield from self.cancel(order, moment)

    def cut(self, moment: Moment) -> Iterator[Event]:
        """Yield what brings the open orders back within the quantity, the youngest first.

        Beyond it they are where a fill is told after the end of its order, or where the quantity shrank. An order
        without a limit price cannot be amended: it is cancelled, and what of it is still due is placed anew. So is one
        whose amend was refused just now: asked for again at once, it would be refused again, without end.
        """
        beyond = -self.room_lots
        amends = moment.now_ns >= self.patience.until_ns
        for order in reversed(self.children.open()):
            if beyond <= 0:
                return
            left = self.children.left_worst_lots(order)
            if amends and left > beyond and order.price_ticks is not None and order.wanted.close is None:
                yield from self.amend(order, price_ticks=order.price_ticks, qty_lots=order.filled_lots + left - beyond)
            else:
                yield from self.cancel(order, moment)
            beyond -= min(left, beyond)
