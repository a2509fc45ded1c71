from decimal import Decimal

import pytest

from fathom.domain import OrderTraded, OrderWanted
from fathom.strategy import OnCandle, Trend, make_strategy
from market_feed import S
from strategy_stage import Played, Street, living, play, random_markets


def trend(**params: object) -> Trend:
    told = {
        "symbol": "BTC/USD", "risk_quote": "3", "position_qty_max": "10", "candle_s": 10, "entry_n": 5, "exit_n": 3,
        "fast_n": 2, "slow_n": 5, "atr_n": 4, "stop_atr": 3.0,
    } | params  # fmt: skip
    made = make_strategy("trend", name="a", params=told)
    assert isinstance(made, Trend)
    return made


def chart(*closes: int, span: int = 2, lots: int = 2_000) -> Street:
    """A candle of ten seconds for each close: it trades at the close less and plus the span, and then at the close."""
    street = Street().wait(1)
    for close in closes:
        street.move(close, qty_lots=lots)
        for price in (close - span, close + span, close):
            street.trade("buy", price, 1).wait(3)
        street.wait(1)
    return street.wait(3).heal().wait(3)


FLAT = (1_000,) * 8


def run(street: Street, **params: object) -> Played:
    return play(lambda: trend(**params), street.frames)


def traded(played: Played) -> list[tuple[int, str]]:
    """In which candle what side traded first, and after."""
    said: list[tuple[int, str]] = []
    for at_ns, fill in played.at(OrderTraded):
        one = (at_ns // (10 * S), fill.side)
        if one not in said:
            said.append(one)
    return said


def test_it_keeps_as_many_candles_as_it_looks_at() -> None:
    assert trend(slow_n=50).wakes() == (OnCandle("BTC/USD", 10, keep=52),)


def test_in_a_range_it_does_nothing() -> None:
    assert run(chart(*FLAT, *FLAT)).said(OrderWanted) == []


def test_it_buys_a_close_above_the_channel_and_sells_one_below_the_short_one() -> None:
    played = run(chart(*FLAT, 1_010, 1_012, 1_014, 1_016, 1_005, 1_004))
    # The ninth candle closes above all highs before it; the thirteenth below the lows of the last three.
    assert traded(played) == [(9, "buy"), (13, "sell")]
    assert played.position("BTC/USD") == 0


def test_the_size_is_what_the_stop_would_lose_so_a_wilder_market_is_bought_less_of() -> None:
    calm = run(chart(*FLAT, 1_010, 1_011), stop_atr=2.0)
    wild = run(chart(*FLAT, 1_030, 1_031, span=12), stop_atr=2.0)
    # The true range is 4 ticks in three candles, and 12 from the close before: 6. Twice that is 1.2 USD: 3 USD buy 2.5.
    assert calm.extremes("BTC/USD")[1] == 250
    assert wild.extremes("BTC/USD")[1] == pytest.approx(3 / 2 / ((3 * 2.4 + 4.2) / 4) * 100, abs=1)
    assert wild.extremes("BTC/USD")[1] < calm.extremes("BTC/USD")[1]


def test_it_never_holds_more_than_its_bound() -> None:
    assert run(chart(*FLAT, 1_010, 1_011), position_qty_max="0.7").extremes("BTC/USD")[1] == 70


def test_the_stop_trails_the_best_close_and_waits_for_a_new_signal() -> None:
    rising = (1_010, 1_020, 1_030, 1_040)
    played = run(chart(*FLAT, *rising, 1_018, 1_019, 1_018), exit_n=400, stop_atr=1.0)
    assert traded(played) == [(9, "buy"), (13, "sell")]
    assert played.strategy.stance == 0


def test_crossing_averages_buy_and_sell() -> None:
    played = run(chart(*FLAT, 1_005, 1_010, 1_012, 1_000, 990, 985), signal="crossing", stop_atr=50.0)
    assert traded(played) == [(9, "buy"), (13, "sell")]


def test_it_sells_what_falls_only_where_it_may() -> None:
    falling = chart(*FLAT, 990, 988, 986)
    assert run(falling).said(OrderWanted) == []
    played = run(chart(*FLAT, 990, 988, 986), shorts=True)
    assert traded(played) == [(9, "sell")]
    assert played.position("BTC/USD") < 0


def test_what_it_could_not_buy_at_once_it_goes_on_buying() -> None:
    street = chart(*FLAT, 1_010, lots=20)
    for _ in range(5):
        street.move(1_011, qty_lots=20).wait(2).move(1_010, qty_lots=20).wait(2)
    played = run(street, slippage_max=0)
    assert len({one.order_id for one in played.said(OrderTraded)}) > 1
    assert played.position("BTC/USD") > 20


def test_a_candle_with_a_gap_begins_nothing() -> None:
    # The first candle of a run was not seen from its beginning.
    assert run(chart(1_000, 1_000, 1_000, 1_000, 1_000)).said(OrderWanted) == []


def test_a_book_that_does_not_verify_delays_but_does_not_forget() -> None:
    street = chart(*FLAT, 1_010)
    street.frames = street.frames[:-3]
    street.flaw().wait(5).heal().wait(5)
    played = run(street)
    assert played.position("BTC/USD") > 0


@pytest.mark.parametrize("params", [{"fast_n": 5}, {"risk_quote": "0"}, {"signal": "astrology"}, {"entry_n": 1}])
def test_what_makes_no_sense_is_refused(params: dict[str, object]) -> None:
    with pytest.raises(Exception, match=r"fast_n must be below|must be above 0|Invalid enum|Expected"):
        trend(**params)


@random_markets
def test_in_any_market_it_stays_within_its_bound(seed: int) -> None:
    params = {"risk_quote": "2", "position_qty_max": "0.5", "candle_s": 2, "entry_n": 4, "exit_n": 2, "atr_n": 3}
    frames = living(seed, step_ms=100, jump=4)
    played = play(lambda: trend(**params, shorts=bool(seed % 2)), frames, seed=seed)
    least, most = played.extremes("BTC/USD")
    assert (-50 if seed % 2 else 0) <= least <= most <= 50
    assert abs(played.strategy.target_qty) <= Decimal("0.5")
