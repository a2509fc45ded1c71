"""A client on a local exchange in the same loop: the faults, the venue's own word on everything, and what was told."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from decimal import Decimal
from itertools import pairwise
from typing import Any, TypeVar

from listening import quick_terms
from loop_stage import until

from fathom.exchange import Rules, Settings
from fathom.net import Credentials, Kraken, Options, Venue, connect
from fathom.net.client import ClientEvent, Gap, LiveBook
from fathom.net.link import RawTap
from fathom.protocol import HttpRequest, parse_time
from fathom.run.local_exchange.serving import ExchangeServer

START_NS = parse_time("2026-01-05T12:00:00Z")
SYMBOLS = ("BTC/USD", "ETH/USD", "DOGE/USD")
HALF = Decimal("0.0005")
E = TypeVar("E", bound=ClientEvent)
Levels = list[tuple[Decimal, Decimal]]


def settings(*, symbols: tuple[str, ...] = SYMBOLS, market: bool = True, speed: float = 30.0) -> Settings:
    return Settings(start_ns=START_NS, symbols=symbols, market=market, speed=speed, rules=Rules(limits=False))


def options(**more: Any) -> Options:
    """Options whose waits are short."""
    return Options(**{"link": quick_terms(), "ready_s_max": 10.0, "seed": 1, **more})


class VenueStage:
    """The exchange, and a client of it. `told` is every event of the client's, as it came."""

    def __init__(self, server: ExchangeServer) -> None:
        self.server = server
        urls = server.urls
        self.venue = Venue(
            name="local",
            rest=urls.rest,
            ws_public=urls.ws_public,
            ws_private=urls.ws_private,
            ws_level3=urls.ws_level3,
        )
        self.kraken: Kraken
        self.told: list[ClientEvent] = []

    # -- The venue -------------------------------------------------------------------------------------------

    def control(self, method: str, path: str, /, **body: Any) -> Any:
        """Ask the control API."""
        request = HttpRequest(method=method, path=path, body=json.dumps(body).encode() if body else b"")
        answer = self.server.exchange.control(request, now_ns=time.time_ns())
        assert answer.status == 200, answer.body
        return json.loads(answer.body)

    def fault(self, kind: str, /, **keys: Any) -> None:
        """Begin one fault."""
        self.control("POST", "/faults", kind=kind, **keys)

    def heal(self) -> None:
        """End every fault."""
        self.control("DELETE", "/faults")

    def pause(self) -> None:
        """Nobody trades but clients, until `go_on`."""
        self.control("POST", "/market", paused=True)

    def go_on(self) -> None:
        self.control("POST", "/market", paused=False)

    def struck(self) -> int:
        """How often faults struck, over all that are there."""
        return sum(fault["struck"] for fault in self.control("GET", "/faults")["faults"])

    def depth(self, symbol: str, count: int) -> tuple[Levels, Levels]:
        """The venue's own book: bids and asks, best first."""
        request = HttpRequest(method="GET", path="/0/public/Depth", query=f"pair={symbol}&count={count}")
        answer = json.loads(self.server.exchange.answer(request, now_ns=time.time_ns()).body)
        assert answer["error"] == [], answer
        (book,) = answer["result"].values()
        bids, asks = ([(Decimal(price), Decimal(qty)) for price, qty, _ in book[side]] for side in ("bids", "asks"))
        return bids, asks

    def is_like(self, book: LiveBook, depth: int) -> bool:
        """Whether a book has the venue's levels. The checksum knows every digit; REST rounds quantities to three."""
        return all(
            len(ours) == len(theirs)
            and all(mine[0] == its[0] and abs(mine[1] - its[1]) <= HALF for mine, its in zip(ours, theirs, strict=True))
            for ours, theirs in zip((book.bids(depth), book.asks(depth)), self.depth(book.symbol, depth), strict=True)
        )

    # -- The client ------------------------------------------------------------------------------------------

    def credentials(self, account: str = "alice") -> Credentials:
        sample = next(key for key in self.server.exchange.samples if key.account == account)
        return Credentials(key=sample.key, secret=sample.secret)

    def client(self, account: str | None = None, *, tap: RawTap | None = None, **more: Any) -> Kraken:
        """One more client, not open yet."""
        credentials = None if account is None else self.credentials(account)
        return connect(self.venue, credentials=credentials, options=options(**more), tap=tap)

    def events(self, kind: type[E]) -> list[E]:
        """What was told of a kind."""
        return [event for event in self.told if isinstance(event, kind)]

    def gaps(self, channel: str, symbol: str = "") -> list[Gap]:
        """The gaps of one subscription; each runs forwards, and they do not overlap."""
        gaps = [gap for gap in self.events(Gap) if (gap.channel, gap.symbol) == (channel, symbol)]
        assert all(0 < gap.from_ns <= gap.to_ns <= gap.time_ns for gap in gaps)
        assert all(gap.to_ns <= later.from_ns for gap, later in pairwise(gaps))
        return gaps

    async def book_agrees(self, symbol: str, *, channel: str = "book", depth: int = 10) -> LiveBook:
        """Wait until the client's book is verified and is the venue's, level for level; the market rests meanwhile."""
        self.pause()
        book = self.kraken.book_of(symbol, channel=channel)  # type: ignore[arg-type]  # One of the two.
        assert book is not None
        await until(lambda: book.verified and self.is_like(book, depth), timeout_s=15.0)
        assert book.reason == ""
        self.go_on()
        return book

    async def moves(self, *symbols: str, frames: int = 5, channel: str = "book") -> None:
        """Wait until each book has verified so many more frames."""
        before = {symbol: self.kraken.books_verified()[channel, symbol][0] for symbol in symbols}
        await until(
            lambda: all(
                self.kraken.books_verified()[channel, symbol][0] >= count + frames for symbol, count in before.items()
            ),
            timeout_s=15.0,
        )


@asynccontextmanager
async def served(what: Settings | None = None, **more: Any) -> AsyncIterator[VenueStage]:
    """The exchange alone."""
    server = ExchangeServer(what or settings(), **more)
    await server.start()
    try:
        yield VenueStage(server)
    finally:
        await server.stop()


@asynccontextmanager
async def staged(
    what: Settings | None = None, *, account: str | None = None, tap: RawTap | None = None, **more: Any
) -> AsyncIterator[VenueStage]:
    """The exchange and an open client."""
    async with served(what) as stage:
        stage.kraken = stage.client(account, tap=tap, **more)
        async with stage.kraken:
            stage.kraken.events(callback=stage.told.append)
            yield stage


async def taken(stream: Any, count: int) -> list[Any]:
    """The next items of a stream."""
    return [await stream.next(10.0) for _ in range(count)]


async def all_done(works: Iterable[Any]) -> list[Any]:
    """Run side by side; what they raised is among the results."""
    return await asyncio.gather(*works, return_exceptions=True)
