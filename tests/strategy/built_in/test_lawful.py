from decimal import Decimal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Struct

from fathom.domain import Side
from fathom.strategy.built_in.lawful import (
    big_enough,
    ceil_price,
    check_above_zero,
    floor_price,
    floor_qty,
    lots_for,
    lots_of,
    taking_price,
)
from market_feed import BTC, Feed, trusted_market

COARSE = msgspec.structs.replace(BTC, price_increment_ticks=5, qty_increment_lots=3)


@given(st.floats(0.01, 1e6))
def test_prices_are_on_the_increments_and_round_away_from_the_market(ticks: float) -> None:
    low, high = floor_price(COARSE, ticks), ceil_price(COARSE, ticks)
    assert low % 5 == high % 5 == 0
    assert low <= ticks <= high
    assert high - low in {0, 5}


@pytest.mark.parametrize(("lots", "floored"), [(7, 6), (6, 6), (5.9, 3), (2, 0), (-4, 0)])
def test_quantities_are_whole_increments_and_never_below_zero(lots: float, floored: int) -> None:
    assert floor_qty(COARSE, lots) == floored


def test_a_quantity_finer_than_the_pair_is_rounded_down() -> None:
    assert lots_of(BTC, Decimal("0.129")) == 12


@given(st.decimals(-5, 10_000, places=3), st.integers(-3, 100_000))
def test_spending_buys_no_more_than_it_can_pay(spend: Decimal, price_ticks: int) -> None:
    lots = lots_for(BTC, spend, price_ticks=price_ticks)
    assert lots == 0 or BTC.cost(price_ticks=price_ticks, qty_lots=lots) <= spend


@pytest.mark.parametrize(
    ("price_ticks", "qty_lots", "enough"),
    [(1000, 1, True), (1000, 0, False), (499, 1, False), (500, 1, True), (0, 9, False)],
)
def test_both_minima_count(price_ticks: int, qty_lots: int, enough: bool) -> None:
    assert big_enough(BTC, price_ticks=price_ticks, qty_lots=qty_lots) == enough


@pytest.mark.parametrize(
    ("side", "bids", "asks", "limit"),
    [
        ("buy", [(990, 1)], [(1003, 1)], 1015),  # An odd best price is reached all the same.
        ("sell", [(992, 1)], [(1003, 1)], 980),
        ("sell", [(3, 1)], [(1003, 1)], 5),  # Never at or below nothing.
        ("buy", [(990, 1)], [], None),
        ("sell", [], [(1003, 1)], None),
    ],
)
def test_where_an_order_that_takes_is_limited(
    side: Side, bids: list[tuple[int, int]], asks: list[tuple[int, int]], limit: int | None
) -> None:
    book = trusted_market(Feed(COARSE, bids=bids, asks=asks)).books["BTC/USD"]
    assert taking_price(book, side, slippage=2) == limit


class Two(Struct):
    one: Decimal | None
    other: Decimal


@pytest.mark.parametrize("bad", ["0", "-1", "NaN", "Infinity"])
def test_a_parameter_that_is_not_above_zero_is_named(bad: str) -> None:
    check_above_zero(Two(None, Decimal(1)), "one", "other")
    with pytest.raises(ValueError, match="other must be above 0"):
        check_above_zero(Two(None, Decimal(bad)), "one", "other")
