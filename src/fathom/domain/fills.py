"""Which fills were told already: after a reconnect the venue tells the last ones again (websocket-v2.md 7.1).

Pure. Imports: events. Imported by: orders, portfolio.
"""

from collections import deque
from typing import Final

from fathom.domain.events import OrderTraded, VenueFill

# Fills that one memory keeps; the oldest is forgotten beyond this. A snapshot tells the last 50 trades again.
FILLS_MAX: Final = 1_000


class FillsTold:
    """Tells a fill from the same fill told again, by order and execution id."""

    def __init__(self, *, fills_max: int = FILLS_MAX) -> None:
        self._fills_max = fills_max
        self._told: set[tuple[str, str]] = set()
        self._forgetting: deque[tuple[str, str]] = deque()

    def knows(self, fill: OrderTraded | VenueFill) -> bool:
        """Return whether the fill was told, and is not forgotten."""
        return (fill.order_id, fill.exec_id) in self._told

    def is_new(self, fill: OrderTraded | VenueFill) -> bool:
        """Return whether this is the first time, and remember the fill."""
        return self.is_new_id(fill.order_id, fill.exec_id)

    def is_new_id(self, order_id: str, exec_id: str) -> bool:
        """Return whether this is the first time, and remember the fill, by its ids."""
        key = (order_id, exec_id)
        if key in self._told:
            return False
        self._told.add(key)
        self._forgetting.append(key)
        if len(self._forgetting) > self._fills_max:
            self._told.remove(self._forgetting.popleft())
        return True
