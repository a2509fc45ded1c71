"""`fathom data compile`: recordings become columns and tapes, verified as they are written.

A recording is read once, after a look at its beginning; what that does not tell (decimals without instruments, depths
that nobody says) is read ahead. What is written appears whole: who stops it with Ctrl-C finds the days that were
finished, and the next run goes on after them.

I/O: reads and writes files through store. Imports: domain, store, compiling, depths, run/recording. Imported by: cli.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final

import msgspec

from fathom.domain import FathomError, LocalError, RemoteError
from fathom.protocol import V1Translator, parse_time
from fathom.run.history.book_track import BookTrack
from fathom.run.history.compiling import Compiler, Done
from fathom.run.history.depths import Depths
from fathom.run.history.own_levels import OwnLevels, WithoutOwnLevels
from fathom.run.history.own_orders import WithoutOwn, own_orders
from fathom.run.recording.decimals import Decimals
from fathom.run.recording.precisions import Precision
from fathom.run.recording.recorded_books import BookSaid, DepthSaid, PrecisionsSaid, Refusal, Said, TradesSaid, said_by
from fathom.run.recording.walk import Walk
from fathom.store import Capture, CaptureReader
from fathom.store.history import need_history, part_head, partitions, source_name

Progress = Callable[[str, int, int], None]  # What is done, how far it is, and how far it goes (0: not known).
PROGRESS_EVERY: Final = 2_000
ORIGIN_FRAMES: Final = 100
WITHOUT_OWN: Final = "-without-own"  # At the end of an origin: the same recording, with other rows.


class Compiled(msgspec.Struct):
    """What came of one recording."""

    file: str
    source: str
    frames: int
    books: dict[str, dict[str, int]]  # By "BTC/USD l2": frames, verified, mismatched, refused, unchecked.
    trades: int
    trades_again: int
    candles: int
    gaps: int
    refused: int  # Frames that could not be read.
    first_refusal: str
    others: int
    days_kept: int  # Parts of days that were there already.
    clock: str  # Whose time `local_ns` is.
    own_orders: int | None = None  # How many orders were the run's own; None: nobody asked to leave them out.
    own_rows: int = 0  # Rows of level 3 that were left out for them.
    own_levels: int = 0  # Rows of level 2 that were changed or left out for them.
    own_in_l2: list[str] = []  # Symbols whose level 2 still has them.

    @property
    def ok(self) -> bool:
        """Whether every frame was read, and no checksum was wrong."""
        wrong = sum(one["mismatched"] + one["refused"] for one in self.books.values())
        return not (wrong or self.refused)


class _Row(msgspec.Struct):
    symbol: str = ""
    timestamp: str = ""


class _Timed(msgspec.Struct):
    data: list[_Row] = []
    timestamp: str = ""


_timed: Final = msgspec.json.Decoder(_Timed)


def compile_recording(
    path: Path,
    data: Path,
    *,
    instruments: Mapping[str, Precision] | None = None,
    depth: int | None = None,
    without_own: bool = False,
    progress: Progress | None = None,
) -> Compiled:
    """Compile one recording into `data`. `without_own`: level 3 without the orders of the run that recorded it.

    Raises LocalError where it is no recording, has no times, or no orders of its own to leave out, JournalError where a
    journal is damaged or the disk refuses. Parts that were begun are then gone; days that were finished stay.
    """
    need_history("pyarrow.parquet")
    say = progress or (lambda _what, _done, _all: None)
    own = own_orders(path) if without_own else None
    decimals = Decimals(instruments or {}, everything=lambda: _learned(path))
    times, origin = _first_look(path, decimals)
    source, origin = source_name(path), origin + (WITHOUT_OWN if without_own else "")
    done = _finished(data, source, origin)
    levels = OwnLevels(own or frozenset())
    if own:  # Where ours stood in level 3 is what level 2 is written without: it is gone through before.
        looked, _ = _first_look(path, decimals.copy())
        looking = _Feed(levels, Walk(decimals.copy(), depth=depth), Depths(path, decimals.copy()))
        for capture in CaptureReader(path):
            looking.take(capture, looked.of(capture))
    compiler = Compiler(
        data, source, origin=origin, precision_of=decimals.known, done=done, own=own, own_sums=levels.sums
    )
    feed = _Feed(compiler, Walk(decimals, depth=depth), Depths(path, decimals.copy()))
    frames = 0
    try:
        for capture in CaptureReader(path):
            frames += 1
            if frames % PROGRESS_EVERY == 0:
                say("writing", frames, 0)
            feed.take(capture, times.of(capture))
    except BaseException:
        compiler.abandon()
        raise
    compiler.close()
    say("writing", frames, frames)
    return Compiled(
        file=str(path), source=source, frames=frames, trades=compiler.trades, trades_again=compiler.trades_again,
        books={f"{symbol} {kind}": _counts(track) for (kind, symbol), track in sorted(compiler.tracks.items())},
        candles=compiler.candles, gaps=compiler.gaps, refused=compiler.refused + feed.strays,
        first_refusal=compiler.first_refusal or feed.first_stray, others=compiler.others, days_kept=len(done),
        clock=times.clock, own_orders=None if own is None else len(own),
        own_rows=sum(
            one.without_own.rows_left_out
            for one in compiler.tracks.values()
            if isinstance(one.without_own, WithoutOwn)
        ),
        own_levels=sum(
            one.without_own.rows_changed
            for one in compiler.tracks.values()
            if isinstance(one.without_own, WithoutOwnLevels)
        ),
        own_in_l2=sorted(one for kind, one in compiler.tracks if kind == "l2" and own and one not in levels.sums),
    )  # fmt: skip


class _Feed:
    """Gives each frame to the compiler with what must be known of it."""

    def __init__(self, compiler: Compiler | OwnLevels, walk: Walk, depths: Depths) -> None:
        self.strays = 0
        self.first_stray = ""
        self._compiler = compiler
        self._walk = walk
        self._depths = depths
        self._old = V1Translator()

    def take(self, capture: Capture, time_ns: int) -> None:
        if capture.sent:
            return
        match self._walk.hear(capture):
            case BookSaid() as said:
                depth = self._walk.depth_of(said) or self._depths.of(said) if said.snapshot else 0
                precision, _ = self._walk.decimals.of(said)
                self._compiler.book(said, precision=precision, depth=depth, local_ns=time_ns)
            case PrecisionsSaid():
                self._compiler.other(capture.frame, time_ns)
            case Refusal() as said:
                self.strays += 1
                self.first_stray = self.first_stray or f"line {said.line}: {said.why}"
            case DepthSaid():
                pass
            case None:
                self._take_other(capture, time_ns)

    def _take_other(self, capture: Capture, time_ns: int) -> None:
        try:
            frame = _plain(capture, self._old)
        except RemoteError as error:
            self.strays += 1
            self.first_stray = self.first_stray or f"line {capture.line}: {error}"
        else:
            if frame is not None:
                self._compiler.other(frame, time_ns)


def _plain(capture: Capture, old: V1Translator) -> bytes | None:
    """Return a frame that is no book's in version 2's words; None for one of version 1 that says nothing here.

    Raises RemoteError where one of version 1 is not as it should be.
    """
    if capture.sent or not capture.frame.startswith(b"["):
        return None if capture.sent else capture.frame
    return old.translate(capture.frame)


def _symbols_traded(frame: bytes) -> frozenset[str]:
    if not frame.startswith(b'{"channel":"trade"'):
        return frozenset()
    try:
        return frozenset(row.symbol for row in _timed.decode(frame).data)
    except ValueError:
        return frozenset()


class _Times:
    """When each frame was had: as the recorder says, or, where it does not, as the venue says in the frames."""

    def __init__(self) -> None:
        self.clock = ""  # Whose time it is; empty while no frame has told one.
        self._last_ns: int | None = None

    def learn(self, capture: Capture) -> None:
        """Look at a frame before the first one is written: the first time that is told stands for those before it."""
        if self.clock == "the recorder's" or self._last_ns is not None:
            return
        if capture.time_ns is not None:
            self.clock = self.clock or "the recorder's"
            return
        self.clock = "the venue's"
        self._last_ns = _told_ns(capture)

    @property
    def known(self) -> bool:
        """Whether there is a time to begin with."""
        return self.clock == "the recorder's" or self._last_ns is not None

    def of(self, capture: Capture) -> int:
        """Return when a frame was had."""
        if capture.time_ns is not None:
            self._last_ns = capture.time_ns
        elif (time_ns := _told_ns(capture)) is not None:
            self._last_ns = max(time_ns, self._last_ns or 0)
        assert self._last_ns is not None
        return self._last_ns


def _told_ns(capture: Capture) -> int | None:
    """Return the latest time that a frame tells, or None."""
    try:
        said = _timed.decode(capture.frame)
        times = [parse_time(one) for one in (said.timestamp, *(row.timestamp for row in said.data)) if one]
    except (ValueError, FathomError):
        return None
    return max(times, default=None)


def _first_look(path: Path, decimals: Decimals) -> tuple[_Times, str]:
    """Return the clock of a recording, and what tells it from another of the same name: a digest of its first frames.

    It goes only so far as both, and what the instruments say, are known. Raises LocalError where nothing tells a time.
    """
    times, digest, old = _Times(), hashlib.blake2b(digest_size=8), V1Translator()
    for number, capture in enumerate(CaptureReader(path)):
        if number >= ORIGIN_FRAMES and times.known and decimals.enough:
            break
        times.learn(capture)
        if number < ORIGIN_FRAMES:
            digest.update(f"{capture.time_ns} ".encode() + capture.frame)
        if not decimals.enough and (said := _learnt(capture, old)) is not None:
            decimals.learn(said)
    else:
        decimals.end()
    if not times.known:
        raise LocalError(str(path), "says nowhere when its frames came, nor do they: it cannot be played")
    return times, digest.hexdigest()


def _learned(path: Path) -> Iterator[Said | TradesSaid]:
    """Go through a recording for all that may tell of decimals."""
    old = V1Translator()
    for capture in CaptureReader(path):
        if (said := _learnt(capture, old)) is not None:
            yield said


def _learnt(capture: Capture, old: V1Translator) -> Said | TradesSaid | None:
    """Return what a frame tells of decimals, or of anything else; None where it is nothing."""
    if (said := said_by(capture)) is not None:
        return said
    with suppress(RemoteError):  # It is told when it is its turn.
        frame = _plain(capture, old) or b""
        if symbols := _symbols_traded(frame):
            return TradesSaid(symbols, frame)
    return None


def _finished(data: Path, source: str, origin: str) -> set[Done]:
    """Return the parts of whole days that an earlier run has written.

    Raises LocalError where another recording of the same name is in the data.
    """
    found: set[Done] = set()
    for one in partitions(data):
        if one.kind == "tape" or one.source != source:
            continue
        head = part_head(one.path)
        found_origin = head.get("origin", "")
        if found_origin != origin and found_origin.removesuffix(WITHOUT_OWN) == origin.removesuffix(WITHOUT_OWN):
            how = "with" if origin.endswith(WITHOUT_OWN) else "without"
            raise LocalError(str(one.path), f"was compiled {how} its own orders: name another folder")
        if found_origin != origin:
            raise LocalError(
                str(one.path), "is of another recording with the same name: rename this one, or name another folder"
            )
        if head.get("whole") == "true":
            found.add(Done(one.kind, one.symbol, one.day))
    return found


def _counts(track: BookTrack) -> dict[str, int]:
    return {
        "frames": track.frames,
        "verified": track.verified,
        "mismatched": track.mismatched,
        "refused": track.refused,
        "unchecked": track.unchecked + track.homeless,
    }
