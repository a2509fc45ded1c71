"""How long things took, in bounded memory: counts in buckets whose width grows with the value.

A quantile is off by at most 1/64 of the value. Pure. Imports: nothing. Imported by: portfolio/order_times, statistics.
"""

from collections.abc import Iterator
from typing import Final

STEPS_BITS: Final = 5  # 32 buckets from each power of two to the next.
STEPS: Final = 1 << STEPS_BITS


class Histogram:
    """Durations in ns. A negative one (two clocks that disagree) counts as 0, and in `negative`."""

    __slots__ = ("_buckets", "count", "least", "most", "negative", "total")

    def __init__(self) -> None:
        self.count = 0
        self.total = 0
        self.least = 0
        self.most = 0
        self.negative = 0
        self._buckets: dict[int, int] = {}

    def add(self, ns: int) -> None:
        """Count one."""
        if ns < 0:
            self.negative += 1
            ns = 0
        self.least = ns if self.count == 0 else min(self.least, ns)
        self.most = max(self.most, ns)
        self.count += 1
        self.total += ns
        shift = max(ns.bit_length() - STEPS_BITS - 1, 0)
        place = (shift << STEPS_BITS) + (ns >> shift)
        self._buckets[place] = self._buckets.get(place, 0) + 1

    @property
    def mean(self) -> int | None:
        """The mean, exact but for the last ns; None where nothing was counted."""
        return self.total // self.count if self.count else None

    def quantile(self, share: float) -> int | None:
        """Return the value that `share` of all, 0 to 1, do not exceed; None where nothing was counted."""
        if not self.count:
            return None
        wanted, seen = max(share * self.count, 1), 0
        for low, high, count in self.buckets():
            seen += count
            if seen >= wanted:
                return min(max((low + high) // 2, self.least), self.most)
        return self.most

    def buckets(self) -> Iterator[tuple[int, int, int]]:
        """Yield (from, up to and with, count) of each bucket that holds something, lowest first."""
        for place in sorted(self._buckets):
            shift = max((place >> STEPS_BITS) - 1, 0)
            low = (place - (shift << STEPS_BITS)) << shift
            yield low, low + (1 << shift) - 1, self._buckets[place]
