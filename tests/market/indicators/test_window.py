import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fathom.domain import LocalError
from fathom.market.indicators.window import Window, checked

numbers = st.lists(st.floats(0, 1e12), max_size=100)


@given(st.integers(1, 20), numbers)
def test_the_sum_is_of_the_last_ones(period: int, steps: list[float]) -> None:
    window = Window(period)
    for place, number in enumerate(steps):
        assert window.full == (place >= period)
        window.add(number)
        assert window.sum == pytest.approx(math.fsum(steps[max(0, place + 1 - period) : place + 1]), rel=1e-12)


def test_what_is_gone_leaves_no_trace_however_large_it_was() -> None:
    window = Window(2)
    for number in (1e300, 1e-300, 1e-300):
        window.add(number)
    assert window.sum == 2e-300
    for number in (0.1, 0.2, 0.0, 0.0):
        window.add(number)
    assert window.sum == 0.0


def test_it_can_be_emptied() -> None:
    window = Window(2)
    for number in (1.0, 2.0, 3.0):
        window.add(number)
    window.clear()
    assert (window.full, window.sum) == (False, 0.0)


@pytest.mark.parametrize(("period", "least"), [(0, 1), (-1, 1), (1, 2)])
def test_a_window_of_nothing_is_refused(period: int, least: int) -> None:
    with pytest.raises(LocalError, match=f"must be {least} or more, not {period}"):
        checked(period, least=least)
