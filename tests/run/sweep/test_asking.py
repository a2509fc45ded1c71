"""Which trials come: the same ones for a seed, whatever stopped the sweep; none twice; none that is refused."""

import sys
from collections.abc import Callable
from pathlib import Path

import optuna
import pytest
from fake_market import bot, settings_of

from fathom.domain import LocalError
from fathom.run.sweep.asking import Asker, size_of
from fathom.run.sweep.folder import Row, Settings
from fathom.run.sweep.space import Dimension, Params
from fathom.strategy import SearchRange

TWO = ("trend.entry_n", "trend.stop_atr")


def fine(_params: Params) -> None:
    return None


def asker(folder: Path, settings: Settings, rows: list[Row], refused: Callable[[Params], str | None] = fine) -> Asker:
    return Asker(folder / "optuna.log", settings, rows, refused=refused)


def row(number: int, params: Params) -> Row:
    return Row(kind="trial", number=number, params=params, score=-abs(float(params["trend.entry_n"]) - 40))


def asked(one: Asker, numbers: range, rows: list[Row]) -> list[Params]:
    found = []
    for number in numbers:
        params = one.ask(number)
        assert params is not None
        found.append(params)
        rows.append(row(number, params))
        one.tell(rows[-1])
    return found


@pytest.mark.parametrize("sampler", ["tpe", "random"])
def test_stopped_anywhere_it_goes_on_as_it_would_have(tmp_path: Path, sampler: str) -> None:
    settings = settings_of(bot(), only=TWO, sampler=sampler)
    (tmp_path / "whole").mkdir()
    (tmp_path / "parts").mkdir()
    whole = asked(asker(tmp_path / "whole", settings, []), range(20), [])
    rows: list[Row] = []
    first = asker(tmp_path / "parts", settings, rows)
    parts = asked(first, range(8), rows)
    first.ask(8)  # Asked, and never finished: the process was killed.
    parts += asked(asker(tmp_path / "parts", settings, rows), range(8, 15), rows)
    third = asker(tmp_path / "parts", settings, rows)
    left = third.ask(15)
    assert left is not None
    rows.append(row(15, left))  # Kept, and not told any more.
    parts += [left, *asked(asker(tmp_path / "parts", settings, rows), range(16, 20), rows)]
    assert parts == whole
    study = optuna.load_study(
        study_name="fathom sweep",
        storage=optuna.storages.JournalStorage(
            optuna.storages.journal.JournalFileBackend(str(tmp_path / "parts" / "optuna.log"))
        ),
    )
    assert len([one for one in study.trials if one.state == optuna.trial.TrialState.COMPLETE]) == 20


def test_without_its_journal_it_has_learned_all_the_same(tmp_path: Path) -> None:
    settings = settings_of(bot(), only=TWO)
    rows: list[Row] = []
    asked(asker(tmp_path, settings, rows), range(15), rows)
    goes_on = asker(tmp_path, settings, rows).ask(15)
    (tmp_path / "optuna.log").unlink()
    assert asker(tmp_path, settings, rows).ask(15) == goes_on


def test_a_journal_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "optuna.log").write_text("nonsense\nnonsense\n")
    with pytest.raises(LocalError, match=r"cannot be read by optuna .*: delete it"):
        asker(tmp_path, settings_of(bot()), [])


def test_another_seed_has_other_trials(tmp_path: Path) -> None:
    found = []
    for seed in (1, 2):
        (tmp_path / str(seed)).mkdir()
        found.append(asker(tmp_path / str(seed), settings_of(bot(), only=TWO, seed=seed), []).ask(0))
    assert found[0] != found[1]


def test_it_learns(tmp_path: Path) -> None:
    rows: list[Row] = []
    asked(asker(tmp_path, settings_of(bot(), only=TWO), rows), range(40), rows)
    late = [abs(float(one.params["trend.entry_n"]) - 40) for one in rows[-10:]]
    early = [abs(float(one.params["trend.entry_n"]) - 40) for one in rows[:10]]
    assert sum(late) < sum(early)


def test_what_was_tried_or_is_refused_is_no_trial_and_the_end_of_a_small_space_is_found(tmp_path: Path) -> None:
    settings = settings_of(bot(), only=("trend.signal", "trend.shorts"))

    def refused(params: Params) -> str | None:
        return "not these" if params == {"trend.signal": "crossing", "trend.shorts": True} else None

    one = asker(tmp_path, settings, [], refused)
    found = []
    for number in range(3):
        params = one.ask(number)
        assert params is not None
        found.append(tuple(params.values()))
        one.tell(Row(kind="trial", number=number, params=params, score=1.0, why="broke" if number == 0 else ""))
    assert sorted(found) == [("crossing", False), ("donchian", False), ("donchian", True)]
    assert one.ask(3) is None
    assert one.refusals > 0
    assert one.refusal == "not these"


def test_two_that_are_tried_at_a_time_are_not_the_same(tmp_path: Path) -> None:
    one = asker(tmp_path, settings_of(bot(), only=("trend.shorts",)), [])
    assert {str(one.ask(0)), str(one.ask(1))} == {"{'trend.shorts': False}", "{'trend.shorts': True}"}


@pytest.mark.parametrize(
    "ranged",
    [
        SearchRange(2, 11, "int", step=4),
        SearchRange(1, 16, "int", log=True),
        SearchRange(0, 1, "decimal", step=0.3),
        SearchRange(1, 16, "float", log=True, step=5),
        SearchRange(0.5, 0.75, "float"),
    ],
)
def test_every_kind_of_range_can_be_asked(tmp_path: Path, ranged: SearchRange) -> None:
    one = asker(tmp_path, settings_of(bot(), space=[Dimension("trend.entry_n", ranged)]), [])
    for number in range(3):
        params = one.ask(number)
        assert params is not None
        assert float(ranged.low) <= float(params["trend.entry_n"]) <= float(ranged.high)


def test_how_many_there_are() -> None:
    words = Dimension("a.c", SearchRange(0, 0, "choice", choices=("x", "y")))
    steps = Dimension("a.q", SearchRange(0, 1, "float", step=0.25))
    assert size_of([words, steps, Dimension("a.n", SearchRange(3, 5, "int"))]) == 2 * 5 * 3
    assert size_of([words, Dimension("a.x", SearchRange(0, 1, "float"))]) is None


def test_without_optuna_it_names_the_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "optuna", None)
    with pytest.raises(LocalError, match=r"optuna is not installed: pip install 'fathom-trader\[sweep\]'"):
        asker(tmp_path, settings_of(bot()), [])
