from pathlib import Path

import pytest
from msgspec.structs import replace

from fathom.domain import JournalError, LocalError, RunStopped
from fathom.run.comparing import reading
from fathom.run.comparing.reading import read_both
from fathom.store import JournalWriter
from two_runs import CONFIG, Hand, at_ns


def journal(folder: Path, hand: Hand | None = None, *, ends: float | None = 60_000, shift_ms: int = 0) -> Path:
    return (hand or Hand().order("maker-1", 5_000)).journal(folder, ends=ends, shift_ms=shift_ms)


def test_both_are_read_to_their_common_end(tmp_path: Path) -> None:
    read = read_both(journal(tmp_path / "a"), journal(tmp_path / "b"))
    assert (read.ends_alike, read.end_ns, read.notes) == (True, at_ns(60_000), [])
    assert read.a.entries == read.b.entries == 7
    assert read.a.summary().total.approved == 1


@pytest.mark.parametrize(
    ("ends_a", "ends_b", "note"),
    [
        (None, 60_000, "Compared up to the end of A, the shorter: it was cut off between two entries; B goes on."),
        (60_000, 50_000, "Compared up to the end of B, the shorter: it ended; A goes on."),
        (None, None, "Compared up to the end of A: it was cut off between two entries."),
    ],
)
def test_the_shorter_one_ends_it(tmp_path: Path, ends_a: float | None, ends_b: float | None, note: str) -> None:
    read = read_both(journal(tmp_path / "a", ends=ends_a), journal(tmp_path / "b", ends=ends_b))
    assert read.notes == [note]


def test_a_torn_end_is_told(tmp_path: Path) -> None:
    folder = journal(tmp_path / "a")
    segment = max(folder.glob("journal-*.fathom"))
    segment.write_bytes(segment.read_bytes()[:-3])
    [note] = read_both(folder, journal(tmp_path / "b")).notes
    assert "it was cut off: " in note
    assert segment.name in note


def test_one_that_is_still_written_is_read_so_far(tmp_path: Path) -> None:
    folder = journal(tmp_path / "a", ends=None)
    with JournalWriter(folder):
        [note] = read_both(folder, journal(tmp_path / "b")).notes
    assert "it is still going" in note


def test_of_different_beginnings_the_later_counts(tmp_path: Path) -> None:
    read = read_both(journal(tmp_path / "a"), journal(tmp_path / "b", shift_ms=1_500))
    assert read.begin_ns == at_ns(1_500)
    assert read.notes[0] == "B began 1.500 s after the other: what only the other ordered before that is left out."


def test_runs_of_different_times_are_laid_over_each_other(tmp_path: Path) -> None:
    read = read_both(journal(tmp_path / "a"), journal(tmp_path / "b", shift_ms=100_000))
    assert read.notes == ["B ran 100.0 s later: both are counted from their beginnings."]
    assert read.ends_alike
    [one], [other] = read.a.gathering.lives, read.b.gathering.lives
    assert one.wanted_ns == other.wanted_ns
    earlier = read_both(journal(tmp_path / "c", shift_ms=100_000), journal(tmp_path / "d"))
    assert earlier.notes == ["B ran 100.0 s earlier: both are counted from their beginnings."]


def test_a_run_with_too_many_orders_is_compared_so_far(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "LIVES_MAX", 2)
    hand = Hand().order("maker-1", 1_000).order("maker-2", 2_000).order("maker-3", 3_000)
    read = read_both(journal(tmp_path / "a", hand), journal(tmp_path / "b"))
    assert read.notes == ["Compared up to the end of A, the shorter: it has more than 2 orders; B goes on."]


def test_what_is_no_run_is_one_sentence(tmp_path: Path) -> None:
    good = journal(tmp_path / "good")
    (tmp_path / "empty").mkdir()
    with JournalWriter(tmp_path / "recording") as writer:
        writer.append(replace(Hand().entries()[0], event=RunStopped("")))
        writer.commit()
    other = replace(CONFIG, strategies=[replace(CONFIG.strategies[0], name="saver")])
    journal(tmp_path / "stranger", Hand(other))
    journal(tmp_path / "elsewhere", Hand(replace(CONFIG, depths={"ETH/USD": 10})))
    for name, sentence in (
        ("nowhere", "is not there"),
        ("empty", "holds no entry"),
        ("recording", "it is a recording"),
        ("stranger", "no strategy in common"),
        ("elsewhere", "no symbol in common"),
    ):
        with pytest.raises(LocalError, match=sentence):
            read_both(good, tmp_path / name)


def test_a_damaged_journal_is_no_run(tmp_path: Path) -> None:
    folder = journal(tmp_path / "a")
    segment = max(folder.glob("journal-*.fathom"))
    damaged = bytearray(segment.read_bytes())
    damaged[len(damaged) // 2] ^= 1
    segment.write_bytes(damaged)
    with pytest.raises(JournalError, match=segment.name):
        read_both(folder, journal(tmp_path / "b"))
