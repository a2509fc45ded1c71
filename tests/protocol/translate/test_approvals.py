import re
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from fathom.domain import (
    AmendApproved,
    AmendWanted,
    CancelApproved,
    Close,
    Instrument,
    LocalError,
    OrderApproved,
    OrderType,
    OrderWanted,
    TimeInForce,
)
from fathom.protocol.codec import encode
from fathom.protocol.rules.requests import check_request
from fathom.protocol.times import parse_time
from fathom.protocol.translate.approvals import add_request, amend_request, cancel_request

NOW_NS = parse_time("2026-01-15T12:00:00Z")
PAIR = Instrument(
    symbol="BTC/USD",
    base="BTC",
    quote="USD",
    price_precision=1,
    qty_precision=8,
    cost_precision=5,
    qty_lots_min=5000,
    cost_min=Decimal("0.5"),
)


@pytest.mark.parametrize(
    ("order_type", "price_ticks", "time_in_force", "post_only", "text"),
    [
        ("limit", 265_000, "gtc", False, b'"limit_price":26500.0,"time_in_force":"gtc",'),
        ("limit", 265_000, "ioc", False, b'"limit_price":26500.0,"time_in_force":"ioc",'),
        ("limit", 265_000, "gtc", True, b'"limit_price":26500.0,"time_in_force":"gtc","post_only":true,'),
        ("market", None, "gtc", False, b""),
        ("market", None, "ioc", False, b""),
    ],
)
def test_approved_orders(
    order_type: OrderType,
    price_ticks: int | None,
    time_in_force: TimeInForce,
    post_only: bool,
    text: bytes,
) -> None:
    wanted = OrderWanted(
        "nibble-7",
        symbol="BTC/USD",
        side="buy",
        order_type=order_type,
        qty_lots=5100,
        price_ticks=price_ticks,
        time_in_force=time_in_force,
        post_only=post_only,
    )
    request = add_request(OrderApproved(wanted), instrument=PAIR)
    assert encode(request) == (
        b'{"method":"add_order","params":{"order_type":"%s","side":"buy","order_qty":0.00005100,%s'
        b'"cl_ord_id":"nibble-7","symbol":"BTC/USD"}}' % (order_type.encode(), text)
    )
    check_request(request, now_ns=NOW_NS, instrument=PAIR)


def test_an_order_with_another_id_and_a_deadline() -> None:
    wanted = OrderWanted("a long name of our own", "BTC/USD", "sell", "limit", 5100, 265_000)
    request = add_request(OrderApproved(wanted), instrument=PAIR, cl_ord_id="short", deadline_ns=NOW_NS + 5 * 10**9)
    assert request.params.cl_ord_id == "short"
    assert request.params.deadline == "2026-01-15T12:00:05.000Z"
    check_request(request, now_ns=NOW_NS, instrument=PAIR)


def test_approved_amends() -> None:
    approval = AmendApproved(AmendWanted("nibble-7", price_ticks=265_010, qty_lots=6000))
    request = amend_request(approval, instrument=PAIR)
    assert encode(request) == (
        b'{"method":"amend_order","params":{"cl_ord_id":"nibble-7","order_qty":0.00006000,"limit_price":26501.0}}'
    )
    check_request(request, now_ns=NOW_NS, instrument=PAIR)
    other = amend_request(approval, instrument=PAIR, cl_ord_id="short", post_only=True, deadline_ns=NOW_NS + 5 * 10**9)
    assert encode(other) == (
        b'{"method":"amend_order","params":{"cl_ord_id":"short","order_qty":0.00006000,"limit_price":26501.0,'
        b'"post_only":true,"deadline":"2026-01-15T12:00:05.000Z"}}'
    )


def test_approved_cancels() -> None:
    frame = b'{"method":"cancel_order","params":{"cl_ord_id":["nibble-7"]}}'
    assert encode(cancel_request(CancelApproved("nibble-7"))) == frame
    assert cancel_request(CancelApproved("nibble-7"), cl_ord_id="short").params.cl_ord_id == ("short",)


# -- Orders with more to them --

TYPED: list[tuple[OrderType, dict[str, Any], bytes]] = [
    ("limit", {"price_ticks": 265_000, "time_in_force": "fok"},
     b'"order_type":"limit","side":"sell","order_qty":0.00060000,"limit_price":26500.0,"time_in_force":"fok",'),
    ("limit", {"price_ticks": 265_000, "display_lots": 5_000},
     (b'"order_type":"iceberg","side":"sell","order_qty":0.00060000,"limit_price":26500.0,"time_in_force":"gtc",'
     b'"display_qty":0.00005000,')),
    ("limit", {"price_ticks": 265_000, "time_in_force": "gtd", "expire_ns": NOW_NS + 90_500_000_000},
     (b'"order_type":"limit","side":"sell","order_qty":0.00060000,"limit_price":26500.0,"time_in_force":"gtd",'
     b'"expire_time":"2026-01-15T12:01:30Z",')),
    ("stop-loss", {"trigger_ticks": 250_000},
     (b'"order_type":"stop-loss","side":"sell","order_qty":0.00060000,"triggers":{"price":25000.0,"reference":"last"},'
     b'"time_in_force":"gtc",')),
    ("stop-loss-limit", {"trigger_ticks": 250_000, "price_ticks": 249_990, "reduce_only": True},
     (b'"order_type":"stop-loss-limit","side":"sell","order_qty":0.00060000,"limit_price":24999.0,'
     b'"triggers":{"price":25000.0,"reference":"last"},"time_in_force":"gtc","reduce_only":true,')),
    ("take-profit", {"trigger_ticks": 280_000},
     (b'"order_type":"take-profit","side":"sell","order_qty":0.00060000,'
     b'"triggers":{"price":28000.0,"reference":"last"},"time_in_force":"gtc",')),
    ("take-profit-limit", {"trigger_ticks": 280_000, "price_ticks": 280_005},
     (b'"order_type":"take-profit-limit","side":"sell","order_qty":0.00060000,"limit_price":28000.5,'
     b'"triggers":{"price":28000.0,"reference":"last"},"time_in_force":"gtc",')),
    ("trailing-stop", {"trigger_ticks": 1_005},
     (b'"order_type":"trailing-stop","side":"sell","order_qty":0.00060000,'
     b'"triggers":{"price":100.5,"reference":"last","price_type":"quote"},"time_in_force":"gtc",')),
    ("limit", {"price_ticks": 265_000, "close": Close("stop-loss-limit", 290_000, 280_000)},
     (b'"order_type":"limit","side":"sell","order_qty":0.00060000,"limit_price":26500.0,"time_in_force":"gtc",'
     b'"conditional":{"order_type":"stop-loss-limit","limit_price":29000.0,"trigger_price":28000.0},')),
    ("market", {"close": Close("trailing-stop", None, 1_000)},
     (b'"order_type":"market","side":"sell","order_qty":0.00060000,'
     b'"conditional":{"order_type":"trailing-stop","trigger_price":100.0,"trigger_price_type":"quote"},')),
    ("market", {"close": Close("limit", 250_000)},
     (b'"order_type":"market","side":"sell","order_qty":0.00060000,'
     b'"conditional":{"order_type":"limit","limit_price":25000.0},')),
]  # fmt: skip


def parts(text: bytes) -> dict[str, Any]:
    found: dict[str, Any] = msgspec.json.decode(b"{" + text.removesuffix(b",") + b"}")
    return found


@pytest.mark.parametrize(("order_type", "terms", "text"), TYPED)
def test_every_kind_of_order_is_one_that_kraken_takes(
    order_type: OrderType, terms: dict[str, Any], text: bytes
) -> None:
    request = add_request(
        OrderApproved(OrderWanted("m-1", "BTC/USD", "sell", order_type, 60_000, **terms)), instrument=PAIR
    )
    params = msgspec.json.decode(encode(request))["params"]
    assert params == parts(text) | {"cl_ord_id": "m-1", "symbol": "BTC/USD"}
    for number in set(re.findall(rb"[0-9]+[.][0-9]+", text)):
        assert number in encode(request), "padded, never a float"
    check_request(request, now_ns=NOW_NS, instrument=PAIR)


@pytest.mark.parametrize(
    ("order_type", "terms", "field"),
    [
        ("limit", {}, "price_ticks"),
        ("market", {"price_ticks": 1}, "price_ticks"),
        ("stop-loss", {}, "trigger_ticks"),  # At the market it would go out at once.
        ("stop-loss", {"trigger_ticks": 1, "price_ticks": 1}, "price_ticks"),
        ("stop-loss-limit", {"price_ticks": 1}, "trigger_ticks"),
        ("limit", {"price_ticks": 1, "trigger_ticks": 1}, "trigger_ticks"),
        ("market", {"display_lots": 1}, "display_lots"),
        ("limit", {"price_ticks": 1, "close": Close("market")}, "close"),
        ("limit", {"price_ticks": 1, "close": Close("stop-loss")}, "trigger_ticks"),
    ],
)
def test_an_order_of_no_form_is_refused(order_type: OrderType, terms: dict[str, Any], field: str) -> None:
    with pytest.raises(LocalError) as refused:
        add_request(OrderApproved(OrderWanted("m-1", "BTC/USD", "buy", order_type, 1, **terms)), instrument=PAIR)
    assert refused.value.field == field


@pytest.mark.parametrize(
    ("order_type", "text"),
    [
        ("stop-loss-limit", b'"limit_price":26501.0'),
        ("stop-loss", b'"trigger_price":26501.0'),
        ("take-profit", b'"trigger_price":26501.0'),
        ("trailing-stop", b'"trigger_price":26501.0,"trigger_price_type":"quote"'),
    ],
)
def test_an_amend_changes_the_trigger_of_what_has_no_limit(order_type: OrderType, text: bytes) -> None:
    approval = AmendApproved(AmendWanted("nibble-7", price_ticks=265_010, qty_lots=6000))
    request = amend_request(approval, instrument=PAIR, order_type=order_type)
    assert encode(request) == (
        b'{"method":"amend_order","params":{"cl_ord_id":"nibble-7","order_qty":0.00006000,%s}}' % text
    )
    check_request(request, now_ns=NOW_NS, instrument=PAIR)
