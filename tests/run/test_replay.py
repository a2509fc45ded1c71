import io
from pathlib import Path

import pytest
import zstandard
from rich.console import Console

from fathom.domain import Entry, LocalError, RunStopped
from fathom.engine import Difference, Replayed
from fathom.run.demo import demo
from fathom.run.replay import replay_journal, told


@pytest.fixture
def demo_journal(tmp_path: Path) -> Path:
    assert demo(seconds=0.3, journal=tmp_path / "journal", console=Console(file=io.StringIO()))
    return tmp_path / "journal"


def test_agreement_is_one_sentence() -> None:
    assert told(Replayed(1200, 900, None)) == "replay agrees byte for byte: 1,200 entries, 900 of them inputs"


def test_a_difference_shows_both_sides() -> None:
    entry = Entry(7, 7, 0, "world", RunStopped("here"))
    text = told(Replayed(6, 5, Difference(7, entry, None)))
    assert "DIFFERS at entry 7" in text
    assert "here" in text
    assert "None" in text


def test_a_torn_tail_is_told(demo_journal: Path) -> None:
    """As a power cut leaves it: the last entry is not whole."""
    whole, torn = replay_journal(demo_journal)
    assert whole.agrees
    assert torn is None
    segment = max(demo_journal.glob("journal-*"))
    segment.write_bytes(segment.read_bytes()[:-5])
    cut, torn = replay_journal(demo_journal)
    assert cut.agrees
    assert cut.entries == whole.entries - 1
    assert torn is not None
    assert "the run was cut off" in told(cut, torn)


def test_a_compressed_journal_agrees_as_the_plain_one_did(demo_journal: Path) -> None:
    plain, _ = replay_journal(demo_journal)
    for segment in demo_journal.glob("journal-*.fathom"):
        segment.with_name(f"{segment.name}.zst").write_bytes(zstandard.compress(segment.read_bytes()))
        segment.unlink()
    assert replay_journal(demo_journal) == (plain, None)


@pytest.mark.parametrize("text", [None, b""])
def test_a_folder_without_an_entry_agrees_with_nothing(tmp_path: Path, text: bytes | None) -> None:
    if text is not None:
        (tmp_path / "journal-000001.fathom").write_bytes(text)
    with pytest.raises(LocalError, match="holds no entry"):
        replay_journal(tmp_path)
