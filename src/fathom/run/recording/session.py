"""One `fathom record` from its settings to its last sentence; whoever feeds it is passed in.

I/O: writes files through store; prints. Imports: domain, net, store, book_stream, recorder, progress,
report. Imported by: feed.
"""

import asyncio
import signal
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec

from fathom.domain import AuthError, FathomError, JournalError, LocalError
from fathom.net import run_loop
from fathom.run.recording.book_stream import DEPTHS
from fathom.run.recording.progress import show
from fathom.run.recording.recorder import Recorder, RecordReport
from fathom.run.recording.report import opened, told
from fathom.store import RecordingWriter

ALL: Final = ("all", "*")  # In place of symbols.
RECORDABLE: Final = ("book", "trade", "ticker", "ohlc", "level3", "instrument")
SIZE_MIB_MAX: Final = 4096

Feed = Callable[[Recorder], Awaitable[None]]  # Connects, and gives the recorder what comes, until it is cancelled.


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordCommand:
    """The command line as given; `venue` is the name that the manifest gets."""

    symbols: tuple[str, ...]
    out: Path
    channels: tuple[str, ...] = ("book", "trade")
    depth: int = 10
    seconds: float | None = None
    count: int | None = None
    venue: str = "kraken"
    size_mib: int = 64
    json: bool = False

    def check(self) -> None:
        """Raise LocalError for what cannot be."""
        for channel in self.channels:
            if channel not in RECORDABLE:
                raise LocalError("channels", f"{channel!r} must be one of {', '.join(RECORDABLE)}")
        if not self.channels:
            raise LocalError("channels", f"name one or more of {', '.join(RECORDABLE)}")
        if not self.symbols and set(self.channels) != {"instrument"}:
            raise LocalError("symbols", "name one or more, such as BTC/USD, or all")
        for channel in self.channels:
            allowed = DEPTHS.get(channel)  # type: ignore[call-overload] # A channel without a depth has none there.
            if allowed and self.depth not in allowed:
                raise LocalError(
                    "depth", f"of {channel} must be one of {', '.join(map(str, allowed))}, not {self.depth}"
                )
        if self.seconds is not None and not self.seconds > 0:
            raise LocalError("seconds", f"must be above 0, not {self.seconds:g}")
        if self.count is not None and self.count < 1:
            raise LocalError("count", f"must be 1 or more, not {self.count}")
        if not 1 <= self.size_mib <= SIZE_MIB_MAX:
            raise LocalError("size-mib", f"must be from 1 to {SIZE_MIB_MAX}, not {self.size_mib}")

    @property
    def everything(self) -> bool:
        """Whether every pair of the venue is wanted."""
        return any(symbol in ALL for symbol in self.symbols)

    @property
    def subscribed(self) -> tuple[str, ...]:
        """The channels asked for; with books `instrument` too, without which nobody can verify them later."""
        books = "book" in self.channels or "level3" in self.channels
        return (*self.channels, "instrument") if books and "instrument" not in self.channels else self.channels


def run_record(command: RecordCommand, feed: Feed) -> int:
    """Record until Ctrl-C, the time or the count; return the exit status: 0 where all is recorded and verified.

    Raises LocalError for what cannot be, JournalError where the disk refuses, and what `feed` raises; what was recorded
    before is told first.
    """
    command.check()
    writer = RecordingWriter(command.out, venue=command.venue, segment_bytes=command.size_mib * 2**20)
    found = opened(last_seq=writer.last_seq, torn=writer.torn, remade=writer.remade)
    if not command.json:
        _say(found)
    refused: JournalError | None = None
    try:
        report, broken = run_loop(_record(command, feed, writer))
    finally:
        refused = _close(writer)
    if report.failure is not None:
        refused = JournalError(report.failure)
    error = broken or refused
    if isinstance(error, LocalError | AuthError):
        raise error  # It never began.
    if command.json:
        answer = {"ok": report.ok and error is None, "opened": found, **msgspec.to_builtins(report)}
        sys.stdout.write(msgspec.json.encode(answer).decode() + "\n")
    else:
        _say(told(report))
    if error is not None:
        raise error
    return 0 if report.ok else 1


async def _record(
    command: RecordCommand, feed: Feed, writer: RecordingWriter
) -> tuple[RecordReport, FathomError | None]:
    """Return what was recorded, and what the feed ended with, if it raised."""
    loop = asyncio.get_running_loop()
    over = asyncio.Event()
    recorder = Recorder(writer, wanted=command.count, ended=over.set, depth=command.depth)
    signals = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    for one in signals:
        loop.add_signal_handler(one, over.set)
    broken: FathomError | None = None
    try:
        async with asyncio.TaskGroup() as tasks:
            working = [tasks.create_task(_feed(feed, recorder, over))]
            if sys.stdout.isatty() and not command.json:
                working.append(tasks.create_task(show(recorder)))
            try:
                async with asyncio.timeout(command.seconds):
                    await over.wait()
            except TimeoutError:
                pass
            recorder.end()
            for task in working:
                task.cancel()
    except* FathomError as group:  # A bug stays what it is.
        (broken, *_) = group.exceptions  # type: ignore[assignment] # One feed raises one.
    finally:
        for one in signals:
            loop.remove_signal_handler(one)
    return recorder.report(), broken


def _close(writer: RecordingWriter) -> JournalError | None:
    """Close it, and return what the disk says to that."""
    try:
        writer.close()
    except JournalError as error:
        return error
    return None


async def _feed(feed: Feed, recorder: Recorder, over: asyncio.Event) -> None:
    """A feed that ends by itself ends the recording."""
    try:
        await feed(recorder)
    finally:
        over.set()


def _say(sentences: list[str]) -> None:
    for sentence in sentences:
        sys.stdout.write(sentence + "\n")
    sys.stdout.flush()
