import pytest

from fathom.run.sweep.folder import Row
from fathom.run.sweep.neighbourhood import NEAREST, judged, nearest
from fathom.run.sweep.space import Dimension
from fathom.strategy import SearchRange

X = Dimension("a.x", SearchRange(0, 10, "float"))
Y = Dimension("a.y", SearchRange(0, 10, "float"))


@pytest.mark.parametrize(
    ("scores", "verdict", "kept", "said"),
    [
        ([9.0, 8.5, 9.5], "plateau", 0.8, "stands on a plateau: the 3 neighbours have a median of 9 against its 10"),
        ([7.5, 7.0, 8.0], "slope", 0.5, "stands on a slope"),
        ([5.5, 5.0, 6.0], "peak", 0.1, "is a peak, and may be luck"),
        ([None, None, 9.0], "peak", None, "most of the 3 neighbours have no score"),
        ([10.0, 10.0], "plateau", 1.0, "all 2 neighbours are as good"),
        ([10.0, 6.0], "peak", 0.2, "1 of 2 neighbours (1 are as good)"),
        ([], "unknown", None, "nothing was tried beside it"),
    ],
)
def test_a_best_is_judged_by_what_is_beside_it(
    scores: list[float | None], verdict: str, kept: float | None, said: str
) -> None:
    found = judged(10.0, [("a.x", one) for one in scores], 5.0)
    assert found.verdict == verdict
    assert found.kept == (None if kept is None else pytest.approx(kept))
    assert said in found.sentence


def test_scores_below_zero_are_judged_alike() -> None:
    assert judged(-10.0, [("a.x", -11.0)], -20.0).kept == pytest.approx(0.9)


def test_what_it_hangs_on_is_named() -> None:
    found = judged(10.0, [("a.x", 5.0), ("a.x", 4.0), ("a.y", 9.5), ("a.y", 2.0), ("a.z", 9.6), ("a.z", 9.7)], 5.0)
    assert found.sentence.endswith("; it hangs on a.x.")


def test_the_best_of_equals_cannot_be_judged() -> None:
    assert judged(5.0, [("a.x", 4.0)], 5.0).verdict == "unknown"
    assert judged(5.0, [("a.x", 4.0)], None).verdict == "unknown"


def test_the_nearest_in_the_others_are_found() -> None:
    rows = [
        Row(kind="trial", number=number, params={"a.x": x, "a.y": y})
        for number, (x, y) in enumerate([(9.0, 5.1), (5.0, 9.0), (1.0, 6.0)])
    ]
    found = nearest([X, Y], {"a.x": 5.0, "a.y": 5.0}, rows)
    assert found == {"a.x": [0, 2, 1], "a.y": [1, 0, 2]}
    assert len(nearest([X], {"a.x": 5.0}, rows * NEAREST)["a.x"]) == NEAREST
