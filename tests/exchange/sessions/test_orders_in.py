from decimal import Decimal
from typing import Any

import pytest

from fathom.exchange.bank import Refusal
from fathom.exchange.core.ticket import Amendment, Conditional, Replacement, Ticket
from fathom.exchange.listing import Listing
from fathom.exchange.sessions.orders_in import (
    Warned,
    missing,
    read_params,
    to_amendment,
    to_batch,
    to_replacement,
    to_ticket,
)
from fathom.protocol import parse_time

LISTING = Listing()
LIMIT = {"order_type": "limit", "side": "buy", "symbol": "BTC/USD", "order_qty": Decimal("1.2"), "limit_price": 26500}
TIME = "2026-01-01T00:00:00Z"
TIME_NS = parse_time(TIME)


def ticket(**params: Any) -> Warned | Refusal:
    read = read_params("add_order", params)
    return read if isinstance(read, Refusal) else to_ticket(read, listing=LISTING)


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({}, {}),
        ({"token": "x", "validate": True}, {}),
        ({"cl_ord_id": "mine"}, {"cl_ord_id": "mine"}),
        ({"order_userref": -5}, {"userref": -5}),
        ({"time_in_force": "GTC"}, {}),
        ({"time_in_force": "gtd", "expire_time": TIME}, {"time_in_force": "gtd", "expire_ns": TIME_NS}),
        ({"effective_time": TIME, "deadline": TIME}, {"effective_ns": TIME_NS, "deadline_ns": TIME_NS}),
        ({"margin": True}, {"leverage": 5}),
        ({"margin": False}, {}),
        ({"margin": True, "symbol": "BTC/GBP"}, {"leverage": 3, "symbol": "BTC/GBP"}),
        ({"margin": True, "symbol": "OMG/USD"}, {"leverage": 2, "symbol": "OMG/USD"}),
        ({"post_only": True, "reduce_only": True}, {"post_only": True, "reduce_only": True}),
        (
            {"triggers": {"price": Decimal("-2.0"), "price_type": "pct", "reference": "index"}},
            {"trigger_price": Decimal("-2.0"), "trigger_price_type": "pct", "trigger_reference": "index"},
        ),
        (
            {"conditional": {"order_type": "stop-loss-limit", "trigger_price": 28410, "limit_price": 28400}},
            {
                "conditional": Conditional(
                    order_type="stop-loss-limit", trigger_price=Decimal(28410), limit_price=Decimal(28400)
                )
            },
        ),
        (
            {"conditional": {"order_type": "stop-loss", "stop_price": 1}},
            {"conditional": Conditional(order_type="stop-loss", trigger_price=Decimal(1))},
        ),
        ({"fee_preference": "base", "stp_type": "cancel_both"}, {"fee_preference": "base", "stp_type": "cancel_both"}),
        ({"display_qty": Decimal("0.1"), "sender_sub_id": "s"}, {"display_qty": Decimal("0.1"), "sender_sub_id": "s"}),
        ({"no_mpp": False}, {}),
        ({"no_mpp": True, "order_type": "market"}, {"order_type": "market"}),
        ({"limit_price_type": "quote"}, {"limit_price_type": "quote"}),
        ({"cash_order_qty": 5}, {"cash_order_qty": Decimal(5)}),
    ],
)
def test_an_order_is_translated(changes: dict[str, Any], fields: dict[str, Any]) -> None:
    warned = ticket(**LIMIT, **changes) if not changes.keys() & LIMIT.keys() else ticket(**{**LIMIT, **changes})
    assert isinstance(warned, Warned), warned
    plain = {
        "symbol": "BTC/USD", "side": "buy", "order_type": "limit", "order_qty": Decimal("1.2"),
        "limit_price": Decimal(26500),
    }  # fmt: skip
    assert warned.ticket == Ticket(**{**plain, **fields})


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"limit_price": "26500"}, "Limit_price field must be a number_float"),
        ({"order_qty": "1"}, "Order_qty field must be a number_float"),
        ({"cash_order_qty": "1"}, "Cash_order_qty field must be a number_float"),
        ({"limit_price": None}, "Limit_price field must be a number_float"),
        ({"triggers": {"price": "1"}}, "Price field must be a number_float"),
        ({"triggers": {"reference": "last"}}, "EGeneral:Invalid arguments:triggers"),
        ({"triggers": []}, "EGeneral:Invalid arguments:triggers"),
        ({"triggers": {"price": 1, "x": 1}}, "Unsupported field: 'x' for the given msg type: add order"),
        ({"conditional": {}}, "EGeneral:Invalid arguments:conditional"),
        ({"conditional": {"order_type": "market"}}, "EGeneral:Invalid arguments:order_type"),
        ({"price": 1}, "Unsupported field: 'price' for the given msg type: add order"),
        ({"side": "BUY"}, "EGeneral:Invalid arguments:side"),
        ({"order_type": "lmt"}, "EGeneral:Invalid arguments:order_type"),
        ({"symbol": "XBT/USD"}, "Currency pair not supported XBT/USD"),
        ({"symbol": "XXBTZUSD"}, "Currency pair not in ISO 4217-A3 format XXBTZUSD"),
        ({"expire_time": "tomorrow"}, "EGeneral:Invalid arguments:expire_time"),
        ({"order_userref": "7"}, "EGeneral:Invalid arguments:order_userref"),
        ({"margin": "true"}, "EGeneral:Invalid arguments:margin"),
        ({"token": 5}, "Token(s) not found"),
        (
            {"no_mpp": True},
            "EGeneral:Invalid arguments:no_mpp order option is only available when ordertype = market",
        ),
    ],
)
def test_an_order_that_does_not_fit_is_refused_in_krakens_words(changes: dict[str, Any], error: str) -> None:
    assert ticket(**{**LIMIT, **changes}) == Refusal(error)


def test_deprecated_fields_work_and_are_warned_of() -> None:
    warned = ticket(**LIMIT, stop_price=Decimal("0.2"), trigger="index")
    assert isinstance(warned, Warned)
    assert (warned.ticket.trigger_price, warned.ticket.trigger_reference) == (Decimal("0.2"), "index")
    assert warned.warnings == [
        "stop_price is deprecated, use triggers.price",
        "trigger is deprecated use triggers.reference",
    ]
    both = ticket(**LIMIT, stop_price=1, triggers={"price": 2})
    assert isinstance(both, Warned)
    assert both.ticket.trigger_price == 2


@pytest.mark.parametrize(
    ("method", "params", "lacks"),
    [
        ("add_order", {"side": "buy", "symbol": "BTC/USD"}, "order_type"),
        ("add_order", {"order_type": "limit", "symbol": "BTC/USD"}, "side"),
        ("add_order", {"order_type": "limit", "side": "buy"}, "symbol"),
        ("edit_order", {"symbol": "BTC/USD"}, "order_id"),
        ("cancel_all_orders_after", {}, "timeout"),
        ("batch_add", {"orders": []}, "symbol"),
        ("batch_cancel", {}, None),
        ("cancel_all", {}, None),
    ],
)
def test_what_is_missing_is_named(method: str, params: dict[str, Any], lacks: str | None) -> None:
    assert missing(method, params) == (None if lacks is None else Refusal(f"EGeneral:Invalid arguments:{lacks}"))


def test_an_amendment() -> None:
    read = read_params("amend_order", {
        "cl_ord_id": "mine", "order_qty": Decimal("2.5"), "limit_price": 3, "display_qty": 1, "post_only": True,
        "trigger_price": 4, "trigger_price_type": "pct", "limit_price_type": "quote", "deadline": TIME,
        "symbol": "BTC/USD", "token": "x",
    })  # fmt: skip
    assert isinstance(read, dict)
    assert to_amendment(read) == Amendment(
        cl_ord_id="mine", order_qty=Decimal("2.5"), limit_price=Decimal(3), display_qty=Decimal(1), post_only=True,
        trigger_price=Decimal(4), trigger_price_type="pct", limit_price_type="quote", deadline_ns=TIME_NS,
    )  # fmt: skip
    for ids in ({}, {"order_id": "a", "cl_ord_id": "b"}):
        assert to_amendment(dict(ids)) == Refusal("EGeneral:Invalid arguments:order_id")


def test_a_replacement() -> None:
    read = read_params("edit_order", {
        "order_id": "O1", "symbol": "BTC/USD", "order_qty": 1, "price": 5,
        "triggers": {"price": 2, "price_type": "pct"},
        "order_userref": 7, "fee_preference": "quote", "reduce_only": True, "post_only": True, "display_qty": 1,
        "deadline": TIME, "validate": True, "no_mpp": False, "token": "x",
    })  # fmt: skip
    assert isinstance(read, dict)
    assert to_replacement(read, listing=LISTING) == (
        Replacement(
            order_id="O1", symbol="BTC/USD", order_qty=Decimal(1), limit_price=Decimal(5), trigger_price=Decimal(2),
            trigger_price_type="pct", new_userref=7, fee_preference="quote", reduce_only=True, post_only=True,
            display_qty=Decimal(1), deadline_ns=TIME_NS,
        ),
        ["price is deprecated, use limit_price", "no_mpp is deprecated"],
    )  # fmt: skip
    unlisted = {"order_id": "O1", "symbol": "A/B"}
    assert to_replacement(unlisted, listing=LISTING) == Refusal("Currency pair not supported A/B")
    without_price = {"order_id": "O1", "symbol": "BTC/USD", "triggers": {}}
    assert to_replacement(without_price, listing=LISTING) == Refusal("EGeneral:Invalid arguments:triggers")


def batch(orders: Any, **beside: Any) -> list[Warned] | Refusal:
    read = read_params("batch_add", {"symbol": "BTC/USD", "orders": orders, **beside})
    return read if isinstance(read, Refusal) else to_batch(read, listing=LISTING)


def test_a_batch() -> None:
    alone = {name: value for name, value in LIMIT.items() if name != "symbol"}
    tickets = batch([alone, {**alone, "side": "sell", "stop_price": 1}], deadline=TIME)
    assert isinstance(tickets, list)
    assert [each.ticket.side for each in tickets] == ["buy", "sell"]
    assert {each.ticket.deadline_ns for each in tickets} == {TIME_NS}
    assert tickets[1].warnings
    for orders, error in (
        ([alone, {**alone, "limit_price": "1"}], "Limit_price field must be a number_float"),
        ([alone, {**alone, "symbol": "BTC/USD"}], "Unsupported field: 'symbol' for the given msg type: batch add"),
        ([alone, {"side": "buy"}], "EGeneral:Invalid arguments:order_type"),
        ([alone, {**alone, "no_mpp": True}], ("EGeneral:Invalid arguments:no_mpp order option is only available when"
                                             " ordertype = market")),
        ([alone, 5], "EGeneral:Invalid arguments:orders"),
        ("x", "EGeneral:Invalid arguments:orders"),
    ):  # fmt: skip
        assert batch(orders) == Refusal(error)
    assert to_batch({"symbol": "A/B", "orders": []}, listing=LISTING) == Refusal("Currency pair not supported A/B")
