from decimal import Decimal
from typing import Any

import pytest

from fathom.exchange.bank import Refusal
from fathom.exchange.sessions import fields
from fathom.exchange.sessions.fields import Field, read_fields

INVALID = "EGeneral:Invalid arguments:a"
NUMBER = "A field must be a number_float"


@pytest.mark.parametrize(
    ("field", "value", "meaning"),
    [
        (fields.number("a"), Decimal("1.50"), Decimal("1.50")),
        (fields.number("a"), 2, Decimal(2)),
        (fields.number("a"), "1.5", NUMBER),
        (fields.number("a"), True, NUMBER),
        (fields.number("a"), None, NUMBER),
        (fields.number("a"), Decimal("NaN"), NUMBER),
        (fields.number("a"), 10**40, NUMBER),
        (fields.whole("a"), -5, -5),
        (fields.whole("a"), Decimal("5.0"), INVALID),
        (fields.whole("a"), "5", INVALID),
        (fields.whole("a"), False, INVALID),
        (fields.whole("a"), 2**63, INVALID),
        (fields.whole("a", error="own words"), "5", "own words"),
        (fields.text("a"), "", ""),
        (fields.text("a"), 5, INVALID),
        (fields.text("a"), "x" * 257, INVALID),
        (fields.flag("a"), False, False),
        (fields.flag("a"), "true", INVALID),
        (fields.flag("a"), 1, INVALID),
        (fields.word("a", "buy", "sell"), "sell", "sell"),
        (fields.word("a", "buy", "sell"), "SELL", INVALID),
        (fields.word("a", "buy", "sell"), ["sell"], INVALID),
        (fields.any_case("a", "gtc"), "GTC", "gtc"),
        (fields.any_case("a", "gtc"), "gtx", INVALID),
        (fields.any_case("a", "gtc"), 1, INVALID),
        (fields.moment("a", "a"), "1970-01-01T00:00:01Z", 1_000_000_000),
        (fields.moment("a", "a"), "1970-02-31T00:00:01Z", INVALID),
        (fields.moment("a", "a"), 1, INVALID),
        (fields.texts("a"), ["x", "y"], ["x", "y"]),
        (fields.texts("a"), [], []),
        (fields.texts("a"), "x", INVALID),
        (fields.texts("a"), ["x", 1], INVALID),
        (fields.texts("a"), ["x"] * 1_001, INVALID),
        (fields.wholes("a"), [1, 2], [1, 2]),
        (fields.wholes("a"), [1, "2"], INVALID),
        (fields.table("a"), {}, {}),
        (fields.table("a"), [], INVALID),
        (fields.tables("a"), [{}], [{}]),
        (fields.tables("a"), [[]], INVALID),
        (fields.anything("a"), None, True),
    ],
)
def test_a_field_has_its_form(field: Field, value: Any, meaning: Any) -> None:
    read = read_fields({"a": value}, {"a": field}, method="add_order")
    if isinstance(read, Refusal):
        assert read.error == meaning
    else:
        assert read["a"] == meaning
        assert type(read["a"]) is type(meaning)


def test_what_is_not_there_is_not_read_and_names_may_change() -> None:
    table = {"a": fields.whole("a", "b"), "c": fields.flag("c")}
    assert read_fields({"a": 1}, table, method="x") == {"b": 1}


def test_an_unknown_field_is_refused() -> None:
    refusal = read_fields({"z": 1}, {}, method="amend_order")
    assert refusal == Refusal("Unsupported field: 'z' for the given msg type: amend order")
