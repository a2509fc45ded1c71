"""The last so many numbers, with their sum. Nothing is ever subtracted, so rounding never adds up.

Sums of what came are made as it comes; sums of what goes are made once for all that stands there. So one step costs
the same on average, however long the window.

Pure. Imports: domain. Imported by: every indicator with a window.
"""

from fathom.domain import LocalError


def checked(period: int, *, name: str = "period", least: int = 1) -> int:
    """Return the length of a window. Raises LocalError where it is none."""
    if period < least:
        raise LocalError(name, f"must be {least} or more, not {period}")
    return period


class Window:
    """The last `period` numbers."""

    __slots__ = ("_came", "_came_sum", "_going", "period")

    def __init__(self, period: int) -> None:
        self.period = checked(period)
        self._came: list[float] = []
        self._came_sum = 0.0
        self._going: list[float] = []  # Of each older number the sum of it and those that came after; oldest last.

    @property
    def full(self) -> bool:
        """Whether there are as many as it holds."""
        return len(self._came) + len(self._going) == self.period

    @property
    def sum(self) -> float:
        """Of what is in it."""
        return self._going[-1] + self._came_sum if self._going else self._came_sum

    def add(self, number: float) -> None:
        """Take the next one in; the oldest goes."""
        if self.full:
            if not self._going:
                total = 0.0
                for one in reversed(self._came):
                    total += one
                    self._going.append(total)
                self._came.clear()
                self._came_sum = 0.0
            self._going.pop()
        self._came.append(number)
        self._came_sum += number

    def clear(self) -> None:
        """Forget all."""
        self._came.clear()
        self._going.clear()
        self._came_sum = 0.0
