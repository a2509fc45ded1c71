"""Recordings of raw frames, in the forms that are about: read frame by frame, and written as one of them.

| form | a line, or the file |
|---|---|
| frames | `{"channel": ...}`, one a line |
| wrapped frames | `{"ts": ..., "frame": ...}`, one a line |
| any JSON | a line, or the whole file as one document: frames are found wherever they stand in it |
| cryptofeed | `time: message`; `address <- time: message` is one that was sent |
| a journal of ours | a directory, or one segment: its FrameReceived entries |

All may be compressed with gzip or Zstandard.

I/O: reads and writes files. Imports: domain, frames, lines, reader, segment. Imported by: run, through the
front door.
"""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO, Final

import msgspec
import zstandard

from fathom.domain import FrameReceived, JournalError, LocalError
from fathom.store.frames import FoundFrame, find_frames, time_of
from fathom.store.lines import BROKEN, LINE_BYTES_MAX, BadLine, numbered_lines, open_plain
from fathom.store.reader import JournalReader
from fathom.store.segment import MAGIC, TornTail, os_sentence, segments_in

BAD_LINES_MAX: Final = 20  # So many are kept with their reasons; all are counted.

_CRYPTOFEED: Final = re.compile(rb"(?:\S+ (<->|<-|->) )?(\d{9,11}(?:\.\d{1,9})?)(?:: (.*))?")
_BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"


class Capture(msgspec.Struct, frozen=True, gc=False):
    """One recorded frame, byte for byte as it stands in the file.

    `time_ns` is when the recorder had it, None where the file does not say. `line` counts from 1; in a
    journal it is the entry's seq. `sent` marks what the recorder's own side said.
    """

    time_ns: int | None
    link: str
    frame: bytes
    line: int
    sent: bool = False


class CaptureReader:
    """Iterates the frames of one recording in order, with bounded memory.

    Afterwards: `lines` read, `bad_count` of them unreadable (`bad` holds the first ones), `skipped_count`
    readable but without a frame, and `torn`, what a crash left at the end of a journal. Raises LocalError
    where the file is missing or no recording at all, JournalError where a journal is damaged. Never a bad
    line.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._reset()

    def _reset(self) -> None:
        self.lines = 0
        self.bad: list[BadLine] = []
        self.bad_count = 0
        self.skipped_count = 0
        self.torn: TornTail | None = None

    def __iter__(self) -> Iterator[Capture]:
        self._reset()
        try:
            if self._is_journal():
                yield from self._journal()
                return
            if (document := self._document()) is not None:
                yield from document
                return
            with open_plain(self.path) as file:
                yield from self._lines(file)
        except OSError as error:
            raise LocalError(str(self.path), f"cannot be read: {error.strerror or error}") from error

    def _is_journal(self) -> bool:
        if self.path.is_dir():
            if not segments_in(self.path):
                raise LocalError(str(self.path), "is a directory without a journal; name a file of frames")
            return True
        try:
            with open_plain(self.path) as file:
                return file.read(len(MAGIC)) == MAGIC
        except BROKEN:
            return False  # What is broken is told line by line.

    def _journal(self) -> Iterator[Capture]:
        reader = JournalReader(self.path)
        for entry, _ in reader:
            self.lines += 1
            if isinstance(entry.event, FrameReceived):
                yield Capture(entry.time_ns, entry.event.link, entry.event.frame, entry.seq)
            else:
                self.skipped_count += 1
        self.torn = reader.torn

    def _document(self) -> list[Capture] | None:
        """Return the frames of a file that is one JSON document over several lines, None where it is not.

        Its first line then is the beginning of an object or array, but no JSON by itself.
        """
        with open_plain(self.path) as file:
            first = next((line for _, line in numbered_lines(file) if not isinstance(line, bytes) or line.strip()), b"")
        if isinstance(first, BadLine):
            return None
        if b"\x00" in first:
            raise LocalError(str(self.path), "is not a recording: neither text nor a journal")
        first = first.removeprefix(_BYTE_ORDER_MARK).strip()
        if not first.startswith((b"{", b"[")) or _is_json(first):
            return None
        try:
            with open_plain(self.path) as file:
                text = file.read(LINE_BYTES_MAX + 1)
            if len(text) > LINE_BYTES_MAX:
                return None
            found = find_frames(text.removeprefix(_BYTE_ORDER_MARK))
        except (ValueError, *BROKEN):
            return None  # A file of lines, then, whose first one is broken.
        self.lines = text.count(b"\n") + (not text.endswith(b"\n"))
        self.skipped_count = 0 if found else self.lines
        return list(_placed(found, text))

    def _lines(self, file: BinaryIO) -> Iterator[Capture]:
        for number, line in numbered_lines(file):
            if isinstance(line, BadLine):
                self.lines += 1
                self._note(line)
                continue
            text = (line.removeprefix(_BYTE_ORDER_MARK) if number == 1 else line).strip()
            self.lines += 1
            if not text:
                continue
            try:
                captures = _read_line(text, number)
            except ValueError as error:
                self._note(BadLine(number, str(error)))
                continue
            if not captures:
                self.skipped_count += 1
            yield from captures

    def _note(self, bad: BadLine) -> None:
        self.bad_count += 1
        if len(self.bad) < BAD_LINES_MAX:
            self.bad.append(bad)


def _is_json(text: bytes) -> bool:
    try:
        msgspec.json.decode(text, type=msgspec.Raw)
    except (ValueError, RecursionError):
        return False
    return True


def _placed(found: list[FoundFrame], text: bytes) -> Iterator[Capture]:
    """Give each frame of a document the line that it starts in."""
    line, counted, after = 1, 0, 0
    for one in found:
        start = text.find(one.frame, after)
        if start >= 0:  # A frame that stood there as an escaped text has no place of its own.
            line += text.count(b"\n", counted, start)
            counted, after = start, start + len(one.frame)
        yield Capture(one.time_ns, one.link, one.frame, line)


def _read_line(text: bytes, number: int) -> list[Capture]:
    """Return the frames in one line. Raises ValueError where it cannot be read."""
    if text.startswith((b"{", b"[")):
        return [Capture(one.time_ns, one.link, one.frame, number) for one in find_frames(text)]
    match = _CRYPTOFEED.fullmatch(text)
    if match is None:
        raise ValueError("the line is neither JSON nor `time: message`")
    arrow, time, message = match.groups()
    if message is None:
        if arrow is None:
            raise ValueError("the line is a number alone")
        return []  # The recorder's note that it connected.
    time_ns = time_of(time if b"." in time else time + b".0")
    return [Capture(time_ns, one.link, one.frame, number, sent=arrow == b"<-") for one in find_frames(message)]


def write_capture(path: Path, captures: Iterable[Capture], *, level: int = 3) -> int:
    """Write wrapped frames, one a line, compressed with Zstandard at `level` (1 to 22); return how many.

    The file appears whole or not at all. Raises LocalError where a frame is not UTF-8, JournalError where the
    disk refuses.
    """
    half = path.with_name(path.name + ".part")
    count = 0
    try:
        with (
            half.open("wb") as file,
            zstandard.ZstdCompressor(level=level, write_checksum=True).stream_writer(file) as stream,
        ):
            for capture in captures:
                stream.write(_line_of(capture, path))
                count += 1
        half.replace(path)
    except OSError as error:
        half.unlink(missing_ok=True)
        raise JournalError(os_sentence("write", path, error)) from error
    except BaseException:
        half.unlink(missing_ok=True)
        raise
    return count


def _line_of(capture: Capture, path: Path) -> bytes:
    try:
        text = capture.frame.decode()
    except UnicodeDecodeError:
        raise LocalError(
            str(path),
            f"the frame of line {capture.line} is not UTF-8, so JSON cannot hold it; keep the original",
        ) from None
    row: dict[str, int | str | None] = {"ts": capture.time_ns}
    if capture.link:
        row["link"] = capture.link
    row["frame"] = text
    return msgspec.json.encode(row) + b"\n"
