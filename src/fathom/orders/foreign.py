"""Open orders of the account that are not ours: by hand, by another program, or a conditional close of one of ours.

Pure. Imports: domain, orders/comparing. Imported by: orders/reconciler.
"""

from collections.abc import Callable
from typing import Final

from msgspec import structs

from fathom.domain import AccountSeen, ForeignOrderSeen, VenueOrder
from fathom.orders.comparing import ENDED, GONE

FOREIGN_MAX: Final = 1_000  # Orders that are known at once; the oldest is forgotten, and told anew with the next look.


class ForeignOrders:
    """What strangers have open, as far as it was told."""

    def __init__(self) -> None:
        self._open: dict[str, tuple[VenueOrder, int]] = {}  # By the venue's id, with when it was told.

    @property
    def open(self) -> tuple[VenueOrder, ...]:
        """Strangers' open orders, oldest first."""
        return tuple(order for order, _ in self._open.values())

    def told(self, order: VenueOrder, *, time_ns: int) -> None:
        """Take in one that was told, open or ended."""
        if order.status in ENDED:
            self._open.pop(order.venue_order_id, None)
            return
        self._open[order.venue_order_id] = (order, time_ns)
        if len(self._open) > FOREIGN_MAX:
            del self._open[next(iter(self._open))]

    def look(
        self, seen: AccountSeen, *, is_ours: Callable[[VenueOrder], bool], lag_ns: int, time_ns: int
    ) -> list[ForeignOrderSeen]:
        """Return what the account shows that is new, changed or gone."""
        news: list[VenueOrder] = []
        shown = {order.venue_order_id: order for order in seen.orders if not is_ours(order)}
        ended = {order.venue_order_id: order for order in seen.closed}
        for venue_id, (known, told_ns) in list(self._open.items()):
            if venue_id in ended:
                news.append(ended[venue_id])
            elif venue_id not in shown and seen.as_of_ns > told_ns + lag_ns:
                news.append(structs.replace(known, status="canceled", reason=GONE))
        for venue_id, order in shown.items():
            before = self._open.get(venue_id)
            is_late = before is not None and seen.as_of_ns <= before[1] + lag_ns  # The stream is ahead of REST.
            if venue_id not in ended and not is_late and (before is None or before[0] != order):
                news.append(order)
        for order in news[:FOREIGN_MAX]:
            self.told(order, time_ns=time_ns)
        return [ForeignOrderSeen(order) for order in news[:FOREIGN_MAX]]
