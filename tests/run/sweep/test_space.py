from decimal import Decimal
from pathlib import Path

import pytest
from fake_market import bot
from hypothesis import given
from hypothesis import strategies as st

from fathom.domain import LocalError
from fathom.run.bot_file import BotFile
from fathom.run.config import StrategyConfig
from fathom.run.sweep.space import Dimension, Value, neighbours, refusal_of, space_of, with_params
from fathom.strategy import SearchRange

INT = Dimension("a.n", SearchRange(1, 100, "int", log=True))
STEPPED = Dimension("a.q", SearchRange(Decimal("0.1"), Decimal(1), "decimal", step=Decimal("0.25")))
FLOAT = Dimension("a.x", SearchRange(0, 2, "float"))
CHOICE = Dimension("a.c", SearchRange(0, 0, "choice", choices=("red", "green", "blue")))


def test_what_is_declared_is_searched() -> None:
    names = [one.name for one in space_of(bot())]
    assert "trend.entry_n" in names
    assert "trend.signal" in names
    assert "trend.risk_quote" not in names  # No Search stands beside it.


@pytest.mark.parametrize(
    ("only", "found"),
    [
        (["trend.fast_n", "trend.slow_n"], ["trend.fast_n", "trend.slow_n"]),
        (["trend.shorts"], ["trend.shorts"]),
    ],
)
def test_only_some_of_them(only: list[str], found: list[str]) -> None:
    assert [one.name for one in space_of(bot(), only)] == found


def test_a_strategys_name_means_all_of_its_parameters() -> None:
    assert space_of(bot(), ["trend"]) == space_of(bot())


def test_a_name_that_is_not_there_is_told_with_those_that_are() -> None:
    with pytest.raises(
        LocalError, match=r"only: trend\.fast cannot be searched; there are trend\.signal, trend\.entry_n"
    ):
        space_of(bot(), ["trend.fast"])


def test_a_file_without_anything_to_search_says_what_to_declare(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(
        "class Mine:\n    def __init__(self, name):\n        self.name = name\n\n    def wakes(self):\n"
        "        return ()\n"
    )
    mine = StrategyConfig(name="mine", strategy=f"{tmp_path / 'mine.py'}:Mine")
    with pytest.raises(LocalError, match="declare it beside a parameter, as in `fast: Annotated"):
        space_of(BotFile(name="none", symbols=["BTC/USD"], strategies=[mine]))


def test_parameters_go_to_their_strategy() -> None:
    file = with_params(bot(), {"trend.entry_n": 33, "other.entry_n": 5})
    assert file.strategies[0].params["entry_n"] == 33
    assert file.strategies[0].params["symbol"] == "BTC/USD"
    assert refusal_of(file) is None


def test_what_cannot_go_together_is_refused_in_a_sentence() -> None:
    said = refusal_of(with_params(bot(), {"trend.fast_n": 50, "trend.slow_n": 20}))
    assert said is not None
    assert "fast_n must be below slow_n" in said


@pytest.mark.parametrize(
    ("one", "value", "written"),
    [
        (INT, 17.4, 17),
        (FLOAT, 1.23456789, 1.23457),
        (FLOAT, 2.0000001, 2.0),
        (STEPPED, 0.36, "0.35"),
        (STEPPED, 99, "0.85"),
        (STEPPED, -1, "0.1"),
        (CHOICE, "red", "red"),
    ],
)
def test_a_value_as_the_file_takes_it(one: Dimension, value: object, written: object) -> None:
    assert one.written(value) == written
    assert type(one.written(value)) is type(written)


@pytest.mark.parametrize(
    ("one", "value", "beside"),
    [
        (INT, 100, [79]),  # By magnitude: a twentieth of two powers of ten.
        (INT, 2, [1, 3]),  # At least one.
        (INT, 1, [2]),
        (FLOAT, 1.0, [0.9, 1.1]),
        (FLOAT, 0.0, [0.1]),
        (STEPPED, "0.35", ["0.1", "0.6"]),
        (CHOICE, "red", ["green", "blue"]),
    ],
)
def test_what_is_beside_a_value(one: Dimension, value: Value, beside: list[Value]) -> None:
    assert one.beside(value) == beside


def test_how_far_apart_two_values_are() -> None:
    assert INT.apart(1, 10) == pytest.approx(0.5)
    assert FLOAT.apart(0.5, 1.0) == 0.25
    assert (CHOICE.apart("red", "blue"), CHOICE.apart("red", "red")) == (1, 0)
    assert Dimension("a.one", SearchRange(3, 3, "int")).apart(3, 3) == 0


def test_neighbours_differ_in_one_parameter() -> None:
    params: dict[str, Value] = {"a.n": 1, "a.x": 0.0}
    assert neighbours([INT, FLOAT], params) == [("a.n", {"a.n": 2, "a.x": 0.0}), ("a.x", {"a.n": 1, "a.x": 0.1})]


@given(st.sampled_from([INT, FLOAT, STEPPED]), st.floats(0, 200))
def test_whatever_is_written_lies_in_the_range_and_stays(one: Dimension, value: float) -> None:
    written = one.written(value)
    assert float(one.range.low) <= float(written) <= float(one.range.high)
    assert one.written(written) == written
    assert 0 <= one.place(written) <= 1
    assert all(other != written for other in one.beside(written))
