"""`fathom verify`: recorded books are built again, and every checksum in the recording is compared.

A recording is read first for what must be known before its first book (precisions), as far as that takes; then to
verify.

I/O: reads files. Imports: store, decimals, precisions, recorded_books, book_stream, walk. Imported by: cli.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec

from fathom.run.recording.book_stream import BookStream, StreamReport
from fathom.run.recording.decimals import Decimals
from fathom.run.recording.precisions import Precision
from fathom.run.recording.recorded_books import BookSaid, Refusal, Said, said_by
from fathom.run.recording.walk import Stream, Walk, stream_of
from fathom.store import BadLine, CaptureReader, TornTail


class FileReport(msgspec.Struct):
    """What was found in one recording. In a journal, `lines` are its entries."""

    file: str
    lines: int
    frames: int
    skipped_lines: int  # Readable, but without a frame.
    bad_lines: int
    first_bad_lines: list[BadLine]
    torn: TornTail | None
    strays: int  # Frames that cannot be read, and so belong to no stream.
    first_stray: Refusal | None
    streams: list[StreamReport]

    @property
    def ok(self) -> bool:
        """Whether there were books, nothing mismatched or was refused, and every line could be read."""
        wrong = sum(stream.mismatched + stream.refused for stream in self.streams)
        return bool(self.streams) and not (wrong or self.strays or self.bad_lines)


def verify_file(
    path: Path, *, instruments: Mapping[str, Precision] | None = None, depth: int | None = None
) -> FileReport:
    """Verify every book in one recording.

    `instruments` holds for symbols of which the recording has no instrument frame; without either, the
    padding of its own numbers tells. `depth` holds for all books, whatever the recording says or suggests.
    Raises LocalError where the file is no recording, JournalError where a journal is damaged.
    """
    decimals = Decimals(instruments or {}, everything=lambda: _said(CaptureReader(path)))
    for said in _said(CaptureReader(path)):
        decimals.learn(said)
        if decimals.enough:
            break
    else:
        decimals.end()
    walk = Walk(decimals, depth=depth)
    reader = CaptureReader(path)
    streams: dict[Stream, BookStream] = {}
    frames = strays = 0
    first_stray: Refusal | None = None
    for capture in reader:
        frames += 1
        match walk.hear(capture):
            case BookSaid() as said:
                key = stream_of(said)
                if (stream := streams.get(key)) is None:
                    stream = streams[key] = BookStream(said)
                precision, precision_from = decimals.of(said)
                stream.take(
                    said,
                    precision=precision,
                    precision_from=precision_from,
                    depth=walk.depth_of(said),
                    depth_from=walk.depth_from,
                )
            case Refusal() as said:
                strays += 1
                first_stray = first_stray or said
            case _:
                pass
    return FileReport(
        file=str(path),
        lines=reader.lines,
        frames=frames,
        skipped_lines=reader.skipped_count,
        bad_lines=reader.bad_count,
        first_bad_lines=reader.bad,
        torn=reader.torn,
        strays=strays,
        first_stray=first_stray,
        streams=[streams[key].report for key in sorted(streams)],
    )


def _said(reader: CaptureReader) -> Iterator[Said]:
    for capture in reader:
        if (said := said_by(capture)) is not None:
            yield said
