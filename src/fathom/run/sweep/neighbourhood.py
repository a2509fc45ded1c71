"""What is around the best trial: a good place has good places beside it, a lucky one stands alone.

Pure. Imports: folder, space. Imported by: run/sweep.
"""

import math
from collections.abc import Sequence
from statistics import median
from typing import Literal

from msgspec import Struct

from fathom.run.sweep.folder import Row
from fathom.run.sweep.space import Dimension, Params

Verdict = Literal["plateau", "slope", "peak", "unknown"]
NEAREST = 15  # Trials that are shown for each parameter.
PLATEAU = 0.7  # Of the lead is kept, or more.
PEAK = 0.35  # Of the lead is kept, or less.


class Judged(Struct, frozen=True):
    """What the neighbours say of the best."""

    verdict: Verdict
    median: float | None
    kept: float | None
    sentence: str


def judged(best: float, neighbours: Sequence[float | None], typical: float | None) -> Judged:
    """Judge a best score by its neighbours' and by what is typical, the median of all trials.

    A neighbour without a score is below all others. Scores may be of any sign and scale, so that what counts is the
    part of the lead over the typical trial that the neighbours' median keeps.
    """
    if not neighbours or typical is None or best <= typical:
        why = "nothing was tried beside it" if not neighbours else "it is no better than the median of all trials"
        return Judged("unknown", None, None, f"Whether the best is a peak cannot be said: {why}.")
    middle = median([-math.inf if one is None else one for one in neighbours])
    if middle == -math.inf:
        return Judged(
            "peak", None, None, f"The best is a lonely peak: most of its {len(neighbours)} neighbours have no score."
        )
    kept = (middle - typical) / (best - typical)
    told = (
        f"its {len(neighbours)} neighbours have a median of {middle:.4g} against its {best:.4g}, "
        f"and {typical:.4g} of all trials"
    )
    if kept >= PLATEAU:
        return Judged("plateau", middle, kept, f"The best stands on a plateau: {told}.")
    if kept > PEAK:
        return Judged("slope", middle, kept, f"The best stands on a slope: {told}.")
    return Judged("peak", middle, kept, f"The best is a lonely peak, likely luck: {told}.")


def nearest(space: Sequence[Dimension], best: Params, rows: Sequence[Row]) -> dict[str, list[int]]:
    """Return for each parameter the trials that differ from the best least in all the others, nearest first."""
    return {
        one.name: [row.number for row in sorted(rows, key=lambda row: _apart(space, best, row.params, one))[:NEAREST]]
        for one in space
    }


def _apart(space: Sequence[Dimension], best: Params, params: Params, left_out: Dimension) -> float:
    return sum(one.apart(best[one.name], params[one.name]) ** 2 for one in space if one is not left_out)
