"""core/order_forms.py: the table of websocket-v2.md 8.1."""

from typing import get_args

import pytest

from fathom.exchange.core.order_forms import CONDITIONAL_TYPES, FORMS, waits_above
from fathom.protocol.messages import WireOrderType


def test_every_type_has_a_form() -> None:
    assert set(FORMS) == set(get_args(WireOrderType))


@pytest.mark.parametrize(
    ("order_type", "limit", "trigger", "display", "times"),
    [
        ("market", False, False, False, "gtc ioc"),
        ("limit", True, False, False, "gtc gtd ioc fok"),
        ("iceberg", True, False, True, "gtc gtd"),
        ("stop-loss", False, True, False, "gtc gtd"),
        ("take-profit", False, True, False, "gtc gtd"),
        ("stop-loss-limit", True, True, False, "gtc gtd"),
        ("take-profit-limit", True, True, False, "gtc gtd"),
        ("trailing-stop", False, True, False, "gtc gtd"),
        ("trailing-stop-limit", True, True, False, "gtc gtd"),
        ("settle-position", False, False, False, "gtc"),
    ],
)
def test_forms(order_type: WireOrderType, limit: bool, trigger: bool, display: bool, times: str) -> None:
    form = FORMS[order_type]
    assert (form.limit, form.trigger, form.display, form.times) == (limit, trigger, display, frozenset(times.split()))
    assert form.trailing == order_type.startswith("trailing")


@pytest.mark.parametrize(
    ("order_type", "buy"),
    [("stop-loss", True), ("take-profit", False), ("trailing-stop", True), ("take-profit-limit", False)],
)
def test_the_way_that_a_price_must_go(order_type: WireOrderType, buy: bool) -> None:
    assert waits_above(order_type, "buy") == buy
    assert waits_above(order_type, "sell") != buy


def test_what_may_close() -> None:
    assert {"limit", "stop-loss", "trailing-stop-limit"} <= CONDITIONAL_TYPES
    assert not {"market", "iceberg", "settle-position"} & CONDITIONAL_TYPES
