"""Bands around prices: Bollinger's, by deviation, and Donchian's, by the extremes.

Pure. Imports: window. Imported by: the front door.
"""

import math
from collections import deque
from typing import NamedTuple

from fathom.domain import LocalError
from fathom.market.indicators.window import checked


class Bands(NamedTuple):
    """A line above, one in the middle, one below."""

    upper: float
    middle: float
    lower: float


class _Moments(NamedTuple):
    """How many prices, their mean, and the sum of their squared distances from it."""

    seen: int
    mean: float
    squares: float

    def with_(self, other: "_Moments") -> "_Moments":
        """Return those of both together (Chan, Golub and LeVeque): no difference of large sums."""
        seen = self.seen + other.seen
        apart = other.mean - self.mean
        mean = self.mean + apart * other.seen / seen
        return _Moments(seen, mean, self.squares + other.squares + apart * apart * self.seen * other.seen / seen)


class Bollinger:
    """The mean of the last `period` prices, and `width` standard deviations (of the window itself) around it."""

    __slots__ = ("_came", "_came_moments", "_going", "period", "value", "width")

    def __init__(self, period: int = 20, width: float = 2.0) -> None:
        if not (math.isfinite(width) and width > 0):
            raise LocalError("width", f"must be above 0, not {width}")
        self.value: Bands | None = None
        self.period = checked(period, least=2)
        self.width = width
        # As in Window: what came, and of each older price the moments of it and those that came after, oldest last.
        self._came: list[float] = []
        self._came_moments: _Moments | None = None
        self._going: list[_Moments] = []

    def add(self, price: float) -> Bands | None:
        """Take the next price in."""
        if len(self._came) + len(self._going) == self.period:
            self._let_go()
        one = _Moments(1, price, 0.0)
        self._came.append(price)
        self._came_moments = one if self._came_moments is None else self._came_moments.with_(one)
        if len(self._came) + len(self._going) < self.period:
            return None
        all_ = self._going[-1].with_(self._came_moments) if self._going else self._came_moments
        half = self.width * math.sqrt(all_.squares / self.period)
        self.value = Bands(all_.mean + half, all_.mean, all_.mean - half)
        return self.value

    def _let_go(self) -> None:
        if not self._going:
            for price in reversed(self._came):
                one = _Moments(1, price, 0.0)
                self._going.append(one.with_(self._going[-1]) if self._going else one)
            self._came.clear()
            self._came_moments = None
        self._going.pop()


class Donchian:
    """The highest high and the lowest low of the last `period` candles, and the middle of both."""

    __slots__ = ("_highs", "_lows", "_seen", "period", "value")

    def __init__(self, period: int = 20) -> None:
        self.value: Bands | None = None
        self.period = checked(period)
        self._seen = 0
        # (place, price), such that no later one is as extreme: the first is the extreme of the window.
        self._highs: deque[tuple[int, float]] = deque()
        self._lows: deque[tuple[int, float]] = deque()

    def add(self, high: float, low: float) -> Bands | None:
        """Take the next candle in; a price alone is both."""
        self._seen += 1
        highs, lows, oldest = self._highs, self._lows, self._seen - self.period
        while highs and highs[-1][1] <= high:
            highs.pop()
        highs.append((self._seen, high))
        while lows and lows[-1][1] >= low:
            lows.pop()
        lows.append((self._seen, low))
        if highs[0][0] <= oldest:
            highs.popleft()
        if lows[0][0] <= oldest:
            lows.popleft()
        if self._seen >= self.period:
            upper, lower = highs[0][1], lows[0][1]
            self.value = Bands(upper, (upper + lower) / 2, lower)
        return self.value
