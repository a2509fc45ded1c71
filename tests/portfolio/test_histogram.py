from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fathom.portfolio import Histogram

durations = st.lists(st.integers(0, 10**12), min_size=1, max_size=60)


def counted(*values: int) -> Histogram:
    histogram = Histogram()
    for value in values:
        histogram.add(value)
    return histogram


def test_nothing_was_counted() -> None:
    histogram = Histogram()
    assert (histogram.quantile(0.5), histogram.mean, list(histogram.buckets())) == (None, None, [])


@given(durations, st.sampled_from([0.0, 0.5, 0.9, 0.99, 1.0]))
def test_a_quantile_is_the_sorted_lists_within_a_64th(values: list[int], share: float) -> None:
    ordered = sorted(values)
    place = next(n for n in range(1, len(ordered) + 1) if n >= max(share * len(ordered), 1))
    exact = ordered[place - 1]
    found = counted(*values).quantile(share)
    assert found is not None
    assert abs(found - exact) <= exact / 64 + 1


@given(durations)
def test_count_mean_and_ends_are_exact(values: list[int]) -> None:
    histogram = counted(*values)
    assert (histogram.count, histogram.least, histogram.most) == (len(values), min(values), max(values))
    assert histogram.mean == sum(values) // len(values)


@given(durations)
def test_every_value_is_in_its_bucket(values: list[int]) -> None:
    buckets = list(counted(*values).buckets())
    assert sum(count for _, _, count in buckets) == len(values)
    for low, high, count in buckets:
        assert sum(low <= value <= high for value in values) == count
    assert all(one[1] < next_one[0] for one, next_one in pairwise(buckets))


def test_it_stays_small() -> None:
    histogram = counted(*range(0, 10**9, 9_973))
    assert len(list(histogram.buckets())) < 32 * 31


@pytest.mark.parametrize("ns", [-1, -(10**9)])
def test_a_negative_duration_counts_as_nothing_and_is_told(ns: int) -> None:
    histogram = counted(ns, 5)
    assert (histogram.negative, histogram.least, histogram.count) == (1, 0, 2)
