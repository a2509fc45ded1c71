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


def judged(best: float, neighbours: Sequence[tuple[str, float | None]], typical: float | None) -> Judged:
    """Judge a best score by its neighbours', each with the parameter it differs in, and by the median of all trials.

    A neighbour without a score is below all others; one with the very same score says nothing: what it differs in
    did not matter. Scores may be of any sign and scale, so that what counts is the part of the lead over the typical
    trial that the neighbours' median keeps.
    """
    if not neighbours or typical is None or best <= typical:
        why = "nothing was tried beside it" if not neighbours else "it is no better than the median of all trials"
        return Judged("unknown", None, None, f"Whether the best is a peak cannot be said: {why}.")
    told = [(name, -math.inf if score is None else score) for name, score in neighbours]
    moved = [(name, score) for name, score in told if score != best]
    if not moved:
        return Judged("plateau", best, 1.0, f"The best stands on a plateau: all {len(told)} neighbours are as good.")
    middle = median(score for _, score in moved)
    same = len(told) - len(moved)
    beside = f"{len(moved)} of {len(told)} neighbours ({same} are as good)" if same else f"the {len(moved)} neighbours"
    if middle == -math.inf:
        return Judged("peak", None, None, f"The best is a peak: most of {beside} have no score.")
    kept = (middle - typical) / (best - typical)
    lead = f"{beside} have a median of {middle:.4g} against its {best:.4g}, and {typical:.4g} of all trials"
    lead += _hanging(moved, typical + PEAK * (best - typical))
    if kept >= PLATEAU:
        return Judged("plateau", middle, kept, f"The best stands on a plateau: {lead}.")
    if kept > PEAK:
        return Judged("slope", middle, kept, f"The best stands on a slope: {lead}.")
    return Judged("peak", middle, kept, f"The best is a peak, and may be luck: {lead}.")


def _hanging(moved: Sequence[tuple[str, float]], low: float) -> str:
    """Name the parameters of which even the better neighbour has lost the lead."""
    names = list(dict.fromkeys(name for name, _ in moved))
    steep = [name for name in names if max(score for one, score in moved if one == name) <= low]
    return f"; it hangs on {', '.join(steep)}" if steep else ""


def nearest(space: Sequence[Dimension], best: Params, rows: Sequence[Row]) -> dict[str, list[int]]:
    """Return for each parameter the trials that differ from the best least in all the others, nearest first."""
    return {
        one.name: [row.number for row in sorted(rows, key=lambda row: _apart(space, best, row.params, one))[:NEAREST]]
        for one in space
    }


def _apart(space: Sequence[Dimension], best: Params, params: Params, left_out: Dimension) -> float:
    return sum(one.apart(best[one.name], params[one.name]) ** 2 for one in space if one is not left_out)
