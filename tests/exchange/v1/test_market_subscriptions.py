"""v1/market_subscriptions.py: what one connection follows."""

from typing import Any

import pytest
from v1_client import Floor

from fathom.exchange.bank import Refusal
from fathom.exchange.v1.channels import Channel
from fathom.exchange.v1.market_subscriptions import Followed, MarketSubscriptions

TICKER = Channel("ticker")
BOOK_10, BOOK_25 = Channel("book", (("depth", 10),)), Channel("book", (("depth", 25),))
OHLC_1, OHLC_5 = Channel("ohlc", (("interval", 1),)), Channel("ohlc", (("interval", 5),))


class Heard:
    """Keeps what it hears."""

    def __init__(self) -> None:
        self.channels: list[str] = []

    def push(self, frame: bytes, channel: str) -> None:
        self.channels.append(channel)


@pytest.fixture
def floor() -> Floor:
    floor = Floor()
    floor.book()
    return floor


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
def market(floor: Floor, heard: Heard) -> MarketSubscriptions:
    return MarketSubscriptions(hub=floor.hub, listing=floor.listing, subscriber=heard)


def followed(result: Any) -> Followed:
    assert isinstance(result, Followed), result
    return result


def test_a_pair_is_followed_once_a_channel_and_candles_once_an_interval(market: MarketSubscriptions) -> None:
    assert followed(market.subscribe(BOOK_10, "XBT/USD")).topic == ("v1.book", "BTC/USD", 10)
    assert market.subscribe(BOOK_25, "XBT/USD") == Refusal("Already subscribed")
    followed(market.subscribe(OHLC_1, "XBT/USD"))
    followed(market.subscribe(OHLC_5, "XBT/USD"))
    assert market.subscribe(OHLC_5, "XBT/USD") == Refusal("Already subscribed")
    followed(market.subscribe(BOOK_25, "ETH/USD"))
    assert len(market) == 4


@pytest.mark.parametrize(
    ("pair", "error"),
    [
        ("BTC/USD", "Currency pair not supported BTC/USD"),
        ("xbt/usd", "Currency pair not supported xbt/usd"),
        ("XBTUSD", "Currency pair not in ISO 4217-A3 format XBTUSD"),
    ],
)
def test_only_wsnames_are_pairs(market: MarketSubscriptions, pair: str, error: str) -> None:
    assert market.subscribe(TICKER, pair) == Refusal(error)
    assert market.unsubscribe([TICKER], pair) == Refusal(error)
    assert market.unsubscribe_all(pair) == Refusal(error)


def test_numbers_differ_by_topic(market: MarketSubscriptions) -> None:
    numbers = [
        followed(market.subscribe(channel, pair)).channel_id
        for pair in ("XBT/USD", "ETH/USD", "XDG/USD")
        for channel in (TICKER, BOOK_10, OHLC_1, OHLC_5)
    ]
    assert len(set(numbers)) == 12


def test_data_begin_with_deliver_and_end_with_unsubscribe(
    floor: Floor, market: MarketSubscriptions, heard: Heard
) -> None:
    book = followed(market.subscribe(BOOK_10, "XBT/USD"))
    floor.rest("buy", "1", "29000")
    assert heard.channels == []
    (snapshot,) = market.deliver(book, now_ns=floor.now_ns)
    assert snapshot.startswith(f'[{book.channel_id},{{"as":'.encode())
    floor.rest("buy", "1", "29001")
    assert heard.channels == ["book"]
    assert market.unsubscribe([BOOK_10], "XBT/USD") == [book]
    floor.rest("buy", "1", "29002")
    assert heard.channels == ["book"]


def test_unsubscribing_needs_the_very_option(market: MarketSubscriptions) -> None:
    book = followed(market.subscribe(BOOK_25, "XBT/USD"))
    assert market.unsubscribe([BOOK_10], "XBT/USD") == Refusal("Subscription Not Found")
    assert market.unsubscribe([TICKER, BOOK_25], "XBT/USD") == [book]
    assert market.unsubscribe([BOOK_25], "XBT/USD") == Refusal("Subscription Not Found")


def test_unsubscribing_by_number_and_all_of_a_pair(market: MarketSubscriptions) -> None:
    ticker, book = (followed(market.subscribe(channel, "XBT/USD")) for channel in (TICKER, BOOK_25))
    other = followed(market.subscribe(TICKER, "ETH/USD"))
    assert market.unsubscribe_id(ticker.channel_id) == [ticker]
    assert market.unsubscribe_id(ticker.channel_id) == Refusal("Subscription Not Found")
    assert market.unsubscribe_all("XBT/USD") == [book]
    assert market.unsubscribe_all("XBT/USD") == Refusal("Subscription Not Found")
    assert market.unsubscribe_id(other.channel_id) == [other]


def test_leave_ends_everything(floor: Floor, market: MarketSubscriptions, heard: Heard) -> None:
    for channel in (TICKER, BOOK_10):
        market.deliver(followed(market.subscribe(channel, "XBT/USD")), now_ns=floor.now_ns)
    market.leave()
    floor.rest("buy", "1", "29001")
    floor.take("sell", "0.01")
    assert heard.channels == []
    assert len(market) == 0
