"""Against the numbers of the paper (Bailey and Lopez de Prado 2014), and against what can be counted by hand."""

import math

import pytest

from fathom.run.sweep.deflated import Moments, best_of_nothing, moments_of, probability_above

DAYS = 250  # The paper's year.
YEARS_5 = 1250
SHARPE = 2.5 / math.sqrt(DAYS)
VARIANCE = 0.5 / DAYS


def test_the_papers_example() -> None:
    """An annualised 2.5 over five years of days, the best of 100 trials whose ratios vary by 1/2."""
    threshold = best_of_nothing(100, VARIANCE)
    assert threshold == pytest.approx(0.1132, abs=5e-5)
    found = probability_above(Moments(YEARS_5, SHARPE, -3, 10), threshold)
    assert found == pytest.approx(0.9004, abs=5e-5)


def test_the_papers_example_of_fewer_trials() -> None:
    """With 46 trials it would have been significant; with normal returns even 88 would have been few enough."""
    fewer = probability_above(Moments(YEARS_5, SHARPE, -3, 10), best_of_nothing(46, VARIANCE))
    normal = probability_above(Moments(YEARS_5, SHARPE, 0, 3), best_of_nothing(88, VARIANCE))
    assert fewer == pytest.approx(0.9505, abs=5e-4)
    assert normal == pytest.approx(0.9505, abs=5e-4)


def test_one_trial_has_nothing_to_deflate() -> None:
    assert best_of_nothing(1, 0.5) == 0
    assert best_of_nothing(10, 0.0) == 0
    assert probability_above(Moments(101, 0.0, 0, 3), 0.0) == pytest.approx(0.5)


def test_moments_that_can_be_counted_by_hand() -> None:
    """1, 2, 3, 6: mean 3; squares 4, 1, 0, 9; cubes -8, -1, 0, 27; fourths 16, 1, 0, 81."""
    found = moments_of([1, 2, 3, 6])
    assert found is not None
    assert found.count == 4
    assert found.sharpe == pytest.approx(3 / math.sqrt(14 / 3))
    assert found.skew == pytest.approx(4.5 / 3.5**1.5)
    assert found.kurtosis == pytest.approx(24.5 / 3.5**2)


@pytest.mark.parametrize("returns", [[], [1.0], [0.1, 0.1, 0.1]])
def test_no_moments_where_nothing_moves(returns: list[float]) -> None:
    assert moments_of(returns) is None


def test_moments_that_allow_no_answer() -> None:
    assert probability_above(Moments(100, 2.0, 3.0, 2.0), 0.0) is None
