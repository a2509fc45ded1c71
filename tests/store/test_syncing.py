import errno
import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from fathom.store.segment_file import SegmentFile
from fathom.store.syncing import Syncing


class Held:
    """An fsync that goes on when it is let, and counts."""

    def __init__(self) -> None:
        self.begun = threading.Semaphore(0)
        self.may_go = threading.Semaphore(0)
        self.count = 0

    def __call__(self, fd: int) -> None:
        self.count += 1
        self.begun.release()
        assert self.may_go.acquire(timeout=60)


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> Held:
    made = Held()
    monkeypatch.setattr(os, "fsync", made)
    return made


@pytest.fixture
def file(tmp_path: Path) -> Iterator[SegmentFile]:
    made = SegmentFile(tmp_path / "a", os.open(tmp_path / "a", os.O_WRONLY | os.O_CREAT), written=0)
    yield made
    made.close()


def test_what_is_asked_while_the_disk_is_busy_is_synced_once_more_and_no_oftener(held: Held, file: SegmentFile) -> None:
    syncing = Syncing()
    syncing.want(file)
    assert held.begun.acquire(timeout=60)
    for _ in range(5):
        syncing.want(file)
    for _ in range(2):
        held.may_go.release()
    syncing.settle()
    assert held.count == 2
    syncing.stop()


def test_a_sync_that_waits_is_told_as_slow_and_each_is_told_once(held: Held, file: SegmentFile) -> None:
    syncing = Syncing()
    assert syncing.slowest_ns() == 0
    syncing.want(file)
    assert held.begun.acquire(timeout=60)
    first, second = syncing.slowest_ns(), syncing.slowest_ns()
    assert 0 < first < second
    held.may_go.release()
    syncing.settle()
    assert syncing.slowest_ns() >= second
    assert syncing.slowest_ns() == 0
    syncing.stop()


def test_after_a_refusal_nothing_is_synced_any_more(monkeypatch: pytest.MonkeyPatch, file: SegmentFile) -> None:
    tried: list[int] = []

    def refuse(fd: int) -> None:
        tried.append(fd)
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(os, "fsync", refuse)
    syncing = Syncing()
    for _ in range(3):
        syncing.want(file)
        syncing.settle()
    assert len(tried) == 1
    assert syncing.failure is not None
    assert "Input/output error" in syncing.failure
    syncing.stop()


def test_it_stops_after_what_was_asked(held: Held, file: SegmentFile) -> None:
    syncing = Syncing()
    syncing.want(file)
    held.may_go.release()
    syncing.stop()
    assert held.count == 1
