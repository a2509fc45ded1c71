"""How far a mid moved within a window: lowest to highest, kept as it comes.

Pure. Imports: nothing. Imported by: risk/risk.
"""

from collections import deque
from decimal import Decimal
from typing import Final

STEPS: Final = 100  # A window is that many steps; of one step its lowest and its highest mid count. It bounds memory.


class MoveWatch:
    """The mids of one symbol within the last `window_ns`, as far as they can still be the lowest or the highest."""

    __slots__ = ("_high", "_last", "_low", "_said", "_scale", "_share", "_step", "_step_ns")

    def __init__(self, *, window_ns: int, share_max: Decimal) -> None:
        self._step_ns = max(window_ns // STEPS, 1)
        # Shares as whole numbers: a mid comes with every move of a book.
        self._share, self._scale = share_max.as_integer_ratio()
        self._high: deque[tuple[int, int]] = deque()  # (step, mid), falling mids.
        self._low: deque[tuple[int, int]] = deque()  # (step, mid), rising mids.
        self._step = self._last = -1  # Of the last mid, and what came of it.
        self._said = False

    def see(self, mid: int, *, now_ns: int) -> bool:
        """Take one mid in, in any unit; return whether it moved by more than its share within the window."""
        step = now_ns // self._step_ns
        if mid == self._last and step == self._step:
            return self._said
        high, low = self._high, self._low
        self._last = mid
        if step == self._step and low[-1][1] <= mid <= high[-1][1]:
            return self._said  # Between what its step knows already.
        self._step = step
        while high and high[-1][1] <= mid:
            high.pop()
        if not high or high[-1][0] != step:  # Of one step, what is lower than its highest never matters.
            high.append((step, mid))
        while low and low[-1][1] >= mid:
            low.pop()
        if not low or low[-1][0] != step:
            low.append((step, mid))
        oldest = step - STEPS
        while high[0][0] < oldest:
            high.popleft()
        while low[0][0] < oldest:
            low.popleft()
        lowest = low[0][1]
        self._said = (high[0][1] - lowest) * self._scale > lowest * self._share
        return self._said

    @property
    def range(self) -> tuple[int, int]:
        """The lowest and the highest mid of the window, as of the last one seen."""
        return self._low[0][1], self._high[0][1]
