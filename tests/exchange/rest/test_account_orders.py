"""OpenOrders, ClosedOrders, QueryOrders, OrderAmends: now, in pages, and as they were."""

from typing import Any

import pytest
from rest_venue import SECOND_NS, START_NS, RestVenue, fixture, shape

S = START_NS / SECOND_NS


def test_an_open_order(venue: RestVenue) -> None:
    order_id = venue.limit("buy", "1.25", "9000", userref=3)
    assert venue.ask("OpenOrders") == {
        "open": {
            order_id: {
                "refid": None,
                "userref": 3,
                "status": "open",
                "opentm": S,
                "starttm": 0,
                "expiretm": 0,
                "descr": {
                    "pair": "XBTUSD",
                    "aclass": "forex",
                    "type": "buy",
                    "ordertype": "limit",
                    "price": "9000.0",
                    "price2": "0",
                    "leverage": "none",
                    "order": "buy 1.25000000 XBTUSD @ limit 9000.0",
                    "close": "",
                },
                "vol": "1.25000000",
                "vol_exec": "0.00000000",
                "cost": "0.00000",
                "fee": "0.00000",
                "price": "0.00000",
                "stopprice": "0.00000",
                "limitprice": "0.00000",
                "misc": "",
                "oflags": "fciq",
                "time_in_force": "gtc",
            }
        }
    }


def test_it_has_what_recorded_ones_have(venue: RestVenue) -> None:
    venue.limit("sell", "0.1", "11000")
    (ours,) = venue.ask("OpenOrders")["open"].values()
    recorded = list(fixture("Kraken.Net", "Endpoints", "Spot", "Trading", "GetOpenOrders.txt")["open"].values())[1]
    ours_shape, recorded_shape = shape(ours), shape(recorded)
    assert set(recorded_shape) - set(ours_shape) == set()
    different = {key for key in recorded_shape if ours_shape[key] != recorded_shape[key]}
    assert different == {"refid", "descr"}  # A text `None`; no `aclass` yet.
    assert set(recorded["descr"]) == set(ours["descr"]) - {"aclass"}


def test_a_filled_part(venue: RestVenue) -> None:
    order_id = venue.limit("buy", "1", "10000.1")
    row = venue.ask("OpenOrders", trades="true")["open"][order_id]
    assert row["vol_exec"] == "0.40000000"
    assert row["cost"] == "4000.04000"
    assert row["fee"] == "16.00020"
    assert row["price"] == "10000.1"
    assert len(row["trades"]) == 1
    assert "trades" not in venue.ask("OpenOrders")["open"][order_id]


MORE: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"cl_ord_id": "mine"}, {"cl_ord_id": "mine", "userref": None}),
    ({"oflags": "post,fcib"}, {"oflags": "post,fcib"}),
    ({"starttm": "+60"}, {"status": "pending", "starttm": S + 60}),
    ({"timeinforce": "GTD", "expiretm": "+60"}, {"expiretm": S + 60, "time_in_force": "gtd"}),
    ({"leverage": 2}, {"margin": True}),
    (
        {"ordertype": "stop-loss", "price": "11000", "trigger": "index"},
        {"trigger": "index", "stopprice": "11000.00000"},
    ),
    ({"ordertype": "trailing-stop", "price": "+5%"}, {"trigger": "last", "limitprice": "0.00000"}),
]


@pytest.mark.parametrize(("fields", "wanted"), MORE)
def test_what_else_an_order_may_have(venue: RestVenue, fields: dict[str, Any], wanted: dict[str, Any]) -> None:
    asked = {"pair": "XBTUSD", "type": "buy", "ordertype": "limit", "volume": "0.1", "price": "9000"} | fields
    venue.ask("AddOrder", **asked)
    (row,) = venue.ask("OpenOrders")["open"].values()
    assert {name: row[name] for name in wanted} == wanted


def test_open_orders_by_the_clients_ids(venue: RestVenue) -> None:
    tagged, own = venue.limit("buy", "0.1", "9000", userref=3), venue.limit("buy", "0.1", "9000", cl_ord_id="mine")
    assert list(venue.ask("OpenOrders", userref=3)["open"]) == [tagged]
    assert list(venue.ask("OpenOrders", cl_ord_id="mine")["open"]) == [own]
    assert venue.ask("OpenOrders", userref=4) == {"open": {}}


def test_closed_orders(venue: RestVenue) -> None:
    filled = venue.limit("buy", "0.1", "10000.1")
    venue.wait(1)
    cancelled = venue.limit("buy", "0.1", "9000")
    venue.ask("CancelOrder", txid=cancelled)
    answer = venue.ask("ClosedOrders", trades=True)
    assert list(answer["closed"]) == [cancelled, filled]  # Newest first.
    assert answer["count"] == 2
    first, second = answer["closed"].values()
    assert (first["status"], first["reason"], first["closetm"]) == ("canceled", "User requested", S + 1)
    assert (second["status"], second["reason"], second["price"]) == ("closed", None, "10000.1")
    assert len(second["trades"]) == 1


def test_pages(venue: RestVenue) -> None:
    ids = []
    for _ in range(60):
        ids.append(venue.limit("buy", "0.001", "10000.1"))
        venue.wait(1)
    first, second = venue.ask("ClosedOrders"), venue.ask("ClosedOrders", ofs=50)
    assert [*first["closed"], *second["closed"]] == ids[::-1]
    assert (len(first["closed"]), first["count"], second["count"]) == (50, 60, 60)
    assert venue.ask("ClosedOrders", ofs=60) == {"closed": {}, "count": 60}  # Past the end: empty.
    assert list(venue.ask("ClosedOrders", without_count="True")) == ["closed"]


SPANS: list[tuple[dict[str, Any], list[int]]] = [
    ({}, [2, 1, 0]),
    ({"start": S}, [2, 1, 0]),  # Closed after it.
    ({"start": S, "closetime": "open"}, [2, 1]),
    ({"end": S + 10}, [1, 0]),
    ({"end": S + 10, "closetime": "close"}, [0]),
    ({"start": S + 5, "end": S + 15, "closetime": "close"}, [1]),
    ({"start": "first", "closetime": "open"}, [2, 1]),
    ({"end": "second", "closetime": "open"}, [1, 0]),
]


@pytest.mark.parametrize(("fields", "places"), SPANS)
def test_closed_orders_of_a_time(venue: RestVenue, fields: dict[str, Any], places: list[int]) -> None:
    ids = []
    for _ in range(3):
        ids.append(venue.limit("buy", "0.1", "9000"))
        venue.wait(5)
        venue.ask("CancelOrder", txid=ids[-1])
        venue.wait(5)
    named = {name: {"first": ids[0], "second": ids[1]}.get(value, value) for name, value in fields.items()}
    assert list(venue.ask("ClosedOrders", **named)["closed"]) == [ids[place] for place in places]


def test_query_orders(venue: RestVenue) -> None:
    open_id, closed_id = venue.limit("buy", "0.1", "9000"), venue.limit("buy", "0.1", "10000.1")
    rows = venue.ask("QueryOrders", txid=f"{closed_id},{open_id}", trades="True")
    assert list(rows) == [closed_id, open_id]
    assert (rows[open_id]["status"], rows[open_id]["reason"]) == ("open", None)
    assert rows[closed_id]["status"] == "closed"
    assert venue.ask("QueryOrders", txid=open_id, userref=9) == {}


REFUSED: list[tuple[str, dict[str, Any], str]] = [
    ("QueryOrders", {}, "EGeneral:Invalid arguments:txid"),
    ("QueryOrders", {"txid": "OAAAAA-BBBBB-CCCCCC"}, "EOrder:Invalid order"),
    ("QueryOrders", {"txid": ",".join(["OAAAAA-BBBBB-CCCCCC"] * 51)}, "EGeneral:Invalid arguments:txid"),
    ("OrderAmends", {}, "EGeneral:Invalid arguments:order_id"),
    ("OrderAmends", {"order_id": "OAAAAA-BBBBB-CCCCCC"}, "EOrder:Unknown order"),
    ("ClosedOrders", {"closetime": "never"}, "EGeneral:Invalid arguments:closetime"),
    ("ClosedOrders", {"ofs": -1}, "EGeneral:Invalid arguments:ofs"),
    ("OpenOrders", {"userref": "x"}, "EGeneral:Invalid arguments:userref"),
]


@pytest.mark.parametrize(("method", "fields", "error"), REFUSED)
def test_what_is_refused(venue: RestVenue, method: str, fields: dict[str, Any], error: str) -> None:
    assert venue.refusal(method, **fields) == error


def test_nobody_sees_anothers_orders(venue: RestVenue) -> None:
    open_id, closed_id = venue.limit("buy", "0.1", "9000"), venue.limit("buy", "0.1", "10000.1")
    for order_id in (open_id, closed_id):
        assert venue.refusal("QueryOrders", signer=venue.bob, txid=order_id) == "EOrder:Invalid order"
        assert venue.refusal("OrderAmends", signer=venue.bob, order_id=order_id) == "EOrder:Unknown order"
        assert venue.refusal("ClosedOrders", signer=venue.bob, start=order_id) == "EGeneral:Invalid arguments:start"
    assert venue.private("OpenOrders", signer=venue.bob)["result"] == {"open": {}}
    assert venue.private("ClosedOrders", signer=venue.bob)["result"] == {"closed": {}, "count": 0}


def test_the_history_of_an_order(venue: RestVenue) -> None:
    order_id = venue.limit("buy", "0.1", "9000")
    venue.wait(1)
    amend_id = venue.ask("AmendOrder", txid=order_id, limit_price="9001", order_qty="0.2")["amend_id"]
    answer = venue.ask("OrderAmends", order_id=order_id)
    assert answer["count"] == 2
    original, amended = answer["amends"]
    assert (original["amend_type"], original["limit_price"], original["timestamp"]) == (
        "original",
        "9000.0",
        int(S) * 1000,
    )
    assert amended == {
        "amend_id": amend_id,
        "amend_type": "user",
        "order_qty": "0.20000000",
        "remaining_qty": "0.20000000",
        "limit_price": "9001.0",
        "reason": "User requested",
        "post_only": False,
        "timestamp": (int(S) + 1) * 1000,
    }


# -- As it was: REST that lags -------------------------------------------------------------------------------


def test_orders_opened_within_the_lag_are_not_there_yet(venue: RestVenue) -> None:
    venue.faults.lag_ns = 30 * SECOND_NS
    order_id = venue.limit("buy", "0.1", "9000")
    assert venue.ask("OpenOrders") == {"open": {}}
    assert venue.refusal("QueryOrders", txid=order_id) == "EOrder:Invalid order"
    venue.wait(30)
    assert list(venue.ask("OpenOrders")["open"]) == [order_id]
    assert list(venue.ask("QueryOrders", txid=order_id)) == [order_id]


def test_orders_closed_within_the_lag_are_still_open_and_unfilled(venue: RestVenue) -> None:
    order_id = venue.limit("buy", "0.1", "9999.9")
    venue.wait(60)
    venue.faults.lag_ns = 30 * SECOND_NS
    venue.take("sell", "2")
    assert venue.account().closed
    row = venue.ask("OpenOrders", trades="True")["open"][order_id]
    assert (row["status"], row["vol_exec"], row["cost"]) == ("open", "0.00000000", "0.00000")
    assert "trades" not in row
    assert venue.ask("ClosedOrders")["count"] == 0
    assert venue.ask("QueryOrders", txid=order_id)[order_id]["status"] == "open"
    venue.wait(30)
    assert venue.ask("OpenOrders") == {"open": {}}
    assert venue.ask("ClosedOrders")["closed"][order_id]["vol_exec"] == "0.10000000"


def test_the_history_of_an_order_that_was_never_amended(venue: RestVenue) -> None:
    order_id = venue.limit("buy", "0.1", "9000")
    answer = venue.ask("OrderAmends", order_id=order_id)
    (row,) = answer["amends"]
    assert answer["count"] == 1
    assert (row["amend_type"], row["order_qty"], row["remaining_qty"]) == ("original", "0.10000000", "0.10000000")
    venue.ask("AmendOrder", txid=order_id, limit_price="9001")
    assert venue.ask("OrderAmends", order_id=order_id)["amends"][0] == row
