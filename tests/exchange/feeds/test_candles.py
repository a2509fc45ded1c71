"""Tests of candles at all intervals."""

from itertools import pairwise

from feed_venue import T0, S
from hypothesis import given
from hypothesis import strategies as st

from fathom.exchange.feeds.candles import CANDLES_MAX, Candles, begin_of
from fathom.exchange.feeds.day_stats import MINUTE_NS
from fathom.exchange.feeds.subscribers import INTERVALS
from fathom.protocol import time_text


def test_intervals_are_counted_from_1970() -> None:
    begins = {interval: time_text(begin_of(T0 + 59 * S, interval=interval), digits=0) for interval in INTERVALS}
    assert begins[1] == begins[240] == begins[1440] == "2023-11-15T00:00:00Z"
    assert begins[10080] == "2023-11-09T00:00:00Z"  # A Thursday.
    assert begins[21600] == "2023-11-04T00:00:00Z"  # Every fifteenth day.


def test_a_candle_is_its_trades() -> None:
    candles = Candles()
    for second, price, lots in ((0, 100, 1), (10, 120, 2), (50, 90, 1), (61, 95, 5)):
        candles.add(price, lots, time_ns=T0 + second * S)
    first, second = candles.rows(1)
    assert (first.begin_ns, first.last_ns) == (T0, T0 + 50 * S)
    figures = first.figures
    assert (figures.open_ticks, figures.high_ticks, figures.low_ticks, figures.close_ticks) == (100, 120, 90, 90)
    assert (figures.lots, figures.trades, figures.vwap_ticks()) == (4, 3, 108)  # 430 / 4, halves up.
    assert second.figures.trades == 1
    (five,) = candles.rows(5)
    assert five.figures.trades == 4
    assert five is candles.last(5)
    assert candles.since(1, time_ns=T0 + 20 * S) == [first, second]
    assert candles.since(1, time_ns=T0 + 51 * S) == [second]


def test_intervals_without_trades_are_skipped_and_filled_for_rest() -> None:
    candles = Candles()
    candles.add(100, 1, time_ns=T0)
    candles.add(110, 1, time_ns=T0 + 3 * MINUTE_NS)
    assert [row.begin_ns for row in candles.rows(1)] == [T0, T0 + 3 * MINUTE_NS]
    filled = candles.filled(1, now_ns=T0 + 5 * MINUTE_NS + 1)
    assert [row.begin_ns for row in filled] == [T0 + minute * MINUTE_NS for minute in range(6)]
    assert [row.figures.close_ticks for row in filled] == [100, 100, 100, 110, 110, 110]
    assert [row.figures.trades for row in filled] == [1, 0, 0, 1, 0, 0]
    assert Candles().filled(1, now_ns=T0) == []
    assert Candles().last(1) is None


@given(st.lists(st.integers(0, 3_000), min_size=1, max_size=60), st.integers(0, 3_000))
def test_filled_rows_have_no_gap_and_a_bound(minutes: list[int], after: int) -> None:
    candles = Candles()
    minute = 0
    for step in minutes:
        minute += step
        candles.add(100 + minute, 1, time_ns=T0 + minute * MINUTE_NS)
    now_ns = T0 + (minute + after) * MINUTE_NS
    filled = candles.filled(1, now_ns=now_ns)
    assert 1 <= len(filled) <= CANDLES_MAX
    assert filled[-1].begin_ns == now_ns
    assert all(b.begin_ns - a.begin_ns == MINUTE_NS for a, b in pairwise(filled))
    kept = {row.begin_ns: row for row in candles.rows(1)}
    close_ticks = None
    for row in filled:
        if row.begin_ns in kept:
            assert row is kept[row.begin_ns]
        else:
            assert not row.figures.trades
            assert close_ticks in {None, row.figures.close_ticks}
        close_ticks = row.figures.close_ticks


def test_the_oldest_candles_go() -> None:
    candles = Candles()
    for minute in range(CANDLES_MAX + 5):
        candles.add(100, 1, time_ns=T0 + minute * MINUTE_NS)
    assert len(candles.rows(1)) == CANDLES_MAX
    assert candles.rows(1)[0].begin_ns == T0 + 5 * MINUTE_NS


def test_a_new_precision_keeps_the_past() -> None:
    candles = Candles()
    candles.add(100, 3, time_ns=T0)
    candles.rescale(price_power=2, qty_power=1)
    for interval in INTERVALS:
        (row,) = candles.rows(interval)
        assert (row.figures.close_ticks, row.figures.lots, row.figures.cost) == (10_000, 30, 300_000)
