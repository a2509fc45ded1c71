"""Tests of a market at a glance."""

from decimal import Decimal

import pytest
from feed_venue import T0

from fathom.exchange.feeds.day_stats import Figures
from fathom.exchange.feeds.ticker_view import TickerView
from fathom.exchange.listing import PAIRS


def view(*, last_ticks: int, day: Figures) -> TickerView:
    return TickerView(
        pair=PAIRS[0],
        bid_ticks=99,
        bid_lots=1,
        ask_ticks=101,
        ask_lots=1,
        last_ticks=last_ticks,
        last_lots=0,
        day=day,
        today=Figures(),
        time_ns=T0,
    )


@pytest.mark.parametrize(
    ("open_ticks", "last_ticks", "change", "pct"),
    [
        (61_5608, 65_9729, 4_4121, "7.17"),
        (100_000, 99_830, -170, "-0.17"),
        (100_000, 100_000, 0, "0.00"),
        (1_000_000, 999_999, -1, "0.00"),
        (200, 300, 100, "50.00"),
    ],
)
def test_change(open_ticks: int, last_ticks: int, change: int, pct: str) -> None:
    figures = Figures(open_ticks, last_ticks, open_ticks, last_ticks, 10, 10 * last_ticks, 2)
    seen = view(last_ticks=last_ticks, day=figures)
    assert seen.change_ticks == change
    assert str(seen.change_pct) == pct


def test_a_span_without_trades_is_at_the_last_price() -> None:
    seen = view(last_ticks=100, day=Figures())
    assert (seen.open_ticks(seen.day), seen.high_ticks(seen.day), seen.low_ticks(seen.day)) == (100, 100, 100)
    assert (seen.vwap_ticks(seen.day), seen.vwap_ticks(seen.day, scale=10_000)) == (100, 1_000_000)
    assert (seen.change_ticks, seen.change_pct) == (0, Decimal("0.00"))


def test_nothing_divides_by_zero() -> None:
    assert str(view(last_ticks=0, day=Figures()).change_pct) == "0.00"
