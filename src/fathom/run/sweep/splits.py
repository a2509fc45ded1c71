"""How the time is divided: segments that the search sees, folds that walk over them, and a period held out.

    anchored, 4 folds                         rolling, 4 folds
    |  0  |  1  |  2  |  3  |  4  | held out  |  0  | 1  | 2  | 3  | 4  | 5  | held out
     train test                                train-train test
     train-train test                               train-train test
     train-train-train test                              train-train test
     train-train-train-train test                             train-train test

Each segment is one backtest, which begins with the balances of the file and nothing open. A train window is its
segments, joined: so a trial costs one pass over the time, however many folds there are. Pure. Imports: domain.
Imported by: run/sweep.
"""

from itertools import pairwise
from typing import Final, Literal

from msgspec import Struct

from fathom.domain import LocalError

Scheme = Literal["anchored", "rolling"]
ROLLING_SEGMENTS: Final = 2  # Of a train window that rolls.
FOLDS_MAX: Final = 100
NS_PER_MINUTE: Final = 60_000_000_000


class Window(Struct, frozen=True):
    """A stretch of time, its end not in it."""

    from_ns: int
    to_ns: int


class Fold(Struct, frozen=True):
    """The segments that a choice is made by, and the one after them, which it is tested on."""

    train: list[int]
    test: int


class Splits(Struct, frozen=True):
    """All of it. `held_out` is never seen by the search."""

    segments: list[Window]
    folds: list[Fold]
    held_out: Window | None

    @property
    def tests(self) -> list[int]:
        """The segments that are tests: those that a trial's score is the mean of."""
        return [fold.test for fold in self.folds]

    def trained(self, fold: Fold) -> Window:
        """Return the time of a fold's train window."""
        return Window(self.segments[fold.train[0]].from_ns, self.segments[fold.train[-1]].to_ns)


def splits_of(whole: Window, *, folds: int, held_out: float, scheme: Scheme) -> Splits:
    """Divide the time. Raises LocalError where a number is out of its bounds, or the time too short."""
    if not 1 <= folds <= FOLDS_MAX:
        raise LocalError("folds", f"must be 1 to {FOLDS_MAX}, not {folds}")
    if not 0 <= held_out < 1:
        raise LocalError("held-out", f"must be a share of the time, from 0 to below 1, not {held_out:g}")
    length = whole.to_ns - whole.from_ns
    searched_ns = length - round(length * held_out)
    first = ROLLING_SEGMENTS if scheme == "rolling" else 1
    count = folds + first
    if searched_ns // count < NS_PER_MINUTE:
        raise LocalError(
            "sweep",
            f"the data are {length / 1e9:,.0f} s long, and {count} segments of less than a minute say nothing: "
            "record more, or take fewer --folds",
        )
    edges = [whole.from_ns + searched_ns * place // count for place in range(count + 1)]
    return Splits(
        segments=[Window(low, high) for low, high in pairwise(edges)],
        folds=[
            Fold(list(range(test - ROLLING_SEGMENTS if scheme == "rolling" else 0, test)), test)
            for test in range(first, count)
        ],
        held_out=Window(edges[-1], whole.to_ns) if held_out else None,
    )
