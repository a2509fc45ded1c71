"""Which fills were told already: after a reconnect the venue tells the last ones again (websocket-v2.md 7.1).

Pure. Imports: events. Imported by: orders, portfolio.
"""

from collections import deque
from typing import Final

from fathom.domain.events import OrderTraded, VenueFill

# Fills that one memory keeps; the oldest is forgotten beyond this. A snapshot tells the last 50 trades again.
FILLS_MAX: Final = 1_000


def fill_key(fill: OrderTraded | VenueFill) -> tuple[str, str]:
    """Return what tells a fill from every other of the account: its side and its execution id.

    Not its order: REST names that by the venue's id alone, which nobody may have told us yet. The side, for two orders
    of one account that met each other may share the id.
    """
    return (fill.side, fill.exec_id)


class FillsTold:
    """Tells a fill from the same fill told again, whoever tells it and by whichever name of its order."""

    def __init__(self, *, fills_max: int = FILLS_MAX) -> None:
        self._fills_max = fills_max
        self._told: set[tuple[str, str]] = set()
        self._forgetting: deque[tuple[str, str]] = deque()

    def knows(self, fill: OrderTraded | VenueFill) -> bool:
        """Return whether the fill was told, and is not forgotten."""
        return fill_key(fill) in self._told

    def is_new(self, fill: OrderTraded | VenueFill) -> bool:
        """Return whether this is the first time, and remember the fill."""
        return self.is_new_id(*fill_key(fill))

    def is_new_id(self, scope: str, told_id: str) -> bool:
        """Return whether this is the first time, and remember it, by an id and that within which it is the only one."""
        key = (scope, told_id)
        if key in self._told:
            return False
        self._told.add(key)
        self._forgetting.append(key)
        if len(self._forgetting) > self._fills_max:
            self._told.remove(self._forgetting.popleft())
        return True
