"""How much a price moves about.

Pure. Imports: window. Imported by: the front door.
"""

import math

from fathom.domain import LocalError
from fathom.market.indicators.window import Window


class RealisedVolatility:
    """The root of the mean squared log return of the last `period` steps, times the root of `steps`.

    `steps` is how many of them make the time that it is told for: 525,600 minutes a year; 1 tells it for one step.
    Squares are of the returns themselves: over short steps their mean is noise.
    """

    __slots__ = ("_last", "_squares", "_steps", "value")

    def __init__(self, period: int, *, steps: float = 1.0) -> None:
        if not (math.isfinite(steps) and steps > 0):
            raise LocalError("steps", f"must be above 0, not {steps}")
        self.value: float | None = None
        self._last: float | None = None
        self._squares = Window(period)
        self._steps = steps

    def add(self, price: float) -> float | None:
        """Take the next price in, which is above 0."""
        last, self._last = self._last, price
        if last is None:
            return None
        squares = self._squares
        squares.add(math.log(price / last) ** 2)
        if squares.full:
            self.value = math.sqrt(max(squares.sum, 0.0) / squares.period * self._steps)
        return self.value
