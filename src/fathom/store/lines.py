"""Numbered lines out of a file, plain or compressed, with a bound on each.

I/O: reads files. Imports: nothing. Imported by: captures, segment.
"""

import gzip
import io
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final, cast

import msgspec
import zstandard

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

LINE_BYTES_MAX: Final = 64 * 2**20  # A longer line is reported and passed over; a frame is at most a few MiB.
GZIP_MAGIC: Final = b"\x1f\x8b"
ZSTD_MAGIC: Final = b"\x28\xb5\x2f\xfd"
BUFFER_BYTES: Final = 2**20

# What reading raises where the compression is broken.
BROKEN: Final = (EOFError, gzip.BadGzipFile, zlib.error, zstandard.ZstdError)

# So little is given to the decompressor at once that even a block of a repeated byte (128 KiB out of four
# bytes) stays within some tens of MiB.
_ZSTD_READ_BYTES: Final = 1024


class BadLine(msgspec.Struct, frozen=True):
    """A line that could not be read, counted from 1, and why."""

    line: int
    why: str


class _ZstdStream(io.RawIOBase):
    """The plain bytes of a Zstandard file; unlike the library's own stream it notices one cut short."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._decompress = zstandard.ZstdDecompressor().decompressobj()
        self._begun = False
        self._held = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, into: "WriteableBuffer", /) -> int:
        while not self._held:
            chunk = self._file.read(_ZSTD_READ_BYTES)
            if not chunk:
                if self._begun:
                    raise EOFError("the file ends before its end mark")
                return 0
            self._held = memoryview(self._fed(chunk))
        target = memoryview(into)
        count = min(len(target), len(self._held))
        target[:count] = self._held[:count]
        self._held = self._held[count:]
        return count

    def _fed(self, chunk: bytes) -> bytes:
        """Take compressed bytes in and return what they hold; a file may be several such streams in a row."""
        plain = []
        while chunk:
            self._begun = True
            plain.append(self._decompress.decompress(chunk))
            if not self._decompress.eof:
                break
            chunk = self._decompress.unused_data
            self._decompress = zstandard.ZstdDecompressor().decompressobj()
            self._begun = False
        return b"".join(plain)

    def close(self) -> None:
        self._file.close()
        super().close()


def open_plain(path: Path) -> BinaryIO:
    """Open the file for its plain bytes; what it starts with says how it is compressed, not its name."""
    file = io.BufferedReader(io.FileIO(path), BUFFER_BYTES)
    magic = file.peek(4)[:4]
    if magic.startswith(GZIP_MAGIC):
        file.close()
        return cast("BinaryIO", gzip.open(path))
    if magic == ZSTD_MAGIC:
        return io.BufferedReader(_ZstdStream(file), BUFFER_BYTES)
    return file


def is_compressed(file: BinaryIO) -> bool:
    """Whether a file from `open_plain` was compressed."""
    return not isinstance(getattr(file, "raw", None), io.FileIO)


def numbered_lines(file: BinaryIO, *, bytes_max: int = LINE_BYTES_MAX) -> Iterator[tuple[int, bytes | BadLine]]:
    """Yield each line with its number, without its line feed; a BadLine where it is too long.

    Where the compression is broken, the last thing yielded is a BadLine: nothing after it can be read.
    """
    number = 0
    while True:
        number += 1
        try:
            line = file.readline(bytes_max + 1)
            if len(line) > bytes_max and not line.endswith(b"\n"):
                while (rest := file.readline(bytes_max)) and not rest.endswith(b"\n"):
                    pass
                yield number, BadLine(number, f"the line is longer than {bytes_max} bytes")
                continue
        except BROKEN as error:
            yield number, BadLine(number, f"the compression is broken from here on: {error}")
            return
        if not line:
            return
        yield number, line.rstrip(b"\r\n")
