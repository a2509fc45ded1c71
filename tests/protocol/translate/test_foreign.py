from decimal import Decimal
from typing import Any

import pytest

from fathom.domain import ForeignOrderSeen, ForeignTraded, Instrument, RemoteError, VenueFill, VenueOrder
from fathom.protocol.messages import Execution, Fee
from fathom.protocol.times import parse_time
from fathom.protocol.translate import foreign_news

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
TIME = "2023-09-22T10:33:05.709950Z"
WHOLE: dict[str, Any] = {
    "symbol": "BTC/USD",
    "side": "sell",
    "order_type": "limit",
    "order_qty": Decimal("0.5"),
    "limit_price": Decimal("26500.0"),
    "cum_qty": Decimal("0.1"),
    "cl_ord_id": "by hand",
}
FILL: dict[str, Any] = {"exec_id": "T1", "last_price": Decimal("26500.0"), "last_qty": Decimal("0.1"),
                        "cost": Decimal("2650.00000"), "liquidity_ind": "m",
                        "fees": (Fee(asset="USD", qty=Decimal("1.5e-05")),)}  # fmt: skip


def row(exec_type: str, **fields: Any) -> Execution:
    said = {"order_id": "O9", "exec_type": exec_type, "order_status": "new", "timestamp": TIME} | fields
    return Execution(**said)


def order(**fields: Any) -> VenueOrder:
    said: dict[str, Any] = {
        "order_id": "", "venue_order_id": "O9", "client_id": "by hand", "symbol": "BTC/USD", "side": "sell",
        "order_type": "limit", "price_ticks": 265_000, "qty_lots": 50_000_000, "filled_lots": 10_000_000,
        "status": "new",
    } | fields  # fmt: skip
    return VenueOrder(**said)


TOLD = VenueFill("", "O9", "T1", "BTC/USD", "sell", 265_000, 10_000_000, "maker", Decimal("0.000015"), "USD",
                 parse_time(TIME), Decimal(2650))  # fmt: skip


def test_a_strangers_order() -> None:
    assert foreign_news(row("new", **WHOLE), instruments={"BTC/USD": PAIR}) == (ForeignOrderSeen(order()),)
    forgotten = foreign_news(row("new", **WHOLE), instruments={"BTC/USD": PAIR}, order_id="mm-1")
    assert forgotten == (ForeignOrderSeen(order(order_id="mm-1")),)


def test_a_strangers_fill_and_how_its_order_is_then() -> None:
    execution = row("trade", **WHOLE, **FILL)
    assert foreign_news(execution, instruments={"BTC/USD": PAIR}) == (ForeignTraded(TOLD), ForeignOrderSeen(order()))


def test_a_fill_of_the_past_is_a_fill_alone() -> None:
    execution = row("trade", symbol="BTC/USD", side="sell", order_type="limit", **FILL)
    assert foreign_news(execution, instruments={"BTC/USD": PAIR}) == (ForeignTraded(TOLD),)


def test_a_delta_of_an_order_never_heard_of_says_nothing() -> None:
    assert foreign_news(row("canceled"), instruments={}) == ()


@pytest.mark.parametrize(
    ("execution", "fault"),
    [
        (row("trade", **WHOLE, **FILL | {"exec_id": None}), "without its id"),
        (row("trade", **FILL), "without its id, pair"),
        (row("new", **WHOLE | {"symbol": "ETH/USD"}), "without an instrument row"),
        (row("new", **WHOLE | {"order_type": "reincarnated"}), "which nobody knows"),
        (row("new", **WHOLE | {"limit_price": Decimal("0.01")}), "price"),
    ],
)
def test_what_makes_no_sense_is_refused(execution: Execution, fault: str) -> None:
    with pytest.raises(RemoteError, match=fault):
        foreign_news(execution, instruments={"BTC/USD": PAIR})
