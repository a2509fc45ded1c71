import os
from collections.abc import Iterator
from pathlib import Path
from threading import Event

import pytest

from fathom.store.recording.compress import Compressor
from fathom.store.recording.disk import Begin, Disk, Finish
from fathom.store.recording.manifest import SegmentSummary, read_manifest
from fathom.store.recording.tally import Tally


@pytest.fixture
def compressor() -> Iterator[Compressor]:
    made = Compressor()
    yield made
    made.close(wait_s=60)


def summary_of(name: str) -> SegmentSummary:
    return SegmentSummary(name, 1, 2, 0, 0, 2, 11, "0" * 32)


def test_records_in_their_segments(tmp_path: Path, compressor: Compressor) -> None:
    disk = Disk(tmp_path, compressor)
    first, second = tmp_path / "journal-000001.fathom", tmp_path / "journal-000002.fathom"
    disk.put(Begin(first, b"head-1 "))
    disk.put(b"one ")
    disk.put(b"two ")
    assert disk.wait_written(8, wait_s=60)
    assert first.read_bytes() == b"head-1 one two "
    summary = summary_of(first.name)
    tally = Tally()
    tally.segments.append(summary)
    disk.put(Finish(summary, tally.manifest(venue="kraken")))
    disk.put(Begin(second, b"head-2 "))
    disk.put(b"three ")
    disk.close(wait_s=60)
    compressor.close(wait_s=60)
    assert (disk.failure, disk.busy, disk.written) == (None, False, 14)
    assert second.read_bytes() == b"head-2 three "
    assert not first.exists()
    assert summary.compressed_bytes == (tmp_path / "journal-000001.fathom.zst").stat().st_size
    manifest = read_manifest(tmp_path)
    assert manifest
    assert [segment.name for segment in manifest.segments] == [first.name]


def test_it_syncs_in_the_end_and_before_the_next_segment(
    tmp_path: Path, compressor: Compressor, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[tuple[int, int]] = []
    real = os.fsync

    def noted(fd: int) -> None:
        synced.append((os.fstat(fd).st_ino, os.fstat(fd).st_size))
        real(fd)

    monkeypatch.setattr(os, "fsync", noted)
    disk = Disk(tmp_path, compressor)
    path = tmp_path / "journal-000001.fathom"
    disk.put(Begin(path, b"head "))
    disk.put(b"record")
    disk.close(wait_s=60)
    assert (path.stat().st_ino, len(b"head record")) in synced


def test_a_refusal_is_told_and_nothing_more_is_written(tmp_path: Path, compressor: Compressor) -> None:
    path = tmp_path / "journal-000001.fathom"
    path.touch()
    disk = Disk(tmp_path, compressor)
    disk.put(Begin(path, b"head "))
    disk.put(b"record")
    assert disk.wait_written(6, wait_s=60)  # It failed: nobody waits longer.
    assert str(disk.failure).startswith(f"Cannot create {path}: File exists")
    disk.close(wait_s=60)
    assert path.read_bytes() == b""


def test_a_disk_that_hangs_is_told(tmp_path: Path, compressor: Compressor, monkeypatch: pytest.MonkeyPatch) -> None:
    hangs, goes_on = Event(), Event()
    real = os.fsync

    def hanging(fd: int) -> None:
        hangs.set()
        goes_on.wait(60)
        real(fd)

    monkeypatch.setattr(os, "fsync", hanging)
    disk = Disk(tmp_path, compressor)
    disk.put(Begin(tmp_path / "journal-000001.fathom", b"head "))
    disk.put(b"record")
    assert hangs.wait(60)
    assert not disk.wait_written(6, wait_s=0.01)
    disk.close(wait_s=0.01)
    assert "has not taken the last frames in 0.01 s" in str(disk.failure)
    assert disk.busy
    goes_on.set()
    disk._thread.join(60)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_bug_is_told_too(tmp_path: Path, compressor: Compressor) -> None:
    disk = Disk(tmp_path, compressor)
    disk.put(b"a record before any segment")
    disk.close(wait_s=60)
    assert "ended by a bug: AssertionError" in str(disk.failure)
