"""A line over time in bounded memory: points at least a step apart; when it is full, every other goes.

Pure. Imports: nothing. Imported by: portfolio/statistics, ui.
"""

from typing import Final, Generic, TypeVar

P = TypeVar("P")

POINTS_MAX: Final = 2_000
STEP_NS: Final = 1_000_000_000


class Curve(Generic[P]):
    """Points of (time_ns, what was there), oldest first. The last one added is always the last one kept."""

    __slots__ = ("_due_ns", "_last", "_points", "most", "step_ns")

    def __init__(self, *, step_ns: int = STEP_NS, most: int = POINTS_MAX) -> None:
        self.step_ns = step_ns
        self.most = most
        self._points: list[tuple[int, P]] = []
        self._last: tuple[int, P] | None = None  # Not kept yet: closer to the one before than a step.
        self._due_ns = 0

    def __len__(self) -> int:
        return len(self.points)

    @property
    def points(self) -> list[tuple[int, P]]:
        """All that is kept, and the last."""
        return self._points if self._last is None else [*self._points, self._last]

    def add(self, time_ns: int, point: P) -> None:
        """Take a point in. Times never go back."""
        if self._points and time_ns < self._due_ns:
            self._last = (time_ns, point)
            return
        self._last = None
        self._points.append((time_ns, point))
        if len(self._points) > self.most:
            self._points = self._points[::2]
            self.step_ns *= 2
        self._due_ns = self._points[-1][0] + self.step_ns
