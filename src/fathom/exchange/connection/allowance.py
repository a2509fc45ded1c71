"""How much a connection may do in a second: messages, level 3 symbols (websocket-v2.md 2.1, 7.3).

Pure. Imports: nothing. Imported by: the front door.
"""

from collections import deque
from typing import Final

SECOND_NS: Final = 1_000_000_000


class Allowance:
    """A budget for any one second, which slides: what was spent a second ago is free again."""

    __slots__ = ("_most", "_spent", "_sum")

    def __init__(self, most: int) -> None:
        self._most = most
        self._spent: deque[tuple[int, int]] = deque()  # (when, how much); never more than `most` entries.
        self._sum = 0

    def spend(self, cost: int, *, now_ns: int) -> bool:
        """Spend it if it is there; what is refused costs nothing."""
        spent = self._spent
        while spent and spent[0][0] <= now_ns - SECOND_NS:
            self._sum -= spent.popleft()[1]
        if self._sum + cost > self._most:
            return False
        self._sum += cost
        spent.append((now_ns, cost))
        return True
