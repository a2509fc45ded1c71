"""The client on a live exchange: after every fault its books are verified, and equal to the venue's."""

import asyncio
from decimal import Decimal

import pytest
from loop_stage import clean, until
from venue_stage import SYMBOLS, VenueStage, settings, staged, taken

from fathom.domain import LinkError, LocalError
from fathom.net.client import BookLost, BookVerified, LinkDown, LinkUp, LiveBook


def test_books_are_verified_and_are_the_venues() -> None:
    async def main() -> None:
        async with staged() as stage:
            stream = stage.kraken.book(*SYMBOLS)
            seen: set[str] = set()
            async for book in stream:
                assert book.verified
                assert book.best_bid is not None
                assert book.best_ask is not None
                assert book.best_bid < book.best_ask
                seen.add(book.symbol)
                if seen == set(SYMBOLS):
                    break
            await stage.moves(*SYMBOLS, frames=10)
            for symbol in SYMBOLS:
                await stage.book_agrees(symbol)
            assert {event.symbol for event in stage.events(BookVerified)} == set(SYMBOLS)
            assert stage.events(BookLost) == []
            stream.close()
            assert stage.kraken.book_of("BTC/USD") is None
            assert stage.kraken.books_verified() == {}

    clean(main())


@pytest.mark.parametrize("depth", [10, 25, 100, 500, 1000])
def test_every_depth(depth: int) -> None:
    async def main() -> None:
        async with staged(settings(symbols=("BTC/USD",))) as stage:
            stage.kraken.book("BTC/USD", depth=depth)  # type: ignore[arg-type]  # One of Kraken's.
            await until(lambda: stage.events(BookVerified))
            await stage.moves("BTC/USD")
            stage.pause()
            book = stage.kraken.book_of("BTC/USD")
            assert book is not None
            # REST has 500 levels at most.
            await until(lambda: book.verified and stage.is_like(book, min(depth, 500)))
            assert len(book.bids()) == depth

    clean(main())


def test_a_level3_book_and_a_level2_book_of_one_pair_stand_side_by_side() -> None:
    async def main() -> None:
        async with staged(settings(symbols=("BTC/USD",)), account="alice") as stage:
            stage.kraken.book("BTC/USD")
            stage.kraken.level3("BTC/USD")
            await until(lambda: len(stage.events(BookVerified)) == 2)
            await stage.moves("BTC/USD", channel="level3")
            level3 = await stage.book_agrees("BTC/USD", channel="level3")
            level2 = await stage.book_agrees("BTC/USD")
            assert level3.order_count > 0
            with pytest.raises(LocalError, match="level3"):
                level2.orders("buy", Decimal(1))
            # One of the two breaks: the other stands.
            stage.fault("wrong_checksum", channel="level3", count=1)
            await until(lambda: stage.events(BookLost))
            assert level2.verified
            await until(lambda: len(stage.events(BookVerified)) == 3)
            await stage.book_agrees("BTC/USD", channel="level3")
            await stage.book_agrees("BTC/USD")
            assert [(event.channel, event.symbol) for event in stage.events(BookLost)] == [("level3", "BTC/USD")]
            assert stage.gaps("book", "BTC/USD") == []
            assert len(stage.gaps("level3", "BTC/USD")) == 1

    clean(main())


# -- Faults --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["wrong_checksum", "lost_update", "truncate", "corrupt", "reorder", "drop"])
def test_a_book_that_breaks_is_taken_anew_alone(kind: str) -> None:
    async def main() -> None:
        async with staged() as stage:
            stage.kraken.book(*SYMBOLS)
            await until(lambda: len(stage.events(BookVerified)) == 3)
            await stage.moves(*SYMBOLS)
            # More than once, for what is lost may be made good by the next frame before anybody could see it.
            stage.fault(kind, channel="book", symbol="ETH/USD", share=0.5)
            await until(lambda: stage.events(BookLost))
            stage.heal()
            # A snapshot that is dropped is waited for, for 10 s.
            await until(lambda: len(stage.events(BookVerified)) >= 4, timeout_s=40.0)
            await stage.moves(*SYMBOLS)
            for symbol in SYMBOLS:
                await stage.book_agrees(symbol)
            assert {event.symbol for event in stage.events(BookLost)} == {"ETH/USD"}
            assert 1 <= len(stage.gaps("book", "ETH/USD")) <= len(stage.events(BookLost))
            assert stage.gaps("book", "BTC/USD") == stage.gaps("book", "DOGE/USD") == []
            assert stage.events(LinkDown) == []

    clean(main())


@pytest.mark.parametrize("kind", ["duplicate", "tiny_numbers", "unknown_fields"])
def test_what_does_not_change_a_book_does_not_break_it(kind: str) -> None:
    async def main() -> None:
        async with staged() as stage:
            stage.kraken.book(*SYMBOLS)
            await until(lambda: len(stage.events(BookVerified)) == 3)
            keys = {"below": 0.1} if kind == "tiny_numbers" else {}
            stage.fault(kind, channel="book", **keys)
            await stage.moves(*SYMBOLS, frames=10)
            for symbol in SYMBOLS:
                await stage.book_agrees(symbol)
            assert stage.events(BookLost) == []

    clean(main())


@pytest.mark.parametrize("code", [1000, 1001, 1006, 1008, 1011, 1012, 1013])
def test_a_connection_that_ends_comes_back_and_everything_with_it(code: int) -> None:
    async def main() -> None:
        async with staged() as stage:
            stage.kraken.book(*SYMBOLS)
            stage.kraken.ticker("BTC/USD", trigger="bbo")
            await until(lambda: len(stage.events(BookVerified)) == 3)
            await stage.moves(*SYMBOLS)
            books = [stage.kraken.book_of(symbol) for symbol in SYMBOLS]
            stage.fault("close", code=code)
            await until(lambda: stage.events(LinkDown))
            await until(lambda: len(stage.events(BookVerified)) == 6)
            await stage.moves(*SYMBOLS)
            assert [stage.kraken.book_of(symbol) for symbol in SYMBOLS] == books
            for symbol in SYMBOLS:
                await stage.book_agrees(symbol)
                (gap,) = stage.gaps("book", symbol)
                assert gap.from_ns <= stage.events(LinkDown)[0].time_ns <= gap.to_ns
            assert len(stage.gaps("instrument")) == 1
            assert len(stage.gaps("ticker", "BTC/USD")) == 1
            assert len(stage.events(LinkUp)) == 1  # The first was before anybody listened.
            assert all(link.is_open for link in stage.kraken.links())

    clean(main())


def test_books_are_not_to_be_trusted_while_the_connection_is_away() -> None:
    async def main() -> None:
        async with staged() as stage:
            stream = stage.kraken.book("BTC/USD")
            book = await stream.next()
            stage.fault("upgrade_refused", status=503)
            stage.fault("close", code=1006, at_s=0)
            await until(lambda: not book.verified)
            assert book.reason.startswith("link down: ")
            assert "link down" in repr(book)
            stage.heal()
            await stage.book_agrees("BTC/USD")

    clean(main())


def test_many_ends_in_a_row_leave_one_gap_a_time_and_nothing_grows() -> None:
    async def main() -> None:
        async with staged(settings(symbols=("BTC/USD",), speed=30.0)) as stage:
            stage.kraken.book("BTC/USD")
            stage.kraken.trades("BTC/USD")
            (link,) = stage.kraken.links()
            await until(lambda: set(link.session.subscription_states().values()) == {"active"})
            tasks: set[int] = set()
            for number in range(1, 9):
                stage.fault("close", code=1006)
                # Both are whole again: an end before that would make one gap of two.
                await until(lambda at=number: len(stage.events(BookVerified)) == at + 1)  # type: ignore[misc]  # Bound.
                await until(lambda at=number: len(stage.gaps("trade", "BTC/USD")) == at)  # type: ignore[misc]  # Bound.
                tasks.add(len(asyncio.all_tasks()))
            await stage.book_agrees("BTC/USD")
            assert len(stage.gaps("book", "BTC/USD")) == 8
            assert len(tasks) == 1
            assert len(link.session.subscription_states()) == 3

    clean(main())


# -- Precisions, statuses, pairs that go ---------------------------------------------------------------------


def test_a_new_precision_takes_the_books_anew_with_it() -> None:
    async def main() -> None:
        async with staged(settings(symbols=("BTC/USD", "ETH/USD")), account="alice") as stage:
            stage.kraken.book("BTC/USD", "ETH/USD")
            stage.kraken.level3("BTC/USD")
            changes = stage.kraken.instrument_changes()
            await until(lambda: len(stage.events(BookVerified)) == 3)
            await stage.moves("BTC/USD", "ETH/USD")
            book = stage.kraken.book_of("BTC/USD")
            assert book is not None
            assert book.instrument.price_precision == 1
            stage.control("POST", "/pairs", symbol="BTC/USD", price_precision=2, qty_precision=6)
            changed = await changes.next()
            assert (changed.symbol, changed.price_precision, changed.qty_precision) == ("BTC/USD", 2, 6)
            await until(lambda: len(stage.events(BookVerified)) == 5)
            await stage.moves("BTC/USD")
            assert await stage.book_agrees("BTC/USD") is book
            assert book.instrument == stage.kraken.instruments["BTC/USD"] == changed
            await stage.book_agrees("BTC/USD", channel="level3")
            assert {event.symbol for event in stage.events(BookLost)} == {"BTC/USD"}
            assert stage.gaps("book", "ETH/USD") == []

    clean(main())


def test_a_new_status_is_told_and_breaks_nothing() -> None:
    async def main() -> None:
        async with staged() as stage:
            stage.kraken.book("BTC/USD")
            changes = stage.kraken.instrument_changes()
            await until(lambda: stage.events(BookVerified))
            stage.control("POST", "/pairs", symbol="BTC/USD", status="cancel_only")
            assert (await changes.next()).status == "cancel_only"
            book = stage.kraken.book_of("BTC/USD")
            assert book is not None
            assert book.verified
            assert book.instrument.status == "cancel_only"
            assert stage.events(BookLost) == []

    clean(main())


def test_a_pair_that_is_delisted_leaves_the_other_pairs_alone() -> None:
    async def main() -> None:
        async with staged() as stage:
            stream = stage.kraken.book(*SYMBOLS)
            await until(lambda: len(stage.events(BookVerified)) == 3)
            stage.fault("delist", symbol="ETH/USD")
            await until(lambda: stage.kraken.instruments["ETH/USD"].status == "delisted")
            stage.fault("close", code=1006)
            await until(lambda: len(stage.events(BookVerified)) >= 5)
            await stage.moves("BTC/USD", "DOGE/USD")
            for symbol in ("BTC/USD", "DOGE/USD"):
                await stage.book_agrees(symbol)
            assert not stream.closed
            assert isinstance(await stream.next(), LiveBook)

    clean(main())


# -- What is asked wrongly -----------------------------------------------------------------------------------


async def wrong(stage: VenueStage) -> None:
    kraken = stage.kraken
    with pytest.raises(LocalError, match="write BTC/USD"):
        kraken.book("XBT/USD")
    with pytest.raises(LocalError, match="not a pair of this venue"):
        kraken.trades("BTC/USD", "NO/PAIR")
    with pytest.raises(LocalError, match="at least one pair"):
        kraken.ticker()
    with pytest.raises(LocalError, match="book"):
        kraken.book("BTC/USD", depth=7)  # type: ignore[arg-type]  # That is the point.
    with pytest.raises(LocalError, match="ohlc"):
        kraken.ohlc("BTC/USD", interval=7)  # type: ignore[arg-type]  # That is the point.


def test_what_is_asked_wrongly_is_said_and_leaves_nothing_behind() -> None:
    async def main() -> None:
        async with staged() as stage:
            await wrong(stage)
            kraken = stage.kraken
            assert kraken.books_verified() == {}
            first = kraken.book("BTC/USD", depth=10)
            with pytest.raises(LocalError, match="other parameters"):
                kraken.book("ETH/USD", "BTC/USD", depth=25)
            assert list(kraken.books_verified()) == [("book", "BTC/USD")]
            first.close()
            await taken(kraken.book("BTC/USD", depth=25), 1)
            await stage.book_agrees("BTC/USD", depth=25)

    clean(main())


def test_before_and_after_it_is_open_it_says_so() -> None:
    async def main() -> None:
        async with staged() as stage:
            other = stage.client()
            with pytest.raises(LocalError, match="not open"):
                other.book("BTC/USD")
            await other
            stream = other.book("BTC/USD")
            await other.close()
            await other.close()
            assert stream.closed
            with pytest.raises(LinkError, match="closed"):
                other.book("BTC/USD")
            with pytest.raises(LinkError, match="closed"):
                await other.open()

    clean(main())
