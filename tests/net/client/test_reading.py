"""Readers: who comes late, who is slow, who asks for what is not there, and who came to another client."""

from typing import Any

import pytest
from loop_stage import clean, until
from venue_stage import settings, staged, taken

from fathom.domain import LocalError
from fathom.net.client import BookVerified, ClientEvent, StreamOverran


def test_who_comes_late_is_given_what_is_known() -> None:
    async def main() -> None:
        async with staged(settings(market=False), account="alice") as stage:
            kraken = stage.kraken
            first: list[Any] = [kraken.ticker("BTC/USD"), kraken.book("BTC/USD"), kraken.balances()]
            for stream in first:
                await stream.next()
            # Nobody trades, so nothing new comes: what a second reader gets is what was known.
            late: list[Any] = [kraken.ticker("BTC/USD"), kraken.book("BTC/USD"), kraken.balances()]
            quote, book, balance = [await stream.next(2.0) for stream in late]
            assert quote.symbol == book.symbol == "BTC/USD"
            assert book.verified
            assert kraken.account.balances[balance.asset] == balance.balance

    clean(main())


def test_a_slow_reader_of_books_finds_the_newest_and_of_trades_a_bounded_line() -> None:
    async def main() -> None:
        async with staged(settings(symbols=("BTC/USD",), speed=100.0), line_size=5) as stage:
            books, trades = stage.kraken.book("BTC/USD"), stage.kraken.trades("BTC/USD")
            await until(lambda: trades.overran >= 10)
            await stage.book_agrees("BTC/USD")
            assert len(books._latest) == 1
            stage.pause()
            line = await taken(trades, 5)
            numbers = [trade.trade_id for trade in line]
            assert numbers == list(range(numbers[0], numbers[0] + 5))
            told = [event.dropped for event in stage.events(StreamOverran)]
            assert sum(told) == trades.overran
            assert len(told) <= trades.overran // 5 + 2

    clean(main())


def test_a_second_client_and_a_first_one_do_not_meet() -> None:
    async def main() -> None:
        async with staged() as stage, stage.client() as other:
            mine: list[ClientEvent] = []
            other.events(callback=mine.append)
            stage.kraken.book("BTC/USD")
            await until(lambda: stage.events(BookVerified))
            assert other.book_of("BTC/USD") is None
            assert not any(isinstance(event, BookVerified) for event in mine)
            with pytest.raises(LocalError, match="pair"):
                other.book()

    clean(main())
