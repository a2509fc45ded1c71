"""How fast subscriptions may be asked for, and how long to wait after a failure.

Kraken names no message rate ("Exceeded msg rate" depends on load, rate-limits.md 3), so requests are kept few and
large. For level3 it names one: a counter of 200 a second, raised per symbol by 5, 25 or 100 (websocket-v2.md
7.3).

Pure. Imports: times. Imported by: queues, subscriptions.
"""

from collections import deque
from random import Random
from typing import Final

from fathom.protocol.times import SECOND_NS

# Our own choice: large enough that all 1,489 pairs are asked for in two seconds, small enough that one
# request with its answers stays a few kilobytes. What is beyond waits for the next request.
REQUEST_SYMBOLS_MAX: Final = 50
# Our own choice, far below the 50 to 200 a second that third parties claim. What is beyond waits.
REQUESTS_PER_SECOND_MAX: Final = 16

# websocket-v2.md 7.3, the standard account. What is beyond waits.
LEVEL3_COUNTER_MAX: Final = 200
LEVEL3_COST_BY_DEPTH: Final = {10: 5, 100: 25, 1000: 100}
# Whether Kraken's second slides is unknown, and the wire bunches frames: our second is a little longer than
# theirs.
LEVEL3_SPAN_NS: Final = SECOND_NS * 11 // 10

BACKOFF_FIRST_NS: Final = SECOND_NS
BACKOFF_MAX_NS: Final = 60 * SECOND_NS  # Waits stop growing here.


def backoff_ns(tries: int, *, rng: Random) -> int:
    """Return the wait after the `tries`-th failure in a row (1 is the first): 1 s, doubling, at most 60 s.

    Drawn between half of that and all of it, so that many symbols which failed together do not come back
    together.
    """
    full_ns = min(BACKOFF_MAX_NS, BACKOFF_FIRST_NS << min(tries - 1, 16))
    return rng.randint(full_ns // 2, full_ns)


class Window:
    """A budget over the last `span_ns`: what was spent longer ago is free again."""

    __slots__ = ("_budget", "_span_ns", "_spent", "_spent_total")

    def __init__(self, *, budget: int, span_ns: int) -> None:
        self._budget = budget
        self._span_ns = span_ns
        self._spent: deque[tuple[int, int]] = deque()  # (time_ns, cost): bounded, as no cost is 0.
        self._spent_total = 0

    def room(self, *, now_ns: int) -> int:
        """Return what may be spent now."""
        while self._spent and self._spent[0][0] + self._span_ns <= now_ns:
            self._spent_total -= self._spent.popleft()[1]
        return self._budget - self._spent_total

    def room_at_ns(self, cost: int, *, now_ns: int) -> int:
        """Return the first time, now or later, at which `cost` fits."""
        assert 0 < cost <= self._budget
        missing = cost - self.room(now_ns=now_ns)
        for time_ns, spent in self._spent:
            if missing <= 0:
                break
            missing -= spent
            now_ns = time_ns + self._span_ns
        return now_ns

    def spend(self, cost: int, *, now_ns: int) -> None:
        """Note `cost` as spent now. It must fit."""
        assert 0 < cost <= self.room(now_ns=now_ns)
        self._spent.append((now_ns, cost))
        self._spent_total += cost


class Pacing:
    """The budget of one connection for subscribe and unsubscribe requests."""

    __slots__ = ("_level3", "_requests")

    def __init__(self) -> None:
        self._requests = Window(budget=REQUESTS_PER_SECOND_MAX, span_ns=SECOND_NS)
        self._level3 = Window(budget=LEVEL3_COUNTER_MAX, span_ns=LEVEL3_SPAN_NS)

    def symbols_max(self, *, level3_depth: int | None, now_ns: int) -> int:
        """Return how many symbols the next request may carry now, 0 for none.

        `level3_depth` is given for a level3 subscribe and None for everything else.
        """
        if self._requests.room(now_ns=now_ns) == 0:
            return 0
        if level3_depth is None:
            return REQUEST_SYMBOLS_MAX
        room = self._level3.room(now_ns=now_ns) // LEVEL3_COST_BY_DEPTH[level3_depth]
        return min(REQUEST_SYMBOLS_MAX, room)

    def next_ns(self, *, level3_depth: int | None, now_ns: int) -> int:
        """Return when a request with one symbol may go: now, or later."""
        next_ns = self._requests.room_at_ns(1, now_ns=now_ns)
        if level3_depth is None:
            return next_ns
        return max(next_ns, self._level3.room_at_ns(LEVEL3_COST_BY_DEPTH[level3_depth], now_ns=now_ns))

    def spend(self, *, symbols: int, level3_depth: int | None, now_ns: int) -> None:
        """Note that a request with so many symbols went out now."""
        self._requests.spend(1, now_ns=now_ns)
        if level3_depth is not None:
            self._level3.spend(symbols * LEVEL3_COST_BY_DEPTH[level3_depth], now_ns=now_ns)
