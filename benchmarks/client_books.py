"""Whole clients as their users run them, each with ten books of the firehose: ours, ccxt pro, python-kraken-sdk.

Each runs alone in a process of `client_process.py`. `frames` counts what it has applied. Where it is to `tell`, each
frame's time or checksum is kept beside what the client's user saw of it: for latencies, and for a check of our own.

Imports: ccxt, kraken (SDK), fathom, socket_client. Imported by: client_process.
"""

import asyncio
import os
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Protocol

import orjson
from socket_client import SocketClient, connected

import fathom
from fathom.net import Options, Venue

Sides = tuple[list[tuple[str, str]], list[tuple[str, str]]]  # Asks, bids: prices and quantities, best first.
STAMP = slice(-31, -4)
Told = Literal["nothing", "times", "books"]


@dataclass(frozen=True)
class Terms:
    """Where the firehose plays, and what is wanted of it."""

    ws_public: str
    authority: str | None
    symbols: list[str]
    exchange: dict[str, Any]  # A real one, for whoever needs the REST of the same pairs.
    depth: int
    tell: Told


class Books(Protocol):
    """One client with its books."""

    terms: Terms
    sent: list[tuple[str, str, int]]  # Symbol, timestamp and checksum of each frame, and ...
    seen: list[tuple[int, str, int, Any]]  # ... of each call of the user: when, symbol, frames sent before, the book.

    @property
    def frames(self) -> int:
        """How many frames it has applied."""
        ...

    async def open(self) -> None:
        """Connect, and subscribe."""

    async def close(self) -> None:
        """Be done."""


class FathomBooks:
    """Our own, with a callback; a tap shows the frames where they are to be compared."""

    def __init__(self, terms: Terms) -> None:
        self.terms = terms
        self.sent: list[Any] = []  # Whole frames, until the end.
        self.seen: list[tuple[int, str, int, Any]] = []
        self.calls = 0
        venue = Venue(
            name="firehose",
            rest=terms.exchange["rest"],
            ws_public=terms.ws_public,
            ws_private=terms.exchange["ws_private"],
            ws_level3=None,
            authority=None if terms.authority is None else Path(terms.authority),
        )
        options = Options(frames_per_s_per_link=float("inf"))  # One connection, like the others.
        tap = None if terms.tell == "nothing" else lambda _link, frame, _ns: self.sent.append(frame)
        self.kraken = fathom.connect(venue, public_only=True, options=options, tap=tap)

    @property
    def frames(self) -> int:
        """Frames after which a book had Kraken's checksum."""
        return sum(verified for verified, _ in self.kraken.books_verified().values())

    async def open(self) -> None:
        await self.kraken.open()
        hear: dict[Told, Callable[[Any], None]] = {"nothing": self.count, "times": self.time, "books": self.keep}
        self.kraken.book(*self.terms.symbols, depth=self.terms.depth, callback=hear[self.terms.tell])

    def count(self, _book: Any) -> None:
        self.calls += 1

    def time(self, book: Any) -> None:
        self.seen.append((time.time_ns(), book.symbol, len(self.sent), None))

    def keep(self, book: Any) -> None:
        digits = (book.instrument.price_precision, book.instrument.qty_precision)
        sides = (written(book.asks(10), digits), written(book.bids(10), digits))
        self.seen.append((time.time_ns(), book.symbol, len(self.sent), sides))

    async def close(self) -> None:
        await self.kraken.close()
        if self.terms.tell != "nothing":
            self.sent = [told_of(orjson.loads(frame)) for frame in self.sent]


def written(levels: Iterable[Any], digits: tuple[int, int]) -> list[tuple[str, str]]:
    """Return prices and quantities with all their decimals."""
    price_digits, qty_digits = digits
    return [(f"{price:.{price_digits}f}", f"{qty:.{qty_digits}f}") for price, qty, *_ in levels]


def told_of(message: Any) -> tuple[str, str, int]:
    """Return symbol, timestamp and checksum of a book's frame; nothing of any other."""
    if message.get("channel") != "book":
        return "", "", 0
    row = message["data"][0]
    return row["symbol"], row.get("timestamp", ""), row["checksum"]


class CcxtBooks:
    """ccxt pro: whoever awaits `watch_order_book_for_symbols` is woken with a book that moved."""

    def __init__(self, terms: Terms) -> None:
        import ccxt.pro  # noqa: PLC0415 - Each process loads what it measures.

        self.terms = terms
        self.frames = 0
        self.sent: list[tuple[str, str, int]] = []
        self.seen: list[tuple[int, str, int, Any]] = []
        handle = ccxt.pro.kraken.handle_order_book

        def counted(exchange: Any, client: Any, message: Any) -> None:
            handle(exchange, client, message)
            self.frames += 1
            if terms.tell != "nothing":
                self.sent.append(told_of(message))

        counting = type("Counting", (ccxt.pro.kraken,), {"handle_order_book": counted})
        self.exchange: Any = counting({"enableRateLimit": False, "newUpdates": False})
        if terms.authority is not None:
            self.exchange.cafile = terms.authority
        urls = self.exchange.urls["api"]
        urls["public"] = urls["private"] = terms.exchange["rest"]
        urls["ws"].update(publicV2=terms.ws_public)
        self.user: asyncio.Task[None] | None = None
        self.digits: dict[str, tuple[int, int]] = {}

    async def open(self) -> None:
        await self.exchange.load_markets()
        for symbol in self.terms.symbols:
            precision = self.exchange.markets[symbol]["precision"]
            price, amount = (self.exchange.precision_from_string(str(precision[name])) for name in ("price", "amount"))
            self.digits[symbol] = (price, amount)
        self.user = asyncio.ensure_future(self.watch())

    async def watch(self) -> None:
        """Do as its manual says."""
        while True:
            book = await self.exchange.watch_order_book_for_symbols(self.terms.symbols, self.terms.depth)
            if self.terms.tell == "nothing":
                continue
            now_ns, symbol = time.time_ns(), book["symbol"]
            sides = None
            if self.terms.tell == "books":
                asks, bids = (written(book[side][:10], self.digits[symbol]) for side in ("asks", "bids"))
                sides = (asks, bids)
            self.seen.append((now_ns, symbol, len(self.sent), sides))

    async def close(self) -> None:
        if self.user is not None:
            self.user.cancel()
        await self.exchange.close()


class SdkBooks:
    """python-kraken-sdk's book client: it verifies, and calls back with each message."""

    def __init__(self, terms: Terms) -> None:
        if terms.authority is not None:
            os.environ["SSL_CERT_FILE"] = terms.authority
        from kraken.base_api import SpotClient  # noqa: PLC0415 - As above.
        from kraken.spot import SpotOrderBookClient  # noqa: PLC0415

        SpotClient.URL = terms.exchange["rest"]  # It has no argument for them.
        SpotOrderBookClient.WS_URL = terms.ws_public.removesuffix("/v2")
        self.terms = terms
        self.frames = 0
        self.sent: list[tuple[str, str, int]] = []
        self.seen: list[tuple[int, str, int, Any]] = []
        self.client: Any = SpotOrderBookClient(depth=terms.depth, callback=self.hear)

    async def open(self) -> None:
        await self.client.__aenter__()
        await self.client.add_book(pairs=self.terms.symbols)

    async def hear(self, pair: str, message: Any) -> None:
        book = self.client.get(pair=pair)
        self.frames += book["valid"]
        if self.terms.tell == "nothing":
            return
        self.sent.append(told_of(message))
        sides = None
        if self.terms.tell == "books":
            sides = tuple(
                [(price, qty) for price, (qty, _) in list(book[side].items())[:10]] for side in ("ask", "bid")
            )
        self.seen.append((time.time_ns(), pair, len(self.sent), sides))

    async def close(self) -> None:
        """Nothing: its own end takes ten seconds, and the process ends anyway."""


class BareBooks:
    """No book at all: picows, and a look at the clock for each frame. What is late here the machine was late with."""

    def __init__(self, terms: Terms) -> None:
        self.terms = terms
        self.frames = 0
        self.sent: list[Any] = []  # Whole frames, until the end.
        self.seen: list[tuple[int, str, int, Any]] = []
        self.client: SocketClient | None = None

    async def open(self) -> None:
        self.client = await connected(self.terms.ws_public)
        self.client.hear = self.hear
        ask = {"channel": "book", "depth": self.terms.depth, "symbol": self.terms.symbols}
        self.client.send(orjson.dumps({"method": "subscribe", "params": ask}))

    def hear(self, frame: bytes) -> None:
        now_ns = time.time_ns()
        _, found, rest = frame.partition(b'"symbol":"')
        if found and frame.startswith(b'{"channel":"book"'):
            self.frames += 1
            self.sent.append(frame)
            self.seen.append((now_ns, rest[: rest.index(b'"')].decode(), len(self.sent), None))

    async def close(self) -> None:
        if self.client is not None:
            self.client.close()
        self.sent = [told_of(orjson.loads(frame)) for frame in self.sent]


CLIENTS: dict[str, Callable[[Terms], Books]] = {
    "bare picows": BareBooks,
    "fathom": FathomBooks,
    "ccxt pro": CcxtBooks,
    "python-kraken-sdk": SdkBooks,
}
