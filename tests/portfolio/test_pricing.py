from decimal import Decimal

import msgspec
import pytest

from fathom.domain import Instrument
from fathom.portfolio.pricing import HOPS_MAX, WAYS_MAX, Hop, price_along, ways
from market_feed import BTC

D = Decimal


def pairs(*symbols: str) -> list[Instrument]:
    return [
        msgspec.structs.replace(BTC, symbol=symbol, base=symbol.split("/")[0], quote=symbol.split("/")[1])
        for symbol in symbols
    ]


def told(asset: str, *symbols: str) -> list[str]:
    return [
        " ".join(f"1/{hop.symbol}" if hop.inverse else hop.symbol for hop in way)
        for way in ways(asset, "USD", pairs(*symbols))
    ]


@pytest.mark.parametrize(
    ("asset", "symbols", "expected"),
    [
        ("ETH", ["ETH/USD"], ["ETH/USD"]),
        ("ETH", ["ETH/BTC", "BTC/USD"], ["ETH/BTC BTC/USD"]),
        ("ETH", ["ETH/BTC", "BTC/USD", "ETH/USD"], ["ETH/USD", "ETH/BTC BTC/USD"]),
        ("EUR", ["BTC/EUR", "BTC/USD"], ["1/BTC/EUR BTC/USD"]),
        ("USDT", ["ETH/USDT", "BTC/USDT", "ETH/USD", "BTC/USD"], ["1/BTC/USDT BTC/USD", "1/ETH/USDT ETH/USD"]),
        ("A", ["A/B", "B/C", "C/USD"], ["A/B B/C C/USD"]),
        ("A", ["A/B", "B/C", "C/D", "D/USD"], []),
        ("A", ["A/B", "B/A2"], []),
        ("ETH", [], []),
    ],
)
def test_the_shortest_way_first_and_of_equals_by_name(asset: str, symbols: list[str], expected: list[str]) -> None:
    assert told(asset, *symbols) == expected
    assert told(asset, *reversed(symbols)) == expected, "however they were told"


def test_no_more_ways_than_anybody_needs() -> None:
    between = [f"C{number}" for number in range(30)]
    found = ways("A", "USD", pairs(*(f"A/{one}" for one in between), *(f"{one}/USD" for one in between)))
    assert len(found) == WAYS_MAX
    assert all(len(way) <= HOPS_MAX for way in found)


MIDS = {"ETH/BTC": D("0.05"), "BTC/USD": D(30_000), "BTC/EUR": D(25_000), "ZERO/USD": D(0)}


@pytest.mark.parametrize(
    ("way", "price"),
    [
        ([Hop("BTC/USD", inverse=False)], D(30_000)),
        ([Hop("ETH/BTC", inverse=False), Hop("BTC/USD", inverse=False)], D(1500)),
        ([Hop("BTC/EUR", inverse=True), Hop("BTC/USD", inverse=False)], D("1.2")),
        ([Hop("SOL/USD", inverse=False)], None),
        ([Hop("ETH/BTC", inverse=False), Hop("BTC/GBP", inverse=False)], None),
        ([Hop("ZERO/USD", inverse=False)], D(0)),
        ([Hop("ZERO/USD", inverse=True)], None),
    ],
)
def test_a_price_is_the_product_on_the_way(way: list[Hop], price: Decimal | None) -> None:
    assert price_along(tuple(way), MIDS.get) == price
