"""The life of a client: what stands in the way of opening, closing at any time, bugs, and callbacks."""

import asyncio
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from listening import MS, QUICK, quick_terms
from loop_stage import clean, played, until
from msgspec import structs
from raw_venue import STATUS, RawVenue, Visit, frame
from venue_stage import SYMBOLS, VenueStage, options, served, settings, staged, taken

from fathom.domain import LinkError
from fathom.net import Kraken, Venue, connect, make_certificate
from fathom.net.client import BookVerified, CallbackFailed, LinkDown, LinkFailed
from fathom.net.client import running as running_module
from fathom.run.local_exchange.serving import ExchangeServer

NOWHERE = "ws://127.0.0.1:1/v2"
SCRIPT = """
import asyncio, sys
import fathom

async def main():
    venue = fathom.Venue(name="local", rest=sys.argv[1], ws_public=sys.argv[2], ws_private=sys.argv[2], ws_level3=None)
    async with fathom.connect(venue, public_only=True) as kraken:
        async for book in kraken.book("BTC/USD"):
            print("up", flush=True)
            await asyncio.Event().wait()

asyncio.run(main())
"""


def client_of(url: str, **more: Any) -> Kraken:
    venue = Venue(name="raw", rest="http://127.0.0.1:1", ws_public=url, ws_private=NOWHERE, ws_level3=None)
    return connect(venue, public_only=True, options=options(**more))


def lost(kraken: Kraken) -> bool:
    return bool(kraken.links()) and not any(link.is_open for link in kraken.links())


# -- Opening -------------------------------------------------------------------------------------------------


async def mute(visit: Visit) -> None:
    await visit.rest()


async def barren(visit: Visit) -> None:
    await visit.upgrade(extra=frame(STATUS))
    await visit.rest()


async def busy(visit: Visit) -> None:
    await visit.reader.readuntil(b"\r\n\r\n")
    await visit.send(b"HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n")


@pytest.mark.parametrize(
    ("play", "why"),
    [(None, "Connection refused"), (mute, "did not answer in time"), (barren, ""), (busy, "HTTP 503")],
    ids=["nobody", "mute", "barren", "busy"],
)
def test_what_stands_in_the_way_is_said_within_the_time_for_it(play: Any, why: str) -> None:
    async def main() -> None:
        async with RawVenue(play or mute) as venue:
            url = venue.url if play is not None else NOWHERE
            kraken = client_of(url, ready_s_max=0.5, link=quick_terms(connect_s_max=0.1))
            with pytest.raises(LinkError, match=r"the pairs' rules did not come from raw within 0\.5 s") as told:
                await kraken.open()
            assert why in str(told.value)
            with pytest.raises(LinkError, match="closed"):
                kraken.book("BTC/USD")
            await kraken.close()

    clean(main())


def test_a_certificate_that_nobody_vouches_for_is_said(tmp_path: Path) -> None:
    certificate = make_certificate(("127.0.0.1",), folder=tmp_path)

    async def main() -> None:
        server = ExchangeServer(settings(symbols=("BTC/USD",)), tls=certificate.server)
        await server.start()
        try:
            stage = VenueStage(server)
            with pytest.raises(LinkError, match="is not to be trusted"):
                await stage.client(ready_s_max=1.0).open()
            trusting = trusting_venue(stage.venue, certificate.authority_file)
            async with connect(trusting, public_only=True, options=options()) as kraken:
                (book,) = await taken(kraken.book("BTC/USD"), 1)
                assert book.verified
        finally:
            await server.stop()

    played(main())


def trusting_venue(venue: Venue, authority: Path) -> Venue:
    return Venue(
        name=venue.name,
        rest=venue.rest,
        ws_public=venue.ws_public,
        ws_private=venue.ws_private,
        ws_level3=venue.ws_level3,
        authority=authority,
    )


def test_opening_is_cancelled_without_a_trace() -> None:
    async def main() -> None:
        async with RawVenue(barren) as venue:
            kraken = client_of(venue.url)
            opening = asyncio.create_task(kraken.open())
            await until(lambda: venue.visits)
            opening.cancel()
            await asyncio.wait([opening])
            assert opening.cancelled()
            await kraken.close()

    clean(main())


def test_closing_while_it_opens_ends_the_opening() -> None:
    async def main() -> None:
        async with RawVenue(barren) as venue:
            kraken = client_of(venue.url)
            opening = asyncio.create_task(kraken.open())
            await until(lambda: venue.visits)
            begun = time.monotonic()
            await kraken.close()
            with pytest.raises(LinkError, match="closed"):
                await opening
            assert time.monotonic() - begun < 2.0

    clean(main())


# -- Closing -------------------------------------------------------------------------------------------------


def test_closing_ends_every_stream_and_reader_and_may_be_done_twice_at_once() -> None:
    async def main() -> None:
        async with served() as stage:
            kraken = stage.client()
            await kraken.open()
            streams: list[Any] = [kraken.book(*SYMBOLS), kraken.trades("BTC/USD"), kraken.events()]
            ended: list[int] = []

            async def read(number: int) -> None:
                async for _ in streams[number]:
                    pass
                ended.append(number)

            readers = [asyncio.create_task(read(number)) for number in range(3)]
            await until(lambda: kraken.event_counts["BookVerified"] == 3)
            await asyncio.gather(kraken.close(), kraken.close())
            await asyncio.gather(*readers)
            assert sorted(ended) == [0, 1, 2]
            assert all(stream.closed for stream in streams)
            assert not any(link.is_open for link in kraken.links())
            await until(lambda: not stage.server.exchange.connections)

    clean(main())


@pytest.mark.parametrize("fault", ["stall", "upgrade_refused"])
def test_closing_takes_little_time_whatever_the_venue_does(fault: str) -> None:
    async def main() -> None:
        async with served() as stage:
            kraken = stage.client()
            await kraken.open()
            stage.fault(fault)
            if fault == "upgrade_refused":
                stage.fault("close", code=1006)
                await until(lambda: lost(kraken))
            begun = time.monotonic()
            await kraken.close()
            assert time.monotonic() - begun < 2.0
            stage.heal()

    clean(main())


def test_a_reader_that_is_cancelled_leaves_the_client_well() -> None:
    async def main() -> None:
        async with staged() as stage:
            stream = stage.kraken.trades("BTC/USD")
            reading = asyncio.create_task(stream.next(60.0))
            await until(lambda: stream._waiter is not None or reading.done())
            reading.cancel()
            await asyncio.wait([reading])
            assert (await stream.next()).symbol == "BTC/USD"

    clean(main())


def test_ctrl_c_ends_a_script_within_two_seconds() -> None:
    async def main() -> None:
        async with served(settings(symbols=("BTC/USD",))) as stage:
            urls = stage.server.urls
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-c", SCRIPT, urls.rest, urls.ws_public, stdout=subprocess.PIPE, stderr=subprocess.PIPE
            )
            assert process.stdout is not None
            assert await process.stdout.readline() == b"up\n"
            begun = time.monotonic()
            process.send_signal(signal.SIGINT)
            _, complaints = await process.communicate()
            assert time.monotonic() - begun < 2.0
            assert complaints.strip().endswith(b"KeyboardInterrupt")
            assert b"never retrieved" not in complaints
            assert b"destroyed" not in complaints

    clean(main())


# -- Bugs and callbacks --------------------------------------------------------------------------------------


def test_a_bug_of_ours_is_raised_to_every_reader_and_by_close(monkeypatch: pytest.MonkeyPatch) -> None:
    async def main() -> None:
        async with served() as stage:
            kraken = stage.client()
            await kraken.open()
            stream = kraken.book("BTC/USD")
            events = kraken.events()
            await stream.next()

            def broken(*_: object, **__: object) -> None:
                raise ZeroDivisionError("a bug")

            monkeypatch.setattr(kraken._running.hearing.books, "moved", broken)
            with pytest.raises(LinkError, match="this is a bug in fathom: ZeroDivisionError"):
                async for _ in stream:
                    pass
            with pytest.raises(LinkError, match="bug"):
                async for _ in events:
                    pass
            with pytest.raises(LinkError, match="closed"):
                kraken.book("BTC/USD")
            with pytest.raises(ZeroDivisionError):
                await kraken.close()

    clean(main())


def test_a_callback_that_raises_is_called_no_more_and_nothing_else_stops() -> None:
    async def main() -> None:
        async with staged() as stage:
            calls: list[int] = []

            def callback(book: object) -> None:
                calls.append(1)
                raise ValueError("mine")

            broken = stage.kraken.book("BTC/USD", callback=callback)
            sound = stage.kraken.book("BTC/USD")
            await until(lambda: stage.events(CallbackFailed))
            (told,) = stage.events(CallbackFailed)
            assert (told.channel, told.error) == ("book", "ValueError: mine")
            assert broken.closed
            await taken(sound, 5)
            assert len(calls) == 1
            assert stage.events(LinkDown) == []
            await stage.book_agrees("BTC/USD")

    assert [str(complaint["exception"]) for complaint in played(main())] == ["mine"]


def test_a_callback_of_events_and_a_tap_that_raise_are_told_to_the_others() -> None:
    def broken(*_: object) -> None:
        raise ValueError("mine")

    async def main() -> None:
        async with staged(tap=broken) as stage:
            stage.kraken.events(callback=broken)
            await until(lambda: stage.kraken.event_counts["CallbackFailed"])  # The tap's, before anybody listened.
            stage.kraken.book("BTC/USD")
            await until(lambda: stage.events(CallbackFailed))
            assert {event.channel for event in stage.events(CallbackFailed)} <= {"events", "frames"}
            assert stage.kraken.event_counts["CallbackFailed"] == 2
            await stage.moves("BTC/USD")
            await stage.book_agrees("BTC/USD")

    assert len(played(main())) == 2


def test_a_callback_may_close_and_open_streams_while_it_is_called() -> None:
    async def main() -> None:
        async with staged() as stage:
            kraken = stage.kraken
            opened: list[Any] = []

            def callback(_: object) -> None:
                stream.close()
                opened.append(kraken.book("BTC/USD", depth=25))
                opened.append(kraken.ticker("ETH/USD"))

            stream = kraken.book("BTC/USD", callback=callback)
            await until(lambda: opened)
            assert (await opened[0].next()).depth == 25
            assert (await opened[1].next()).symbol == "ETH/USD"
            assert len(opened) == 2
            await stage.book_agrees("BTC/USD", depth=25)

    clean(main())


def test_every_frame_is_tapped() -> None:
    frames: list[tuple[str, bytes, int]] = []

    async def main() -> None:
        async with staged(tap=lambda *given: frames.append(given)) as stage:
            stage.kraken.book("BTC/USD")
            await stage.moves("BTC/USD")
            assert sum(link.frames for link in stage.kraken.links()) == len(frames)

    clean(main())
    assert {link for link, _, _ in frames} == {"public"}
    kinds = [frame[:40] for _, frame, _ in frames]
    assert kinds[0].startswith(b'{"channel":"status"')
    assert sum(kind.startswith(b'{"channel":"book","type":"update"') for kind in kinds) >= 4
    assert [time_ns for _, _, time_ns in frames] == sorted(time_ns for _, _, time_ns in frames)


# -- Many connections ----------------------------------------------------------------------------------------


def test_subscriptions_spread_over_connections_and_one_that_ends_takes_only_its_own() -> None:
    async def main() -> None:
        async with staged(symbols_per_link=2) as stage:
            stage.kraken.book(*SYMBOLS)
            await until(lambda: len(stage.events(BookVerified)) == 3)
            assert [link.name for link in stage.kraken.links()] == ["public", "public-2"]
            second = stage.kraken.links()[1]
            its = {feed.topic.key.symbol for feed in feeds_of(stage) if feed.topic.link is second}
            second.drop()
            await until(lambda: len(stage.events(BookVerified)) == 5)
            assert [event.link for event in stage.events(LinkDown)] == ["public-2"]
            for symbol in SYMBOLS:
                await stage.book_agrees(symbol)
            dark = {symbol for symbol in SYMBOLS if stage.gaps("book", symbol)}
            assert dark == its
            assert len(its) == 2

    clean(main())


def test_what_is_too_much_for_a_connection_moves_to_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running_module, "TEND_S", 0.2)

    async def main() -> None:
        async with staged(frames_per_s_per_link=5.0) as stage:
            stage.kraken.book(*SYMBOLS)
            await until(lambda: len(stage.kraken.links()) > 1)
            await until(lambda: len({feed.topic.link for feed in feeds_of(stage)}) > 1)
            monkeypatch.setattr(running_module, "TEND_S", 60.0)
            await stage.moves(*SYMBOLS)
            for symbol in SYMBOLS:
                await stage.book_agrees(symbol)
            moved = {symbol: stage.gaps("book", symbol) for symbol in SYMBOLS}
            assert {gap.reason for gaps in moved.values() for gap in gaps} <= {"moved to another connection"}
            # One that moved before there was a book has no gap.
            verified = Counter(event.symbol for event in stage.events(BookVerified))
            assert {symbol: len(gaps) for symbol, gaps in moved.items()} == {
                symbol: verified[symbol] - 1 for symbol in SYMBOLS
            }

    clean(main())


def feeds_of(stage: VenueStage) -> list[Any]:
    return list(stage.kraken._running.hearing.books.feeds.values())


def test_attempts_that_fail_are_told_until_one_does_not() -> None:
    async def main() -> None:
        async with staged(link=quick_terms(reconnect=structs.replace(QUICK, at_once=0, first_wait_ns=5 * MS))) as stage:
            stage.kraken.book("BTC/USD")
            await until(lambda: stage.events(BookVerified))
            stage.fault("upgrade_refused", status=503, count=3)
            stage.fault("close", code=1012)
            await until(lambda: len(stage.events(LinkFailed)) == 3)
            assert {event.error for event in stage.events(LinkFailed)} == {
                "the WebSocket upgrade was refused with HTTP 503"
            }
            await stage.book_agrees("BTC/USD")

    clean(main())
