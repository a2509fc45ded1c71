"""How often something happened lately, in all and at each symbol: a sliding window.

Pure. Imports: nothing. Imported by: risk/account, risk/risk.
"""

from collections import deque
from typing import Final

TIMES_MAX: Final = 10_000  # Of one window; the oldest is forgotten beyond this, and no limit reaches so far.


class Pace:
    """Times of what happened within `window_ns`: what is just that old counts no longer."""

    def __init__(self) -> None:
        self._all: deque[int] = deque(maxlen=TIMES_MAX)
        self._of: dict[str, deque[int]] = {}

    def note(self, symbol: str, *, now_ns: int) -> None:
        """It happened now."""
        self._all.append(now_ns)
        times = self._of.get(symbol)
        if times is None:
            times = self._of[symbol] = deque(maxlen=TIMES_MAX)
        times.append(now_ns)

    def count(self, *, now_ns: int, window_ns: int) -> int:
        """Return how often it happened in all. A window must not grow from one question to the next."""
        return _within(self._all, now_ns - window_ns)

    def count_of(self, symbol: str, *, now_ns: int, window_ns: int) -> int:
        """Return how often it happened at a symbol."""
        times = self._of.get(symbol)
        return 0 if times is None else _within(times, now_ns - window_ns)

    def forget(self) -> None:
        """Begin anew."""
        self._all.clear()
        self._of.clear()


def _within(times: deque[int], since_ns: int) -> int:
    while times and times[0] <= since_ns:
        times.popleft()
    return len(times)
