import math
import statistics
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fathom.portfolio import MINUTES_PER_YEAR, RETURNS_MIN, Returns

MINUTE = 60_000_000_000


def told(values: list[float], *, start: int = 0) -> Returns:
    returns = Returns()
    for place, value in enumerate(values):
        returns.add((start + place) * MINUTE, value)
        returns.add((start + place) * MINUTE + 1, value * 2)  # Within the minute: it does not count.
    return returns


@given(st.lists(st.floats(50, 150), min_size=RETURNS_MIN + 1, max_size=60), st.floats(0.01, 1))
def test_the_ratios_are_what_the_textbook_says(values: list[float], drawdown: float) -> None:
    changes = [after / before - 1 for before, after in pairwise(values)]
    returns = told(values)
    assert returns.count == len(changes)
    mean, root = statistics.fmean(changes), math.sqrt(MINUTES_PER_YEAR)
    deviation = statistics.stdev(changes)
    down = math.sqrt(statistics.fmean([min(change, 0.0) ** 2 for change in changes]))
    if deviation > 1e-6:
        assert returns.sharpe == pytest.approx(mean / deviation * root, rel=1e-6, abs=1e-6)
    if down > 1e-6:
        assert returns.sortino == pytest.approx(mean / down * root, rel=1e-6, abs=1e-6)
    assert returns.calmar(drawdown) == pytest.approx(mean * MINUTES_PER_YEAR / drawdown, rel=1e-6, abs=1e-6)


def test_too_few_minutes_say_nothing() -> None:
    returns = told([100.0 + place % 3 for place in range(RETURNS_MIN)])
    assert returns.count == RETURNS_MIN - 1
    assert (returns.sharpe, returns.sortino, returns.mean_year, returns.calmar(0.1)) == (None, None, None, None)


def test_a_value_that_never_moves_has_no_ratio() -> None:
    returns = told([100.0] * 50)
    assert (returns.sharpe, returns.sortino, returns.calmar(0.0)) == (None, None, None)
    assert returns.mean_year == 0


def test_minutes_in_which_nothing_was_told_count_as_no_change() -> None:
    gap, filled = Returns(), Returns()
    for minute, value in ((0, 100.0), (40, 110.0), (41, 99.0)):
        gap.add(minute * MINUTE, value)
    for minute in range(42):
        filled.add(minute * MINUTE, 100.0 if minute < 40 else 110.0 if minute == 40 else 99.0)
    assert (gap.count, gap.sharpe, gap.sortino) == (filled.count, filled.sharpe, filled.sortino)
