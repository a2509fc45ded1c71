from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fathom.domain import Candle, PublicTrade
from fathom.market import Candles
from fathom.market.candles import SILENT_MAX
from market_feed import T0, S, trade

MINUTE = 60


def candles(*, keep: int = 100) -> Candles:
    return Candles(MINUTE, keep=keep)


def at(second: float, price_ticks: int, qty_lots: int = 1) -> PublicTrade:
    return trade("buy", price_ticks, qty_lots, time_ns=T0 + int(second * S))


def fed(series: Candles, *trades: PublicTrade) -> list[Candle]:
    return [closed for one in trades for closed in series.add(one, missed=False)]


def silent(minute: int, price_ticks: int, *, whole: bool = True) -> Candle:
    return Candle(T0 + minute * 60 * S, *[price_ticks] * 5, 0, 0, whole)  # type: ignore[arg-type]  # Five prices.


def test_a_candle_is_what_was_traded() -> None:
    series = candles()
    assert series.running() is None
    assert fed(series, at(1, 100, 2), at(2, 130, 1), at(3, 90, 4), at(59.9, 110, 1)) == []
    running = series.running()
    # (100 * 2 + 130 + 90 * 4 + 110) / 8 = 100
    assert running == Candle(T0, 100, 130, 90, 110, 100, 8, 4, whole=False)
    assert fed(series, at(60, 111)) == [running]
    assert series.closed() == [running]
    assert series.running() == Candle(T0 + 60 * S, 111, 111, 111, 111, 111, 1, 1, whole=True)


@pytest.mark.parametrize(("trades", "vwap"), [([(10, 1), (11, 1)], 11), ([(10, 2), (11, 1)], 10), ([(-5, 1)], -5)])
def test_the_average_price_is_rounded_to_the_nearest_tick(trades: list[tuple[int, int]], vwap: int) -> None:
    series = candles()
    fed(series, *(at(1, price, qty) for price, qty in trades))
    running = series.running()
    assert running is not None
    assert running.vwap_ticks == vwap


def test_an_interval_without_a_trade_repeats_the_last_close() -> None:
    series = candles()
    closed = fed(series, at(1, 100), at(200, 105))
    assert closed[1:] == [silent(1, 100), silent(2, 100)]
    assert [one.begin_ns - T0 for one in closed] == [0, 60 * S, 120 * S]


def test_time_alone_closes_a_candle() -> None:
    series = candles()
    assert series.wake(T0, whole=True) == []
    fed(series, at(1, 100))
    assert series.wake(T0 + 60 * S - 1, whole=True) == []
    assert [one.begin_ns for one in series.wake(T0 + 60 * S, whole=True)] == [T0]
    assert series.wake(T0 + 60 * S, whole=True) == []
    assert series.wake(T0 + 180 * S, whole=True) == [silent(1, 100), silent(2, 100)]


def test_the_open_of_a_candle_is_its_first_trade_and_not_the_last_close() -> None:
    series = candles()
    fed(series, at(1, 100))
    series.wake(T0 + 60 * S, whole=True)
    fed(series, at(61, 120), at(62, 125))
    assert series.running() == Candle(T0 + 60 * S, 120, 125, 120, 125, 123, 2, 2)


def test_a_trade_told_after_its_candle_closed_counts_in_the_next() -> None:
    series = candles()
    fed(series, at(1, 100))
    series.wake(T0 + 60 * S, whole=True)
    assert fed(series, at(59, 90, 5)) == []
    running = series.running()
    assert running is not None
    assert (running.begin_ns, running.qty_lots, running.low_ticks) == (T0 + 60 * S, 5, 90)


def test_what_was_missed_spoils_the_candles_that_lack_it() -> None:
    series = candles()
    fed(series, at(1, 100), at(61, 100))
    closed = series.add(at(241, 100), missed=True)
    assert [one.whole for one in closed] == [False, False, False]
    running = series.running()
    assert running is not None
    assert not running.whole
    assert [one.whole for one in fed(series, at(300, 100), at(360, 100))] == [False, True]


def test_time_alone_tells_nothing_whole_while_trades_may_be_missing() -> None:
    series = candles()
    fed(series, at(1, 100), at(61, 100))
    assert [one.whole for one in series.wake(T0 + 180 * S, whole=False)] == [False, False]


def test_of_a_long_silence_only_the_end_is_told() -> None:
    series = candles(keep=1_000)
    closed = fed(series, at(1, 100), at(10_000 * 60, 105))
    assert len(closed) == SILENT_MAX + 1
    assert closed[-1].begin_ns == T0 + 9_999 * 60 * S


def test_only_so_many_are_kept_and_the_oldest_go() -> None:
    series = candles(keep=2)
    fed(series, *(at(minute * 60, 100 + minute) for minute in range(5)))
    assert [one.close_ticks for one in series.closed()] == [102, 103]
    assert [one.close_ticks for one in series.closed(1)] == [103]
    assert series.closed(0) == []
    series.keep(1)  # Never fewer.
    series.keep(4)
    fed(series, *(at(minute * 60, 100 + minute) for minute in range(5, 9)))
    assert [one.close_ticks for one in series.closed()] == [104, 105, 106, 107]


# -- The venue's own ----------------------------------------------------------------------------------------------


def told(*rows: tuple[int, int], trades: int = 1) -> Sequence[Candle]:
    """Candles of (minute, price)."""
    return [Candle(T0 + minute * 60 * S, *[price] * 5, trades, trades) for minute, price in rows]  # type: ignore[arg-type]  # Five prices.


def test_the_venue_s_candles_are_the_past_of_a_first_start_and_no_news() -> None:
    series = candles()
    assert series.learn(told((0, 100), (3, 103), (4, 104)), until_ns=T0 + 250 * S) == []
    assert [one.close_ticks for one in series.closed()] == [100, 100, 100, 103]
    assert [one.trades for one in series.closed()] == [1, 0, 0, 1]
    assert fed(series, at(249, 500)) == []  # It is in what the venue told.
    running = series.running()
    assert running is not None
    assert (running.begin_ns, running.trades, running.close_ticks) == (T0 + 240 * S, 1, 104)
    assert fed(series, at(251, 99), at(300, 100)) == [Candle(T0 + 240 * S, 104, 104, 99, 99, 102, 2, 2)]


def test_where_nothing_was_traded_of_late_the_silence_is_no_news_either() -> None:
    series = candles()
    assert series.learn(told((0, 100)), until_ns=T0 + 190 * S) == []
    assert [one.begin_ns - T0 for one in series.closed()] == [0, 60 * S, 120 * S]
    assert fed(series, at(200, 90), at(240, 80)) == [Candle(T0 + 180 * S, 90, 90, 90, 90, 90, 1, 1)]


def test_the_venue_s_candles_replace_what_is_not_whole_and_only_that() -> None:
    series = candles()
    fed(series, at(50, 100, 5), at(61, 101, 5), at(121, 102, 5))
    assert series.learn(told((-1, 98), (0, 99), (1, 99), (2, 99)), until_ns=T0 + 122 * S) == []
    assert [one.close_ticks for one in series.closed()] == [98, 99, 101]
    running = series.running()
    assert running is not None
    assert running.qty_lots == 5  # Ours was whole.


def test_after_a_gap_the_venue_s_candles_close_what_we_missed() -> None:
    series = candles()
    fed(series, at(1, 100), at(61, 101))
    series.wake(T0 + 61 * S, whole=False)
    closed = series.learn(told((1, 111), (3, 113), (5, 115)), until_ns=T0 + 301 * S)
    assert [(one.close_ticks, one.trades, one.whole) for one in closed] == [
        (101, 1, True),  # We saw all of it, as far as we knew.
        (101, 0, True),
        (113, 1, True),
        (113, 0, True),
    ]
    running = series.running()
    assert running is not None
    assert (running.begin_ns, running.close_ticks) == (T0 + 300 * S, 115)


def test_nothing_told_is_nothing_learned() -> None:
    assert candles().learn([], until_ns=T0) == []


def test_candles_told_late_leave_the_running_one_alone() -> None:
    series = candles()
    fed(series, at(1, 100))
    series.add(at(181, 101), missed=True)
    assert series.learn(told((1, 111), (2, 112)), until_ns=T0 + 150 * S) == []
    # The last one told ran still: what became of it is not known.
    assert [(one.close_ticks, one.whole) for one in series.closed()] == [(100, False), (111, True), (111, False)]


def test_other_numbers_begin_anew() -> None:
    series = candles()
    fed(series, at(1, 100), at(61, 101))
    series.forget()
    assert (series.closed(), series.running()) == ([], None)


trades = st.lists(st.tuples(st.integers(0, 90), st.integers(1, 50), st.integers(1, 9)), min_size=1, max_size=60)


@given(trades, st.integers(1, 120))
def test_candles_are_gapless_and_lose_nothing(steps: list[tuple[int, int, int]], interval_s: int) -> None:
    series = Candles(interval_s, keep=10_000)
    now_s, closed = 0, []
    for step_s, price, qty in steps:
        now_s += step_s
        closed += fed(series, at(now_s, price, qty))
    closed += series.wake(T0 + (now_s + interval_s) * S, whole=True)
    step_ns = interval_s * S
    begins = [one.begin_ns for one in closed]
    assert all(begin % step_ns == 0 for begin in begins)
    if interval_s > 1:  # Else a long silence is cut.
        assert all(later - earlier == step_ns for earlier, later in pairwise(begins))
    assert closed == series.closed()
    assert sum(one.qty_lots for one in closed) == sum(qty for _, _, qty in steps)
    assert sum(one.trades for one in closed) == len(steps)
    for one in closed:
        assert one.low_ticks <= min(one.open_ticks, one.close_ticks, one.vwap_ticks)
        assert one.high_ticks >= max(one.open_ticks, one.close_ticks, one.vwap_ticks)
