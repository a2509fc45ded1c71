"""How much is measured: enough for a figure, or just enough to see that the benchmarks run.

Imports: nothing of fathom. Imported by: run, desk, l2, l3, engine.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Scale:
    """Depths of books, frames a feed, rounds of all contenders, passes of single frames; what the engine gets."""

    quick: bool
    depths: tuple[int, ...]
    rounds: int
    slow_rounds: int
    singles_passes: int
    frames: int
    engine_rounds: int
    engine_frames: int
    entries_early: int
    entries_late: int

    def of(self, count: int) -> int:
        """Return the count, or a small share of it in a quick run."""
        return max(2, count // 5) if self.quick else count


FULL = Scale(
    quick=False,
    depths=(10, 100, 1000),
    rounds=15,
    slow_rounds=5,
    singles_passes=5,
    frames=5_000,
    engine_rounds=5,
    engine_frames=20_000,
    entries_early=100_000,
    entries_late=1_000_000,
)
QUICK = Scale(
    quick=True,
    depths=(10,),
    rounds=2,
    slow_rounds=2,
    singles_passes=1,
    frames=1_000,
    engine_rounds=1,
    engine_frames=1_000,
    entries_early=2_000,
    entries_late=10_000,
)
