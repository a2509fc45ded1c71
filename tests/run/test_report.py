import io
import tracemalloc
from pathlib import Path

import pytest
from rich.console import Console

from fathom.domain import Entry, JournalError, LocalError, RunResumed, RunStopped
from fathom.portfolio import tracks
from fathom.run.demo import demo
from fathom.run.report import read_report
from fathom.store import JournalReader, JournalWriter
from fathom.ui import page
from fathom.ui.report import drawing


@pytest.fixture(scope="module")
def demo_journal(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("report") / "journal"
    assert demo(seconds=0.3, journal=folder, console=Console(file=io.StringIO()))
    return folder


def copied(source: Path, target: Path, *, until: int | None = None) -> Path:
    with JournalWriter(target) as writer:
        for entry, _ in JournalReader(source):
            if until is not None and entry.seq > until:
                break
            writer.append(entry)
        writer.commit()
    return target


def test_a_report_is_what_the_replicas_of_the_run_say(demo_journal: Path) -> None:
    report, told = read_report(demo_journal)
    summary, portfolio = told.summary, report.statistics.portfolio
    assert told.state == "The run ended: the recording ended."
    assert told.entries == report.entries > 3_000
    assert summary.total.fills == len(report.drawing.fills) > 5
    assert summary.equity.last == float(portfolio.equity_quote() or 0)
    assert summary.equity.profit == pytest.approx(float(portfolio.profit_quote()))
    assert summary.equity.fees == pytest.approx(float(portfolio.fees_quote()))
    assert not portfolio.unexplained
    assert not any(portfolio.account.ledger.sums().values())
    assert {row.name for row in summary.strategies} == {"btc_dca", "btc_maker", "omg_maker", "xmr_maker"}
    assert sum(row.profit for row in summary.strategies) == pytest.approx(summary.equity.profit)


def test_the_method_of_lots_divides_profit_and_does_not_change_it(demo_journal: Path) -> None:
    totals = {
        read_report(demo_journal, method=method)[1].summary.equity.profit
        for method in ("fifo", "lifo", "hifo", "average")
    }  # type: ignore[arg-type]  # Names of methods.
    assert max(totals) == pytest.approx(min(totals))


def test_a_journal_that_was_cut_off_says_so(demo_journal: Path, tmp_path: Path) -> None:
    folder = copied(demo_journal, tmp_path / "cut")
    segment = max(folder.glob("journal-*.fathom"))
    segment.write_bytes(segment.read_bytes()[:-5])
    _, told = read_report(folder)
    assert told.state.startswith("The run was cut off: ")
    assert segment.name in told.state


def test_a_journal_that_ends_in_the_middle_says_so(demo_journal: Path, tmp_path: Path) -> None:
    _, told = read_report(copied(demo_journal, tmp_path / "half", until=2_000))
    assert told.state == "The run was cut off between two entries: it never said that it ended."
    assert told.entries == 2_000


def test_a_journal_that_is_still_written_is_read_so_far(demo_journal: Path, tmp_path: Path) -> None:
    folder = copied(demo_journal, tmp_path / "going", until=2_000)
    with JournalWriter(folder):
        _, told = read_report(folder)
    assert told.state == "The run is still going: this is it up to its entry 2,000."


def test_a_run_that_went_on_after_its_end_has_not_ended(demo_journal: Path, tmp_path: Path) -> None:
    folder = copied(demo_journal, tmp_path / "on")
    with JournalWriter(folder) as writer:
        assert writer.last_seq is not None
        seq, last = writer.last_seq + 1, [entry for entry, _ in JournalReader(folder)][-1]
        writer.append(Entry(seq, seq, last.time_ns, "world", RunResumed("boot", "0")))
        writer.commit()
    _, told = read_report(folder)
    assert told.state.startswith("The run was cut off between two entries")
    assert any("went on" in note.text for note in told.notes)


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda folder: None, "is not there"),
        (lambda folder: folder.mkdir(), "holds no entry"),
        (lambda folder: (folder.mkdir(), (folder / "journal-000001.fathom").write_bytes(b"")), "holds no entry"),
    ],
)
def test_where_there_is_no_run_one_sentence_says_so(tmp_path: Path, make: object, sentence: str) -> None:
    make(tmp_path / "journal")  # type: ignore[operator]  # One of the table's.
    with pytest.raises(LocalError, match=sentence):
        read_report(tmp_path / "journal")


def test_a_recording_is_no_run(tmp_path: Path) -> None:
    with JournalWriter(tmp_path / "journal") as writer:
        writer.append(Entry(1, 1, 0, "world", RunStopped("")))
        writer.commit()
    with pytest.raises(LocalError, match="does not begin with RunStarted"):
        read_report(tmp_path / "journal")


def test_a_damaged_journal_is_no_report(demo_journal: Path, tmp_path: Path) -> None:
    folder = copied(demo_journal, tmp_path / "damaged")
    segment = max(folder.glob("journal-*.fathom"))
    damaged = bytearray(segment.read_bytes())
    damaged[len(damaged) // 2] ^= 1
    segment.write_bytes(damaged)
    with pytest.raises(JournalError, match=segment.name):
        read_report(folder)


def lapped(source: Path, target: Path, laps: int) -> Path:
    """The same market so many times over."""
    entries = [entry for entry, _ in JournalReader(source)]
    span_ns, seq = entries[-1].time_ns - entries[0].time_ns, 0
    with JournalWriter(target, fsync="close") as writer:
        for lap in range(laps):
            for entry in entries if lap == 0 else entries[1:]:
                seq += 1
                writer.append(Entry(seq, seq, entry.time_ns + lap * span_ns, entry.author, entry.event))
        writer.commit()
    return target


def test_memory_stays_flat_however_long_the_journal_is(
    demo_journal: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With bounds that a short run reaches: what is held after eight laps is what was held after three."""
    for name in ("SEGMENTS_MAX", "PRICES_MAX", "PRICES_MIN"):
        monkeypatch.setattr(drawing, name, 100)
    monkeypatch.setattr(tracks, "TRACKS_MAX", 10)

    def held(laps: int) -> int:
        folder = lapped(demo_journal, tmp_path / str(laps), laps)
        tracemalloc.start()
        report, _ = read_report(folder)
        size, _ = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert report.entries > laps * 3_000
        return size

    held(1)  # What is imported late counts for nobody.
    assert held(8) < held(3) + 100_000


def test_the_page_of_a_demo_is_whole(demo_journal: Path) -> None:
    report, told = read_report(demo_journal)
    text = page(told, report.statistics, report.drawing)
    assert text.startswith("<!doctype html>")
    assert text.rstrip().endswith("</html>")
    assert "%%" not in text
