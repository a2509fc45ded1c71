"""Values as clients write them, read as what they should be."""

from collections.abc import Callable
from contextlib import suppress
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fathom.exchange.rest.envelope import Refused
from fathom.exchange.rest.forms import Form

SECOND_NS = 1_000_000_000

READ: list[tuple[Any, Callable[[Form], object], object]] = [
    ("a", lambda form: form.text("x"), "a"),
    ("", lambda form: form.text("x"), None),
    (None, lambda form: form.text("x"), None),
    (True, lambda form: form.text("x"), "true"),
    (Decimal("1E-5"), lambda form: form.text("x"), "0.00001"),
    ("True", lambda form: form.boolean("x"), True),
    ("False", lambda form: form.boolean("x", default=True), False),
    ("1", lambda form: form.boolean("x"), True),
    (False, lambda form: form.boolean("x"), False),
    (None, lambda form: form.boolean("x", default=True), True),
    ("7", lambda form: form.integer("x"), 7),
    (-7, lambda form: form.integer("x"), -7),
    ("1.2500", lambda form: form.decimal("x"), Decimal("1.2500")),
    ("1e-05", lambda form: form.decimal("x"), Decimal("0.00001")),
    (".5", lambda form: form.decimal("x"), Decimal("0.5")),
    (1, lambda form: form.decimal("x"), Decimal(1)),
    ("1688666559.8974", lambda form: form.moment("x"), 1_688_666_559_897_400_000),
    (5, lambda form: form.moment("x"), 5 * SECOND_NS),
    ("2026-01-05T12:00:00.5Z", lambda form: form.rfc3339("x"), 1_767_614_400_500_000_000),
    ("2026-01-05T12:00:00+00:00", lambda form: form.rfc3339("x"), 1_767_614_400_000_000_000),
    ("a, b,c", lambda form: form.names("x", most=3), ["a", "b", "c"]),
    (["a", 5], lambda form: form.names("x", most=3), ["a", "5"]),
    (None, lambda form: form.names("x", most=3), []),
    ("buy", lambda form: form.word("x", "buy", "sell"), "buy"),
    ([1], lambda form: form.items("x"), [1]),
]
REFUSED: list[tuple[Any, Callable[[Form], object]]] = [
    ({"a": 1}, lambda form: form.text("x")),
    (["a"], lambda form: form.text("x")),
    ("x" * 5000, lambda form: form.text("x")),
    (10**30, lambda form: form.text("x")),
    (Decimal("1e400"), lambda form: form.text("x")),
    (Decimal("NaN"), lambda form: form.text("x")),
    (None, lambda form: form.required("x")),
    ("perhaps", lambda form: form.boolean("x")),
    ("1.5", lambda form: form.integer("x")),
    ("\u0663", lambda form: form.integer("x")),
    ("9", lambda form: form.integer("x", most=8)),
    ("NaN", lambda form: form.decimal("x")),
    ("Infinity", lambda form: form.decimal("x")),
    ("1e99", lambda form: form.decimal("x")),
    ("1_000", lambda form: form.decimal("x")),
    ("-1", lambda form: form.moment("x")),
    ("1e15", lambda form: form.moment("x")),
    ("yesterday", lambda form: form.rfc3339("x")),
    ("a,b,c,d", lambda form: form.names("x", most=3)),
    ("a,,b", lambda form: form.names("x", most=3)),
    ([{}], lambda form: form.names("x", most=3)),
    ("hold", lambda form: form.word("x", "buy", "sell")),
    ("a", lambda form: form.items("x")),
    ("a", lambda form: form.inner("x")),
]


@pytest.mark.parametrize(("value", "read", "meaning"), READ)
def test_what_a_value_means(value: object, read: Callable[[Form], object], meaning: object) -> None:
    assert read(Form({"x": value})) == meaning


@pytest.mark.parametrize(("value", "read"), REFUSED)
def test_what_means_nothing_is_refused_by_name(value: object, read: Callable[[Form], object]) -> None:
    with pytest.raises(Refused) as refused:
        read(Form({"x": value}))
    assert refused.value.error == "EGeneral:Invalid arguments:x"


def test_a_table_within() -> None:
    inner = Form({"close": {"price": "5"}}).inner("close")
    assert inner is not None
    assert inner.text("price") == "5"
    assert Form({}).inner("close") is None


ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.decimals() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)
READERS: list[Callable[[Form], object]] = [
    lambda form: form.text("x"),
    lambda form: form.boolean("x"),
    lambda form: form.integer("x"),
    lambda form: form.decimal("x"),
    lambda form: form.moment("x"),
    lambda form: form.rfc3339("x"),
    lambda form: form.names("x", most=3),
    lambda form: form.inner("x"),
]


@given(ANY, st.sampled_from(READERS))
def test_any_value_is_read_or_refused(value: object, read: Callable[[Form], object]) -> None:
    with suppress(Refused):
        read(Form({"x": value}))
