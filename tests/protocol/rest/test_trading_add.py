"""AddOrder, AddOrderBatch."""

from decimal import Decimal
from typing import Any

import pytest

from fathom.domain import LocalError
from fathom.protocol import rest
from rest_calls import ask, captured, line, read, send
from whole_exchange import Stage

TRADING = "kraken-async-rs/rest-trading.jsonl"
NET = "Kraken.Net/Endpoints/Spot/Trading"
PLAIN = rest.AddOrder(pair="BTC/USD", ordertype="limit", type="buy", volume=Decimal(1), price=Decimal(1))


@pytest.mark.parametrize(
    "name",
    [
        "XChange/trading/example-addorder-response-data.json",
        "nautilus_trader/http_add_order_spot.json",
        f"{NET}/PlaceOrder.txt",
    ],
)
def test_captured_orders(name: str) -> None:
    placed = read(PLAIN, captured(name))
    assert placed.txid[0].startswith("O")
    assert "@ limit" in placed.descr.order


def test_a_captured_batch() -> None:
    request = rest.AddOrderBatch(
        pair="XBTUSD", orders=(rest.Ticket(ordertype="market", type="buy", volume=Decimal(1)),) * 2
    )
    first, second = read(request, captured(f"{NET}/PlaceMultipleOrders.txt")).orders
    assert (first.txid, second.close) == ("O5OR23-ADFAD-Y2G61C", None)
    assert first.close is not None
    assert len(read(request, line(TRADING, "get_add_order_batch_json")).orders) == 2
    assert read(PLAIN, line(TRADING, "get_add_order_json")).txid == ("AKB9L1-XC5U3-CYCTO1",)


def test_the_exchange_understands_every_field() -> None:
    stage = Stage()
    terms: dict[str, Any] = {"pair": "BTC/USD", "volume": Decimal("0.01")}
    limit = {"ordertype": "limit", "type": "buy", "price": Decimal("20000.1")} | terms
    requests = [
        rest.AddOrder(**limit, oflags="post,fcib", timeinforce="GTD", expiretm="+60", userref=5),
        rest.AddOrder(
            **limit, close=rest.Close(ordertype="stop-loss-limit", price=Decimal(19000), price2=Decimal(18000))
        ),
        rest.AddOrder(**limit, leverage="2", stptype="cancel-both", starttm="+30"),
        rest.AddOrder(**limit | {"ordertype": "iceberg", "volume": Decimal(1)}, displayvol=Decimal("0.1")),
        rest.AddOrder(ordertype="trailing-stop", type="sell", price="+1.5%", trigger="last", **terms),
    ]
    txids = [ask(stage, request).txid[0] for request in requests]
    orders = ask(stage, rest.OpenOrders()).open
    assert set(txids) == set(orders)
    assert (orders[txids[0]].userref, orders[txids[0]].oflags, orders[txids[0]].time_in_force) == (
        5,
        "post,fcib",
        "gtd",
    )
    assert orders[txids[1]].descr.close == "close position @ stop loss 19000.0 -> limit 18000.0"
    assert (orders[txids[2]].descr.leverage, orders[txids[2]].margin) == ("2:1", True)
    assert orders[txids[4]].descr.price == "+1.5000%"


def test_what_is_only_validated_has_no_id() -> None:
    stage = Stage()
    placed = ask(stage, rest.AddOrder(pair="BTC/USD", ordertype="market", type="buy", volume=Decimal(1), validate=True))
    assert placed.txid == ()
    assert ask(stage, rest.OpenOrders()).open == {}


def test_a_batch_is_placed() -> None:
    stage = Stage()
    tickets = tuple(
        rest.Ticket(ordertype="limit", type="buy", volume=Decimal("0.1"), price=Decimal(price), cl_ord_id=f"c{price}")
        for price in (20000, 20001)
    )
    placed = ask(stage, rest.AddOrderBatch(pair="BTC/USD", orders=tickets)).orders
    assert {order.txid for order in placed} == set(ask(stage, rest.OpenOrders()).open)


def test_a_refusal_is_no_order() -> None:
    stage = Stage()
    request = rest.AddOrder(
        pair="BTC/USD",
        ordertype="limit",
        type="buy",
        volume=Decimal(1),
        price=Decimal(20000),
        deadline="2026-01-05T11:59:59Z",
    )
    assert send(stage, request).errors == ("EService:Deadline elapsed",)


@pytest.mark.parametrize(
    ("terms", "said"),
    [
        ({"price": "free"}, "price: 'free' is neither a price nor a relative one such as"),
        ({"price2": "1"}, "price2: '1' is neither"),
        ({"userref": 1, "cl_ord_id": "a"}, "cl_ord_id: an order has a cl_ord_id or a userref, not both"),
        ({"userref": 2**31}, "userref"),
        ({"volume": Decimal(-1)}, "volume: -1 is no volume"),
        ({"volume": Decimal("NaN")}, "volume: NaN is no volume"),
        ({"pair": "XBT/USD"}, "write BTC/USD"),
    ],
)
def test_what_no_order_may_be(terms: dict[str, Any], said: str) -> None:
    order = {"pair": "BTC/USD", "ordertype": "limit", "type": "buy", "volume": Decimal(1)} | terms
    with pytest.raises(LocalError, match=said):
        rest.AddOrder(**order)


def test_what_no_close_may_be() -> None:
    for field in ("price", "price2"):
        with pytest.raises(LocalError, match=rf"close\[{field}\]: 'x' is neither"):
            rest.Close(ordertype="limit", **{field: "x"})


def test_a_batch_has_2_to_15_orders() -> None:
    ticket = rest.Ticket(ordertype="market", type="buy", volume=Decimal(1))
    for count in (1, 16):
        with pytest.raises(LocalError, match=f"orders: 2 to 15 in one call, not {count}"):
            rest.AddOrderBatch(pair="BTC/USD", orders=(ticket,) * count)
