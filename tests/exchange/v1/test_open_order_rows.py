"""v1/open_order_rows.py: rows as captured, key by key."""

from decimal import Decimal
from typing import Any

import pytest
from msgspec.json import encode
from order_samples import OPENED_NS, order, told, trigger

from fathom.exchange.core.ticket import Conditional
from fathom.exchange.listing import Listing
from fathom.exchange.v1.open_order_rows import changed_row, whole_row

LISTING = Listing()
FILLED = {"cum_lots": 10_000, "cum_cost_units": 26_425, "cum_fee_units": 69}

CAPTURED_PENDING = (
    '{"avg_price":"0.00000","cost":"0.00000","descr":{"close":null,"leverage":null,'
    '"order":"buy 0.00010000 XBT/USD @ market 0.00000","ordertype":"market","pair":"XBT/USD","price":"0.00000",'
    '"price2":"0.00000","type":"buy"},"expiretm":null,"fee":"0.00000","limitprice":"0.00000","misc":"",'
    '"oflags":"fciq","opentm":"1692851641.361371","refid":null,"starttm":null,"status":"pending",'
    '"stopprice":"0.00000","timeinforce":"GTC","userref":0,"vol":"0.00010000","vol_exec":"0.00000000"}'
)
CAPTURED_CLOSED = (
    '{"lastupdated":"1692851641.361447","status":"closed","vol_exec":"0.00010000","cost":"2.64250",'
    '"fee":"0.00690","avg_price":"26425.00000","userref":0}'
)


def text(row: dict[str, Any]) -> str:
    return encode(row).decode()


def test_the_captured_life_of_a_market_order() -> None:
    """The capture's amounts have five decimals; the ledger of USD here has four."""
    one = order(status="filled")
    rows = [
        told(one, "pending_new", "pending_new"),
        told(one, "new", "new"),
        told(one, "trade", "filled", **FILLED),
        told(one, "filled", "filled", **FILLED),
    ]
    assert [text(changed_row(event, LISTING)) for event in rows] == [
        CAPTURED_PENDING,
        '{"status":"open","userref":0}',
        '{"vol_exec":"0.00010000","cost":"2.64250","fee":"0.00690","avg_price":"26425.00000","userref":0}',
        CAPTURED_CLOSED,
    ]


def test_a_captured_cancel_and_a_captured_expiry() -> None:
    one = order(order_type="limit", limit_ticks=250_000)
    canceled = changed_row(told(one, "canceled", "canceled", reason="User requested"), LISTING)
    assert text(canceled) == (
        '{"lastupdated":"1692851641.361447","status":"canceled","vol_exec":"0.00000000","cost":"0.00000",'
        '"fee":"0.00000","avg_price":"0.00000","userref":0,"cancel_reason":"User requested"}'
    )
    expired = changed_row(told(one, "expired", "expired", reason="Order expired"), LISTING)
    assert list(expired) == ["lastupdated", "status", "vol_exec", "cost", "fee", "avg_price", "userref"]
    assert expired["status"] == "expired"


def test_a_cancel_after_fills_says_partial() -> None:
    row = changed_row(told(order(), "canceled", "canceled", cum_lots=5_000, cum_cost_units=10_000), LISTING)
    assert row["misc"] == "partial"
    assert "cancel_reason" not in row


@pytest.mark.parametrize(
    ("terms", "fields"),
    [
        ({"userref": 7}, {"userref": 7}),
        ({"post_only": True}, {"oflags": "fciq,post"}),
        ({"fee_in_base": True}, {"oflags": "fcib", "fee": "0.0000000000"}),
        ({"cash_units": 500_000}, {"oflags": "fciq,viqc", "vol": "50.00000000"}),
        ({"parent_id": "OPARENT"}, {"refid": "OPARENT"}),
        ({"leverage": 3}, {"margin": True}),
        ({"time_in_force": "gtd", "expire_ns": OPENED_NS}, {"timeinforce": "GTD", "expiretm": "1692851641.361371"}),
        ({"effective_ns": OPENED_NS}, {"starttm": "1692851641.361371"}),
        ({"order_type": "limit", "limit_ticks": 250_000}, {"limitprice": "0.00000"}),
        ({"order_type": "iceberg", "limit_ticks": 250_000, "display_lots": 4_000, "shown_lots": 1_000},
         {"display_volume": "0.00004000", "display_volume_remain": "0.00001000"}),
        ({"sender_sub_id": "desk"}, {"sender_sub_id": "desk"}),
        ({"amended": True}, {"amended": True}),
        ({"liquidation": True}, {"misc": "liquidation"}),
        ({"order_type": "stop-loss", "trigger": trigger(Decimal(22_000))},
         {"stopprice": "22000.00000", "limitprice": "0.00000", "misc": ""}),
        ({"order_type": "stop-loss-limit", "limit_ticks": 210_000, "trigger": trigger(Decimal(1), triggered=True)},
         {"stopprice": "22000.00000", "limitprice": "21000.00000", "misc": "stopped"}),
        ({"order_type": "take-profit", "trigger": trigger(Decimal(1), triggered=True)}, {"misc": "touched"}),
    ],
)  # fmt: skip
def test_fields_of_a_whole_row(terms: dict[str, Any], fields: dict[str, Any]) -> None:
    row = whole_row(order(**terms), LISTING, status="new")
    assert {name: row.get(name) for name in fields} == fields
    assert list(row) == sorted(row)
    assert row["status"] == "open"


def test_a_client_s_own_id_stands_for_the_userref() -> None:
    one = order(cl_ord_id="mine")
    assert whole_row(one, LISTING, status="new")["cl_ord_id"] == "mine"
    assert "userref" not in whole_row(one, LISTING, status="new")
    assert changed_row(told(one, "new", "new"), LISTING) == {"status": "open", "cl_ord_id": "mine"}


def test_a_conditional_close_is_told_in_parts_and_words() -> None:
    close = Conditional(order_type="stop-loss-limit", trigger_price=Decimal(22_000), limit_price=Decimal(21_000))
    row = whole_row(order(conditional=close), LISTING, status="new")
    assert row["contingent"] == {
        "oflags": None,
        "ordertype": "stop-loss-limit",
        "price": "22000.00000",
        "price2": "21000.00000",
    }
    assert row["descr"]["close"] == "close position @ stop loss 22000.00000 -> limit 21000.00000"


def test_a_relative_close_keeps_its_sign_and_percent() -> None:
    close = Conditional(order_type="stop-loss", trigger_price=Decimal(-5), trigger_price_type="pct")
    contingent = whole_row(order(conditional=close), LISTING, status="new")["contingent"]
    assert (contingent["price"], contingent["price2"]) == ("-5.0000%", None)


def test_an_amend_tells_the_new_terms() -> None:
    one = order(order_type="limit", limit_ticks=251_000, qty_lots=20_000, amended=True)
    row = changed_row(told(one, "amended", "new", reason="User requested"), LISTING)
    assert row["amended"] is True
    assert row["amend_reason"] == "User requested"
    assert (row["vol"], row["descr"]["price"], row["status"]) == ("0.00020000", "25100.00000", "open")
    restated = changed_row(told(one, "restated", "new", reason="Maintenance"), LISTING)
    assert "amended" not in restated
    assert restated["amend_reason"] == "Maintenance"


def test_a_trigger_that_moves_or_fires_is_told() -> None:
    one = order(order_type="trailing-stop", trigger=trigger(Decimal(1), "pct", triggered=True))
    row = changed_row(told(one, "status", "new"), LISTING)
    assert row == {
        "lastupdated": "1692851641.361447",
        "status": "open",
        "stopprice": "22000.00000",
        "limitprice": "0.00000",
        "misc": "stopped",
        "userref": 0,
    }


def test_an_iceberg_s_refill_tells_what_is_shown() -> None:
    one = order(order_type="iceberg", limit_ticks=250_000, display_lots=4_000, shown_lots=4_000)
    row = changed_row(told(one, "iceberg_refill", "partially_filled"), LISTING)
    assert row == {"lastupdated": "1692851641.361447", "display_volume_remain": "0.00004000", "userref": 0}
    assert changed_row(told(one, "trade", "partially_filled"), LISTING)["display_volume_remain"] == "0.00004000"
