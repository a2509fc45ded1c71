import os
from collections.abc import Callable
from pathlib import Path

import pytest
import zstandard

from fathom.domain import Entry, JournalError
from fathom.store import JournalReader, JournalWriter
from fathom.store.recording.compress import CHUNK_BYTES, Compressor, compress_segment
from fathom.store.recording.manifest import SegmentSummary

EntryAt = Callable[[int], Entry]


@pytest.fixture
def segment(tmp_path: Path, entry_at: EntryAt) -> Path:
    with JournalWriter(tmp_path, fsync="close") as writer:
        for seq in range(1, 200):
            writer.append(entry_at(seq))
    return tmp_path / "journal-000001.fathom"


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.name != "journal.lock")


def summary_of(path: Path) -> SegmentSummary:
    return SegmentSummary(path.name, 1, 199, 0, 0, 199, path.stat().st_size, "0" * 32)


def test_the_same_bytes_in_one_frame(segment: Path, entry_at: EntryAt) -> None:
    plain = segment.read_bytes()
    size = compress_segment(segment)
    assert names(segment.parent) == ["journal-000001.fathom.zst"]
    compressed = (segment.parent / "journal-000001.fathom.zst").read_bytes()
    assert (size, len(compressed) < len(plain)) == (len(compressed), True)
    assert zstandard.decompress(compressed) == plain
    assert zstandard.get_frame_parameters(compressed).has_checksum
    assert [entry for entry, _ in JournalReader(segment.parent)] == [entry_at(seq) for seq in range(1, 200)]


def test_the_names_in_their_order(segment: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whenever the power goes, one whole form is there under its name, and synced."""
    seen: list[list[str]] = []
    real = os.fsync

    def noted(fd: int) -> None:
        seen.append(names(segment.parent))
        real(fd)

    monkeypatch.setattr(os, "fsync", noted)
    compress_segment(segment)
    assert seen == [
        ["journal-000001.fathom", "journal-000001.fathom.zst.part"],
        ["journal-000001.fathom", "journal-000001.fathom.zst"],
        ["journal-000001.fathom.zst"],
    ]


def test_told_to_stop_it_leaves_the_plain_one(tmp_path: Path) -> None:
    path = tmp_path / "journal-000001.fathom"
    path.write_bytes(bytes(3 * CHUNK_BYTES))
    answers = iter([False, True])
    assert compress_segment(path, stop=lambda: next(answers)) is None
    assert names(tmp_path) == ["journal-000001.fathom"]
    assert path.stat().st_size == 3 * CHUNK_BYTES


def test_a_disk_that_refuses_leaves_the_plain_one(segment: Path) -> None:
    (segment.parent / "journal-000001.fathom.zst").mkdir()
    plain = segment.read_bytes()
    with pytest.raises(JournalError, match=r"Cannot compress .*journal-000001\.fathom"):
        compress_segment(segment)
    assert names(segment.parent) == ["journal-000001.fathom", "journal-000001.fathom.zst"]
    assert segment.read_bytes() == plain


def test_in_the_background(segment: Path) -> None:
    compressor = Compressor()
    summary = summary_of(segment)
    compressor.add(segment, summary)
    compressor.close(wait_s=60)
    compressor.check()
    assert summary.compressed_bytes == (segment.parent / "journal-000001.fathom.zst").stat().st_size


def test_what_there_is_no_time_for_stays_plain(
    tmp_path: Path, segment: Path, monkeypatch: pytest.MonkeyPatch, entry_at: EntryAt
) -> None:
    compressor = Compressor()
    compressor._stop.set()
    summary = summary_of(segment)
    compressor.add(segment, summary)
    compressor.close(wait_s=60)
    assert summary.compressed_bytes is None
    assert segment.exists()


def test_a_failure_is_told_and_ends_it(segment: Path) -> None:
    compressor = Compressor()
    missing = segment.with_name("journal-000007.fathom")
    compressor.add(missing, summary_of(segment))
    compressor.add(segment, summary_of(segment))
    compressor.close(wait_s=60)
    with pytest.raises(JournalError, match=r"Cannot compress .*journal-000007\.fathom: No such file"):
        compressor.check()
    assert segment.exists()
