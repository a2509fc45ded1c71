"""The library: one object that is connected to Kraken, and everything that can be asked of it.

Imports: domain, kernel, protocol, keys, link, rest, venue; everything in client. Imported by: the front door.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Generator, Mapping, Sequence
from random import Random
from types import MappingProxyType
from typing import Any, Final, Self, TypeVar

from fathom.domain import AuthError, Instrument, LinkError, LocalError
from fathom.net.client.account import Account
from fathom.net.client.events import CallbackFailed, ClientEvent
from fathom.net.client.fleet import Fleet
from fathom.net.client.hearing import Hearing
from fathom.net.client.live_book import LiveBook
from fathom.net.client.options import LEVEL3_SYMBOLS_MAX, Options
from fathom.net.client.pairs import checked_pairs
from fathom.net.client.streams import Stream
from fathom.net.link import Link, RawTap, TokenSource, attempts_for
from fathom.net.venue import Endpoint, Venue
from fathom.protocol.messages import (
    Balance,
    BalancesParams,
    BookDepth,
    BookParams,
    Candle,
    ChannelParams,
    EventTrigger,
    Execution,
    ExecutionsParams,
    InstrumentParams,
    LedgerEntry,
    Level3Depth,
    Level3Params,
    OhlcInterval,
    OhlcParams,
    Ticker,
    TickerParams,
    Trade,
    TradeParams,
)

TEND_S: Final = 5.0  # How often connections are measured.
T = TypeVar("T")


class Kraken:
    """A connection to Kraken, or to an exchange like it. `connect` makes one; `async with` or `await` opens it.

    Market data and private streams come over WebSocket, on as many connections as they need, and come back by
    themselves after every end. Every channel is an async iterator (a `Stream`), or calls your callback with each item
    instead.
    """

    def __init__(
        self,
        venue: Venue,
        *,
        tokens: TokenSource | None = None,
        options: Options | None = None,
        tap: RawTap | None = None,
    ) -> None:
        self.venue = venue
        self.options = options or Options()
        self.event_counts: Counter[str] = Counter()
        self._tokens = tokens
        self._taps: list[RawTap] = [] if tap is None else [tap]
        self._rng = Random(self.options.seed)
        self._event_streams: list[Stream[ClientEvent]] = []
        self._hearing = Hearing(self._tell)
        self._hearing.on_change = self._changed
        self._change = asyncio.Event()
        public_max = self.options.symbols_per_link
        rate_max = self.options.frames_per_s_per_link
        self._public = Fleet(make=self._maker("public"), count_max=public_max, rate_max=rate_max)
        self._private = Fleet(make=self._maker("private"), count_max=public_max, rate_max=float("inf"))
        self._level3 = Fleet(make=self._maker("level3"), count_max=LEVEL3_SYMBOLS_MAX, rate_max=rate_max)
        self._main: asyncio.Task[None] | None = None
        self._group: asyncio.TaskGroup | None = None
        self._closing = asyncio.Event()

    # -- Opening and closing ---------------------------------------------------------------------------------

    async def open(self) -> Self:
        """Connect, and learn the pairs' rules. Raises what stood in the way, within `ready_s_max`."""
        if self._main is not None:
            raise LocalError("connect", "it is open, or was closed: make another")
        self._main = asyncio.create_task(self._live(), name="fathom")
        try:
            await self._until(lambda: bool(self._hearing.market.instruments), what="the pairs' rules")
        except BaseException:
            await self.close()
            raise
        return self

    async def close(self) -> None:
        """Say goodbye on every connection; streams end. Twice is no error."""
        self._closing.set()
        main = self._main
        if main is not None and not main.done():
            await asyncio.wait([main], timeout=4 * self.options.link.close_s_max)
            if not main.done():
                main.cancel()
                await asyncio.wait([main])
        for stream in self._streams():
            stream.close()
        if main is not None and main.done() and not main.cancelled() and (error := main.exception()) is not None:
            raise error

    async def __aenter__(self) -> Self:
        return await self.open()

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    def __await__(self) -> Generator[Any, None, Self]:
        return self.open().__await__()

    async def _live(self) -> None:
        """Own every task there is, until `close`; a bug in one of them ends them all, and every stream with it."""
        try:
            async with asyncio.TaskGroup() as group:
                self._group = group
                self._hold(InstrumentParams(snapshot=True), self._public)
                tend = group.create_task(self._tend(), name="tend")
                await self._closing.wait()
                tend.cancel()
                await asyncio.gather(*(link.stop() for link in self._links()))
        except BaseExceptionGroup as errors:
            failed = LinkError(f"this is a bug in fathom: {errors.exceptions[0]!r}")
            for stream in self._streams():
                stream.fail(failed)
            raise errors.exceptions[0] from None
        finally:
            self._group = None
            self._changed()

    async def _tend(self) -> None:
        """Measure connections now and then, and move what is too much for one."""
        while True:
            await asyncio.sleep(TEND_S)
            for fleet in (self._public, self._level3):
                for load in fleet.measure(seconds=TEND_S):
                    books = [topic for topic in self._hearing.topics.on(load.link) if topic.key.channel != "instrument"]
                    if len(books) > 1:
                        alike = [topic for topic in books if _same_wish(topic.params, books[0].params)]
                        self._hearing.topics.move(alike[: max(1, len(books) // 2)], now_ns=time.time_ns())

    # -- Looking ---------------------------------------------------------------------------------------------

    @property
    def instruments(self) -> Mapping[str, Instrument]:
        """The rules of every pair, by symbol; they change while we run."""
        return MappingProxyType(self._hearing.market.instruments)

    @property
    def system(self) -> str | None:
        """The trading engine's state: online, post_only, cancel_only, maintenance; None before it was told."""
        return self._hearing.system

    @property
    def account(self) -> Account:
        """Our orders, fills and balances as they were last told; empty until a private stream is open."""
        return self._hearing.account

    @property
    def round_trip_ns(self) -> int | None:
        """How long the last ping of a connection took."""
        return self._hearing.round_trip_ns

    def links(self) -> list[Link]:
        """Every connection, for whoever wants to look."""
        return self._links()

    def book_of(self, symbol: str, *, channel: str = "book") -> LiveBook | None:
        """Return the book of a pair that somebody reads; None where nobody does."""
        for key, feed in self._hearing.books.feeds.items():
            if key.channel == channel and key.symbol == symbol:
                return feed.book
        return None

    def books_verified(self) -> dict[tuple[str, str], tuple[int, int]]:
        """Return for each book (channel, symbol): frames verified, and how often it had to be taken anew."""
        feeds = self._hearing.books.feeds
        return {(key.channel, key.symbol): (feed.verified, feed.lost) for key, feed in feeds.items()}

    # -- Public channels -------------------------------------------------------------------------------------

    def book(
        self, *symbols: str, depth: BookDepth = 10, callback: Callable[[LiveBook], object] | None = None
    ) -> Stream[LiveBook]:
        """Stream level 2 books, each verified; an item is the book itself, whenever it moved since you looked last.

        `depth`: levels a side, 10, 25, 100, 500 or 1000. Raises LocalError for a pair or depth that is not there.
        """
        return self._read(BookParams(symbol=(), depth=depth, snapshot=True), symbols, self._public, True, callback)

    def level3(
        self, *symbols: str, depth: Level3Depth = 10, callback: Callable[[LiveBook], object] | None = None
    ) -> Stream[LiveBook]:
        """Stream level 3 books: every order in its queue, verified. Needs a key that may make WebSocket tokens.

        `depth`: price levels a side, 10, 100 or 1000. Raises LocalError as `book` does, AuthError without a key.
        """
        self._need_tokens("level3")
        params = Level3Params(symbol=(), depth=depth, snapshot=True)
        return self._read(params, symbols, self._level3, True, callback)

    def ticker(
        self, *symbols: str, trigger: EventTrigger = "trades", callback: Callable[[Ticker], object] | None = None
    ) -> Stream[Ticker]:
        """Stream quotes and 24 h figures, the newest of each pair. `trigger`: after each trade or each `bbo` change."""
        params = TickerParams(symbol=(), event_trigger=trigger, snapshot=True)
        return self._read(params, symbols, self._public, True, callback)

    def trades(
        self, *symbols: str, history: bool = False, callback: Callable[[Trade], object] | None = None
    ) -> Stream[Trade]:
        """Stream every trade once; `history` begins with the last 50. After a gap, what can be had is caught up on."""
        params = TradeParams(symbol=(), snapshot=True)
        return self._read(params, symbols, self._public, False, callback, history=history)

    def ohlc(
        self,
        *symbols: str,
        interval: OhlcInterval = 1,
        history: bool = True,
        callback: Callable[[Candle], object] | None = None,
    ) -> Stream[Candle]:
        """Stream candles of `interval` minutes: those before (`history`), then the running one after each trade."""
        params = OhlcParams(symbol=(), interval=interval, snapshot=history)
        return self._read(params, symbols, self._public, False, callback)

    def instrument_changes(self, callback: Callable[[Instrument], object] | None = None) -> Stream[Instrument]:
        """Stream pairs whose rules changed, or that are new."""
        return self._read(InstrumentParams(snapshot=True), (), self._public, False, callback)

    # -- Private channels ------------------------------------------------------------------------------------

    def executions(
        self, *, history: bool = False, callback: Callable[[Execution], object] | None = None
    ) -> Stream[Execution]:
        """Stream our orders and fills, each row whole, each fill once; `history` begins with what is open and 50 fills.

        Needs a key that may query orders and trades. Raises AuthError without one.
        """
        self._need_tokens("executions")
        return self._read(_EXECUTIONS, (), self._private, False, callback, history=history)

    def balances(
        self, callback: Callable[[Balance | LedgerEntry], object] | None = None
    ) -> Stream[Balance | LedgerEntry]:
        """Stream balances: first a row an asset, then a ledger entry for each change. The key must query funds."""
        self._need_tokens("balances")
        return self._read(BalancesParams(snapshot=True), (), self._private, False, callback)

    # -- What happens to the client --------------------------------------------------------------------------

    def events(self, callback: Callable[[ClientEvent], object] | None = None) -> Stream[ClientEvent]:
        """Stream what happens to the client itself: connections, gaps, books lost and verified, requests in doubt."""
        stream: Stream[ClientEvent] = Stream(size=self.options.events_size, conflate=False, callback=callback)
        self._event_streams = [known for known in self._event_streams if not known.closed]
        self._event_streams.append(stream)
        return stream

    def frames(self, tap: RawTap) -> None:
        """Call `tap(link, frame, time_ns)` with every raw frame of connections made from now on."""
        self._taps.append(tap)

    # -- Inside ----------------------------------------------------------------------------------------------

    def _read(
        self,
        params: ChannelParams,
        symbols: Sequence[str],
        fleet: Fleet,
        conflate: bool,
        callback: Callable[[T], object] | None,
        *,
        history: bool = True,
    ) -> Stream[T]:
        """Return a stream that reads these topics until it is closed."""
        self._need_open()
        if hasattr(params, "symbol"):
            symbols = checked_pairs(symbols, self.instruments)
        topics = self._hearing.topics.open(params, symbols, fleet)
        channel = topics[0].key.channel
        stream: Stream[T] = Stream(
            size=self.options.line_size,
            conflate=conflate,
            history=history,
            callback=callback,
            on_close=lambda: self._hearing.topics.release(topics, stream),
            on_error=lambda error: self._tell(
                CallbackFailed(time_ns=time.time_ns(), channel=channel, error=f"{type(error).__name__}: {error}")
            ),
            on_overrun=lambda count: self._hearing.overran(topics, stream, count),
        )
        self._hearing.topics.read(topics, stream)
        for topic in topics:  # What is there already need not be waited for.
            feed = self._hearing.books.feeds.get(topic.key)
            if feed is not None and feed.book.verified:
                stream.put(topic.key, feed.book)  # type: ignore[arg-type]  # T is LiveBook where there is a feed.
        return stream

    def _hold(self, params: ChannelParams, fleet: Fleet) -> None:
        """Subscribe without a reader."""
        for topic in self._hearing.topics.open(params, (), fleet):
            topic.held += 1

    async def _until(self, done: Callable[[], bool], *, what: str, timeout_s: float | None = None) -> None:
        """Wait for a condition that links bring about. Raises what stands in its way, or LinkError at the deadline."""
        timeout_s = self.options.ready_s_max if timeout_s is None else timeout_s
        try:
            async with asyncio.timeout(timeout_s):
                while not done():
                    if isinstance(self._hearing.last_error, AuthError):
                        raise self._hearing.last_error
                    self._need_open()
                    self._change.clear()
                    await self._change.wait()
        except TimeoutError:
            why = f": {self._hearing.last_error}" if self._hearing.last_error is not None else ""
            raise LinkError(f"{what} did not come from {self.venue.name} within {timeout_s:g} s{why}") from None

    def _changed(self) -> None:
        self._change.set()

    def _need_open(self) -> None:
        if self._main is None:
            raise LocalError("connect", "it is not open: `async with fathom.connect(...) as kraken`, or await it")
        if self._main.done() or self._closing.is_set():
            raise LinkError("the client is closed: connect again")

    def _need_tokens(self, what: str) -> None:
        if self._tokens is None:
            raise AuthError(f"{what} needs an API key: give credentials to `connect`")

    def _tell(self, event: ClientEvent) -> None:
        self.event_counts[type(event).__name__] += 1
        for stream in self._event_streams:
            stream.put(None, event)

    def _links(self) -> list[Link]:
        return [link for fleet in (self._public, self._private, self._level3) for link in fleet.links]

    def _streams(self) -> list[Stream[Any]]:
        read = [stream for topic in self._hearing.topics.all() for stream in topic.streams]
        return [*read, *self._event_streams]

    def _maker(self, role: Endpoint) -> Callable[[int], Link]:
        """Return what makes the n-th connection of a role, and starts it."""

        def make(number: int) -> Link:
            assert self._group is not None
            url = self.venue.url(role)
            link = Link(
                role if number == 1 else f"{role}-{number}",
                url,
                hears=self._hearing,
                attempts=attempts_for(url),
                terms=self.options.link,
                rng=self._rng,
                tokens=None if role == "public" else self._tokens,
                tap=self._tap if self._taps else None,
            )
            self._group.create_task(link.run(), name=link.name)
            return link

        return make

    def _tap(self, link: str, frame: bytes, now_ns: int) -> None:
        for tap in self._taps:
            tap(link, frame, now_ns)


_EXECUTIONS: Final = ExecutionsParams(snap_orders=True, snap_trades=True, order_status=True, ratecounter=True)


def _same_wish(one: ChannelParams, other: ChannelParams) -> bool:
    return type(one) is type(other) and getattr(one, "depth", None) == getattr(other, "depth", None)
