"""Orders, fills and what is told of them, built by hand: no venue needed."""

from typing import Any

from fathom.exchange.bank import Account, Fill
from fathom.exchange.core.events import OrderTold
from fathom.exchange.core.order import Order, Trigger

OPENED_NS = 1_692_851_641_361_371_000


def order(**terms: Any) -> Order:
    """A buy of 0.0001 at the market."""
    fields: dict[str, Any] = {
        "order_id": "OKB55A-UEMMN-YUXM2A",
        "account": Account(name="alice", number="AA"),
        "symbol": "BTC/USD",
        "side": "buy",
        "order_type": "market",
        "qty_lots": 10_000,
        "status": "new",
        "opened_ns": OPENED_NS,
    }
    return Order(**{**fields, **terms})


def trigger(price: Any, price_type: str = "static", **terms: Any) -> Trigger:
    fields: dict[str, Any] = {"reference": "last", "actual_ticks": 220_000, "above": False}
    return Trigger(price=price, price_type=price_type, **{**fields, **terms})  # type: ignore[arg-type] # a test's word


def told(one: Order, exec_type: str, status: str, **terms: Any) -> OrderTold:
    fields: dict[str, Any] = {"time_ns": OPENED_NS + 76_000, "cum_lots": 0, "cum_cost_units": 0, "cum_fee_units": 0}
    return OrderTold(order=one, exec_type=exec_type, status=status, **{**fields, **terms})  # type: ignore[arg-type] # words


def fill(number: int = 1, **terms: Any) -> Fill:
    """A taker's 0.001 at 30,000, for 30.0000 and a fee of 0.0780."""
    fields: dict[str, Any] = {
        "exec_id": f"T{number}",
        "trade_id": number,
        "order_id": "O1",
        "symbol": "BTC/USD",
        "side": "buy",
        "order_type": "limit",
        "price_ticks": 300_000,
        "qty_lots": 100_000,
        "cost_units": 300_000,
        "fee_asset": "USD",
        "fee_units": 780,
        "maker": False,
        "time_ns": OPENED_NS,
    }
    return Fill(**{**fields, **terms})
