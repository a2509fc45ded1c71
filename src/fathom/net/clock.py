"""The client's clock: the time of day, but never going back, nor standing still while the machine's clock is set back.

Every deadline of a conversation is counted in it. On the bare time of day, a clock that is set back by an hour would
keep silence from being noticed for an hour.

Imports: nothing of ours. Imported by: link, client.
"""

import time
from collections.abc import Callable


class SteadyClock:
    """Follows `wall_ns`; where that goes back, it goes on at half the pace of `steady_ns` until that has caught up."""

    __slots__ = ("_last_ns", "_last_steady_ns", "_steady_ns", "_wall_ns")

    def __init__(
        self, wall_ns: Callable[[], int] = time.time_ns, steady_ns: Callable[[], int] = time.monotonic_ns
    ) -> None:
        self.follow(wall_ns, steady_ns)

    def follow(
        self, wall_ns: Callable[[], int] = time.time_ns, steady_ns: Callable[[], int] = time.monotonic_ns
    ) -> None:
        """Begin anew on these clocks, whatever was told before: for a world whose time is not the machine's."""
        self._wall_ns = wall_ns
        self._steady_ns = steady_ns
        self._last_ns = wall_ns()
        self._last_steady_ns = steady_ns()

    def __call__(self) -> int:
        """Return the ns since 1970."""
        steady_ns, now_ns = self._steady_ns(), self._wall_ns()
        least_ns = self._last_ns + (steady_ns - self._last_steady_ns) // 2
        self._last_steady_ns = steady_ns
        self._last_ns = now_ns = max(now_ns, least_ns)
        return now_ns


clock_ns = SteadyClock()  # One for the process: times of one client are compared with each other.
