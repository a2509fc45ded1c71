import math

import pytest

from fathom.run.sweep.scoring import BARS_S, Objective, Stretch, bar_s_of, measured, sampled, score
from fathom.run.sweep.splits import Fold, Splits, Window, splits_of

S = 1_000_000_000
# 30 returns, of +1 % and -0.5 % by turns.
VALUES = [100.0]
for _place in range(30):
    VALUES.append(VALUES[-1] * (0.995 if _place % 2 else 1.01))
SWING = Stretch(4, 3.5, VALUES)
YEAR = math.sqrt(31_536_000 / 60)


def test_equity_is_looked_at_in_bars() -> None:
    """What is told holds until the next; before the first nothing is known."""
    equity = [(70 * S, 10.0), (119 * S, 11.0), (120 * S, 12.0), (250 * S, 13.0)]
    assert sampled(equity, Window(0, 300 * S), bar_s=60) == [12.0, 12.0, 12.0, 13.0]
    assert sampled([], Window(0, 300 * S), bar_s=60) == []


@pytest.mark.parametrize(
    ("objective", "expected"),
    [
        ("sharpe", 0.0025 / (0.0075 * math.sqrt(30 / 29)) * YEAR),
        ("sortino", 0.0025 / math.sqrt(0.005**2 / 2) * YEAR),
        ("calmar", 0.0025 * YEAR**2 / 0.005),
        ("return", (1.01 * 0.995) ** 15 - 1),
        ("profit", 3.5),
    ],
)
def test_objectives_counted_by_hand(objective: Objective, expected: float) -> None:
    assert score([SWING], objective, bar_s=60) == pytest.approx(expected)


@pytest.mark.parametrize("objective", ["sharpe", "sortino", "calmar", "return", "profit"])
def test_without_a_fill_there_is_no_score(objective: Objective) -> None:
    assert score([Stretch(0, 0.0, VALUES)], objective, bar_s=60) is None


@pytest.mark.parametrize("objective", ["sharpe", "sortino", "calmar"])
@pytest.mark.parametrize("values", [VALUES[:30], [100.0] * 50, []])
def test_few_returns_and_flat_ones_have_no_ratio(objective: Objective, values: list[float]) -> None:
    assert score([Stretch(1, 0.0, values)], objective, bar_s=60) is None


def test_equity_that_is_gone_has_returns_all_the_same() -> None:
    assert score([Stretch(1, -9.0, [10.0, 0.0, 0.0])], "return", bar_s=60) == -1


def test_stretches_are_joined_by_their_returns() -> None:
    """Each began with 100 anew: that is no loss."""
    assert score([SWING, SWING], "return", bar_s=60) == pytest.approx((1.01 * 0.995) ** 30 - 1)
    assert score([SWING, SWING], "profit", bar_s=60) == 7


def test_a_trial_fold_by_fold() -> None:
    windows = [Window(place, place + 1) for place in range(3)]
    splits = Splits(windows, [Fold([0], 1), Fold([0, 1], 2)], None)
    up, down = Stretch(1, 1.0, [100.0, 110.0]), Stretch(2, -2.0, [100.0, 80.0])
    found = measured([up, up, down], splits, "profit", bar_s=60)
    assert (found.score, found.tests, found.trains) == (-0.5, [1.0, -2.0], [1.0, 2.0])
    assert (found.fills, found.profit) == (3, -1.0)
    assert found.growth == pytest.approx(1.1 * 0.8 - 1)
    assert found.drawdown == pytest.approx(0.2)
    assert found.moments is not None
    assert found.moments.count == 2


def test_a_trial_with_a_test_in_which_it_never_traded_has_no_score() -> None:
    windows = [Window(place, place + 1) for place in range(3)]
    splits = Splits(windows, [Fold([0], 1), Fold([0, 1], 2)], None)
    up, idle = Stretch(1, 1.0, [100.0, 110.0]), Stretch(0, 0.0, [100.0, 100.0])
    found = measured([up, up, idle], splits, "profit", bar_s=60)
    assert (found.score, found.tests, found.trains) == (None, [1.0, None], [1.0, 2.0])


@pytest.mark.parametrize(("hours", "bar_s"), [(4, 60), (400, 300), (5_000, 3_600), (10**6, BARS_S[-1])])
def test_bars_are_as_short_as_the_longest_window_allows(hours: int, bar_s: int) -> None:
    splits = splits_of(Window(0, hours * 3600 * S), folds=4, held_out=0.1, scheme="anchored")
    assert bar_s_of(splits) == bar_s
