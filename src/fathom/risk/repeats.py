"""When a cancel that did not help is asked for again: later each time, for each costs the venue's patience.

While nobody hears the venue, an order that is gone there is still open to us, and each further cancel would be one for
nothing, at up to 8 points of the rate counter. Pure. Imports: orders. Imported by: risk/risk.
"""

from collections.abc import Iterable
from typing import Final

from fathom.orders import Order

SECOND_NS: Final = 1_000_000_000
FIRST_NS: Final = SECOND_NS
WAIT_NS_MAX: Final = 30 * SECOND_NS


class Repeats:
    """Which of the orders that should be gone are to be cancelled again now."""

    def __init__(self) -> None:
        self._due: dict[str, tuple[int, int]] = {}  # By order: when it is due again, and how long after that.

    def due(self, orders: Iterable[Order], *, now_ns: int) -> list[Order]:
        """Return those whose time has come, and put their next time off. What is not among them is forgotten."""
        found: list[Order] = []
        due: dict[str, tuple[int, int]] = {}
        for order in orders:
            due_ns, wait_ns = self._due.get(order.order_id, (now_ns, FIRST_NS))
            if now_ns >= due_ns:
                found.append(order)
                due_ns, wait_ns = now_ns + wait_ns, min(2 * wait_ns, WAIT_NS_MAX)
            due[order.order_id] = (due_ns, wait_ns)
        self._due = due
        return found

    def forget(self) -> None:
        """All is known again, such as after a gap: what is still open is asked for at once."""
        self._due.clear()
