"""Who is measured: what each one is fed, and how we know that it did its work.

Every contender gets the frame in the form that its own socket library hands to it: bytes, or text that is decoded
already, which is a gift of that step to those who take text. No network is used.

Imports: the libraries measured, fathom.kernel, fathom.protocol, streams. Imported by: desk, l2, l3.
"""

import asyncio
import json
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

import ccxt.pro
import msgspec
import orjson
from ccxt.async_support.base.ws.client import Client
from kraken.spot import SpotOrderBookClient
from streams import Feed

from fathom.kernel import APPLIED, TOP, VERIFIED, Desk, L2Book, L3Book, peek
from fathom.protocol.messages import BookMessage, Level3Message

Apply = Callable[[Any], object]


@dataclass(frozen=True)
class Opened:
    """A contender ready for one feed. `verified` tells, from what `apply` returned, whether the book was checked."""

    apply: Apply
    verified: Callable[[object], bool] | None = None


@dataclass(frozen=True)
class Contender:
    """One row of a table."""

    name: str
    does: str
    open: Callable[[Feed], Opened]
    takes_text: bool = False
    takes_view: bool = False
    slice_frames: int = 100  # Timed together: about 0.1 ms, so that an interruption spoils little.

    def fed(self, frame: bytes) -> bytes | str | memoryview:
        """Return the frame as this contender's socket library would hand it over."""
        if self.takes_view:
            return memoryview(frame)
        return frame.decode() if self.takes_text else frame


class FloatLevel(msgspec.Struct, gc=False):
    """A level as a float: less than a checksum needs, and the fastest that msgspec has."""

    price: float
    qty: float


class FloatBook(msgspec.Struct, gc=False):
    """The book of a frame, in floats."""

    symbol: str
    bids: list[FloatLevel]
    asks: list[FloatLevel]
    checksum: int
    timestamp: str = ""


class FloatBookMessage(msgspec.Struct, gc=False):
    """A `book` frame, in floats."""

    channel: str
    type: str
    data: list[FloatBook]


class FloatOrder(msgspec.Struct, gc=False):
    """An order or event of a level3 frame, in floats."""

    order_id: str
    limit_price: float
    order_qty: float
    timestamp: str
    event: str = ""


class FloatOrders(msgspec.Struct, gc=False):
    """The orders of a level3 frame, in floats."""

    symbol: str
    checksum: int
    bids: list[FloatOrder]
    asks: list[FloatOrder]
    timestamp: str = ""


class FloatLevel3Message(msgspec.Struct, gc=False):
    """A `level3` frame, in floats."""

    channel: str
    type: str
    data: list[FloatOrders]


def _kernel_l2(feed: Feed) -> Opened:
    book = L2Book(feed.depth, feed.price_precision, feed.qty_precision)
    return Opened(book.apply, lambda verdict: verdict == VERIFIED)


def _kernel_l3(feed: Feed) -> Opened:
    book = L3Book(feed.depth, feed.price_precision, feed.qty_precision)
    return Opened(book.apply, lambda verdict: verdict == VERIFIED)


def _of_channel(feed: Feed, channel: str) -> L2Book | L3Book:
    kind = L2Book if channel == "book" else L3Book
    return kind(feed.depth, feed.price_precision, feed.qty_precision)


def _three_steps(channel: str) -> Callable[[Feed], Opened]:
    def opened(feed: Feed) -> Opened:
        books = {(channel, feed.symbol): _of_channel(feed, channel)}

        def apply(frame: memoryview) -> int:
            name, _, symbol = peek(frame)
            return books[name, symbol].apply(frame)

        return Opened(apply, lambda verdict: verdict == VERIFIED)

    return opened


def _desk(channel: str) -> Callable[[Feed], Opened]:
    """Seat a book that has had its snapshot: the desk lets snapshots pass."""

    def opened(feed: Feed) -> Opened:
        desk = Desk()
        seat = desk.seat(channel, feed.symbol, _of_channel(feed, channel))
        seat.armed = seat.book.apply(feed.snapshot) == VERIFIED
        return Opened(desk.take, lambda said: said in {APPLIED, TOP})

    return opened


def _decoder(kind: type) -> Callable[[Feed], Opened]:
    decoder: msgspec.json.Decoder[object] = msgspec.json.Decoder(kind)
    return lambda _: Opened(decoder.decode)


class _Pairs:
    """Stands in for the REST client that python-kraken-sdk asks for a pair's decimals."""

    def __init__(self, feed: Feed) -> None:
        self._feed = feed

    def get_asset_pairs(self, *, pair: str) -> dict[str, dict[str, int]]:
        """Return what the client reads of the answer."""
        return {pair: {"pair_decimals": self._feed.price_precision, "lot_decimals": self._feed.qty_precision}}


def _kraken_sdk(feed: Feed) -> Opened:
    """Feed the message handler as its socket does: `json.loads`, then `await on_message`."""

    async def made() -> SpotOrderBookClient:
        client = SpotOrderBookClient(depth=feed.depth, callback=_no_callback)
        await client.close()  # Its HTTP session; the book does not need it.
        return client

    client = asyncio.run(made())
    client._SpotOrderBookClient__market = _Pairs(feed)  # noqa: SLF001 - the one call that needs the network.
    loads, on_message = json.loads, client.on_message

    def apply(text: str) -> None:
        _run_to_end(on_message(loads(text)))

    def verified(_: object) -> bool:
        book = client.get(feed.symbol)
        return book is not None and bool(book["valid"])

    return Opened(apply, verified)


def _no_callback(*, pair: str, message: dict[str, Any]) -> None:
    """Take the news, do nothing: a callback must be given."""


def _run_to_end(coroutine: Coroutine[Any, Any, None]) -> None:
    """Run a coroutine that waits for nothing, without an event loop: cheaper than any loop would."""
    try:
        coroutine.send(None)
    except StopIteration:
        return
    raise AssertionError("it waits for something: the book was not valid")


def _ccxt(feed: Feed) -> Opened:
    """Feed the WebSocket client's text handler, which parses with orjson and calls the exchange's handler.

    Its checksum is off by default, as "not reliable"; switched on it raises AttributeError, since it splits
    numbers that are floats as if they were texts.
    """

    async def made() -> Client:
        exchange = ccxt.pro.kraken()
        subscription = {exchange.get_message_hash("orderbook", None, feed.symbol): {"limit": feed.depth}}
        client = Client("", exchange.handle_message, _refused, _refused, _refused)
        client.subscriptions = subscription
        return client

    return Opened(asyncio.run(made()).handle_text_or_binary_message)


def _refused(*what: object) -> None:
    raise AssertionError(f"a callback of no book: {what}")


KERNEL_L2 = Contender("fathom kernel", "bytes to a verified book", _kernel_l2)
KERNEL_L3 = Contender("fathom kernel", "bytes to a verified book", _kernel_l3)
ORJSON = Contender("orjson", "parses; no book", lambda _: Opened(orjson.loads))

L2 = (
    ORJSON,
    KERNEL_L2,
    Contender("msgspec, float fields", "typed parse; no book", _decoder(FloatBookMessage)),
    Contender("msgspec, Decimal fields", "exact typed parse; no book", _decoder(BookMessage)),
    Contender("python-kraken-sdk", "book, updates verified", _kraken_sdk, takes_text=True, slice_frames=1),
    Contender("ccxt pro", "book, not verified", _ccxt, takes_text=True, slice_frames=5),
)
L3 = (
    ORJSON,
    KERNEL_L3,
    Contender("msgspec, float fields", "typed parse; no book", _decoder(FloatLevel3Message)),
    Contender("msgspec, Decimal fields", "exact typed parse; no book", _decoder(Level3Message)),
)
DESK = {
    channel: Contender("fathom desk", "a view, to its verified book", _desk(channel), takes_view=True)
    for channel in ("book", "level3")
}
DESK_L2, DESK_L3 = (
    (
        ORJSON,
        Contender("fathom kernel", "bytes, to a book that is told", alone),
        Contender("fathom kernel, three steps", "a view, to its verified book", _three_steps(channel), takes_view=True),
        DESK[channel],
    )
    for channel, alone in (("book", _kernel_l2), ("level3", _kernel_l3))
)
