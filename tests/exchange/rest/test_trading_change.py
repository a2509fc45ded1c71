"""AmendOrder, EditOrder."""

from decimal import Decimal
from typing import Any

import pytest
from rest_venue import RestVenue, recorded_line, shape


@pytest.fixture
def resting(venue: RestVenue) -> str:
    """A buy of 0.1 at 9000 with a userref."""
    return venue.limit("buy", "0.1", "9000", userref=5)


AMENDS: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"limit_price": "9100"}, {"limit_ticks": 91_000}),
    ({"limit_price": "-10%"}, {"limit_ticks": 90_001}),
    ({"order_qty": "0.2"}, {"qty_lots": 20_000_000}),
    ({"order_qty": 0.05, "limit_price": 9100.5, "post_only": "True"}, {"qty_lots": 5_000_000, "limit_ticks": 91_005}),
]


@pytest.mark.parametrize(("fields", "wanted"), AMENDS)
def test_amends(venue: RestVenue, resting: str, fields: dict[str, Any], wanted: dict[str, Any]) -> None:
    venue.take("buy", "0.1")
    result = venue.ask("AmendOrder", txid=resting, **fields)
    assert shape(result) == shape(recorded_line("rest-trading.jsonl", "get_amend_order_json"))
    order = venue.account().orders[resting]
    assert {name: getattr(order, name) for name in wanted} == wanted


def test_an_amend_by_the_clients_own_id(venue: RestVenue) -> None:
    order_id = venue.limit("buy", "0.1", "9000", cl_ord_id="mine")
    venue.ask("AmendOrder", cl_ord_id="mine", limit_price="9001")
    assert venue.account().orders[order_id].limit_ticks == 90_010


def test_amends_of_triggers(venue: RestVenue) -> None:
    venue.take("buy", "0.1")
    fields = {"pair": "XBTUSD", "type": "sell", "volume": "0.1"}
    (stop,) = venue.ask("AddOrder", **fields, ordertype="stop-loss", price="9000")["txid"]
    (trailing,) = venue.ask("AddOrder", **fields, ordertype="trailing-stop-limit", price="+100", price2="-5")["txid"]
    venue.ask("AmendOrder", txid=stop, trigger_price="-10%")
    venue.ask("AmendOrder", txid=trailing, trigger_price="200", limit_price="-1%")
    orders = venue.account().orders
    first, second = orders[stop].trigger, orders[trailing].trigger
    assert first is not None
    assert second is not None
    assert first.actual_ticks == 90_001
    assert (second.actual_ticks, second.price, second.price_type) == (98_001, Decimal(200), "quote")
    assert (orders[trailing].limit_offset, orders[trailing].limit_price_type) == (Decimal(-1), "pct")


AMENDS_REFUSED: list[tuple[dict[str, Any], str]] = [
    ({}, "EGeneral:Invalid arguments:txid"),
    ({"txid": "OAAAAA-BBBBB-CCCCCC", "cl_ord_id": "x"}, "EGeneral:Invalid arguments:txid"),
    ({"txid": "OAAAAA-BBBBB-CCCCCC", "limit_price": "1"}, "EOrder:Unknown order"),
    ({"cl_ord_id": "nobody's", "limit_price": "1"}, "EOrder:Unknown order"),
]


@pytest.mark.parametrize(("fields", "error"), AMENDS_REFUSED)
def test_amends_that_are_refused(venue: RestVenue, resting: str, fields: dict[str, Any], error: str) -> None:
    assert venue.refusal("AmendOrder", **fields) == error


@pytest.mark.parametrize("fields", [{"limit_price": "x"}, {"limit_price": "-200%"}, {"trigger_price": "?"}])
def test_prices_that_are_none(venue: RestVenue, resting: str, fields: dict[str, Any]) -> None:
    assert venue.refusal("AmendOrder", txid=resting, **fields) == f"EGeneral:Invalid arguments:{next(iter(fields))}"


def test_nobody_amends_anothers_order(venue: RestVenue, resting: str) -> None:
    assert venue.refusal("AmendOrder", signer=venue.bob, txid=resting, limit_price="9001") == "EOrder:Unknown order"
    assert (
        venue.refusal("EditOrder", signer=venue.bob, txid=resting, pair="XBTUSD", price="1") == "EOrder:Unknown order"
    )


def test_an_edit(venue: RestVenue, resting: str) -> None:
    result = venue.ask(
        "EditOrder", txid=resting, pair="XBTUSD", price="9100", volume="0.2", userref=1234, oflags="post"
    )
    recorded = recorded_line("rest-trading.jsonl", "get_edit_order_json")
    assert shape(recorded).items() <= shape(result).items()
    new_id = result["txid"]
    assert result == {
        "status": "ok",
        "txid": new_id,
        "originaltxid": resting,
        "newuserref": 1234,
        "olduserref": 5,
        "volume": "0.20000000",
        "price": "9100.0",
        "orders_cancelled": 1,
        "descr": {"order": "buy 0.20000000 XBTUSD @ limit 9100.0"},
    }
    assert list(venue.account().orders) == [new_id]
    assert venue.account().orders[new_id].post_only
    (old,) = venue.account().closed
    assert old.reason == "Order replaced"


def test_an_edit_by_userref_keeps_what_is_not_said(venue: RestVenue, resting: str) -> None:
    result = venue.ask("EditOrder", txid="5", pair="BTC/USD", price="9100")
    assert result["volume"] == "0.10000000"
    venue.limit("buy", "0.1", "8000", userref=6)
    venue.limit("buy", "0.1", "8000", userref=6)
    assert venue.refusal("EditOrder", txid="6", pair="XBTUSD", price="8001") == "EOrder:Unknown order"


def test_an_edit_of_a_stop(venue: RestVenue) -> None:
    fields = {"pair": "XBTUSD", "type": "sell", "volume": "0.1", "ordertype": "stop-loss-limit"}
    (order_id,) = venue.ask("AddOrder", **fields, price="9000", price2="8900")["txid"]
    result = venue.ask("EditOrder", txid=order_id, pair="XBTUSD", price="9100", price2="9000")
    assert (result["price"], result["price2"]) == ("9100.0", "9000.0")


def test_a_validated_edit_changes_nothing(venue: RestVenue, resting: str) -> None:
    result = venue.ask("EditOrder", txid=resting, pair="XBTUSD", price="9100", validate="True")
    assert "txid" not in result
    assert result["orders_cancelled"] == 0
    assert list(venue.account().orders) == [resting]


EDITS_REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"pair": "ETHUSD"}, "EGeneral:Invalid arguments:pair"),
    ({"pair": ""}, "EGeneral:Invalid arguments:pair"),
    ({"txid": ""}, "EGeneral:Invalid arguments:txid"),
    ({"txid": "OAAAAA-BBBBB-CCCCCC"}, "EOrder:Unknown order"),
    ({"price": "x"}, "EGeneral:Invalid arguments:price"),
    ({"volume": "x"}, "EGeneral:Invalid arguments:volume"),
    ({"oflags": "x"}, "EGeneral:Invalid arguments:oflags"),
]


@pytest.mark.parametrize(("fields", "error"), EDITS_REFUSED)
def test_edits_that_are_refused(venue: RestVenue, resting: str, fields: dict[str, Any], error: str) -> None:
    asked = {"txid": resting, "pair": "XBTUSD", "price": "9100"} | fields
    assert venue.refusal("EditOrder", **asked) == error


@pytest.mark.parametrize(
    ("method", "fields", "points"),
    [
        ("AmendOrder", {"limit_price": "x"}, "1"),
        ("EditOrder", {"pair": "XBTUSD", "price": "x"}, "1"),
    ],
)
def test_what_is_refused_for_its_form_pays_its_fixed_part(
    venue: RestVenue, method: str, fields: dict[str, Any], points: str
) -> None:
    order_id = venue.limit("buy", "0.1", "9000")
    before = venue.venue.rates.count(venue.account(), "BTC/USD", venue.now_ns)
    venue.refusal(method, txid=order_id, **fields)
    count = venue.venue.rates.count(venue.account(), "BTC/USD", venue.now_ns)
    assert count - before == Decimal(points)
