import numpy as np
import pytest
import talib
from hypothesis import given

from fathom.domain import LocalError
from fathom.market.indicators import Bands, Bollinger, Donchian
from indicator_series import agrees, array, calm, candles, periods, series, streamed


@given(calm, periods)
def test_bollinger_s_bands_are_those_of_ta_lib(steps: list[float], period: int) -> None:
    ours = streamed(Bollinger(period, 2.5).add, steps)
    theirs = talib.BBANDS(array(steps), period, 2.5, 2.5)
    for place in range(3):
        # TA-Lib takes the difference of two sums of squares: it has half of the digits.
        numbers = np.array([np.nan if one is None else one[place] for one in ours])
        np.testing.assert_allclose(numbers, theirs[place], rtol=1e-5, atol=1e-4)


@given(series, periods)
def test_bollinger_s_bands_are_the_deviation_of_the_window_however_wild(steps: list[float], period: int) -> None:
    ours = streamed(Bollinger(period, 1.0).add, steps)
    for place in range(period - 1, len(steps)):
        window = np.array(steps[place + 1 - period : place + 1])
        mean, half = np.mean(window), np.std(window)
        scale = float(np.max(window))
        np.testing.assert_allclose(ours[place], (mean + half, mean, mean - half), rtol=1e-9, atol=1e-9 * scale)


@given(candles, periods)
def test_donchian_s_channel_is_that_of_ta_lib(steps: list[tuple[float, float, float]], period: int) -> None:
    highs, lows = array(one[0] for one in steps), array(one[1] for one in steps)
    ours = streamed(Donchian(period).add, [one[:2] for one in steps])
    agrees([None if one is None else one.upper for one in ours], talib.MAX(highs, period))
    agrees([None if one is None else one.lower for one in ours], talib.MIN(lows, period))
    assert all(one is None or one.middle == (one.upper + one.lower) / 2 for one in ours)


def test_a_price_that_does_not_move_has_no_width() -> None:
    bollinger = Bollinger(3)
    assert [bollinger.add(7) for _ in range(4)] == [None, None, Bands(7, 7, 7), Bands(7, 7, 7)]


@pytest.mark.parametrize("width", [0.0, -1.0, float("nan"), float("inf")])
def test_bands_without_a_width_are_refused(width: float) -> None:
    with pytest.raises(LocalError, match="must be above 0"):
        Bollinger(20, width)
    with pytest.raises(LocalError, match="must be 2 or more"):
        Bollinger(1)
