"""How much a connection may ask: messages a second, and level 3 symbols (websocket-v2.md 2.1, 7.3).

Pure. Imports: nothing. Imported by: session, market_subscriptions.
"""

from collections import deque
from typing import Final

SECOND_NS: Final = 1_000_000_000
# 7.3: what a symbol of each depth adds to the counter, and what the counter may reach in a second.
LEVEL3_COSTS: Final = {10: 5, 100: 25, 1000: 100}
LEVEL3_COUNTER_STANDARD: Final = 200
LEVEL3_COUNTER_PRO: Final = 500


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


def level3_counter_max(*, tier: str, rule: int) -> int:
    """Return the counter's limit: the tier's, unless the rules are stricter."""
    return min(rule, LEVEL3_COUNTER_PRO if tier == "pro" else LEVEL3_COUNTER_STANDARD)
