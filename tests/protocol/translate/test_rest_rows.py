"""Orders and fills as REST tells them, beside what the stream says of the same ones: nothing contradicts."""

from decimal import Decimal
from typing import Any

import msgspec
import pytest

from fathom.net.client import Account
from fathom.protocol import decode, rest
from fathom.protocol.messages import Execution, ExecutionsMessage
from fathom.protocol.translate import fill_row, order_row
from rest_calls import ask
from whole_exchange import Stage

# Fields of a row that are of the moment or of the stream alone.
OF_THE_STREAM = {"timestamp", "exec_type", "reason", "avg_price", "cum_cost"}

BUY: dict[str, Any] = {"symbol": "BTC/USD", "side": "buy", "order_qty": 0.01}
SELL: dict[str, Any] = {**BUY, "side": "sell"}
ORDERS: dict[str, dict[str, Any]] = {
    "limit": {**BUY, "order_type": "limit", "limit_price": 90000, "cl_ord_id": "mine-1"},
    "tagged": {**BUY, "order_type": "limit", "limit_price": 90000, "order_userref": 42},
    "gtd": {
        **BUY, "order_type": "limit", "limit_price": 90000, "time_in_force": "gtd",
        "expire_time": "2026-01-05T13:00:00Z",
    },
    "later": {**BUY, "order_type": "limit", "limit_price": 90000, "effective_time": "2026-01-05T13:00:00Z"},
    "iceberg": {**BUY, "order_type": "iceberg", "limit_price": 90000, "display_qty": 0.002},
    "filled": {**BUY, "order_type": "limit", "limit_price": 98000, "cl_ord_id": "mine-1"},
    "partly filled": {**BUY, "order_type": "limit", "limit_price": 98000, "order_qty": 0.05},
    "partly filled, then over": {
        **BUY, "order_type": "limit", "limit_price": 98000, "order_qty": 0.05, "time_in_force": "ioc",
    },
    "market": {**SELL, "order_type": "market"},
    "cash": {"symbol": "BTC/USD", "side": "buy", "order_type": "market", "cash_order_qty": 500},
    "stop-loss": {**SELL, "order_type": "stop-loss", "triggers": {"price": 90000}},
    "stop-loss, pct": {**SELL, "order_type": "stop-loss", "triggers": {"price": -5, "price_type": "pct"}},
    "stop-loss-limit": {
        **SELL, "order_type": "stop-loss-limit", "triggers": {"price": 90000}, "limit_price": 89000,
    },
    "trailing-stop": {**SELL, "order_type": "trailing-stop", "triggers": {"price": 1, "price_type": "pct"}},
    "trailing-stop-limit": {
        **SELL, "order_type": "trailing-stop-limit", "triggers": {"price": 1, "price_type": "pct"}, "limit_price": -10,
    },
    "margin": {**BUY, "order_type": "limit", "limit_price": 90000, "margin": True},
    "post-only": {**BUY, "order_type": "limit", "limit_price": 90000, "post_only": True},
    "post-only, refused": {**BUY, "order_type": "limit", "limit_price": 98500, "post_only": True},
}  # fmt: skip


class Told:
    """One exchange with bob's quotes, and what alice's stream said of what she did."""

    def __init__(self) -> None:
        self.stage = Stage()
        bob = self.stage.trader("bob")
        bob.ask("add_order", symbol="BTC/USD", side="sell", order_type="limit", order_qty=0.02, limit_price=98000)
        bob.ask("add_order", symbol="BTC/USD", side="buy", order_type="limit", order_qty=0.02, limit_price=96000)
        self.alice = self.stage.trader()
        self.account = Account()
        self.fills: list[Execution] = []
        self.hear(self.alice.subscribe("executions", snap_orders=True))

    def hear(self, frames: list[Any]) -> None:
        for frame in frames:
            if frame.get("channel") != "executions":
                continue
            message = decode(msgspec.json.encode(frame))
            assert isinstance(message, ExecutionsMessage), message
            self.fills += [row for row in self.account.executions(message) if row.exec_id is not None]

    def placed(self, **order: Any) -> str:
        result, frames = self.alice.ask("add_order", **order)
        self.hear(frames)
        order_id: str = result["order_id"]
        return order_id

    def row(self, order_id: str) -> Execution:
        found = ask(self.stage, rest.QueryOrders(txid=(order_id,)))
        return order_row(order_id, found[order_id], symbol="BTC/USD")


@pytest.mark.parametrize("name", ORDERS)
def test_an_order(name: str) -> None:
    told = Told()
    order_id = told.placed(**ORDERS[name])
    heard, row = told.account.order(order_id), told.row(order_id)
    assert heard is not None
    for field in Execution.__struct_fields__:
        said = getattr(row, field)
        if said and field not in OF_THE_STREAM:
            assert said == getattr(heard, field), field
    assert row.order_status == heard.order_status
    assert row.cum_qty == (heard.cum_qty or 0)


@pytest.mark.parametrize("name", ORDERS)
def test_taken_into_what_is_known_it_changes_nothing(name: str) -> None:
    told = Told()
    order_id = told.placed(**ORDERS[name])
    heard = told.account.order(order_id)
    told.account.looked_up(told.row(order_id))
    known = told.account.order(order_id)
    assert heard is not None
    assert known is not None
    for field in Execution.__struct_fields__:
        if field not in OF_THE_STREAM:
            assert (getattr(known, field) or None) == (getattr(heard, field) or None), field
    assert (order_id in told.account.orders) == (heard.order_status in {"new", "pending_new", "partially_filled"})


def test_an_order_that_was_never_heard_of_is_whole_enough_to_be_known_by_it() -> None:
    told = Told()
    order_id = told.placed(**ORDERS["limit"])
    told.account = Account()
    told.account.looked_up(told.row(order_id))
    order = told.account.order("mine-1")
    assert order is not None
    assert (order.order_id, order.symbol, order.side, order.order_type) == (order_id, "BTC/USD", "buy", "limit")
    assert (order.order_qty, order.limit_price) == (Decimal("0.01"), Decimal(90000))


def test_an_expired_order() -> None:
    told = Told()
    order_id = told.placed(**ORDERS["gtd"])
    told.stage.run(3700, every_ms=10_000)
    assert told.row(order_id).order_status == "expired"


@pytest.mark.parametrize("name", ["filled", "partly filled", "market", "cash", "margin"])
def test_the_fills(name: str) -> None:
    told = Told()
    told.placed(**ORDERS[name] | ({"limit_price": 98000} if name == "margin" else {}))
    assert told.fills
    history = ask(told.stage, rest.TradesHistory()).trades
    assert set(history) == {fill.exec_id for fill in told.fills}
    for fill in told.fills:
        assert fill.exec_id is not None
        row = fill_row(fill.exec_id, history[fill.exec_id], symbol="BTC/USD", fee_asset="USD")
        assert (row.order_id, row.trade_id, row.side) == (fill.order_id, fill.trade_id, fill.side)
        assert (row.last_qty, row.last_price, row.liquidity_ind) == (fill.last_qty, fill.last_price, fill.liquidity_ind)
        assert (row.order_type, row.cost) == (fill.order_type, fill.cost)
        assert [(fee.asset, fee.qty) for fee in row.fees] == [(fee.asset, fee.qty) for fee in fill.fees]


def test_a_fill_of_a_maker() -> None:
    told = Told()
    told.placed(**{**BUY, "order_type": "limit", "limit_price": 97000})
    told.stage.trader("bob").ask("add_order", symbol="BTC/USD", side="sell", order_type="market", order_qty=0.005)
    (info,) = ask(told.stage, rest.TradesHistory()).trades.values()
    row = fill_row("T1", info, symbol=None, fee_asset="USD")
    assert (row.liquidity_ind, row.symbol, row.exec_type) == ("m", None, "trade")
