import pytest

from fathom.domain import Candle, PublicTrade
from fathom.market import Tape
from fathom.market.tape import GRACE_NS, RECENT_MAX
from market_feed import T0, S, trade

LINK = "public"


def at(second: int, trade_id: int, *, price_ticks: int = 100) -> PublicTrade:
    return trade("buy", price_ticks, 1, trade_id=trade_id, time_ns=T0 + second * S)


def tape() -> Tape:
    made = Tape("BTC/USD")
    made.want(60)
    return made


def wholes(closed: list[object]) -> list[bool]:
    return [one.candle.whole for one in closed]  # type: ignore[attr-defined]  # CandleClosed all.


def test_the_last_trades_are_kept_oldest_first() -> None:
    made = Tape("BTC/USD")
    for number in range(1, RECENT_MAX + 6):
        assert made.take([at(number, number)], link=LINK) == []
    assert [one.trade_id for one in made.trades(3)] == [RECENT_MAX + 3, RECENT_MAX + 4, RECENT_MAX + 5]
    assert len(made.trades(10**6)) == RECENT_MAX
    assert made.trades(10**6)[0].trade_id == 6


def test_candles_are_made_of_what_was_asked_for() -> None:
    made = tape()
    made.want(300, keep=7)
    assert made.intervals() == [60, 300]
    assert made.candles(61) is None
    (closed,) = made.take([at(1, 1), at(61, 2)], link=LINK)
    assert (closed.symbol, closed.interval_s, closed.candle.begin_ns) == ("BTC/USD", 60, T0)
    series = made.candles(60)
    assert series is not None
    assert series.closed() == [closed.candle]


def test_a_trade_told_twice_counts_once() -> None:
    made = tape()
    made.take([at(1, 1), at(2, 2)], link=LINK)
    made.take([at(2, 2)], link="other")
    series = made.candles(60)
    assert series is not None
    running = series.running()
    assert running is not None
    assert running.trades == 2


def test_a_number_left_out_is_a_trade_missed() -> None:
    made = tape()
    made.take([at(1, 1), at(61, 2)], link=LINK)
    assert wholes([*made.take([at(121, 4)], link=LINK)]) == [False]


def test_time_closes_a_candle_a_little_after_its_end() -> None:
    made = tape()
    assert made.wake(60, T0 + 60 * S + GRACE_NS) == []
    made.take([at(1, 1)], link=LINK)
    assert made.wake(60, T0 + 60 * S + GRACE_NS - 1) == []
    assert len(made.wake(60, T0 + 60 * S + GRACE_NS)) == 1
    assert made.wake(61, T0 + 600 * S) == []


def test_no_candle_closes_while_nothing_can_be_told() -> None:
    made = tape()
    made.take([at(1, 1)], link=LINK)
    made.dropped("private")
    assert len(made.wake(60, T0 + 70 * S)) == 1
    made.dropped(LINK)
    assert made.wake(60, T0 + 200 * S) == []
    made.opened("private")
    assert made.wake(60, T0 + 200 * S) == []
    made.opened(LINK)
    assert wholes([*made.wake(60, T0 + 200 * S)]) == [False, False]


def test_the_snapshot_after_a_gap_tells_what_was_missed() -> None:
    made = tape()
    made.take([at(1, 1), at(61, 2)], link=LINK)
    made.dropped(LINK)
    made.opened("two")
    closed = made.catch_up([at(61, 2), at(65, 3), at(125, 4)], link="two", now_ns=T0 + 130 * S)
    assert [(one.candle.trades, one.candle.whole) for one in closed] == [(2, True)]
    assert wholes([*made.wake(60, T0 + 200 * S)]) == [True]


def test_a_snapshot_with_nothing_new_says_that_nothing_was_missed() -> None:
    made = tape()
    made.take([at(1, 1), at(61, 2)], link=LINK)
    made.dropped(LINK)
    assert made.catch_up([at(1, 1), at(61, 2)], link=LINK, now_ns=T0 + 70 * S) == []
    assert wholes([*made.wake(60, T0 + 130 * S)]) == [True]


def test_a_snapshot_that_begins_too_late_leaves_a_gap() -> None:
    made = tape()
    made.take([at(1, 1), at(61, 2)], link=LINK)
    made.dropped(LINK)
    closed = made.catch_up([at(70, 9), at(125, 10)], link=LINK, now_ns=T0 + 130 * S)
    assert [(one.candle.trades, one.candle.whole) for one in closed] == [(2, False)]


def test_a_venue_that_counts_anew_leaves_a_gap() -> None:
    made = tape()
    made.take([at(1, 1_000), at(61, 1_001)], link=LINK)
    made.dropped(LINK)
    closed = made.catch_up([at(65, 1), at(125, 2)], link=LINK, now_ns=T0 + 130 * S)
    assert [(one.candle.trades, one.candle.whole) for one in closed] == [(2, False)]
    assert wholes([*made.take([at(185, 3)], link=LINK)]) == [True]


def test_the_first_snapshot_is_the_past_and_no_news() -> None:
    made = tape()
    assert made.catch_up([at(1, 1), at(61, 2), at(121, 3)], link=LINK, now_ns=T0 + 250 * S) == []
    series = made.candles(60)
    assert series is not None
    assert [(one.trades, one.whole) for one in series.closed()] == [(1, False), (1, True), (1, True), (0, True)]
    assert [one.trade_id for one in made.trades(9)] == [1, 2, 3]
    assert made.catch_up([], link=LINK, now_ns=T0 + 250 * S) == []


@pytest.mark.parametrize(("interval_s", "kept"), [(60, 1), (61, 0)])
def test_the_venue_s_candles_are_learned_where_they_are_wanted(interval_s: int, kept: int) -> None:
    made = tape()
    rows = [Candle(T0 + n * 60 * S, 5, 5, 5, 5, 5, 1, 1) for n in range(2)]
    assert made.learn(interval_s, rows, until_ns=T0 + 61 * S) == []
    series = made.candles(60)
    assert series is not None
    assert len(series.closed()) == kept


def test_other_numbers_begin_anew() -> None:
    made = tape()
    made.take([at(1, 1), at(61, 2)], link=LINK)
    made.forget()
    series = made.candles(60)
    assert series is not None
    assert (made.trades(5), series.closed()) == ([], [])
