import statistics

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fathom.domain import Candle
from fathom.strategy.built_in.signals import average, channel, deviation, true_range


def candles(*rows: tuple[int, int, int]) -> list[Candle]:
    """Of (high, low, close)."""
    return [Candle(n, close, high, low, close, close, 1, 1) for n, (high, low, close) in enumerate(rows)]


THREE = candles((12, 8, 10), (15, 11, 14), (13, 9, 9))


def test_a_channel_is_of_the_last_ones() -> None:
    assert channel(THREE, 3) == (8, 15)
    assert channel(THREE, 1) == (9, 13)
    assert channel(THREE, 4) is None


def test_the_true_range_begins_at_the_close_before() -> None:
    gap = candles((12, 8, 10), (20, 18, 19), (17, 16, 17))
    assert true_range(gap, 2) == ((20 - 10) + (19 - 16)) / 2
    assert true_range(gap, 1) == 3
    assert true_range(gap, 3) is None


@given(st.lists(st.integers(1, 10_000), min_size=2, max_size=60))
def test_average_and_deviation_are_those_of_the_standard_library(closes: list[int]) -> None:
    rows = candles(*((one, one, one) for one in closes))
    assert average(rows, len(closes)) == pytest.approx(statistics.mean(closes))
    assert deviation(rows, len(closes)) == pytest.approx((statistics.mean(closes), statistics.pstdev(closes)), abs=1e-6)
    assert deviation(rows, len(closes) + 1) is None
