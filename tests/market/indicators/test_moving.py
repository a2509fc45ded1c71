import pytest
import talib
from hypothesis import given
from hypothesis import strategies as st

from fathom.domain import LocalError
from fathom.market.indicators import Ema, Macd, Sma
from indicator_series import agrees, array, periods, series, streamed


@given(series, periods)
def test_the_simple_average_is_that_of_ta_lib(steps: list[float], period: int) -> None:
    agrees(streamed(Sma(period).add, steps), talib.SMA(array(steps), period), scale=max(steps))


@given(series, periods)
def test_the_exponential_average_is_that_of_ta_lib(steps: list[float], period: int) -> None:
    agrees(streamed(Ema(period).add, steps), talib.EMA(array(steps), period), scale=max(steps))


@given(series, st.integers(2, 12), st.integers(1, 15), st.integers(1, 9))
def test_macd_is_that_of_ta_lib(steps: list[float], fast: int, more: int, signal: int) -> None:
    ours = streamed(Macd(fast, fast + more, signal).add, steps)
    theirs = talib.MACD(array(steps), fast, fast + more, signal)
    for place in range(3):
        agrees([None if one is None else one[place] for one in ours], theirs[place], scale=max(steps))


def test_a_value_is_there_once_enough_was_seen() -> None:
    sma, ema = Sma(3), Ema(3)
    assert [sma.value, ema.value] == [None, None]
    assert [sma.add(one) for one in (1, 2, 6, 4)] == [None, None, 3, 4]
    assert [ema.add(one) for one in (1, 2, 6, 5)] == [None, None, 3, 4]
    assert [sma.value, ema.value] == [4, 4]


def test_of_two_averages_the_fast_one_is_the_shorter() -> None:
    with pytest.raises(LocalError, match="must be below slow, 12, not 12"):
        Macd(12, 12)
