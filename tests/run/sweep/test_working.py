"""The loop with a crew of one in this process: what is kept, what is left out the second time, and when it ends."""

from collections.abc import Callable
from pathlib import Path

import pytest
from fake_market import (
    InThisProcess,
    always_raise,
    bot,
    evaluate,
    never,
    never_trade,
    no_progress,
    raise_for_crossing,
    settings_of,
)

from fathom.domain import LocalError
from fathom.run.sweep.folder import Row, Settings, opened
from fathom.run.sweep.telling import best_of
from fathom.run.sweep.trial import Evaluate
from fathom.run.sweep.working import FAILED_MAX, Sweep, held_out_of

ONLY = ("trend.entry_n", "trend.signal")
SETTINGS = settings_of(bot(), only=ONLY)


def swept(
    folder: Path, trials: int, *, evaluate: Evaluate = evaluate, stopped: Callable[[], bool] = never,
    settings: Settings = SETTINGS,
) -> tuple[list[Row], InThisProcess]:  # fmt: skip
    crew = InThisProcess(evaluate)
    with opened(folder, settings) as there:
        sweep = Sweep(bot(), there, crew, stopped=stopped, progress=no_progress)
        sweep.search(trials)
        if (best := best_of(there)) is not None and not stopped():
            sweep.around(best)
            sweep.hold_out(best)
        return there.rows, crew


def after(count: int) -> Callable[[], bool]:
    left = [count]

    def stopped() -> bool:
        left[0] -= 1
        return left[0] < 0

    return stopped


def plain(rows: list[Row]) -> list[object]:
    return [(row.kind, row.number, row.params, row.score, row.tests, row.trains) for row in rows]


def test_trials_then_neighbours_then_the_time_held_out(tmp_path: Path) -> None:
    rows, crew = swept(tmp_path, 12)
    assert [row.kind for row in rows].count("trial") == 12
    assert rows[-1].kind == "held_out"
    assert all(row.score is not None and len(row.tests) == 3 for row in rows if row.kind == "trial")
    beside = [row for row in rows if row.kind == "neighbour"]
    assert {row.varied for row in beside} <= set(ONLY)
    held_out = SETTINGS.splits.held_out
    assert held_out is not None
    assert [job.windows for job in crew.did] == [SETTINGS.splits.segments] * (len(rows) - 1) + [[held_out]]


def test_only_the_last_job_sees_the_time_held_out(tmp_path: Path) -> None:
    _, crew = swept(tmp_path, 5)
    held_out = SETTINGS.splits.held_out
    assert held_out is not None
    seen = [window for job in crew.did[:-1] for window in job.windows]
    assert all(window.to_ns <= held_out.from_ns for window in seen)


@pytest.mark.parametrize("looks", [0, 1, 4, 9])
def test_stopped_at_any_time_it_comes_to_the_same(tmp_path: Path, looks: int) -> None:
    whole, _ = swept(tmp_path / "whole", 8)
    first, _ = swept(tmp_path / "parts", 8, stopped=after(looks))
    assert plain(first) == plain(whole)[: len(first)]
    rows, crew = swept(tmp_path / "parts", 8)
    assert plain(rows) == plain(whole)
    assert len(crew.did) == len(whole) - len(first)


def test_the_same_command_does_nothing_twice_and_more_trials_are_added(tmp_path: Path) -> None:
    first, _ = swept(tmp_path, 5)
    again, crew = swept(tmp_path, 5)
    assert (again, crew.did) == (first, [])
    more, _ = swept(tmp_path, 9)
    assert [row.number for row in more if row.kind == "trial"] == list(range(9))


def test_a_trial_that_raises_is_kept_with_its_sentence(tmp_path: Path) -> None:
    rows, _ = swept(tmp_path, 10, evaluate=raise_for_crossing)
    failed = [row for row in rows if row.kind == "trial" and row.why]
    assert failed
    assert all(row.params["trend.signal"] == "crossing" for row in failed)
    assert {row.why for row in failed} == {"ZeroDivisionError: nothing was traded"}
    assert rows[-1].kind == "held_out"


def test_where_all_fail_it_does_not_go_on_for_hours(tmp_path: Path) -> None:
    crew = InThisProcess(always_raise)
    with opened(tmp_path, SETTINGS) as folder:
        sweep = Sweep(bot(), folder, crew, stopped=never, progress=no_progress)
        with pytest.raises(
            LocalError, match=f"all of the first {FAILED_MAX} trials failed .ZeroDivisionError: as ever"
        ):
            sweep.search(100)
    assert len(crew.did) == FAILED_MAX


def test_what_never_trades_has_no_best(tmp_path: Path) -> None:
    rows, _ = swept(tmp_path, 4, evaluate=never_trade)
    assert [(row.kind, row.score, row.why) for row in rows] == [("trial", None, "")] * 4


def test_a_small_space_ends_before_its_trials(tmp_path: Path) -> None:
    settings = settings_of(bot(), only=("trend.signal", "trend.shorts"))
    with opened(tmp_path, settings) as folder:
        sweep = Sweep(bot(), folder, InThisProcess(evaluate), stopped=never, progress=no_progress)
        sweep.search(50)
        assert sweep.exhausted
        assert len(folder.rows) == 4


def test_a_new_best_is_looked_at_in_the_time_held_out_too(tmp_path: Path) -> None:
    with opened(tmp_path, SETTINGS) as folder:
        sweep = Sweep(bot(), folder, InThisProcess(evaluate), stopped=never, progress=no_progress)
        sweep.search(2)
        for row in folder.of("trial"):
            sweep.hold_out(row)
        assert [row.number for row in folder.of("held_out")] == [0, 1]
        assert held_out_of(folder, folder.of("trial")[0]) is not None


def test_nothing_held_out_is_nothing_run(tmp_path: Path) -> None:
    splits = settings_of(bot()).splits
    settings = settings_of(bot(), only=ONLY, splits=type(splits)(splits.segments, splits.folds, None))
    rows, _ = swept(tmp_path, 3, settings=settings)
    assert {row.kind for row in rows} == {"trial", "neighbour"}
