"""The thread between a recording and its disk: it writes what was packed, syncs once a second, finishes segments.

The caller never waits for the disk, so its frames wait here. Order is all that matters: records, the end of a
segment, the beginning of the next, just as they were put.

I/O: writes files. Imports: domain, segment_file, recording/compress, recording/manifest.
Imported by: recording/writer.
"""

from pathlib import Path
from threading import Condition, Event, Thread
from time import monotonic
from typing import Final

import msgspec

from fathom.domain import JournalError
from fathom.store.recording.compress import Compressor
from fathom.store.recording.manifest import Manifest, SegmentSummary, write_manifest
from fathom.store.segment_file import SegmentFile

POLL_S: Final = 0.05  # So old are the frames at most that a crash of the process takes along.
SYNC_S: Final = 1.0  # And so old those that a power cut takes.
BATCH_ITEMS_MAX: Final = 4096  # So many records are joined for one write.


class Begin(msgspec.Struct, frozen=True, gc=False):
    """A segment begins."""

    path: Path
    header: bytes


class Finish(msgspec.Struct, frozen=True):
    """The open segment has all its records: `manifest` covers it and all before."""

    segment: SegmentSummary
    manifest: Manifest


class Disk:
    """Takes records and marks in order with `put`. `written` counts the bytes of records that it has written.

    `failure` is the sentence of a disk that refused: nothing is taken from the queue any more.
    """

    def __init__(self, folder: Path, compressor: Compressor) -> None:
        self.written = 0
        self.failure: str | None = None
        self._folder = folder
        self._compressor = compressor
        self._items: list[bytes | Begin | Finish] = []
        self.put: Final = self._items.append  # Bound once: it is called for each frame. Appending needs no lock.
        self._file: SegmentFile | None = None
        self._unsynced = False
        self._synced_at_s = monotonic()
        self._wake = Event()
        self._settled = Condition()
        self._closing = False
        self._thread = Thread(target=self._run, name="recording", daemon=True)
        self._thread.start()

    @property
    def busy(self) -> bool:
        """Whether the thread may still write."""
        return self._thread.is_alive()

    def wait_written(self, total: int, *, wait_s: float) -> bool:
        """Wait until `total` bytes are written or the disk failed; False where neither came in time."""
        self._wake.set()
        with self._settled:
            return self._settled.wait_for(lambda: self.failure is not None or self.written >= total, wait_s)

    def close(self, *, wait_s: float) -> None:
        """Write and sync all that was put, at most for `wait_s`. `failure` tells whether that went well."""
        self._closing = True
        self._wake.set()
        self._thread.join(wait_s)
        if self._thread.is_alive() and self.failure is None:
            self.failure = f"The disk of {self._folder} has not taken the last frames in {wait_s:g} s: look at the disk"

    def _run(self) -> None:
        try:
            while True:
                closing = self._closing  # Looked at first: all that was put before it was set is written.
                self._drain()
                self._sync(now=closing)
                self._compressor.check()
                with self._settled:
                    self._settled.notify_all()
                if closing:
                    return
                self._wake.wait(POLL_S)
                self._wake.clear()
        except JournalError as error:
            self.failure = str(error)
        except BaseException as error:
            self.failure = f"Writing {self._folder} ended by a bug: {type(error).__name__}: {error}"
            raise
        finally:
            if self._file is not None:
                self._file.close()
            with self._settled:
                self._settled.notify_all()

    def _drain(self) -> None:
        while self._items and self.failure is None:
            batch = self._items[:BATCH_ITEMS_MAX]
            records: list[bytes] = []
            for item in batch:
                if type(item) is bytes:
                    records.append(item)
                    continue
                self._write(records)
                records = []
                if isinstance(item, Begin):
                    self._file = SegmentFile.create(item.path, item.header)
                elif isinstance(item, Finish):
                    self._finish(item)
            self._write(records)
            del self._items[: len(batch)]
            self._sync(now=False)

    def _write(self, records: list[bytes]) -> None:
        if records:
            assert self._file is not None, "records before a segment"
            data = b"".join(records)
            self._file.write(data)
            self._unsynced = True
            self.written += len(data)

    def _finish(self, finish: Finish) -> None:
        assert self._file is not None, "the end of a segment that never began"
        self._sync(now=True)
        self._file.close()
        self._compressor.add(self._file.path, finish.segment)
        self._file = None
        write_manifest(self._folder, finish.manifest)

    def _sync(self, *, now: bool) -> None:
        if self._file is not None and self._unsynced and (now or monotonic() - self._synced_at_s >= SYNC_S):
            self._file.sync()
            self._unsynced = False
            self._synced_at_s = monotonic()
