"""The segment that is being written: whole records go in, and what a refused write left is taken back.

I/O: writes files. Imports: domain, folder, segment. Imported by: journal, recording.
"""

import os
from pathlib import Path
from typing import Self

from fathom.domain import JournalError
from fathom.store.folder import sync_folder
from fathom.store.segment import os_sentence


class SegmentFile:
    """One open segment. Each method raises JournalError where the disk refuses; then only `close` is left."""

    def __init__(self, path: Path, fd: int, *, written: int) -> None:
        self.path = path
        self.written = written  # Bytes that the operating system has, always whole records.
        self._fd = fd

    @classmethod
    def create(cls, path: Path, header: bytes) -> Self:
        """Begin a segment that is not there yet."""
        try:
            fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o644)
        except OSError as error:
            raise JournalError(os_sentence("create", path, error)) from error
        made = cls(path, fd, written=0)
        try:
            sync_folder(path.parent)
            made.write(header)
        except OSError as error:
            made.close()
            raise JournalError(os_sentence("create", path, error)) from error
        except JournalError:
            made.close()
            raise
        return made

    @classmethod
    def reopen(cls, path: Path, *, end: int) -> Self:
        """Go on at `end`, where the last whole record ends. What stands behind it is cut off."""
        try:
            fd = os.open(path, os.O_WRONLY | os.O_CLOEXEC)
            if os.fstat(fd).st_size > end:
                os.ftruncate(fd, end)
                os.fsync(fd)
            os.lseek(fd, 0, os.SEEK_END)
        except OSError as error:
            raise JournalError(os_sentence("continue", path, error)) from error
        return cls(path, fd, written=end)

    def write(self, records: bytes) -> None:
        """Hand whole records to the operating system: all of them, or none."""
        left = memoryview(records)
        try:
            while left:
                left = left[os.write(self._fd, left) :]
        except OSError as error:
            self._cut()
            raise JournalError(os_sentence("write", self.path, error)) from error
        self.written += len(records)

    def sync(self) -> None:
        """Wait until the disk has it. A failed sync must not be tried again: what it lost would look synced."""
        try:
            os.fsync(self._fd)
        except OSError as error:
            raise JournalError(os_sentence("sync", self.path, error)) from error

    def close(self) -> None:
        """Let go of the file. A second time does nothing."""
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1

    def _cut(self) -> None:
        """Take back what a refused write left. Where even that is refused, the next opening cuts it."""
        try:
            os.ftruncate(self._fd, self.written)
        except OSError:
            return
