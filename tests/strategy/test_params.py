from decimal import Decimal
from typing import Annotated, Literal

import pytest
from msgspec import Meta, Struct

from fathom.domain import LocalError
from fathom.strategy import BUILT_IN, Search, SearchRange, read_params, search_space


class Params(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    symbol: str
    fast: Annotated[int, Meta(ge=1, le=1000), Search(5, 50)] = 10
    share: Annotated[Decimal, Search(Decimal("0.1"), Decimal("0.9"), step=Decimal("0.1"))] = Decimal("0.5")
    rate: Annotated[float, Meta(gt=0, lt=1), Search(0.001, 0.1, log=True)] = 0.01
    slow: Annotated[int, Meta(ge=1, le=1000)] = 30
    both: bool = False
    side: Literal["buy", "sell"] = "buy"


def test_a_sweep_searches_what_is_declared_and_what_is_a_choice() -> None:
    assert search_space(Params) == {
        "fast": SearchRange(5, 50, "int"),
        "share": SearchRange(Decimal("0.1"), Decimal("0.9"), "decimal", step=Decimal("0.1")),
        "rate": SearchRange(0.001, 0.1, "float", log=True),
        "both": SearchRange(0, 0, "choice", choices=(False, True)),
        "side": SearchRange(0, 0, "choice", choices=("buy", "sell")),
    }


def test_what_is_read_is_within_its_bounds() -> None:
    assert read_params({"symbol": "BTC/USD", "share": "0.3"}, Params, where="x").share == Decimal("0.3")


@pytest.mark.parametrize(
    ("params", "place", "said"),
    [
        ({}, "", "`symbol`"),
        ({"symbol": "BTC/USD", "fast": 0}, ": fast", "Expected `int` >= 1"),
        ({"symbol": "BTC/USD", "fats": 5}, ": fats", "is no key here: did you mean `fast`"),
        ({"symbol": "BTC/USD", "side": "hold"}, ": side", "Invalid enum value 'hold'"),
    ],
)
def test_what_is_wrong_is_named(params: dict[str, object], place: str, said: str) -> None:
    with pytest.raises(LocalError) as raised:
        read_params(params, Params, where="strategy mine")
    assert raised.value.field == f"strategy mine{place}"
    assert said in raised.value.rule


class Below(Struct):
    a: Annotated[int, Meta(ge=5), Search(4, 9)]


class Above(Struct):
    a: Annotated[int, Meta(le=8), Search(5, 9)]


class NotAbove(Struct):
    a: Annotated[float, Meta(gt=0), Search(0.0, 1.0)]


class NotBelow(Struct):
    a: Annotated[float, Meta(lt=1), Search(0.5, 1.0)]


class Empty(Struct):
    a: Annotated[int, Search(5, 4)]


class Words(Struct):
    a: Annotated[str, Search(1, 2)]


class Zero(Struct):
    a: Annotated[int, Search(0, 2, log=True)]


@pytest.mark.parametrize(
    ("params_type", "said"),
    [
        (Below, "beyond the bounds"),
        (Above, "beyond the bounds"),
        (NotAbove, "beyond the bounds"),
        (NotBelow, "beyond the bounds"),
        (Empty, "is empty"),
        (Words, "an int, a float or a Decimal"),
        (Zero, "above 0"),
    ],
)
def test_a_range_that_makes_no_sense_is_refused(params_type: type[Struct], said: str) -> None:
    with pytest.raises(LocalError, match=said):
        search_space(params_type)


@pytest.mark.parametrize("kind", BUILT_IN)
def test_every_built_in_strategy_can_be_searched(kind: str) -> None:
    params_type, _ = BUILT_IN[kind]
    assert isinstance(search_space(params_type), dict)
