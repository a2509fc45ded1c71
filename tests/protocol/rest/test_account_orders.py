"""OpenOrders, ClosedOrders, QueryOrders, OrderAmends."""

from decimal import Decimal

import pytest

from fathom.protocol import rest
from rest_calls import ask, captured, form, read
from whole_exchange import START_NS, Stage


@pytest.mark.parametrize(
    "name",
    [
        "XChange/trading/example-openorders-data.json",
        "nautilus_trader/http_open_orders.json",
        "Kraken.Net/Endpoints/Spot/Trading/GetOpenOrders.txt",
    ],
)
def test_captured_orders(name: str) -> None:
    orders = read(rest.OpenOrders(), captured(name)).open
    assert orders
    for order in orders.values():
        assert order.status == "open"
        assert order.vol > order.vol_exec
        assert order.opentm > 1_400_000_000 * 10**9


def test_a_captured_order_in_full() -> None:
    orders = read(rest.OpenOrders(), captured("Kraken.Net/Endpoints/Spot/Trading/GetOpenOrders.txt")).open
    order = orders["OQCLML-BW3P3-BUCMWZ"]
    assert (order.vol_exec, order.cost, order.opentm) == (
        Decimal("0.37500000"),
        Decimal("11253.7"),
        1_688_666_559_897_400_000,
    )
    assert order.trades == ("TCCCTY-WE2O6-P3NB37",)
    assert orders["OB5VMB-B4U2U-DK2WRW"].descr.leverage == "5:1"


def test_the_exchange_says_so_too() -> None:
    stage = Stage()
    placed = ask(
        stage,
        rest.AddOrder(
            pair="BTC/USD",
            ordertype="limit",
            type="buy",
            volume=Decimal("0.1"),
            price=Decimal("20000.1"),
            cl_ord_id="mine",
        ),
    )
    (txid,) = placed.txid
    order = ask(stage, rest.OpenOrders(cl_ord_id="mine", trades=True)).open[txid]
    assert (order.cl_ord_id, order.vol, order.descr.price, order.opentm) == (
        "mine",
        Decimal("0.1"),
        "20000.1",
        START_NS,
    )
    assert ask(stage, rest.OpenOrders(cl_ord_id="yours")).open == {}
    ask(stage, rest.AmendOrder(txid=txid, order_qty=Decimal("0.2")))
    amends = ask(stage, rest.OrderAmends(order_id=txid))
    assert [(amend.amend_type, amend.order_qty) for amend in amends.amends] == [
        ("original", Decimal("0.1")),
        ("user", Decimal("0.2")),
    ]
    assert amends.amends[0].timestamp == START_NS // 1_000_000
    ask(stage, rest.CancelOrder(cl_ord_id="mine"))
    closed = ask(stage, rest.ClosedOrders(closetime="close", start="0"))
    assert (closed.count, closed.closed[txid].status, closed.closed[txid].reason) == (1, "canceled", "User requested")
    assert ask(stage, rest.QueryOrders(txid=(txid,)))[txid].closetm == START_NS


def test_pages_and_filters_are_sent() -> None:
    request = rest.ClosedOrders(ofs=50, start="OAAAAA-BBBBB-CCCCCC", without_count=True, consolidate_taker=False)
    assert form(request) == {
        "ofs": "50",
        "start": "OAAAAA-BBBBB-CCCCCC",
        "without_count": "true",
        "consolidate_taker": "false",
    }
