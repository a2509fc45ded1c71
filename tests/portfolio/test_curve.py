from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from fathom.portfolio import Curve


def test_points_are_a_step_apart_and_the_last_is_always_there() -> None:
    curve: Curve[int] = Curve(step_ns=10, most=100)
    for time_ns in (0, 3, 9, 10, 14, 25, 26):
        curve.add(time_ns, time_ns)
    assert curve.points == [(0, 0), (10, 10), (25, 25), (26, 26)]


def test_a_full_curve_loses_every_other_point_and_doubles_its_step() -> None:
    curve: Curve[int] = Curve(step_ns=1, most=4)
    for time_ns in range(5):
        curve.add(time_ns, time_ns)
    assert curve.points == [(0, 0), (2, 2), (4, 4)]
    assert curve.step_ns == 2


@given(st.lists(st.integers(1, 50), min_size=1, max_size=300))
def test_however_long_it_is_it_stays_small_and_spans_all(gaps: list[int]) -> None:
    curve: Curve[int] = Curve(step_ns=1, most=16)
    now = 0
    for gap in gaps:
        now += gap
        curve.add(now, now)
    points = curve.points
    assert len(curve) <= 17
    assert (points[0][0], points[-1][0]) == (gaps[0], now)
    assert all(time_ns == value for time_ns, value in points)
    assert all(one < other for (one, _), (other, _) in pairwise(points))
