"""A tape: rows of the kernel in a file that is mapped into memory, not read.

| bytes | what |
|---|---|
| 0 to 7 | `FATHTAPE` |
| 8 to 11 | version, little-endian |
| 12 to 15 | length of the head, little-endian |
| 16 on | the head as JSON |
| 4096 on | rows of 56 bytes each (`kernel/layout.pxd`: Row), little-endian |

The file appears whole or not at all. The head is one page, so that rows begin where a page does.

I/O: reads, writes and maps files. Imports: domain, kernel, store/folder. Imported by: the front door.
"""

from __future__ import annotations

import mmap
import os
import struct
import sys
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import msgspec

from fathom.domain import JournalError, LocalError
from fathom.kernel import rows as row_form
from fathom.store.folder import half_name
from fathom.store.segment import os_sentence

MAGIC: Final = b"FATHTAPE"
VERSION: Final = 1
HEAD_BYTES: Final = 4096
_FIXED: Final = struct.Struct("<8sII")


class TapeHead(msgspec.Struct, frozen=True, kw_only=True):
    """What a tape holds. Times are ns since 1970; of an empty tape both are 0."""

    symbol: str
    kind: str  # "l2" or "l3"
    date: str  # UTC
    source: str
    rows: int
    frames: int
    verified: int
    mismatched: int
    unchecked: int
    trades: int
    gaps: int
    first_ns: int
    last_ns: int
    whole: bool  # Whether the recording went on beyond this day: else there may be more to come.
    row_bytes: int = row_form.ROW_BYTES


_head: Final = msgspec.json.Decoder(TapeHead)


class TapeWriter:
    """A tape that is being written: `write` rows, then `close`; what is not closed leaves nothing.

    Raises JournalError where the disk refuses.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.rows = 0
        self._half = half_name(path)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file = self._half.open("wb")
            self._file.write(bytes(HEAD_BYTES))
        except OSError as error:
            raise JournalError(os_sentence("write", path, error)) from error

    def write(self, rows: bytes) -> None:
        """Add rows."""
        try:
            self._file.write(rows)
        except OSError as error:
            raise JournalError(os_sentence("write", self.path, error)) from error
        self.rows += len(rows) // row_form.ROW_BYTES

    def close(self, head: TapeHead) -> None:
        """Write the head, and give the file its name. Raises LocalError where the head is longer than its page."""
        text = msgspec.json.encode(head)
        if len(text) > HEAD_BYTES - _FIXED.size:
            raise LocalError(str(self.path), "the head of this tape is longer than its page")
        try:
            self._file.seek(0)
            self._file.write(_FIXED.pack(MAGIC, VERSION, len(text)) + text)
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()
            self._half.replace(self.path)
        except OSError as error:
            raise JournalError(os_sentence("write", self.path, error)) from error

    def abandon(self) -> None:
        """Forget it; nothing of it stays."""
        self._file.close()
        self._half.unlink(missing_ok=True)


def tape_head(page: bytes, *, size: int, name: str) -> TapeHead:
    """Return what a tape says of itself in its first page; `size` is that of the whole file.

    Raises LocalError where it is no tape, or one that is cut short or of another version.
    """
    if len(page) < HEAD_BYTES:
        raise LocalError(name, "is no tape: it is too short")
    magic, version, length = _FIXED.unpack_from(page)
    if magic != MAGIC or length > HEAD_BYTES - _FIXED.size:
        raise LocalError(name, "is no tape")
    if version != VERSION:
        raise LocalError(name, f"is a tape of version {version}, not {VERSION}: compile it again")
    try:
        head = _head.decode(page[_FIXED.size : _FIXED.size + length])
    except msgspec.MsgspecError as error:
        raise LocalError(name, f"its head cannot be read ({error}): compile it again") from error
    if head.row_bytes != row_form.ROW_BYTES or size != HEAD_BYTES + head.rows * row_form.ROW_BYTES:
        raise LocalError(name, f"holds not the {head.rows} rows that it says: compile it again")
    return head


class Tape:
    """A tape, open: its head, and its rows as a view on the file. Close it, or use it with `with`.

    Raises LocalError where the file is no tape, or one that is cut short or of another version or machine.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        if sys.byteorder != "little":
            raise LocalError(str(path), "cannot be mapped on a big-endian machine")
        try:
            with path.open("rb") as file:
                size = os.fstat(file.fileno()).st_size
                if size < HEAD_BYTES:
                    raise LocalError(str(path), "is no tape: it is too short")
                self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except OSError as error:
            raise LocalError(str(path), f"cannot be read: {error.strerror or error}") from error
        try:
            self.head = tape_head(self._map[:HEAD_BYTES], size=size, name=str(path))
        except LocalError:
            self._map.close()
            raise
        self.rows = memoryview(self._map)[HEAD_BYTES:]

    def close(self) -> None:
        """Let go of the file. Views that others still hold keep it."""
        try:
            self.rows.release()
            self._map.close()
        except BufferError:  # Somebody still looks at it: it goes with them.
            return

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
