import pytest
from hypothesis import given
from hypothesis import strategies as st

from fathom.portfolio import Drawdown


def test_a_fall_and_its_end() -> None:
    drawdown = Drawdown()
    for time_ns, value in enumerate([100.0, 120.0, 90.0, 110.0, 120.0, 119.0]):
        drawdown.add(time_ns, value)
    assert (drawdown.most, drawdown.most_share) == (30.0, 0.25)
    assert drawdown.longest_ns == 3, "from the peak until it came back"
    assert (drawdown.now, drawdown.since_ns, drawdown.peak) == (1.0, 1, 120.0)
    assert drawdown.share == pytest.approx(1 / 120)


@given(st.lists(st.floats(1, 1000), min_size=1, max_size=40))
def test_it_is_what_all_pairs_say(values: list[float]) -> None:
    drawdown = Drawdown()
    for time_ns, value in enumerate(values):
        drawdown.add(time_ns, value)
    pairs = [(high, low) for place, high in enumerate(values) for low in values[place:]]
    assert drawdown.most == max(0.0, *(high - low for high, low in pairs))
    assert drawdown.most_share == pytest.approx(max(0.0, *((high - low) / high for high, low in pairs)))
    assert drawdown.now == max(values) - values[-1]


@given(st.lists(st.integers(1, 5), min_size=1, max_size=40))
def test_the_longest_time_below_a_peak_is_what_a_plain_look_says(values: list[int]) -> None:
    drawdown = Drawdown()
    longest = peak_at = 0
    for time_ns, value in enumerate(values):
        drawdown.add(time_ns, float(value))
        below = value < max(values[: time_ns + 1])
        was_below = time_ns > 0 and values[time_ns - 1] < max(values[:time_ns])
        if below or was_below:
            longest = max(longest, time_ns - peak_at)
        if not below:
            peak_at = time_ns
    assert drawdown.longest_ns == longest


def test_a_profit_that_was_never_above_zero_has_no_share() -> None:
    drawdown = Drawdown()
    for time_ns, value in enumerate([0.0, -5.0]):
        drawdown.add(time_ns, value)
    assert (drawdown.most, drawdown.most_share, drawdown.share) == (5.0, 0.0, 0.0)
