"""The whole, with processes, and another evaluator in place of the backtest."""

import json
import signal
from pathlib import Path

import pytest
from fake_market import SPAN, bot, evaluate, never_trade
from msgspec import structs

from fathom.domain import LocalError
from fathom.run.sweep import sweep_command
from fathom.run.sweep.processes import Processes
from fathom.run.sweep.splits import Window
from fathom.run.sweep.sweep_command import SweepCommand, search, sweep
from fathom.run.sweep.trial import Crew

MINUTE_NS = 60_000_000_000


def command(folder: Path, **changed: object) -> SweepCommand:
    one = SweepCommand(bot=Path("bot.toml"), data=Path("data"), trials=6, jobs=1, folds=3, out=folder / "s")
    return structs.replace(one, **changed)


def test_a_sweep_finds_what_is_best_and_leaves_its_page(tmp_path: Path) -> None:
    told = search(command(tmp_path, trials=25, jobs=2, only=["trend.entry_n"]), bot(), SPAN, "d", evaluate)
    assert told.state == "All of 25 trials are done."
    assert told.best is not None
    assert abs(float(told.best.params["trend.entry_n"]) - 40) <= 5
    assert told.held_out is not None
    assert told.neighbourhood is not None
    assert (tmp_path / "s" / "report.html").read_text().startswith("<!doctype html>")
    assert json.loads((tmp_path / "s" / "sweep.json").read_text())["seed"] == 1


def test_with_one_job_the_same_trials_come(tmp_path: Path) -> None:
    first = search(command(tmp_path, out=tmp_path / "a", neighbours=False), bot(), SPAN, "d", evaluate)
    second = search(command(tmp_path, out=tmp_path / "b", neighbours=False), bot(), SPAN, "d", evaluate)
    assert [one.params for one in first.trials] == [one.params for one in second.trials]
    assert [one.score for one in first.trials] == [one.score for one in second.trials]
    assert first.neighbourhood is None


def test_the_end_of_a_small_space_is_said(tmp_path: Path) -> None:
    told = search(command(tmp_path, only=["trend.shorts"]), bot(), SPAN, "d", evaluate)
    assert told.state.startswith("After 2 trials nothing new was found to try of 2 that there are")


def test_what_never_trades_is_told(tmp_path: Path) -> None:
    told = search(command(tmp_path, trials=2), bot(), SPAN, "d", never_trade)
    assert (told.best, told.held_out, told.scored, told.finished) == (None, None, 0, 2)


def test_what_is_stopped_says_how_to_go_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class StopsAfterTwo(Processes):
        def wait(self, seconds: float) -> list:  # type: ignore[type-arg]  # As its parent's.
            found = super().wait(seconds)
            count.extend(found)
            if len(count) >= 2:
                signal.raise_signal(signal.SIGINT)
            return found

    count: list[object] = []

    def crew(one: SweepCommand, _evaluate: object) -> Crew:
        return StopsAfterTwo(evaluate, jobs=1, trial_s=60)

    monkeypatch.setattr(sweep_command, "_crew", crew)
    told = search(command(tmp_path), bot(), SPAN, "d", evaluate)
    assert not told.whole
    assert told.state == f"Stopped after 2 of 6 trials, which are kept in {tmp_path / 's'}: the same command goes on."
    monkeypatch.undo()
    whole = search(command(tmp_path), bot(), SPAN, "d", evaluate)
    assert whole.whole
    assert whole.finished == 6


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"trials": 0}, "trials: must be 1 to 100,000, not 0"),
        ({"jobs": 0}, "jobs: must be 1 or more"),
        ({"trial_seconds": 0.0}, "trial-seconds: must be above 0"),
        ({"bot": Path("/nowhere/bot.toml")}, "there is no such file"),
    ],
)
def test_what_cannot_be_begun(tmp_path: Path, changed: dict[str, object], said: str) -> None:
    with pytest.raises(LocalError, match=said):
        sweep(command(tmp_path, **changed))


def test_a_ratio_needs_time(tmp_path: Path) -> None:
    short = Window(0, 60 * MINUTE_NS)
    with pytest.raises(LocalError, match="sharpe needs 30 returns of 60 s, and a segment is 720 s long"):
        search(command(tmp_path), bot(), short, "d", evaluate)
    told = search(command(tmp_path, trials=2, objective="profit"), bot(), short, "d", evaluate)
    assert told.scored == 2
