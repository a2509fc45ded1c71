import pytest

from fathom.domain import OrderType, Side
from fathom.risk.pricing import reach, start_twice, takes_at_once, worst_ticks
from market_feed import trusted_market, two_sided

# The mid is 1000; a market order would reach 1004 or 996.
TABLE: list[tuple[OrderType, Side, int | None, int | None, int, int, bool]] = [
    # type, side, price, trigger: where it begins, its worst price, whether it takes at once
    ("limit", "buy", 1010, None, 1000, 1010, False),
    ("limit", "sell", 990, None, 1000, 990, False),
    ("market", "buy", None, None, 1000, 1004, True),
    ("market", "sell", None, None, 1000, 996, True),
    ("stop-loss", "buy", None, 1100, 1100, 1100, False),
    ("stop-loss", "buy", None, 900, 1000, 1004, True),  # Beyond its trigger already.
    ("stop-loss", "sell", None, 900, 900, 900, False),
    ("stop-loss", "sell", None, 1100, 1000, 996, True),
    ("stop-loss", "sell", None, 1000, 1000, 996, True),
    ("stop-loss-limit", "buy", 1110, 1100, 1100, 1110, False),
    ("stop-loss-limit", "buy", 1090, 1100, 1100, 1100, False),  # The worse of both.
    ("stop-loss-limit", "sell", 890, 900, 900, 890, False),
    ("take-profit", "buy", None, 900, 900, 900, False),
    ("take-profit", "buy", None, 1100, 1000, 1100, True),
    ("take-profit", "sell", None, 1100, 1100, 1100, False),
    ("take-profit", "sell", None, 900, 1000, 900, True),
    ("take-profit-limit", "sell", 1090, 1100, 1100, 1090, False),
    ("trailing-stop", "buy", None, 50, 1050, 1050, False),
    ("trailing-stop", "sell", None, 50, 950, 950, False),
]


@pytest.mark.parametrize("row", TABLE, ids=str)
def test_where_an_order_begins_and_the_worst_that_it_may_get(
    row: tuple[OrderType, Side, int | None, int | None, int, int, bool],
) -> None:
    kind, side, price, trigger, start, worst, at_once = row
    reach_ticks = 1004 if side == "buy" else 996
    assert start_twice(kind, side, trigger_ticks=trigger, twice=2000) == 2 * start
    found = worst_ticks(kind, side, price_ticks=price, trigger_ticks=trigger, twice=2000, reach_ticks=reach_ticks)
    assert found == worst
    assert takes_at_once(kind, side, trigger_ticks=trigger, twice=2000) == at_once


@pytest.mark.parametrize("kind", ["market", "stop-loss"])
def test_what_the_book_does_not_hold_has_no_worst_price(kind: OrderType) -> None:
    trigger = None if kind == "market" else 900
    assert worst_ticks(kind, "buy", price_ticks=None, trigger_ticks=trigger, twice=2000, reach_ticks=None) is None


def test_a_trailing_stop_from_a_mid_between_two_ticks_is_seen_at_its_worse_one() -> None:
    for side, worst in (("buy", 1051), ("sell", 950)):
        kind: OrderType = "trailing-stop"
        found = worst_ticks(kind, side, price_ticks=None, trigger_ticks=50, twice=2001, reach_ticks=None)  # type: ignore[arg-type]  # A side.
        assert found == worst


@pytest.mark.parametrize(
    ("qty_lots", "buy", "sell"), [(10, 1001, 999), (11, 1002, 998), (50, 1005, 995), (51, None, None)]
)
def test_how_far_a_market_order_reaches(qty_lots: int, buy: int | None, sell: int | None) -> None:
    book = trusted_market(two_sided()).books["BTC/USD"]
    assert (reach(book, "buy", qty_lots), reach(book, "sell", qty_lots)) == (buy, sell)
