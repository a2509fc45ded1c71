"""v1/trading.py: each order event and its answers."""

from typing import Any

import pytest
from v1_client import Client, Floor

from fathom.exchange.core import Rules

LIMIT = {"ordertype": "limit", "type": "buy", "pair": "XBT/USD", "volume": "0.1", "price": "20000"}


@pytest.fixture
def floor() -> Floor:
    floor = Floor()
    floor.book()
    return floor


@pytest.fixture
def alice(floor: Floor) -> Client:
    return floor.trader()


# -- addOrder ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "descr"),
    [
        ({}, "buy 0.10000000 XBTUSD @ limit 20000.0"),
        ({"ordertype": "market", "price": None}, "buy 0.10000000 XBTUSD @ market"),
        ({"leverage": "2"}, "buy 0.10000000 XBTUSD @ limit 20000.0 with 2:1 leverage"),
        ({"price": "-1000"}, "buy 0.10000000 XBTUSD @ limit 29000.0"),
        ({"ordertype": "stop-loss", "type": "sell", "price": "29000"}, "sell 0.10000000 XBTUSD @ stop loss 29000.0"),
        ({"ordertype": "stop-loss", "type": "sell", "price": "#2%"}, "sell 0.10000000 XBTUSD @ stop loss -2.0000%"),
        ({"ordertype": "stop-loss-limit", "type": "sell", "price": "29000", "price2": "28900"},
         "sell 0.10000000 XBTUSD @ stop loss 29000.0 -> limit 28900.0"),
        ({"ordertype": "take-profit", "type": "sell", "price": "31000"},
         "sell 0.10000000 XBTUSD @ take profit 31000.0"),
        ({"ordertype": "trailing-stop", "type": "sell", "price": "+1%"},
         "sell 0.10000000 XBTUSD @ trailing stop +1.0000%"),
        ({"ordertype": "trailing-stop-limit", "type": "sell", "price": "+50", "price2": "-5"},
         "sell 0.10000000 XBTUSD @ trailing stop +50.0 -> limit -5.0"),
    ],
)  # fmt: skip
def test_an_order_is_described(floor: Floor, alice: Client, fields: dict[str, Any], descr: str) -> None:
    told = {name: value for name, value in {**LIMIT, **fields}.items() if value is not None}
    answer = alice.done("addOrder", **told)
    assert list(answer) == ["descr", "event", "status", "txid"]
    assert (answer["event"], answer["descr"]) == ("addOrderStatus", descr)
    assert floor.venue.find_order(floor.account(), order_id=answer["txid"]) is not None


def test_an_order_s_names_come_back(alice: Client) -> None:
    answer = alice.done("addOrder", **LIMIT, cl_ord_id="mine", reqid=7)
    assert (answer["cl_ord_id"], answer["reqid"]) == ("mine", 7)


@pytest.mark.parametrize("validate", ["true", "True", True])
def test_validate_places_nothing(floor: Floor, alice: Client, validate: object) -> None:
    answer = alice.done("addOrder", **LIMIT, validate=validate)
    assert "txid" not in answer
    assert answer["descr"] == "buy 0.10000000 XBTUSD @ limit 20000.0"
    assert not floor.account().orders


def test_validate_may_name_an_id() -> None:
    floor = Floor(rules=Rules(validate_order_id=True, limits=False))
    assert "txid" in floor.trader().done("addOrder", **LIMIT, validate="true")
    assert not floor.account().orders


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"volume": "0.00000001"}, "EOrder:Order minimum not met"),
        ({"volume": "100000"}, "EOrder:Insufficient funds"),
        ({"price": None}, "EGeneral:Invalid arguments:price"),
        ({"pair": "BTC/USD"}, "Currency pair not supported BTC/USD"),
        ({"ordertype": "iceberg"}, "EGeneral:Invalid arguments:ordertype"),
        ({"validate": "perhaps"}, "EGeneral:Invalid arguments:validate"),
    ],
)
def test_orders_refused(floor: Floor, alice: Client, fields: dict[str, Any], error: str) -> None:
    told = {name: value for name, value in {**LIMIT, **fields}.items() if value is not None}
    assert alice.error("addOrder", **told).startswith(error)
    assert not floor.account().orders


# -- amendOrder, editOrder -----------------------------------------------------------------------------------


def test_amend_by_each_id(floor: Floor, alice: Client) -> None:
    txid = alice.limit("buy", "0.1", "20000", cl_ord_id="mine")
    answer = alice.done("amendOrder", txid=txid, limit_price="20001")
    assert list(answer) == ["amend_id", "event", "status", "txid"]
    assert (answer["event"], answer["txid"]) == ("amendOrderStatus", txid)
    answer = alice.done("amendOrder", cl_ord_id="mine", volume="0.2")
    assert list(answer) == ["amend_id", "cl_ord_id", "event", "status"]
    order = floor.account().orders[txid]
    assert (order.limit_ticks, order.qty_lots) == (200_010, 20_000_000)


def test_amend_of_nothing(alice: Client) -> None:
    assert alice.error("amendOrder", txid="OAAAAA-AAAAA-AAAAAA", volume="1") == "EOrder:Unknown order"
    assert alice.error("amendOrder", volume="1") == "EGeneral:Invalid arguments:txid"


@pytest.mark.parametrize("by_userref", [False, True])
def test_edit_replaces(floor: Floor, alice: Client, *, by_userref: bool) -> None:
    txid = alice.limit("buy", "0.1", "20000", userref="77")
    answer = alice.done(
        "editOrder", orderid="77" if by_userref else txid, pair="XBT/USD", volume="0.2", price="20500", newuserref="8"
    )
    assert list(answer) == ["descr", "event", "originaltxid", "status", "txid"]
    assert (answer["event"], answer["originaltxid"]) == ("editOrderStatus", txid)
    assert answer["descr"] == "buy 0.20000000 XBTUSD @ limit 20500.0"
    (order,) = floor.account().orders.values()
    assert (order.order_id, order.userref) == (answer["txid"], 8)


def test_edit_may_only_validate(floor: Floor, alice: Client) -> None:
    txid = alice.limit("buy", "0.1", "20000")
    answer = alice.done("editOrder", orderid=txid, pair="XBT/USD", volume="0.2", price="20500", validate=True)
    assert "txid" not in answer
    assert list(floor.account().orders) == [txid]
    assert alice.error("editOrder", orderid=txid, pair="XBT/USD", volume="1", validate="?") == (
        "EGeneral:Invalid arguments:validate"
    )


def test_edit_of_nothing(alice: Client) -> None:
    fields = {"orderid": "OAAAAA-AAAAA-AAAAAA", "pair": "XBT/USD", "volume": "1", "price": "20000"}
    assert alice.error("editOrder", **fields) == "EOrder:Unknown order"


# -- Cancels -------------------------------------------------------------------------------------------------


def test_cancel_answers_once_an_order_without_a_name(alice: Client) -> None:
    txids = [alice.limit("buy", "0.1", "20000") for _ in range(2)]
    assert alice.ask("cancelOrder", txid=[*txids, txids[0]], reqid=5) == [
        {"event": "cancelOrderStatus", "reqid": 5, "status": "ok"},
        {"event": "cancelOrderStatus", "reqid": 5, "status": "ok"},
        {"errorMessage": "EOrder:Unknown order", "event": "cancelOrderStatus", "reqid": 5, "status": "error"},
    ]


def test_cancel_by_a_text_a_userref_and_a_client_s_id(floor: Floor, alice: Client) -> None:
    txid = alice.limit("buy", "0.1", "20000")
    for _ in range(3):
        alice.limit("buy", "0.1", "20000", userref="77")
    alice.limit("buy", "0.1", "20000", cl_ord_id="mine")
    done = {"event": "cancelOrderStatus", "status": "ok"}
    assert alice.ask("cancelOrder", txid=txid) == [done]
    assert alice.ask("cancelOrder", txid=["77"]) == [done, done, done]
    assert alice.ask("cancelOrder", cl_ord_id=["mine"]) == [done]
    assert not floor.account().orders


@pytest.mark.parametrize("fields", [{}, {"txid": []}, {"txid": [None]}, {"txid": {}}, {"txid": ""}])
def test_cancel_of_no_name(alice: Client, fields: dict[str, Any]) -> None:
    assert alice.error("cancelOrder", **fields) == "EGeneral:Invalid arguments:txid"


def test_cancel_all(floor: Floor, alice: Client) -> None:
    for _ in range(3):
        alice.limit("buy", "0.1", "20000")
    assert alice.ask("cancelAll", reqid=1) == [{"count": 3, "event": "cancelAllStatus", "reqid": 1, "status": "ok"}]
    assert alice.ask("cancelAll") == [{"count": 0, "event": "cancelAllStatus", "status": "ok"}]


@pytest.mark.parametrize("timeout", [60, "60"])
def test_the_dead_man_s_switch(floor: Floor, alice: Client, timeout: object) -> None:
    alice.limit("buy", "0.1", "20000")
    assert alice.ask("cancelAllOrdersAfter", timeout=timeout, reqid=1608543428050) == [
        {
            "currentTime": "2026-01-05T12:00:00Z",
            "event": "cancelAllOrdersAfterStatus",
            "reqid": 1608543428050,
            "status": "ok",
            "triggerTime": "2026-01-05T12:01:00Z",
        }
    ]
    floor.advance(61)
    assert not floor.account().orders


def test_the_dead_man_s_switch_by_a_clock_that_is_wrong(floor: Floor, alice: Client) -> None:
    alice.limit("buy", "0.1", "20000")
    floor.faults.offset_ns = -3_600_000_000_000
    answer = alice.done("cancelAllOrdersAfter", timeout=60)
    assert (answer["currentTime"], answer["triggerTime"]) == ("2026-01-05T11:00:00Z", "2026-01-05T11:01:00Z")
    floor.advance(59)
    assert floor.account().orders
    floor.advance(2)
    assert not floor.account().orders


def test_the_dead_man_s_switch_off(floor: Floor, alice: Client) -> None:
    alice.limit("buy", "0.1", "20000")
    alice.done("cancelAllOrdersAfter", timeout=60)
    assert alice.done("cancelAllOrdersAfter", timeout=0)["triggerTime"] == "0"
    floor.advance(61)
    assert len(floor.account().orders) == 1


@pytest.mark.parametrize("timeout", [None, "soon", 1.5, -1, 86_400, 2**63])
def test_the_dead_man_s_switch_refused(alice: Client, timeout: object) -> None:
    assert alice.error("cancelAllOrdersAfter", timeout=timeout).startswith("EGeneral:Invalid arguments")


@pytest.mark.parametrize(
    ("event", "fields", "points"),
    [
        ("addOrder", {**LIMIT, "volume": "x"}, 1),
        ("addOrder", {**LIMIT, "validate": "x"}, 1),
        ("addOrder", {**LIMIT, "pair": "NO/PAIR"}, 0),
        ("editOrder", {"pair": "XBT/USD"}, 1),
        ("amendOrder", {"cl_ord_id": "mine", "order_qty": "x"}, 1),
        ("amendOrder", {"order_qty": "1"}, 0),
    ],
)
def test_what_is_refused_for_its_form_pays_its_fixed_part(
    floor: Floor, alice: Client, event: str, fields: dict[str, Any], points: int
) -> None:
    alice.ask("addOrder", **LIMIT, cl_ord_id="mine")
    account = floor.bank.accounts["alice"]
    before = floor.venue.rates.count(account, "BTC/USD", floor.now_ns)
    alice.ask(event, **fields)
    assert floor.venue.rates.count(account, "BTC/USD", floor.now_ns) - before == points
