import numpy as np
import pytest
import talib
from hypothesis import given, settings
from hypothesis import strategies as st

from fathom.market import batch, indicators
from indicator_series import agrees, array, calm, candles, periods, series, streamed

slow = settings(deadline=None)  # The first call of each compiles it.


def columns(values: list[tuple[float, ...] | None], count: int = 3) -> list[list[float | None]]:
    return [[None if one is None else one[place] for one in values] for place in range(count)]


@slow
@given(series, periods)
def test_averages_are_the_streaming_ones_and_those_of_ta_lib(steps: list[float], period: int) -> None:
    numbers, scale = array(steps), max(steps)
    agrees(streamed(indicators.Sma(period).add, steps), batch.sma(numbers, period), scale=scale)
    agrees(streamed(indicators.Ema(period).add, steps), batch.ema(numbers, period), scale=scale)
    agrees(list(batch.sma(numbers, period)), talib.SMA(numbers, period), scale=scale)
    agrees(list(batch.ema(numbers, period)), talib.EMA(numbers, period), scale=scale)


@slow
@given(series, st.integers(2, 12), st.integers(1, 15), st.integers(1, 9))
def test_macd_is_the_streaming_one_and_that_of_ta_lib(steps: list[float], fast: int, more: int, signal: int) -> None:
    found = batch.macd(array(steps), fast, fast + more, signal)
    ours = columns(streamed(indicators.Macd(fast, fast + more, signal).add, steps))
    theirs = talib.MACD(array(steps), fast, fast + more, signal)
    for place in range(3):
        agrees(ours[place], found[place], scale=max(steps))
        agrees(list(found[place]), theirs[place], scale=max(steps))


@slow
@given(series, periods)
def test_rsi_and_volatility_are_the_streaming_ones(steps: list[float], period: int) -> None:
    agrees(streamed(indicators.Rsi(period).add, steps), batch.rsi(array(steps), period), scale=100)
    ours = streamed(indicators.RealisedVolatility(period, steps=7).add, steps)
    agrees(ours, batch.realised_volatility(array(steps), period, 7.0))


@slow
@given(calm, periods)
def test_rsi_is_that_of_ta_lib(steps: list[float], period: int) -> None:
    steps = [100.0, 101.0, *steps]  # TA-Lib says 0 where nothing ever moved.
    agrees(list(batch.rsi(array(steps), period)), talib.RSI(array(steps), period), scale=100)


@slow
@given(candles, periods)
def test_ranges_are_the_streaming_ones_and_those_of_ta_lib(
    steps: list[tuple[float, float, float]], period: int
) -> None:
    highs, lows, closes = (array(column) for column in zip(*steps, strict=True))
    found = batch.atr(highs, lows, closes, period)
    agrees(streamed(indicators.Atr(period).add, steps), found, scale=2000)
    agrees(list(found), talib.ATR(highs, lows, closes, period), scale=2000)
    channel = batch.donchian(highs, lows, period)
    ours = columns(streamed(indicators.Donchian(period).add, [one[:2] for one in steps]))
    for place in range(3):
        agrees(ours[place], channel[place])
    agrees(list(channel[0]), talib.MAX(highs, period))
    agrees(list(channel[2]), talib.MIN(lows, period))


@slow
@given(series, periods)
def test_bands_are_the_streaming_ones(steps: list[float], period: int) -> None:
    found = batch.bollinger(array(steps), period, 1.5)
    ours = columns(streamed(indicators.Bollinger(period, 1.5).add, steps))
    for place in range(3):
        agrees(ours[place], found[place], scale=max(steps))


@slow
@given(calm, periods)
def test_bands_are_those_of_ta_lib(steps: list[float], period: int) -> None:
    theirs = talib.BBANDS(array(steps), period, 2.0, 2.0)
    for ours, other in zip(batch.bollinger(array(steps), period), theirs, strict=True):
        np.testing.assert_allclose(ours, other, rtol=1e-5, atol=1e-4)  # It has half of the digits.


@slow
@given(st.lists(st.tuples(st.floats(1, 1000), st.sampled_from([0.0, 0.1, 3.0])), min_size=1, max_size=60), periods)
def test_the_average_price_is_the_streaming_one(steps: list[tuple[float, float]], period: int) -> None:
    prices, qtys = (array(column) for column in zip(*steps, strict=True))
    for length in (None, period):
        ours = streamed(indicators.Vwap(length).add, steps)
        agrees(ours, batch.vwap(prices, qtys, length or 0))


book = st.tuples(st.integers(90, 99), st.integers(1, 9), st.integers(101, 110), st.integers(1, 9))


@slow
@given(st.lists(book, min_size=1, max_size=60), periods)
def test_order_flow_is_the_streaming_one(steps: list[tuple[int, int, int, int]], period: int) -> None:
    imbalance = indicators.OrderFlowImbalance(period)
    ours = [imbalance.add([(bid, bid_qty)], [(ask, ask_qty)]) for bid, bid_qty, ask, ask_qty in steps]
    agrees(ours, batch.order_flow_imbalance(*(array(column) for column in zip(*steps, strict=True)), period))


@slow
@given(st.lists(st.tuples(st.booleans(), st.integers(1, 200)), min_size=1, max_size=60), st.integers(1, 6))
def test_vpin_is_the_streaming_one(steps: list[tuple[bool, int]], buckets: int) -> None:
    vpin = indicators.Vpin(10, buckets=buckets)
    ours = [vpin.add("buy" if buys else "sell", qty) for buys, qty in steps]
    buys = np.array([one[0] for one in steps])
    agrees(ours, batch.vpin(buys, array(one[1] for one in steps), 10.0, buckets))


@pytest.mark.parametrize("name", ["sma", "ema", "rsi"])
def test_too_short_a_series_has_no_value(name: str) -> None:
    assert np.isnan(getattr(batch, name)(array([1.0]), 5)).all()
