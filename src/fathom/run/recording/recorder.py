"""`fathom record`: frames to disk as they come, and at once what their checksums say.

A recorder has no connection: it is given frames, drops and gaps from outside. Frames go to disk first; then each book
is built and compared, so that the end of a recording says how good it is.

I/O: writes files through store, reads no clock. Imports: domain, kernel, store, book_stream, precisions,
recorded_books. Imported by: session, report.
"""

from collections.abc import Callable, Mapping
from typing import Final

import msgspec

from fathom.domain import JournalError
from fathom.kernel import peek
from fathom.run.recording.book_stream import BookStream, StreamReport
from fathom.run.recording.precisions import Precision
from fathom.run.recording.recorded_books import (
    CHANNELS,
    BookChannel,
    BookSaid,
    DepthSaid,
    PrecisionsSaid,
    Refusal,
    said_by,
)
from fathom.store import Capture, RecordingWriter

GAPS_MAX: Final = 1000  # So many are listed; all are counted.
STREAMS_MAX: Final = 20_000  # Books of a venue on a few links. Beyond it they are recorded, and not verified.

_BookKey = tuple[BookChannel, str, str]


class Gap(msgspec.Struct, frozen=True):
    """Frames of one channel and symbol are missing between two times; `to_ns` is None where none came after.

    `missed` counts what is known to be lost (trades, whose numbers tell).
    """

    channel: str
    symbol: str
    from_ns: int
    to_ns: int | None
    reason: str = ""
    missed: int | None = None


class Denial(msgspec.Struct, frozen=True):
    """The venue would not let us have one channel of one symbol."""

    channel: str
    symbol: str
    error: str


class RecordReport(msgspec.Struct):
    """What was recorded, and how good it is. `unverified` counts book frames of which nothing told the decimals."""

    frames: int
    frame_bytes: int
    streams: list[StreamReport]
    unverified: int
    strays: int
    first_stray: Refusal | None
    drop_count: int
    gap_count: int
    gaps: list[Gap]
    denial_count: int
    denials: list[Denial]
    failure: str | None

    @property
    def verified(self) -> int:
        """Frames whose checksum is the book's."""
        return sum(stream.verified for stream in self.streams)

    @property
    def mismatched(self) -> int:
        """Frames whose checksum is not, or whose book was lost by one before."""
        return sum(stream.mismatched for stream in self.streams)

    @property
    def ok(self) -> bool:
        """Whether all was recorded, and nothing mismatched, refused or denied. A gap is no fault of a recording."""
        wrong = sum(stream.mismatched + stream.refused for stream in self.streams)
        return self.failure is None and not (wrong or self.strays or self.denial_count)


class Recorder:
    """Give it what comes: `tap` each frame, `dropped` each lost link, `gap` each hole. None of them raises.

    `wanted` ends it after so many frames. `ended` is called once when it takes no more: they are there, or the disk
    refused (`failure`). `instruments` and `depth` hold until frames say otherwise. `ending` is called just before that,
    by whoever knows of gaps that will not end any more.
    """

    def __init__(
        self,
        writer: RecordingWriter,
        *,
        wanted: int | None = None,
        ended: Callable[[], None] = lambda: None,
        instruments: Mapping[str, Precision] | None = None,
        depth: int | None = None,
    ) -> None:
        self.frames = 0
        self.frame_bytes = 0
        self.drop_count = 0
        self.gap_count = 0
        self.ending: Callable[[], None] = lambda: None
        self.failure: str | None = None
        self._writer = writer
        self._wanted = wanted
        self._ended = ended
        self._over = False
        self._depth = depth
        self._precisions = dict(instruments or {})
        self._answered: dict[_BookKey, int] = {}
        self._streams: dict[_BookKey, BookStream] = {}
        self._unverified = self._strays = self._denial_count = 0
        self._first_stray: Refusal | None = None
        self._gaps: list[Gap] = []
        self._denials: list[Denial] = []

    def tap(self, link: str, frame: bytes, time_ns: int) -> None:
        """Record one frame, and verify it where it is of a book."""
        if self._over:
            return
        try:
            self._writer.frame(link, frame, time_ns)
        except JournalError as error:
            self._fail(error)
            return
        self.frames += 1
        self.frame_bytes += len(frame)
        channel, kind, symbol = peek(frame)
        if (book := CHANNELS.get(channel)) is not None and symbol:
            said = BookSaid(self._writer.last_seq, frame, book, symbol, link, kind == "snapshot")
            self._verify(said)
        elif channel in {"", "instrument"}:
            self._learn(Capture(time_ns, link, frame, self._writer.last_seq))
        if self.frames == self._wanted:
            self.end()

    def dropped(self, link: str, reason: str, time_ns: int) -> None:
        """Take down that a link is gone. Its books begin anew with their next snapshots."""
        if self._over:
            return
        try:
            self._writer.dropped(link, reason, time_ns)
        except JournalError as error:
            self._fail(error)
            return
        self.drop_count += 1

    def gap(self, gap: Gap) -> None:
        """Take down what is missing of one channel and symbol."""
        if self._over:
            return
        self.gap_count += 1
        if len(self._gaps) < GAPS_MAX:
            self._gaps.append(gap)

    def denied(self, channel: str, symbol: str, error: str) -> None:
        """Take down that the venue gives us nothing of one channel and symbol."""
        if self._over:
            return
        self._denial_count += 1
        if len(self._denials) < GAPS_MAX:
            self._denials.append(Denial(channel, symbol, error))

    def end(self) -> None:
        """Take no more: that the connections go now is no fault of the recording."""
        if not self._over:
            self.ending()
            self._over = True
            self._ended()

    def report(self) -> RecordReport:
        """Return what was recorded so far, and how good it is."""
        return RecordReport(
            frames=self.frames,
            frame_bytes=self.frame_bytes,
            streams=[self._streams[key].report for key in sorted(self._streams)],
            unverified=self._unverified,
            strays=self._strays,
            first_stray=self._first_stray,
            drop_count=self.drop_count,
            gap_count=self.gap_count,
            gaps=list(self._gaps),
            denial_count=self._denial_count,
            denials=list(self._denials),
            failure=self.failure,
        )

    def _verify(self, said: BookSaid) -> None:
        key = (said.channel, said.symbol, said.link)
        precision = self._precisions.get(said.symbol)
        stream = self._streams.get(key)
        if stream is None and len(self._streams) < STREAMS_MAX and precision is not None:
            stream = self._streams[key] = BookStream(said)
        if stream is None or precision is None:
            self._unverified += 1
            return
        depth = self._answered.get(key, self._depth)
        stream.take(
            said, precision=precision, precision_from="the instruments", depth=depth, depth_from="the subscription"
        )

    def _learn(self, capture: Capture) -> None:
        match said_by(capture):
            case PrecisionsSaid() as said:
                self._precisions.update(said.precisions)
            case DepthSaid() as said:
                self._answered[said.channel, said.symbol, said.link] = said.depth
            case Refusal() as said:
                self._strays += 1
                self._first_stray = self._first_stray or said
            case _:
                pass

    def _fail(self, error: JournalError) -> None:
        self.failure = str(error)
        self.end()
