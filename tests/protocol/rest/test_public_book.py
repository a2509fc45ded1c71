"""Depth, GroupedBook, PreTrade, Level3: captured answers, and the exchange's own."""

from decimal import Decimal

import pytest

from fathom.protocol import rest
from rest_calls import ask, captured, read
from whole_exchange import START_NS, Stage

PAIR = "BTC/USD"


@pytest.mark.parametrize(
    ("name", "pair", "ask_"),
    [
        ("XChange/marketdata/example-depth-data.json", "XXBTZEUR", "530.75513"),
        ("nautilus_trader/http_order_book.json", "XBTUSDT", "105944.30000"),
        ("Kraken.Net/Endpoints/Spot/ExchangeData/GetOrderBook.txt", "XXBTZUSD", "30384.10000"),
    ],
)
def test_captured_books(name: str, pair: str, ask_: str) -> None:
    book = read(rest.Depth(pair="XBTUSD"), captured(name))
    assert book.pair == pair
    assert str(book.asks[0].price) == ask_
    assert book.asks[0].price > book.bids[0].price
    assert book.asks[0].time_ns % 10**9 == 0


@pytest.fixture
def stage() -> Stage:
    """One bid, by alice."""
    stage = Stage()
    ask(stage, rest.AddOrder(pair=PAIR, ordertype="limit", type="buy", volume=Decimal("0.5"), price=Decimal("20000.1")))
    return stage


def test_the_exchanges_books(stage: Stage) -> None:
    depth = ask(stage, rest.Depth(pair=PAIR, count=5))
    assert (depth.pair, depth.asks) == (PAIR, ())
    assert [(level.price, level.volume) for level in depth.bids] == [(Decimal("20000.1"), Decimal("0.5"))]
    grouped = ask(stage, rest.GroupedBook(pair="XBTUSD", depth=10, grouping=10))
    assert (grouped.pair, grouped.grouping, grouped.bids[0].price) == ("XXBTZUSD", 10, Decimal(20000))
    before = ask(stage, rest.PreTrade(symbol=PAIR))
    assert (before.system, before.bids[0].side, before.bids[0].count) == ("CLOB", "BUY", 1)


def test_level_3_takes_a_key_and_json(stage: Stage) -> None:
    book = ask(stage, rest.Level3(pair=PAIR, depth=0))
    (order,) = book.bids
    assert (order.price, order.qty) == (Decimal("20000.1"), Decimal("0.5"))
    assert order.order_id.startswith("O")
    assert order.timestamp == START_NS
