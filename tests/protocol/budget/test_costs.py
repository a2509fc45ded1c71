import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fathom.protocol.budget import PARTS, Method, Step, points
from fathom.protocol.budget.costs import age_parts, fixed_parts, steps
from recorded import DOCUMENTS

S = 10**9
CHANGES: tuple[Method, ...] = ("amend_order", "edit_order", "cancel_order", "batch_cancel", "cancel_all")


def test_agrees_with_the_page() -> None:
    page = (DOCUMENTS / "rate-limits.md").read_text()
    methods: tuple[Method, ...] = ("amend_order", "edit_order", "cancel_order")
    for method in methods:
        (line,) = re.findall(rf"^\| {method} \|(.*)\|$", page, flags=re.MULTILINE)
        fixed, *by_age = [Decimal(cell.strip().removeprefix("+")) for cell in line.split("|")]
        assert points(fixed_parts(method)) == fixed
        ages_s = (0, 5, 10, 15, 45, 90, 300)
        assert [points(age_parts(method, age_s * S)) for age_s in ages_s] == by_age
        # A column ends just before the next begins.
        assert [points(age_parts(method, age_s * S - 1)) for age_s in ages_s[1:]] == by_age[:-1]


@pytest.mark.parametrize(
    ("method", "orders", "cost"),
    [
        ("add_order", 1, "1"),
        ("batch_add", 2, "1"),
        ("batch_add", 3, "1.5"),
        ("batch_add", 15, "7.5"),
        ("amend_order", 1, "1"),
        ("cancel_order", 1, "0"),
        ("batch_cancel", 50, "0"),
        ("cancel_all", 9, "0"),
    ],
)
def test_the_fixed_part(method: Method, orders: int, cost: str) -> None:
    assert points(fixed_parts(method, orders=orders)) == Decimal(cost)


def test_an_amend_that_cancels_the_rest_pays_like_a_cancel() -> None:
    assert [points(age_parts("amend_order", age_s * S, ends=True)) for age_s in (0, 7, 12, 20, 60, 200, 400)] == [
        8, 6, 5, 4, 2, 1, 0,
    ]  # fmt: skip


def test_the_forecast_of_a_cancel() -> None:
    told = steps("cancel_order", changed_ns=100 * S, now_ns=103 * S)
    assert [(step.from_ns // S, step.parts // PARTS) for step in told] == [
        (103, 8), (105, 6), (110, 5), (115, 4), (145, 2), (190, 1), (400, 0),
    ]  # fmt: skip


def test_the_forecast_leaves_out_what_does_not_change() -> None:
    told = steps("amend_order", changed_ns=0, now_ns=12 * S)
    assert told == [Step(12 * S, 2 * PARTS), Step(15 * S, PARTS)]
    assert steps("amend_order", changed_ns=0, now_ns=15 * S) == [Step(15 * S, PARTS)]


@given(
    st.sampled_from(CHANGES), st.booleans(), st.integers(0, 400 * S), st.integers(0, 400 * S), st.integers(0, 400 * S)
)
def test_the_forecast_is_what_it_will_cost(
    method: Method, ends: bool, changed_ns: int, age_ns: int, later_ns: int
) -> None:
    now_ns = changed_ns + age_ns
    told = steps(method, changed_ns=changed_ns, now_ns=now_ns, ends=ends)
    then_ns = now_ns + later_ns
    forecast = [step.parts for step in told if step.from_ns <= then_ns][-1]
    assert forecast == fixed_parts(method) + age_parts(method, then_ns - changed_ns, ends=ends)
    assert [step.parts for step in told] == sorted((step.parts for step in told), reverse=True), "it never gets dearer"
