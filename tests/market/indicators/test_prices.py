import numpy as np
import talib
from hypothesis import given
from hypothesis import strategies as st

from fathom.market.indicators import Atr, Rsi, Vwap
from indicator_series import agrees, array, candles, periods, series, streamed


@given(series, periods)
def test_rsi_is_that_of_ta_lib(steps: list[float], period: int) -> None:
    ours = streamed(Rsi(period).add, steps)
    theirs = talib.RSI(array(steps), period)
    for place in range(period, len(steps)):
        if len(set(steps[: place + 1])) == 1:  # TA-Lib says 0 where nothing ever moved.
            assert ours[place] == 50
            theirs[place] = 50
    agrees(ours, theirs, scale=100)


@given(candles, periods)
def test_atr_is_that_of_ta_lib(steps: list[tuple[float, float, float]], period: int) -> None:
    highs, lows, closes = (array(column) for column in zip(*steps, strict=True))
    agrees(streamed(Atr(period).add, steps), talib.ATR(highs, lows, closes, period), scale=2000)


trades = st.lists(st.tuples(st.floats(1, 1000), st.one_of(st.just(0.0), st.floats(1e-8, 1e6))), max_size=80)


@given(trades, st.integers(1, 20))
def test_the_average_price_by_quantity_is_that_of_numpy(steps: list[tuple[float, float]], period: int) -> None:
    rolling, whole = Vwap(period), Vwap()
    for place, (price, qty) in enumerate(steps):
        rolling.add(price, qty)
        whole.add(price, qty)
        for vwap, last in ((rolling, steps[max(0, place + 1 - period) : place + 1]), (whole, steps[: place + 1])):
            weights = [one[1] for one in last]
            if sum(weights) > 0 and (vwap is whole or place + 1 >= period):
                np.testing.assert_allclose(vwap.value or 0, np.average([one[0] for one in last], weights=weights))


def test_where_nothing_trades_the_average_stays() -> None:
    vwap = Vwap(2)
    assert [vwap.add(*one) for one in ((5, 0.5), (7, 0.5), (9, 0.0), (9, 0.0))] == [None, 6, 7, 7]


def test_a_day_begins_anew() -> None:
    for vwap in (Vwap(), Vwap(1)):
        vwap.add(5, 1)
        vwap.reset()
        assert vwap.value is None
        assert vwap.add(7, 1) == 7


def test_where_nothing_moves_rsi_is_in_the_middle() -> None:
    rsi = Rsi(2)
    assert [rsi.add(5) for _ in range(4)] == [None, None, 50, 50]
    assert rsi.add(6) == 100
