"""`fathom ws`: one channel, as a live ladder, as plain lines, or as the raw frames.

I/O: writes to stdout and stderr. Imports: domain, net, ui; printing, reaching, where. Imported by: cli.
"""

import asyncio
import sys
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final, Literal, get_args

from fathom.domain import AuthError, FathomError, LinkError, LocalError
from fathom.net import ClientEvent, Kraken, LinkFailed, Stream, SubscriptionFailed, VenueStatus
from fathom.protocol.messages import BookDepth, EventTrigger, Level3Depth, OhlcInterval
from fathom.run.ladder_screen import LadderScreen
from fathom.run.printing import Printer
from fathom.run.reaching import Reached, reach
from fathom.run.where import Where
from fathom.ui import (
    balance_line,
    book_line,
    candle_line,
    event_line,
    execution_line,
    instrument_line,
    ticker_line,
    trade_line,
)

Channel = Literal[
    "ticker", "book", "trade", "ohlc", "instrument", "status", "level3", "executions", "balances"
]  # fmt: skip
PRIVATE: Final = frozenset({"level3", "executions", "balances"})
BOOKS: Final = frozenset({"book", "level3"})
NO_SYMBOLS: Final = frozenset({"status", "executions", "balances"})  # These are of the whole venue or account.
ANY_SYMBOLS: Final = frozenset({"instrument"})  # All of them where none is named.
OPTIONS: Final[Mapping[str, tuple[str, ...]]] = {
    "depth": ("book", "level3"),
    "interval": ("ohlc",),
    "trigger": ("ticker",),
    "history": ("trade", "executions"),
}
LINES: Final[Mapping[str, Callable[[Any], str]]] = {
    "ticker": ticker_line,
    "book": book_line,
    "trade": trade_line,
    "ohlc": candle_line,
    "instrument": instrument_line,
    "level3": book_line,
    "executions": execution_line,
    "balances": balance_line,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchCommand:
    """The command line as given."""

    channel: str
    symbols: tuple[str, ...] = ()
    depth: int | None = None
    interval: int | None = None
    trigger: str | None = None
    history: bool = False
    json: bool = False
    plain: bool = False
    seconds: float | None = None
    count: int | None = None
    where: Where = field(default_factory=Where)


async def watch(command: WatchCommand) -> int:
    """Watch until the end that the command names; return the exit status. Raises what stood in the way."""
    _check(command)
    reached = await reach(command.where, key=command.channel in PRIVATE)
    live = command.channel in BOOKS and not (command.json or command.plain) and sys.stdout.isatty()
    sys.stdout.flush()
    with suppress(TimeoutError):  # The ends that were asked for.
        async with asyncio.timeout(command.seconds) as limit:
            watching = Watching(command, reached, limit, live=live)
            try:
                await watching.run()
            finally:
                watching.close()
    return await watching.finish()


class Watching:
    """One channel being watched."""

    def __init__(self, command: WatchCommand, reached: Reached, limit: asyncio.Timeout, *, live: bool) -> None:
        self._command = command
        self._reached = reached
        self._limit = limit
        self._live = live
        self._left = command.count
        self._error: FathomError | None = None
        self._ending = False
        self._mark = f'{{"channel":"{command.channel}"'.encode()
        self._encoding = sys.stdout.encoding or "utf-8"
        self._printer = None if live else Printer(sys.stdout.fileno(), on_end=self.end)
        self._screen: LadderScreen | None = None

    # -- Its life --------------------------------------------------------------------------------------------

    async def run(self) -> None:
        """Connect, and show what comes until it is cancelled."""
        kraken = self._reached.client(tap=self._raw if self._command.json else None)
        async with kraken, kraken.events(self._event):  # What closing does is not told.
            if self._live:
                await self._ladder(kraken)
            elif self._command.json:
                self._stream(kraken, callback=lambda _: None)
                await asyncio.Event().wait()  # The frames come by the tap.
            else:
                await self._lines(kraken)

    def end(self, error: FathomError | None = None) -> None:
        """End it: with an error, or well."""
        self._error = self._error or error
        if not self._ending:
            self._ending = True
            self._limit.reschedule(0.0)

    def close(self) -> None:
        """Give the terminal back."""
        if self._screen is not None:
            self._screen.close()

    async def finish(self) -> int:
        """Wait until all is written. Raises what went wrong."""
        if self._printer is not None:
            await self._printer.flush()
            self._printer.close()
        if self._screen is not None:
            self._screen.summary()
        if self._error is not None:
            raise self._error
        return 0

    # -- The three ways to show it -----------------------------------------------------------------------------

    def _raw(self, _link: str, frame: bytes, _time_ns: int) -> None:
        """Write a frame as it came, if it is of the channel."""
        if frame.startswith(self._mark):
            self._write(frame.replace(b"\n", b" "))

    async def _lines(self, kraken: Kraken) -> None:
        line = LINES.get(self._command.channel)
        if self._command.channel == "instrument":
            wanted = set(self._command.symbols)
            for symbol, instrument in sorted(kraken.instruments.items()):
                if not wanted or symbol in wanted:
                    self._text(instrument_line(instrument))
        if line is None:  # The venue's state comes as an event.
            self._text(f"status  {kraken.system or 'not told yet'}")
            await asyncio.Event().wait()
            return
        async for item in self._stream(kraken):
            if self._wanted(item):
                self._text(line(item))
        if self._error is None:
            raise LinkError("the stream has ended: connect again")

    async def _ladder(self, kraken: Kraken) -> None:
        channel = self._command.channel
        self._stream(kraken, callback=self._moved)
        found = [kraken.book_of(symbol, channel="book" if channel == "book" else "level3") for symbol in self._symbols]
        books = [book for book in found if book is not None]
        self._screen = LadderScreen(kraken, books, venue=self._reached.venue.name)
        await self._screen.run()

    def _stream(self, kraken: Kraken, callback: Callable[[Any], object] | None = None) -> Stream[Any]:
        """Subscribe."""
        command, symbols = self._command, self._symbols
        depth: Any = command.depth or 10
        interval: Any = command.interval or 1
        trigger: Any = command.trigger or "trades"
        match command.channel:
            case "ticker":
                return kraken.ticker(*symbols, trigger=trigger, callback=callback)
            case "book":
                return kraken.book(*symbols, depth=depth, callback=callback)
            case "level3":
                return kraken.level3(*symbols, depth=depth, callback=callback)
            case "trade":
                return kraken.trades(*symbols, history=command.history, callback=callback)
            case "ohlc":
                return kraken.ohlc(*symbols, interval=interval, callback=callback)
            case "executions":
                return kraken.executions(history=command.history, callback=callback)
            case "balances":
                return kraken.balances(callback=callback)
            case "instrument":
                return kraken.instrument_changes(callback)
            case _:
                return kraken.events(callback)

    # -- What happens ----------------------------------------------------------------------------------------

    @property
    def _symbols(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(self._command.symbols))

    def _wanted(self, item: Any) -> bool:
        """Tell whether it is of a pair that was asked for: the instrument channel has all of them."""
        return self._command.channel != "instrument" or not self._symbols or item.symbol in self._symbols

    def _text(self, line: str) -> None:
        self._write(line.encode(self._encoding, "replace"))

    def _write(self, line: bytes) -> None:
        if self._left == 0 or self._printer is None:
            return
        self._printer.write(line)
        self._counted()

    def _moved(self, _book: object) -> None:
        self._counted()

    def _counted(self) -> None:
        if self._left is not None:
            self._left -= 1
            if self._left <= 0:
                self._left = 0
                self.end()

    def _event(self, event: ClientEvent) -> None:
        """Tell a person what happens to the client, and end where nothing more can come."""
        if isinstance(event, VenueStatus) and self._command.channel == "status" and not self._command.json:
            self._text(f"status  {event.system}")
        if isinstance(event, LinkFailed) and event.retry_ns is None:
            self.end(AuthError(event.error))
        elif isinstance(event, SubscriptionFailed) and event.final:
            of = " ".join(filter(None, (event.channel, event.symbol)))
            self.end(LinkError(f"{of}: the venue refused it: {event.error}"))
        elif (line := event_line(event)) is not None:
            if self._live and self._screen is not None:
                self._screen.news = line
            else:
                with suppress(OSError):
                    sys.stderr.write(f"note: {line}\n")
                    sys.stderr.flush()


def _check(command: WatchCommand) -> None:
    """Raise LocalError for what does not go together."""
    channels = get_args(Channel)
    channel = command.channel
    if channel not in channels:
        raise LocalError("channel", f"there is no {channel[:40]}: there are {', '.join(channels)}")
    for name, of in OPTIONS.items():
        if getattr(command, name) and channel not in of:
            raise LocalError(name, f"goes with {' and '.join(of)}, not with {channel}")
    _one_of("depth", command.depth, get_args(BookDepth if channel == "book" else Level3Depth))
    _one_of("interval", command.interval, get_args(OhlcInterval))
    _one_of("trigger", command.trigger, get_args(EventTrigger))
    if command.symbols and channel in NO_SYMBOLS:
        raise LocalError("symbol", f"{channel} is of the whole {'venue' if channel == 'status' else 'account'}")
    if not command.symbols and channel not in NO_SYMBOLS | ANY_SYMBOLS:
        raise LocalError("symbol", "name at least one pair, such as BTC/USD")
    if command.seconds is not None and not 0 < command.seconds < float("inf"):
        raise LocalError("seconds", f"must be above 0, not {command.seconds:g}")
    if command.count is not None and command.count < 1:
        raise LocalError("count", f"must be at least 1, not {command.count}")
    if command.json and command.plain:
        raise LocalError("json", "contradicts --plain")


def _one_of(name: str, value: object, allowed: Iterable[object]) -> None:
    if value is not None and value not in allowed:
        raise LocalError(name, f"must be one of {', '.join(map(str, allowed))}, not {value}")
