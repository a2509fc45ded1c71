"""Subscriptions without a reader, against a whole exchange on real ports in the same loop."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
import pytest
from loop_stage import until

from fathom.domain import AuthError, LocalError
from fathom.exchange import Settings
from fathom.net import BookLost, BookVerified, ClientEvent, Gap, Kraken, connect, run_loop
from fathom.net.venue import ask_venue
from fathom.protocol import parse_time
from fathom.protocol.messages import BalancesParams, BookParams, InstrumentParams, Level3Params, TradeParams
from fathom.run.local_exchange.serving import ExchangeServer

LIVELY = Settings(start_ns=parse_time("2026-01-05T12:00:00Z"), symbols=("BTC/USD", "ETH/USD"), speed=20.0)
BOOKS = BookParams(symbol=(), depth=10, snapshot=True)
Use = Callable[[Kraken, ExchangeServer], Awaitable[None]]


def connected(use: Use, taps: list[bytes] | None = None) -> None:
    async def main() -> None:
        server = ExchangeServer(LIVELY)
        await server.start()
        try:
            async with asyncio.timeout(20):
                venue = await ask_venue(server.urls.rest)
                tap = None if taps is None else (lambda _, frame, __: taps.append(frame))
                async with connect(venue, public_only=True, tap=tap) as kraken:
                    await use(kraken, server)
        finally:
            await server.stop()

    run_loop(main())


async def fault(server: ExchangeServer, **keys: Any) -> None:
    async with aiohttp.ClientSession() as client, client.post(f"{server.urls.control}/faults", json=keys) as answer:
        assert answer.status == 200


async def told(kraken: Kraken, wanted: Callable[[ClientEvent], bool]) -> ClientEvent:
    async with kraken.events() as events:
        async for event in events:
            if wanted(event):
                return event
    raise AssertionError("the client is closed")


def test_what_nobody_reads_is_heard_verified_and_tapped() -> None:
    frames: list[bytes] = []

    async def use(kraken: Kraken, server: ExchangeServer) -> None:
        kraken.hold(BOOKS, "BTC/USD", "ETH/USD")
        kraken.hold(TradeParams(symbol=(), snapshot=True), "BTC/USD")
        kraken.hold(BOOKS, "BTC/USD")  # Twice is once.
        kraken.hold(InstrumentParams(snapshot=True))
        verified: set[str] = set()
        async with kraken.events() as events:
            async for event in events:
                if isinstance(event, BookVerified):
                    verified.add(event.symbol)
                if len(verified) == 2:
                    break
        book = kraken.book_of("BTC/USD")
        assert book is not None
        assert book.verified
        assert book.best_bid is not None
        assert kraken.gaps() == []

    connected(use, frames)
    for beginning in (b'{"channel":"book","type":"snapshot"', b'{"channel":"trade"', b'{"channel":"instrument"'):
        assert sum(frame.startswith(beginning) for frame in frames), beginning
    snapshots = [frame for frame in frames if frame.startswith(b'{"channel":"book","type":"snapshot"')]
    assert len(snapshots) == 2


def test_what_is_dark_now_is_a_gap_that_ends_now() -> None:
    async def use(kraken: Kraken, server: ExchangeServer) -> None:
        kraken.hold(BOOKS, "BTC/USD")
        await told(kraken, lambda event: isinstance(event, BookVerified))
        seen: list[list[Gap]] = []
        ended: list[Gap] = []  # Heard of from before the fault on: it may be over before we have its answer.
        kraken.events(lambda event: seen.append(kraken.gaps()) if isinstance(event, BookLost) else None)
        kraken.events(lambda event: ended.append(event) if isinstance(event, Gap) else None)
        await fault(server, kind="wrong_checksum", channel="book", count=1)
        await until(lambda: ended)
        (gap,) = ended
        ((dark,),) = seen
        assert (dark.channel, dark.symbol, dark.reason) == ("book", "BTC/USD", "checksum mismatch")
        assert dark.from_ns == gap.from_ns <= dark.to_ns <= gap.to_ns
        assert kraken.gaps() == []

    connected(use)


def test_what_cannot_be_held() -> None:
    async def use(kraken: Kraken, server: ExchangeServer) -> None:
        with pytest.raises(LocalError, match="write BTC/USD"):
            kraken.hold(BOOKS, "XBT/USD")
        with pytest.raises(LocalError, match="name at least one pair"):
            kraken.hold(BOOKS)
        with pytest.raises(LocalError, match="balances is no market data"):
            kraken.hold(BalancesParams(snapshot=True))
        with pytest.raises(AuthError, match="level3 needs an API key"):
            kraken.hold(Level3Params(symbol=(), depth=10, snapshot=True), "BTC/USD")
        assert kraken.books_verified() == {}

    connected(use)
