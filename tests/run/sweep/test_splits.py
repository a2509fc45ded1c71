from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fathom.domain import LocalError
from fathom.run.sweep.splits import Fold, Scheme, Window, splits_of

MINUTE_NS = 60_000_000_000


def test_anchored_train_windows_grow() -> None:
    found = splits_of(Window(0, 100 * MINUTE_NS), folds=4, held_out=0.2, scheme="anchored")
    assert [(one.from_ns // MINUTE_NS, one.to_ns // MINUTE_NS) for one in found.segments] == [
        (0, 16), (16, 32), (32, 48), (48, 64), (64, 80),
    ]  # fmt: skip
    assert found.folds == [Fold([0], 1), Fold([0, 1], 2), Fold([0, 1, 2], 3), Fold([0, 1, 2, 3], 4)]
    assert found.held_out == Window(80 * MINUTE_NS, 100 * MINUTE_NS)
    assert found.tests == [1, 2, 3, 4]
    assert found.trained(found.folds[1]) == Window(0, 32 * MINUTE_NS)


def test_rolling_train_windows_are_two_segments() -> None:
    found = splits_of(Window(0, 60 * MINUTE_NS), folds=4, held_out=0, scheme="rolling")
    assert len(found.segments) == 6
    assert found.folds == [Fold([0, 1], 2), Fold([1, 2], 3), Fold([2, 3], 4), Fold([3, 4], 5)]
    assert found.held_out is None
    assert found.trained(found.folds[3]) == Window(30 * MINUTE_NS, 50 * MINUTE_NS)


@pytest.mark.parametrize(
    ("minutes", "folds", "held_out", "said"),
    [
        (100, 0, 0.2, "folds: must be 1 to 100, not 0"),
        (100, 101, 0.2, "folds: must be"),
        (100, 4, 1.0, "held-out: must be a share"),
        (100, 4, -0.1, "held-out: must be a share"),
        (5, 4, 0.2, "the data are 300 s long, and 5 segments of less than a minute say nothing"),
    ],
)
def test_what_cannot_be_divided(minutes: int, folds: int, held_out: float, said: str) -> None:
    with pytest.raises(LocalError, match=said):
        splits_of(Window(0, minutes * MINUTE_NS), folds=folds, held_out=held_out, scheme="anchored")


@given(
    st.integers(0, 2 * 10**18), st.integers(10**13, 10**17), st.integers(1, 20), st.floats(0, 0.9),
    st.sampled_from(["anchored", "rolling"]),
)  # fmt: skip
def test_the_whole_time_is_divided_and_no_test_is_trained_on(
    begin: int, length: int, folds: int, held_out: float, scheme: Scheme
) -> None:
    if length * (1 - held_out) / (folds + 2) < MINUTE_NS:
        return
    whole = Window(begin, begin + length)
    found = splits_of(whole, folds=folds, held_out=held_out, scheme=scheme)
    windows = [*found.segments, *([found.held_out] if found.held_out else [])]
    assert windows[0].from_ns == whole.from_ns
    assert windows[-1].to_ns == whole.to_ns
    assert all(one.to_ns == after.from_ns for one, after in pairwise(windows))
    assert len(found.folds) == folds
    assert all(max(fold.train) + 1 == fold.test for fold in found.folds)
