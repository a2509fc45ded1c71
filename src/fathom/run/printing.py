"""Lines to a reader who may be slow, or gone: the loop never waits for them.

I/O: a thread writes to a file descriptor. Imports: domain. Imported by: run/watching, run/trading/picture.
"""

import asyncio
import io
import os
import threading
from collections import deque
from collections.abc import Callable
from typing import Final

from fathom.domain import LocalError

WAITING_BYTES_MAX: Final = 64 * 2**20  # Of lines that nobody has taken; then the reader is too slow for the stream.
CHUNK_BYTES: Final = 2**18
LOOK_S: Final = 0.02


class Printer:
    """Writes lines in order. `on_end` is called once, in the loop, when nothing more can be written.

    Its argument is None where the reader has gone (`| head`), which is no error.
    """

    def __init__(self, fd: int, *, on_end: Callable[[LocalError | None], None]) -> None:
        self._fd = fd
        self._on_end = on_end
        self._loop = asyncio.get_running_loop()
        self._lines: deque[bytes] = deque()
        self._waiting = 0  # Bytes, up to WAITING_BYTES_MAX.
        self._ended = False
        self._more = threading.Condition()
        self._closing = False
        # A daemon: it may sit in a write to a reader that does not read, and must not hold up the end.
        self._thread = threading.Thread(target=self._run, name="printer", daemon=True)
        self._thread.start()

    @property
    def waiting(self) -> int:
        """How many bytes nobody has taken yet."""
        return self._waiting

    def write(self, line: bytes) -> None:
        """Take one line, without its end. Returns at once."""
        self.put(line + b"\n")

    def put(self, part: bytes) -> None:
        """Take anything. Returns at once."""
        with self._more:
            if self._ended:
                return
            self._lines.append(part)
            self._waiting += len(part)
            if self._waiting > WAITING_BYTES_MAX:
                self._end(LocalError("stdout", f"the reader is too slow: {self._waiting // 2**20} MiB wait for it"))
            self._more.notify()

    async def flush(self) -> None:
        """Wait until all is written, or cannot be. A reader such as `less` takes its time; Ctrl-C is the way out."""
        while self._waiting and not self._ended:
            await asyncio.sleep(LOOK_S)

    def close(self) -> None:
        """Let the thread go. What was not flushed is lost."""
        with self._more:
            self._closing = True
            self._more.notify()

    def _end(self, error: LocalError | None) -> None:
        if not self._ended:
            self._ended = True
            self._loop.call_soon_threadsafe(self._on_end, error)

    def _run(self) -> None:
        while (chunk := self._chunk()) is not None:
            try:
                left = memoryview(chunk)
                while left:
                    left = left[os.write(self._fd, left) :]
            except BrokenPipeError:
                self._end_from_thread(None)
                return
            except OSError as error:
                self._end_from_thread(LocalError("stdout", f"cannot be written to: {error.strerror or error}"))
                return
            with self._more:
                self._waiting -= len(chunk)

    def _end_from_thread(self, error: LocalError | None) -> None:
        with self._more:
            if not self._closing:
                self._end(error)
            self._ended = True

    def _chunk(self) -> bytes | None:
        with self._more:
            while not self._lines and not self._closing:
                self._more.wait()
            parts: list[bytes] = []
            size = 0
            while self._lines and size < CHUNK_BYTES:
                parts.append(self._lines.popleft())
                size += len(parts[-1])
            return b"".join(parts) or None


class PrinterFile(io.TextIOBase):
    """A printer as a text file, for who draws on a terminal. What is drawn leaves with a flush, as a whole."""

    def __init__(self, printer: Printer) -> None:
        self._printer = printer
        self._parts: list[str] = []

    def write(self, text: str) -> int:
        """Take a text."""
        self._parts.append(text)
        return len(text)

    def flush(self) -> None:
        """Hand on what was taken."""
        self._printer.put("".join(self._parts).encode())
        self._parts.clear()
