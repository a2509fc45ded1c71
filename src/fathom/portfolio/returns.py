"""Sharpe, Sortino and what goes into Calmar, from the returns of each minute.

Annualised by the 525,600 minutes of a year, without a break: this market has none. No interest is taken off. Pure.
Imports: nothing. Imported by: portfolio/statistics.
"""

import math
from typing import Final

NS_PER_MINUTE: Final = 60_000_000_000
MINUTES_PER_YEAR: Final = 525_600
RETURNS_MIN: Final = 30  # Fewer minutes than these say nothing, and nothing is said.


class Returns:
    """The returns of a value, minute by minute of the clock. Constant memory.

    A minute in which nothing was told counts as a return of zero; the change counts when it is told.
    """

    __slots__ = ("_minute", "_value", "count", "total", "total_down", "total_squared")

    def __init__(self) -> None:
        self.count = 0
        self.total = 0.0
        self.total_squared = 0.0
        self.total_down = 0.0  # Of the squares of those below zero.
        self._minute: int | None = None
        self._value = 0.0

    def add(self, time_ns: int, value: float) -> None:
        """Take the value in; the first one of each minute ends the minute before."""
        minute = time_ns // NS_PER_MINUTE
        if self._minute is None:
            self._minute, self._value = minute, value
        if minute <= self._minute:
            return
        change = value / self._value - 1 if self._value > 0 else 0.0
        self.count += minute - self._minute
        self.total += change
        self.total_squared += change * change
        if change < 0:
            self.total_down += change * change
        self._minute, self._value = minute, value

    @property
    def mean_year(self) -> float | None:
        """The mean return of a minute times the minutes of a year: not compounded."""
        return self.total / self.count * MINUTES_PER_YEAR if self.count >= RETURNS_MIN else None

    @property
    def sharpe(self) -> float | None:
        """Mean over standard deviation (of a sample), times the root of the minutes of a year."""
        if self.count < RETURNS_MIN:
            return None
        variance = (self.total_squared - self.total * self.total / self.count) / (self.count - 1)
        return self._ratio(variance)

    @property
    def sortino(self) -> float | None:
        """Mean over the root of the mean square of the returns below zero, times the same root."""
        return self._ratio(self.total_down / self.count) if self.count >= RETURNS_MIN else None

    def calmar(self, drawdown_share: float) -> float | None:
        """Return the mean return of a year over the largest drawdown, as a share of its peak."""
        mean = self.mean_year
        return mean / drawdown_share if mean is not None and drawdown_share > 0 else None

    def _ratio(self, variance: float) -> float | None:
        if variance <= 0:
            return None
        return self.total / self.count / math.sqrt(variance) * math.sqrt(MINUTES_PER_YEAR)
