import re
from decimal import Decimal

import pytest

from fathom.domain import (
    AmendApproved,
    AmendWanted,
    CancelApproved,
    Close,
    Instrument,
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


@pytest.mark.parametrize(
    ("order", "text"),
    [
        (
            OrderWanted("a-1", "BTC/USD", "sell", "stop-loss", 5100, trigger_ticks=250_000),
            b'"order_type":"stop-loss",.*"triggers":{"price":25000.0,"reference":"last"},"time_in_force":"gtc"',
        ),
        (
            OrderWanted("a-1", "BTC/USD", "sell", "take-profit-limit", 5100, 270_000, trigger_ticks=280_000),
            b'"limit_price":27000.0,.*"triggers":{"price":28000.0,"reference":"last"}',
        ),
        (
            OrderWanted("a-1", "BTC/USD", "sell", "trailing-stop", 5100, trigger_ticks=1_000),
            b'"triggers":{"price":100.0,"reference":"last","price_type":"quote"}',
        ),
        (
            OrderWanted("a-1", "BTC/USD", "buy", "limit", 51_000, 265_000, display_lots=5100),
            b'"order_type":"iceberg",.*"display_qty":0.00005100',
        ),
        (
            OrderWanted("a-1", "BTC/USD", "buy", "limit", 5100, 265_000, "gtd", expire_ns=NOW_NS + 60_000_000_000),
            b'"time_in_force":"gtd",.*"expire_time":"2026-01-15T12:01:00Z"',
        ),
        (OrderWanted("a-1", "BTC/USD", "buy", "limit", 5100, 265_000, "fok"), b'"time_in_force":"fok"'),
        (
            OrderWanted("a-1", "BTC/USD", "buy", "limit", 5100, 265_000, close=Close("stop-loss", None, 250_000)),
            b'"conditional":{"order_type":"stop-loss","trigger_price":25000.0}',
        ),
        (
            OrderWanted("a-1", "BTC/USD", "buy", "limit", 5100, 265_000, close=Close("trailing-stop", None, 1_000)),
            b'"conditional":{"order_type":"trailing-stop","trigger_price":100.0,"trigger_price_type":"quote"}',
        ),
    ],
)
def test_every_field_of_an_approved_order_is_sent(order: OrderWanted, text: bytes) -> None:
    request = add_request(OrderApproved(order), instrument=PAIR)
    check_request(request, now_ns=NOW_NS)
    assert re.search(text, encode(request)), encode(request)
