"""The orders of one market that wait for one reference price, and how far it may move before one must be looked at.

Pure. Imports: order. Imported by: market, triggers.
"""

from fathom.exchange.core.order import Order


class Watch:
    """Untriggered orders, oldest first."""

    __slots__ = ("_above_ticks", "_below_ticks", "orders")

    def __init__(self) -> None:
        self.orders: dict[str, Order] = {}
        # At or beyond these something may fire or trail. They may be too narrow after an order left, never too wide.
        self._above_ticks: int | None = None
        self._below_ticks: int | None = None

    def add(self, order: Order) -> None:
        """Wait with this order."""
        self.orders[order.order_id] = order
        self._narrow(order)

    def remove(self, order: Order) -> None:
        """Wait no more with it, if it did."""
        self.orders.pop(order.order_id, None)

    def disturbed(self, reference_ticks: int) -> bool:
        """Tell whether a reference price may fire or move one of them."""
        above, below = self._above_ticks, self._below_ticks
        return (above is not None and reference_ticks >= above) or (below is not None and reference_ticks <= below)

    def settle(self) -> None:
        """Find the bounds anew, after orders were fired or moved."""
        self._above_ticks = self._below_ticks = None
        for order in self.orders.values():
            self._narrow(order)

    def _narrow(self, order: Order) -> None:
        trigger = order.trigger
        assert trigger is not None, order.order_id
        if trigger.above:
            self._watch_above(trigger.actual_ticks)
            if trigger.peak_ticks is not None:
                self._watch_below(trigger.peak_ticks - 1)
        else:
            self._watch_below(trigger.actual_ticks)
            if trigger.peak_ticks is not None:
                self._watch_above(trigger.peak_ticks + 1)

    def _watch_above(self, ticks: int) -> None:
        if self._above_ticks is None or ticks < self._above_ticks:
            self._above_ticks = ticks

    def _watch_below(self, ticks: int) -> None:
        if self._below_ticks is None or ticks > self._below_ticks:
            self._below_ticks = ticks
