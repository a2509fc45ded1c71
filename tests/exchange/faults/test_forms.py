"""Each form takes what fits, and nothing else."""

from decimal import Decimal
from typing import Any

import pytest

from fathom.exchange.faults.forms import STEPS_MAX, Form, decimal, flag, method, number, steps, text, whole, word

NAN = float("nan")
INF = float("inf")


@pytest.mark.parametrize(
    ("form", "value", "kept"),
    [
        (number(0, 10), 0, 0.0),
        (number(0, 10), 2.5, 2.5),
        (number(0, 10), Decimal("2.5"), 2.5),
        (number(-10, 10), -1, -1.0),
        (whole(1, 3), 3, 3),
        (decimal(), "0.0001", Decimal("0.0001")),
        (decimal(), 0.0001, Decimal("0.0001")),
        (decimal(), 5, Decimal(5)),
        (text(3), "abc", "abc"),
        (word("a", "b"), "b", "b"),
        (word(1000, 1001), 1001, 1001),
        (flag(), False, False),
        (method(), "AddOrder", "AddOrder"),
        (method(["add_order"]), "addOrder", "addOrder"),
        (steps("on", "off"), [["on", 1], ["off", 0.5]], (("on", 1.0), ("off", 0.5))),
    ],
)
def test_what_fits_is_kept(form: Form, value: Any, kept: Any) -> None:
    assert form.read(value) == kept
    assert type(form.read(value)) is type(kept)


@pytest.mark.parametrize(
    ("form", "value"),
    [
        *[(number(0, 10, above=True), value) for value in (0, -1, 10.5, NAN, INF, True, "1", None, [], 10**400)],
        *[(whole(1, 3), value) for value in (0, 4, 1.0, True, "1", Decimal(1))],
        *[(decimal(), value) for value in (0, -1, "", "1e-5", "-1", "x", "1.1.1", NAN, "1" * 41, True, None)],
        *[(text(3), value) for value in ("", "abcd", "a\n", 1, None)],
        *[(word("a"), value) for value in ("b", "", 1, None, [], {})],
        *[(word(1, 0), value) for value in (True, False, 2, 1.0)],
        *[(flag(), value) for value in (0, 1, "true", None)],
        *[(method(), value) for value in ("", "add order", "x" * 65, 1, "a\n")],
        *[(method(["add_order"]), value) for value in ("cancel_order", "")],
        *[
            (steps("on"), value)
            for value in (
                [],
                "on",
                [["off", 1]],
                [["on"]],
                [["on", 0]],
                [["on", "1"]],
                ["on"],
                [["on", 1]] * (STEPS_MAX + 1),
            )
        ],
        (steps("on"), [[["on"], 1]]),
    ],
)
def test_what_does_not_fit_is_refused(form: Form, value: Any) -> None:
    assert form.read(value) is None


def test_a_rule_says_what_would_fit() -> None:
    assert number(0, 10, above=True).rule == "must be a number above 0, at most 10"
    assert word("a", "b").rule == "must be one of a, b"
