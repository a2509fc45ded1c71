"""The eight order methods over a real venue."""

from decimal import Decimal
from typing import Any

import pytest
from v2_client import LOOK, Floor, Frame, trader

from fathom.exchange.core import Rules

ORDER: Frame = {"order_type": "limit", "side": "buy", "symbol": "BTC/USD", "order_qty": 0.01, "limit_price": 90000.0}
ALONE: Frame = {name: value for name, value in ORDER.items() if name != "symbol"}
UNKNOWN = "EOrder:Unknown order"


@pytest.fixture
def floor() -> Floor:
    floor = Floor(rules=Rules(answer_first_share=1.0, limits=False))
    floor.rest("sell", "10", "100000.0")
    return floor


# -- add_order -----------------------------------------------------------------------------------------------


def test_an_added_order_has_the_ids_that_it_was_given(floor: Floor) -> None:
    client = trader(floor)
    plain = client.result("add_order", **ORDER)
    assert list(plain) == ["order_id"]
    assert plain["order_id"] in floor.account().orders
    assert list(client.result("add_order", **ORDER, cl_ord_id="mine")) == ["cl_ord_id", "order_id"]
    assert client.result("add_order", **ORDER, order_userref=7)["order_userref"] == 7


def test_a_deprecated_parameter_is_warned_of(floor: Floor) -> None:
    client = trader(floor)
    terms = {"order_type": "stop-loss", "side": "sell", "symbol": "BTC/USD", "order_qty": 0.01}
    floor.rest("buy", "1", "95000.0")
    assert client.result("add_order", **{**ORDER, "order_qty": 0.001, "limit_price": 100000.0})  # A last price.
    assert client.result("add_order", **terms, stop_price=80000.0)["warnings"] == [
        "stop_price is deprecated, use triggers.price"
    ]


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"limit_price": "90000.0"}, "Limit_price field must be a number_float"),
        ({"order_qty": 0.00000001}, "EGeneral:Invalid arguments:volume minimum not met"),
        ({"order_qty": 1000}, "EOrder:Insufficient funds"),
        ({"symbol": "XBT/USD"}, "Currency pair not supported XBT/USD"),
        ({"symbol": "btc/usd"}, "Currency pair not supported btc/usd"),
        ({"symbol": "BTCUSD"}, "Currency pair not in ISO 4217-A3 format BTCUSD"),
        ({"price": 1.0}, "Unsupported field: 'price' for the given msg type: add order"),
        ({"no_mpp": True}, "EGeneral:Invalid arguments:no_mpp order option is only available when ordertype = market"),
        ({"limit_price": 90000.05}, "EOrder:Invalid price"),
        ({"limit_price": -1}, "EOrder:Invalid price"),
    ],
)
def test_a_refused_order(floor: Floor, changes: Frame, error: str) -> None:
    client = trader(floor)
    assert client.error("add_order", **{**ORDER, **changes}) == error
    assert not floor.account().orders


@pytest.mark.parametrize("missing", ["order_type", "side", "symbol"])
def test_an_order_that_lacks_something(floor: Floor, missing: str) -> None:
    params = {name: value for name, value in ORDER.items() if name != missing}
    assert trader(floor).error("add_order", **params) == f"EGeneral:Invalid arguments:{missing}"


def test_a_validated_order_is_not_there() -> None:
    for names_id in (False, True):
        floor = Floor(rules=Rules(validate_order_id=names_id))
        client = trader(floor)
        result = client.result("add_order", **ORDER, validate=True, cl_ord_id="mine")
        assert list(result) == (["cl_ord_id", "order_id"] if names_id else ["cl_ord_id"])
        assert not floor.account().orders
        assert client.error("add_order", **{**ORDER, "limit_price": 0.05}, validate=True) == "EOrder:Invalid price"


def test_margin_is_the_pairs_most_up_to_five(floor: Floor) -> None:
    client = trader(floor)
    order_id = client.result("add_order", **ORDER, margin=True)["order_id"]
    assert floor.account().orders[order_id].leverage == 5
    shib = {**ORDER, "symbol": "SHIB/USD", "order_qty": 1_000_000, "limit_price": 0.000009, "margin": True}
    assert floor.account().orders[client.result("add_order", **shib)["order_id"]].leverage == 2


@pytest.mark.parametrize(("share", "first"), [(1.0, "method"), (0.0, "channel")])
def test_the_answer_comes_first_or_last(share: float, first: str) -> None:
    floor = Floor(rules=Rules(answer_first_share=share))
    client = trader(floor)
    client.ask("subscribe", channel="executions")
    frames = client.ask("add_order", **ORDER)
    assert first in frames[0]
    assert first not in frames[-1]


def test_both_orders_of_answer_and_executions_occur() -> None:
    floor = Floor(rules=Rules(limits=False))
    client = trader(floor)
    client.ask("subscribe", channel="executions")
    first = {"method" in client.ask("add_order", **{**ORDER, "order_qty": 0.0001})[0] for _ in range(30)}
    assert first == {True, False}


# -- amend_order, edit_order ---------------------------------------------------------------------------------


def test_an_amended_order_is_named_as_it_was_asked_for(floor: Floor) -> None:
    client = trader(floor)
    order_id = client.result("add_order", **ORDER, cl_ord_id="mine")["order_id"]
    by_id = client.result("amend_order", order_id=order_id, order_qty=0.02)
    assert list(by_id) == ["amend_id", "order_id"]
    assert by_id["amend_id"].startswith("T")
    by_name = client.result("amend_order", cl_ord_id="mine", limit_price=90001.0)
    assert list(by_name) == ["amend_id", "cl_ord_id"]
    order = floor.account().orders[order_id]
    assert (order.qty_lots, order.limit_ticks) == (2_000_000, 900_010)
    assert client.error("amend_order", order_id="OAAAAA-AAAAA-AAAAAA", order_qty=1) == UNKNOWN
    assert client.error("amend_order", order_qty=1) == "EGeneral:Invalid arguments:order_id"
    assert client.error("amend_order", cl_ord_id="mine", limit_price="1") == "Limit_price field must be a number_float"


def test_an_edited_order_has_a_new_id(floor: Floor) -> None:
    client = trader(floor)
    order_id = client.result("add_order", **ORDER)["order_id"]
    result = client.result("edit_order", order_id=order_id, symbol="BTC/USD", order_qty=0.02, limit_price=90001.0)
    assert list(result) == ["order_id", "original_order_id"]
    assert result["original_order_id"] == order_id
    assert list(floor.account().orders) == [result["order_id"]]
    assert client.error("edit_order", order_id=order_id, symbol="BTC/USD", order_qty=0.02) == UNKNOWN
    assert client.error("edit_order", order_id=order_id, symbol="A/B") == "Currency pair not supported A/B"
    assert client.error("edit_order", symbol="BTC/USD") == "EGeneral:Invalid arguments:order_id"
    checked = client.result(
        "edit_order", order_id=result["order_id"], symbol="BTC/USD", order_qty=0.03, price=90002.0, validate=True
    )
    assert checked == {
        "original_order_id": result["order_id"],
        "warnings": ["price is deprecated, use limit_price"],
    }
    assert list(floor.account().orders) == [result["order_id"]]


# -- Cancels -------------------------------------------------------------------------------------------------


def test_a_cancel_is_answered_once_an_identifier(floor: Floor) -> None:
    client = trader(floor)
    ids = [client.result("add_order", **ORDER)["order_id"] for _ in range(3)]
    client.ask("add_order", **ORDER, cl_ord_id="mine")
    for _ in range(2):
        client.ask("add_order", **ORDER, order_userref=7)
    answers = client.ask("cancel_order", 5, order_id=[*ids, "O-UNKNOWN"], cl_ord_id=["mine"], order_userref=[7, 8])
    assert len(answers) == 7
    assert {answer["req_id"] for answer in answers} == {5}
    done = [answer["result"] for answer in answers if answer["success"]]
    assert sorted(done, key=str) == sorted(
        [*({"order_id": order_id} for order_id in ids), {"cl_ord_id": "mine"}, {"order_userref": 7}], key=str
    )
    assert [answer["error"] for answer in answers if not answer["success"]] == [UNKNOWN, UNKNOWN]
    assert not floor.account().orders
    for params in ({}, {"order_id": []}):
        assert client.error("cancel_order", **params) == "EGeneral:Invalid arguments:order_id"
    assert client.error("cancel_order", order_id=ids[0]) == "EGeneral:Invalid arguments:order_id"
    assert client.error("cancel_order", order_userref=["7"]) == "EGeneral:Invalid arguments:order_userref"


def test_answers_of_a_cancel_come_in_any_order(floor: Floor) -> None:
    client = trader(floor)
    orders = set()
    for _ in range(10):
        ids = [client.result("add_order", **ORDER)["order_id"] for _ in range(3)]
        orders.add(
            tuple(ids.index(answer["result"]["order_id"]) for answer in client.ask("cancel_order", order_id=ids))
        )
    assert len(orders) > 1


def test_nobody_cancels_anothers_order(floor: Floor) -> None:
    alice, bob = trader(floor), trader(floor, "bob")
    order_id = alice.result("add_order", **ORDER)["order_id"]
    assert bob.error("cancel_order", order_id=[order_id]) == UNKNOWN
    assert bob.error("amend_order", order_id=order_id, order_qty=1) == UNKNOWN
    assert bob.result("cancel_all") == {"count": 0}
    assert alice.result("cancel_all") == {"count": 1}


def test_the_dead_mans_switch(floor: Floor) -> None:
    client = trader(floor)
    client.ask("add_order", **ORDER)
    assert client.result("cancel_all_orders_after", timeout=60) == {
        "currentTime": "2026-01-05T12:00:00Z",
        "triggerTime": "2026-01-05T12:01:00Z",
    }
    assert client.result("cancel_all_orders_after", timeout=0) == {
        "currentTime": "2026-01-05T12:00:00Z",
        "triggerTime": "0",
    }
    client.ask("cancel_all_orders_after", timeout=5)
    client.ask("subscribe", channel="executions")
    floor.advance(6)
    assert [row["exec_type"] for frame in client.frames() for row in frame.get("data", ())] == ["canceled"]
    for timeout in ("60", 1.5, None):
        assert client.error("cancel_all_orders_after", timeout=timeout) == "EGeneral:Invalid arguments:timeout"
    assert client.error("cancel_all_orders_after", timeout=-1).startswith("EGeneral:Invalid arguments")
    assert client.error("cancel_all_orders_after", timeout=86_400).startswith("EGeneral:Invalid arguments")
    assert client.error("cancel_all_orders_after") == "EGeneral:Invalid arguments:timeout"


# -- Batches -------------------------------------------------------------------------------------------------


def test_a_batch_is_answered_with_an_array_in_its_order(floor: Floor) -> None:
    client = trader(floor)
    result = client.result(
        "batch_add",
        symbol="BTC/USD",
        orders=[{**ALONE, "cl_ord_id": "mine"}, {**ALONE, "order_qty": 1000}, {**ALONE, "order_userref": 2}],
    )
    assert [list(item) for item in result] == [["cl_ord_id", "order_id"], ["error"], ["order_id", "order_userref"]]
    assert result[1]["error"] == "EOrder:Insufficient funds"
    assert len(floor.account().orders) == 2
    checked = client.result("batch_add", symbol="BTC/USD", orders=[ALONE, ALONE], validate=True)
    assert checked == [{}, {}]


@pytest.mark.parametrize(
    ("orders", "error"),
    [
        ([ALONE, {**ALONE, "order_qty": 0.00000001}], "EGeneral:Invalid arguments:volume minimum not met"),
        ([ALONE, {**ALONE, "limit_price": "1"}], "Limit_price field must be a number_float"),
        ([ALONE, {"side": "buy", "order_qty": 1}], "EGeneral:Invalid arguments:order_type"),
        ([ALONE], "EGeneral:Invalid arguments"),
        ([ALONE] * 16, "EGeneral:Invalid arguments"),
    ],
)
def test_a_batch_with_a_fault_is_refused_whole(floor: Floor, orders: list[Any], error: str) -> None:
    assert trader(floor).error("batch_add", symbol="BTC/USD", orders=orders).startswith(error)
    assert not floor.account().orders


@pytest.mark.parametrize(("form", "answer"), [("result", {"result": {"count": 3}}), ("top", {"orders_cancelled": 3})])
def test_a_batch_of_cancels_is_counted(form: Any, answer: Frame) -> None:
    floor = Floor(rules=Rules(batch_cancel_form=form, limits=False))
    client = trader(floor)
    order_id = client.result("add_order", **ORDER)["order_id"]
    client.ask("add_order", **ORDER, order_userref=9)
    client.ask("add_order", **ORDER, cl_ord_id="mine")
    got = client.one("batch_cancel", orders=[order_id, "9"], cl_ord_id=["mine"])
    assert {name: got[name] for name in got if name not in {"method", "success", "time_in", "time_out"}} == answer
    assert client.error("batch_cancel", orders=[5]) == "EGeneral:Invalid arguments:orders"


def test_numbers_keep_every_digit(floor: Floor) -> None:
    client = trader(floor)
    frame = (
        b'{"method":"add_order","params":{"order_type":"limit","side":"buy","symbol":"BTC/USD",'
        b'"order_qty":0.01234567,"limit_price":9.00001e4,"token":"%s"}}' % str(client.token).encode()
    )
    order_id = client.say(frame)[-1]["result"]["order_id"]
    order = floor.account().orders[order_id]
    pair = floor.listing.pair("BTC/USD")
    assert pair is not None
    assert order.limit_ticks is not None
    assert (pair.qty(order.qty_lots), pair.price(order.limit_ticks)) == (Decimal("0.01234567"), Decimal("90000.1"))


def test_a_broker_is_taken_and_changes_nothing(floor: Floor) -> None:
    client = trader(floor)
    assert list(client.result("add_order", **ORDER, broker="AA12 N84G")) == ["order_id"]
    assert len(client.result("batch_add", symbol="BTC/USD", orders=[ALONE, ALONE], broker="AA12 N84G")) == 2


@pytest.mark.parametrize(
    ("method", "params", "points"),
    [
        ("add_order", {**ORDER, "limit_price": "90000.0"}, 1),
        ("add_order", {"symbol": "BTC/USD", "side": "buy"}, 1),
        ("add_order", {**ORDER, "no_mpp": True}, 1),
        ("add_order", {**ORDER, "symbol": "XBT/USD"}, 0),
        ("add_order", {**ORDER, "symbol": 5}, 0),
        ("edit_order", {"symbol": "BTC/USD"}, 1),
        ("edit_order", {"symbol": "BTC/USD", "order_id": "OAAAAA-BBBBB-CCCCCC", "triggers": {}}, 1),
        ("amend_order", {"symbol": "BTC/USD", "order_qty": 1}, 1),
        ("amend_order", {"cl_ord_id": "mine", "order_qty": "1"}, 1),
        ("amend_order", {"cl_ord_id": "unknown", "order_qty": "1"}, 0),
        ("batch_add", {"symbol": "BTC/USD", "orders": [ALONE, {**ALONE, "side": 1}, ALONE]}, 1.5),
        ("batch_add", {"symbol": "BTC/USD", "orders": [{}] * 100}, 7.5),
        ("batch_add", {"symbol": "BTC/USD"}, 0),
        ("cancel_order", {"order_id": "one"}, 0),
    ],
)
def test_what_is_refused_for_its_form_pays_its_fixed_part(
    floor: Floor, method: str, params: Frame, points: float
) -> None:
    client = trader(floor)
    client.result("add_order", **ORDER, cl_ord_id="mine")

    def count() -> Decimal:
        return floor.venue.rates.count(floor.account(), "BTC/USD", floor.now_ns)

    before = count()
    client.error(method, **params)
    assert count() - before == Decimal(str(points))


def test_who_may_not_trade_pays_nothing(floor: Floor) -> None:
    client = trader(floor, permissions=LOOK)
    client.error("add_order", **{**ORDER, "limit_price": "90000.0"})
    assert floor.venue.rates.count(floor.account(), "BTC/USD", floor.now_ns) == 0
