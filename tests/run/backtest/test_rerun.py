from pathlib import Path

import pytest
from held_data import MAKER, bot_file, hold_tape
from test_backtest import living

from fathom.domain import LocalError
from fathom.run.backtest.command import BacktestCommand, backtest_bot
from fathom.run.backtest.rerun import rerun
from fathom.run.replay import replay_journal
from fathom.run.report import read_report
from fathom.store import JournalReader


@pytest.fixture
def journal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    hold_tape(tmp_path / "data", living())
    bot = bot_file(tmp_path / "bot.toml", MAKER)
    assert backtest_bot(BacktestCommand(bot=bot, data=tmp_path / "data", journal=tmp_path / "journal")) == 0
    capsys.readouterr()
    return tmp_path / "journal"


def test_a_journal_of_a_backtest_agrees_with_its_run_again(journal: Path) -> None:
    replayed, torn = replay_journal(journal)
    assert replayed.agrees
    assert torn is None
    assert replayed.entries == len(list(JournalReader(journal))) > 100


def test_a_report_of_it_is_the_same_report(journal: Path) -> None:
    report, told = read_report(journal)
    assert told.mode == "backtest"
    assert told.summary.total.fills > 10
    assert [extra.title for extra in report.extras] == ["Backtest", "Queues"]


def test_where_it_parts_from_its_journal_is_said(journal: Path) -> None:
    entries = list(JournalReader(journal))
    place = next(place for place, (entry, _) in enumerate(entries) if type(entry.event).__name__ == "OrderTraded")
    changed = [*entries[:place], (entries[place][0], b"another"), *entries[place + 1 :]]
    replayed, _, _ = rerun(iter(changed), journal)
    assert replayed.difference is not None
    assert replayed.difference.seq == entries[place][0].seq


def test_a_journal_that_is_cut_off_agrees_as_far_as_it_goes(journal: Path) -> None:
    entries = list(JournalReader(journal))[:50]
    replayed, _, _ = rerun(iter(entries), journal)
    assert (replayed.agrees, replayed.entries) == (True, 50)


def test_a_journal_that_says_more_differs(journal: Path) -> None:
    entries = list(JournalReader(journal))
    replayed, _, _ = rerun(iter([*entries, entries[-1]]), journal)
    assert replayed.difference is not None
    assert replayed.difference.replayed is None


def test_data_that_changed_since_is_refused(journal: Path) -> None:
    hold_tape(journal.parent / "data", living(steps=10))
    with pytest.raises(LocalError, match="compiled again since"):
        replay_journal(journal)


def test_what_is_no_backtest_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LocalError, match="is no journal of a backtest"):
        rerun(iter(()), tmp_path)
