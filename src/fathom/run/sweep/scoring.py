"""What a backtest comes to, as one number: the objectives of a sweep, of one stretch of time or of several joined.

Equity is looked at in bars, as long in one trial as in the other; several stretches are joined by their returns, as if
the account had gone on. A stretch without a fill has no score. Pure. Imports: deflated, splits. Imported by:
run/sweep.
"""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Final, Literal

from msgspec import Struct

from fathom.run.sweep.deflated import Moments, moments_of
from fathom.run.sweep.splits import Splits, Window

Objective = Literal["sharpe", "sortino", "calmar", "return", "profit"]
# Returns of finer bars say more, until a bar is shorter than what the equity of a backtest is kept in.
BARS_S: Final = (60, 300, 900, 3_600, 14_400, 86_400)
BARS_MAX: Final = 1_000  # Of a segment: of the 2,000 points that are kept of a curve every other may go.
RETURNS_MIN: Final = 30  # Fewer say nothing, as everywhere in fathom.
YEAR_S: Final = 31_536_000
RATIOS: Final = frozenset({"sharpe", "sortino", "calmar"})


class Stretch(Struct, frozen=True):
    """One backtest, as far as a sweep wants to know."""

    fills: int
    profit: float  # After fees, of its own fills, in the quote currency.
    values: list[float]  # Equity at the ends of the bars, from the first that is known.


class Measured(Struct, frozen=True, kw_only=True):
    """A trial's numbers, fold by fold, and of all its tests joined. None: no score."""

    score: float | None  # The mean of the tests, where each has one.
    tests: list[float | None]
    trains: list[float | None]
    fills: int
    profit: float
    growth: float  # Of equity, as a share.
    drawdown: float  # As a share.
    moments: Moments | None


def bar_s_of(splits: Splits) -> int:
    """Return how long a bar is: the shortest of which the longest window has not too many."""
    windows = [*splits.segments, *([splits.held_out] if splits.held_out else [])]
    longest_s = max(one.to_ns - one.from_ns for one in windows) / 1e9
    return next((bar_s for bar_s in BARS_S if longest_s / bar_s <= BARS_MAX), BARS_S[-1])


def sampled(equity: Sequence[tuple[int, float]], window: Window, *, bar_s: int) -> list[float]:
    """Return the equity at each end of a bar, from where it is known; what is told holds until the next."""
    bar_ns, values, place = bar_s * 1_000_000_000, [], 0
    for time_ns in range(window.from_ns, window.to_ns + 1, bar_ns):
        while place < len(equity) and equity[place][0] <= time_ns:
            place += 1
        if place:
            values.append(equity[place - 1][1])
    return values


def measured(stretches: Sequence[Stretch], splits: Splits, objective: Objective, *, bar_s: int) -> Measured:
    """Return what the backtests of a trial, a segment each, come to."""
    tests = [score([stretches[place]], objective, bar_s=bar_s) for place in splits.tests]
    known = [one for one in tests if one is not None]
    tested = [stretches[place] for place in splits.tests]
    index = list(_index(tested))
    return Measured(
        score=math.fsum(known) / len(known) if len(known) == len(tests) else None,
        tests=tests,
        trains=[score([stretches[place] for place in fold.train], objective, bar_s=bar_s) for fold in splits.folds],
        fills=sum(one.fills for one in tested),
        profit=math.fsum(one.profit for one in tested),
        growth=index[-1] - 1,
        drawdown=_drawdown(index),
        moments=moments_of(_returns(tested)),
    )


def score(stretches: Sequence[Stretch], objective: Objective, *, bar_s: int) -> float | None:
    """Return the score of some stretches joined; None without a fill, or where there are too few returns."""
    if not sum(one.fills for one in stretches):
        return None
    found = OBJECTIVES[objective](stretches, bar_s)
    return found if found is not None and math.isfinite(found) else None


def _returns(stretches: Sequence[Stretch]) -> list[float]:
    return [after / before - 1 if before > 0 else 0.0 for one in stretches for before, after in pairwise(one.values)]


def _index(stretches: Sequence[Stretch]) -> Iterator[float]:
    value = 1.0
    yield value
    for change in _returns(stretches):
        value *= 1 + change
        yield value


def _drawdown(index: Sequence[float]) -> float:
    most, worst = 0.0, 0.0
    for value in index:
        most = max(most, value)
        worst = max(worst, 1 - value / most if most > 0 else 0.0)
    return worst


def _sharpe(stretches: Sequence[Stretch], bar_s: int) -> float | None:
    moments = moments_of(_returns(stretches))
    if moments is None or moments.count < RETURNS_MIN:
        return None
    return moments.sharpe * math.sqrt(YEAR_S / bar_s)


def _sortino(stretches: Sequence[Stretch], bar_s: int) -> float | None:
    returns = _returns(stretches)
    down = math.fsum(one * one for one in returns if one < 0)
    if len(returns) < RETURNS_MIN or down <= 0:
        return None
    mean = math.fsum(returns) / len(returns)
    return mean / math.sqrt(down / len(returns)) * math.sqrt(YEAR_S / bar_s)


def _calmar(stretches: Sequence[Stretch], bar_s: int) -> float | None:
    returns = _returns(stretches)
    drawdown = _drawdown(list(_index(stretches)))
    if len(returns) < RETURNS_MIN or drawdown <= 0:
        return None
    return math.fsum(returns) / len(returns) * (YEAR_S / bar_s) / drawdown


def _growth(stretches: Sequence[Stretch], _bar_s: int) -> float | None:
    return list(_index(stretches))[-1] - 1 if _returns(stretches) else None


def _profit(stretches: Sequence[Stretch], _bar_s: int) -> float | None:
    return math.fsum(one.profit for one in stretches)


OBJECTIVES: Final[Mapping[Objective, Callable[[Sequence[Stretch], int], float | None]]] = {
    "sharpe": _sharpe,
    "sortino": _sortino,
    "calmar": _calmar,
    "return": _growth,
    "profit": _profit,
}
