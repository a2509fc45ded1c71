from collections.abc import Iterator
from pathlib import Path

import pytest
from fake_market import bot, settings_of

from fathom.run.sweep.deflated import Moments
from fathom.run.sweep.folder import Folder, Row, opened
from fathom.run.sweep.telling import best_of, quantiles_of, told_of
from fathom.ui import SweepTold

SETTINGS = settings_of(bot(), only=("trend.entry_n",))


def row(number: int, score: float | None, *, kind: str = "trial", entry_n: int = 20, **more: object) -> Row:
    given: dict[str, object] = {
        "tests": [score] * 3, "trains": [score] * 3, "moments": Moments(640, (score or 0.0) / 100, 0.0, 3.0),
    }  # fmt: skip
    return Row(kind=kind, number=number, params={"trend.entry_n": entry_n}, score=score, **{**given, **more})  # type: ignore[arg-type]  # The fields of Row.


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Folder]:
    with opened(tmp_path, SETTINGS) as there:
        yield there


def told(folder: Folder) -> SweepTold:
    return told_of(folder, name="x", state="Done.", whole=True, neighbours_run=True, refusals=0, refusal="")


def test_the_best_is_the_first_of_the_highest(folder: Folder) -> None:
    assert best_of(folder) is None
    for one in (row(1, 2.0), row(0, 2.0), row(2, None), row(3, 1.0), row(4, 9.0, kind="neighbour")):
        folder.add(one)
    best = best_of(folder)
    assert best is not None
    assert best.number == 0


def test_trials_are_told_best_first(folder: Folder) -> None:
    for one in (row(0, 1.0), row(1, None), row(2, 3.0), row(3, None, why="it broke"), row(4, None, why="it broke")):
        folder.add(one)
    found = told(folder)
    assert [one.number for one in found.trials] == [2, 0, 1]
    assert [one.number for one in found.top] == [2, 0]
    assert (found.finished, found.failed, found.scored) == (3, 2, 2)
    assert [(one.why, one.count, one.first) for one in found.failures] == [("it broke", 2, 3)]
    assert (found.from_ns, found.to_ns) == (SETTINGS.splits.segments[0].from_ns, SETTINGS.splits.segments[-1].to_ns)


def test_a_fold_is_walked_by_the_best_of_its_train_window(folder: Folder) -> None:
    """Not by the best of the search: that has seen the tests."""
    folder.add(row(0, 5.0, trains=[1.0, 1.0, None], tests=[5.0, 5.0, 5.0]))
    folder.add(row(1, 2.0, trains=[9.0, 0.5, None], tests=[-1.0, 2.0, 5.0]))
    first, second, third = told(folder).folds
    assert (first.number, first.train, first.test, first.test_median) == (1, 9.0, -1.0, 2.0)
    assert (second.number, second.train, second.test) == (0, 1.0, 5.0)
    assert (third.number, third.train, third.test, third.test_median) == (None, None, None, 5.0)


def test_the_time_held_out_is_told_of_the_best_with_how_often_it_was_seen(folder: Folder) -> None:
    folder.add(row(0, 1.0))
    folder.add(row(0, 0.5, kind="held_out", fills=3))
    assert told(folder).held_out is not None
    folder.add(row(1, 2.0))
    assert told(folder).held_out is None
    folder.add(row(1, -2.0, kind="held_out", fills=4))
    found = told(folder).held_out
    assert found is not None
    assert (found.score, found.fills, found.looks) == (-2.0, 4, 2)


def test_what_goes_into_the_deflated_ratio_is_told(folder: Folder) -> None:
    for number, score in enumerate([1.0, 2.0, 6.0]):
        folder.add(row(number, score))
    found = told(folder).deflated
    assert found is not None
    assert (found.sharpe, found.trials, found.returns) == (0.06, 3, 640)
    assert found.variance == pytest.approx(0.0007)  # Of 0.01, 0.02, 0.06, as of a sample.
    assert found.threshold == pytest.approx(0.0007**0.5 * 0.8521, rel=1e-3)  # 0.4228 * 0.4307 + 0.5772 * 1.1607.
    assert found.probability is not None
    assert 0.5 < found.probability < 1


def test_one_trial_is_deflated_by_nothing(folder: Folder) -> None:
    folder.add(row(0, 1.0))
    assert told(folder).deflated is None


def test_neighbours_are_found_among_trials_too(folder: Folder) -> None:
    folder.add(row(0, 5.0, entry_n=40))
    folder.add(row(1, 1.0, entry_n=45))
    folder.add(row(2, 0.0, entry_n=90))
    folder.add(row(0, 4.0, kind="neighbour", entry_n=36))
    found = told(folder).neighbourhood
    assert found is not None
    assert [(one.value, one.score) for one in found.neighbours] == [(36, 4.0), (45, 1.0)]
    assert found.median == 2.5
    assert found.nearest == {"trend.entry_n": [1, 2]}


@pytest.mark.parametrize(
    ("scores", "found"),
    [([], {}), ([2.0], {"p0": 2.0, "p50": 2.0}), ([float(one) for one in range(101)], {"p0": 0, "p5": 5, "p95": 95})],
)
def test_quantiles(scores: list[float], found: dict[str, float]) -> None:
    told = quantiles_of(scores)
    assert {name: told[name] for name in found} == found
