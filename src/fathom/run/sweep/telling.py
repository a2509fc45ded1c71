"""A sweep's results as they are told: the best, the walk over the folds, the odds that it is luck.

Pure. Imports: ui, version; deflated, folder, neighbourhood, space, splits, working. Imported by: run/sweep.
"""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from statistics import median, quantiles, variance
from typing import Final

from fathom.run.sweep.deflated import best_of_nothing, probability_above
from fathom.run.sweep.folder import Folder, Row
from fathom.run.sweep.neighbourhood import judged, nearest
from fathom.run.sweep.space import Dimension, Params, Value, neighbours
from fathom.run.sweep.splits import ROLLING_SEGMENTS, Fold
from fathom.ui import (
    DeflatedTold,
    DimensionTold,
    FailureTold,
    FoldTold,
    HeldOutTold,
    NeighbourhoodTold,
    NeighbourTold,
    SweepTold,
    TrialTold,
)
from fathom.version import VERSION

TOP: Final = 10
TRIALS_MAX: Final = 5_000  # Of the page: the best of them, and the report says how many are left out.
FAILURES_MAX: Final = 5
QUANTILES: Final = (0, 5, 25, 50, 75, 95, 100)


def best_of(folder: Folder) -> Row | None:
    """Return the trial with the highest score; of equal ones the first. None where none has a score."""
    scored = [row for row in folder.of("trial") if row.score is not None]
    return max(scored, key=lambda row: (_score(row), -row.number), default=None)


def told_of(
    folder: Folder, *, name: str, state: str, whole: bool, neighbours_run: bool, refusals: int, refusal: str
) -> SweepTold:
    """Return the whole report of what is in the folder."""
    settings, rows, best = folder.settings, folder.of("trial"), best_of(folder)
    splits = settings.splits
    scored = sorted((row for row in rows if row.score is not None), key=lambda row: (-_score(row), row.number))
    trials = [_trial(row) for row in (scored + [row for row in rows if row.score is None and not row.why])]
    return SweepTold(
        name=name,
        version=VERSION,
        state=state,
        whole=whole,
        folder=str(folder.path),
        objective=settings.objective,
        sampler=settings.sampler,
        seed=settings.seed,
        scheme="rolling" if len(splits.folds[0].train) == ROLLING_SEGMENTS else "anchored",
        bar_s=settings.bar_s,
        from_ns=splits.segments[0].from_ns,
        to_ns=splits.segments[-1].to_ns,
        space=[_dimension(one) for one in settings.space],
        finished=sum(not row.why for row in rows),
        failed=sum(bool(row.why) for row in rows),
        scored=len(scored),
        refusals=refusals,
        refusal=refusal,
        quantiles=quantiles_of([_score(row) for row in scored]),
        best=None if best is None else _trial(best),
        top=trials[: min(TOP, len(scored))],
        folds=[_fold(folder, place, fold, scored) for place, fold in enumerate(splits.folds)],
        held_out=None if best is None else _held_out(folder, best),
        deflated=None if best is None else _deflated(best, rows),
        neighbourhood=_neighbourhood(folder, best, scored) if best is not None and neighbours_run else None,
        failures=_failures(rows),
        trials=trials[:TRIALS_MAX],
        trials_left_out=max(len(trials) - TRIALS_MAX, 0),
    )


def quantiles_of(scores: Sequence[float]) -> dict[str, float]:
    """Return the quantiles by their names: `p5` has a twentieth of the scores below it."""
    if len(scores) < 2:
        return {f"p{one}": scores[0] for one in QUANTILES} if scores else {}
    cuts = [min(scores), *quantiles(scores, n=20, method="inclusive"), max(scores)]
    return {f"p{one}": cuts[one // 5] for one in QUANTILES}


def _score(row: Row) -> float:
    return -math.inf if row.score is None else row.score


def _mean(scores: Iterable[float | None]) -> float | None:
    known = [one for one in scores if one is not None]
    return math.fsum(known) / len(known) if known else None


def _dimension(one: Dimension) -> DimensionTold:
    ranged = one.range
    return DimensionTold(
        name=one.name, kind=ranged.kind, low=float(ranged.low), high=float(ranged.high), log=ranged.log,
        choices=list(ranged.choices),
    )  # fmt: skip


def _trial(row: Row) -> TrialTold:
    return TrialTold(
        number=row.number, params=row.params, score=row.score, tests=row.tests, train=_mean(row.trains),
        fills=row.fills, profit=row.profit, growth=row.growth, drawdown=row.drawdown, seconds=row.seconds,
    )  # fmt: skip


def _fold(folder: Folder, place: int, fold: Fold, rows: Sequence[Row]) -> FoldTold:
    splits = folder.settings.splits
    able = [row for row in rows if row.trains[place] is not None]
    chosen = max(able, key=lambda row: (row.trains[place] or 0.0, -row.number), default=None)
    tests = [one for row in rows if (one := row.tests[place]) is not None]
    test = splits.segments[fold.test]
    return FoldTold(
        train_from_ns=splits.trained(fold).from_ns,
        test_from_ns=test.from_ns,
        test_to_ns=test.to_ns,
        number=None if chosen is None else chosen.number,
        train=None if chosen is None else chosen.trains[place],
        test=None if chosen is None else chosen.tests[place],
        test_median=median(tests) if tests else None,
    )


def _held_out(folder: Folder, best: Row) -> HeldOutTold | None:
    window, looks = folder.settings.splits.held_out, folder.of("held_out")
    found = next((row for row in looks if row.number == best.number), None)
    if window is None or found is None:
        return None
    return HeldOutTold(
        from_ns=window.from_ns, to_ns=window.to_ns, score=found.score, fills=found.fills, profit=found.profit,
        growth=found.growth, drawdown=found.drawdown, looks=len({row.number for row in looks}), why=found.why,
    )  # fmt: skip


def _deflated(best: Row, rows: Sequence[Row]) -> DeflatedTold | None:
    ratios = [row.moments.sharpe for row in rows if row.moments is not None]
    if best.moments is None or len(ratios) < 2:
        return None
    spread = variance(ratios)
    threshold = best_of_nothing(len(ratios), spread)
    return DeflatedTold(
        probability=probability_above(best.moments, threshold),
        sharpe=best.moments.sharpe,
        threshold=threshold,
        trials=len(ratios),
        variance=spread,
        skew=best.moments.skew,
        kurtosis=best.moments.kurtosis,
        returns=best.moments.count,
    )


def _neighbourhood(folder: Folder, best: Row, scored: Sequence[Row]) -> NeighbourhoodTold:
    space = folder.settings.space
    known = {_key(space, row.params): row for row in folder.rows if row.kind != "held_out"}
    found = []
    for name, params in neighbours(space, best.params):
        row = known.get(_key(space, params))
        if row is not None:  # Else a strategy refuses it, or it was not come to.
            found.append(NeighbourTold(name=name, value=params[name], score=row.score, why=row.why))
    verdict = judged(_score(best), [(one.name, one.score) for one in found], median([_score(row) for row in scored]))
    return NeighbourhoodTold(
        neighbours=found,
        median=verdict.median,
        kept=verdict.kept,
        verdict=verdict.verdict,
        sentence=verdict.sentence,
        nearest=nearest(space, best.params, [row for row in scored if row is not best]),
    )


def _failures(rows: Sequence[Row]) -> list[FailureTold]:
    counts = Counter(row.why for row in rows if row.why)
    return [
        FailureTold(why=why, count=count, first=min(row.number for row in rows if row.why == why))
        for why, count in counts.most_common(FAILURES_MAX)
    ]


def _key(space: Sequence[Dimension], params: Params) -> tuple[Value, ...]:
    return tuple(params[one.name] for one in space)
