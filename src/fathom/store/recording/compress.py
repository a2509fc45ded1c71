"""Finished segments made smaller, in a thread of their own: whenever it dies, one whole form of each is there.

The compressed form is written under another name, synced, and only then takes its name; then the plain one goes.
Where a crash left both, the plain one is compressed again.

I/O: reads and writes files. Imports: domain, folder, segment, recording/manifest.
Imported by: recording/disk, recording/writer.
"""

import os
from collections.abc import Callable
from pathlib import Path
from queue import SimpleQueue
from threading import Event, Thread
from typing import Final

import zstandard

from fathom.domain import JournalError
from fathom.store.folder import half_name, remove_half, sync_folder
from fathom.store.recording.manifest import SegmentSummary
from fathom.store.segment import compressed_name, os_sentence

LEVEL: Final = 3
CHUNK_BYTES: Final = 2**20  # Between two of these it can be told to stop; compressing one takes some milliseconds.


def compress_segment(path: Path, *, stop: Callable[[], bool] = lambda: False) -> int | None:
    """Compress a finished segment and remove the plain form; return how many bytes are left of it.

    None where `stop` said so before it was done: then the plain form is there as before. Raises JournalError where
    the disk refuses; then, too.
    """
    target = compressed_name(path)
    half = half_name(target)
    try:
        with path.open("rb") as plain, half.open("wb") as file:
            stream = zstandard.ZstdCompressor(level=LEVEL, write_checksum=True).compressobj(size=path.stat().st_size)
            while (chunk := plain.read(CHUNK_BYTES)) and not stop():
                file.write(stream.compress(chunk))
            if not chunk:
                file.write(stream.flush())
                file.flush()
                os.fsync(file.fileno())
            size = file.tell()
        if chunk:
            remove_half(half)
            return None
        half.replace(target)
        sync_folder(path.parent)
        path.unlink()
        sync_folder(path.parent)
    except OSError as error:
        remove_half(half)
        raise JournalError(os_sentence("compress", path, error)) from error
    return size


class Compressor:
    """Compresses segments one after another. What waits here is plain on disk, and as safe.

    `failure` is the sentence of a disk that refused: nothing more is compressed then.
    """

    def __init__(self) -> None:
        self.failure: str | None = None
        self._waiting: SimpleQueue[tuple[Path, SegmentSummary] | None] = SimpleQueue()
        self._stop = Event()
        self._thread = Thread(target=self._run, name="compress", daemon=True)
        self._thread.start()

    def add(self, path: Path, summary: SegmentSummary) -> None:
        """Compress the segment at `path`; its summary gets the size, from the thread."""
        self._waiting.put((path, summary))

    def check(self) -> None:
        """Raise JournalError where the disk refused. It is full, most likely: told before frames are lost."""
        if self.failure is not None:
            raise JournalError(self.failure)

    def close(self, *, wait_s: float) -> None:
        """Wait for all that was added, at most `wait_s`; what is left then stays plain."""
        self._waiting.put(None)
        self._thread.join(wait_s)
        self._stop.set()
        self._thread.join()  # At most a chunk and a sync.

    def _run(self) -> None:
        while (job := self._waiting.get()) is not None and not self._stop.is_set():
            path, summary = job
            try:
                summary.compressed_bytes = compress_segment(path, stop=self._stop.is_set)
            except JournalError as error:
                self.failure = str(error)
                return
