"""AmendOrder, EditOrder."""

from decimal import Decimal

import pytest

from fathom.domain import LocalError
from fathom.protocol import rest
from rest_calls import ask, captured, line, read
from whole_exchange import Stage

TRADING = "kraken-async-rs/rest-trading.jsonl"
EDIT = rest.EditOrder(txid="O", pair="XBTUSD", volume=Decimal(1))


def test_captured_changes() -> None:
    assert read(rest.AmendOrder(txid="O"), line(TRADING, "get_amend_order_json")).amend_id == "TVB4ER-X5QP3-ADURMW"
    edited = read(EDIT, line(TRADING, "get_edit_order_json"))
    assert (edited.txid, edited.newuserref, edited.orders_cancelled) == ("7BD466-BKZVM-FT2E2L", 1234, 1)
    assert read(EDIT, captured("Kraken.Net/Endpoints/Spot/Trading/EditOrder.txt")).txid == "OU22CG-KLAF2-FWUDD7"


def test_the_exchange_changes_orders() -> None:
    stage = Stage()
    (txid,) = ask(
        stage,
        rest.AddOrder(
            pair="BTC/USD", ordertype="limit", type="buy", volume=Decimal(1), price=Decimal(20000), cl_ord_id="c"
        ),
    ).txid
    ask(stage, rest.AmendOrder(cl_ord_id="c", limit_price=Decimal("20000.5"), order_qty=Decimal("0.5"), post_only=True))
    order = ask(stage, rest.OpenOrders()).open[txid]
    assert (order.vol, order.descr.price) == (Decimal("0.5"), "20000.5")
    edited = ask(stage, rest.EditOrder(txid=txid, pair="BTC/USD", volume=Decimal("0.25"), price=Decimal(20001)))
    assert (edited.originaltxid, edited.volume, edited.status) == (txid, Decimal("0.25"), "ok")
    assert list(ask(stage, rest.OpenOrders()).open) == [edited.txid]


def test_relative_prices_are_checked() -> None:
    with pytest.raises(LocalError, match="limit_price"):
        rest.AmendOrder(txid="O", limit_price="x")
    with pytest.raises(LocalError, match="trigger_price"):
        rest.AmendOrder(txid="O", trigger_price="5")
    with pytest.raises(LocalError, match="price2"):
        rest.EditOrder(txid="O", pair="XBTUSD", price2="x")
