from decimal import Decimal
from typing import Any

import pytest

from fathom.domain import Instrument, RemoteError, VenueFill, VenueOrder
from fathom.protocol.messages import Execution, Fee, TriggerState
from fathom.protocol.times import parse_time
from fathom.protocol.translate import row_fill, row_order

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


@pytest.mark.parametrize(
    ("execution", "told"),
    [
        (row("new", **WHOLE), order()),
        (row("pending_new", **WHOLE | {"order_status": "pending_new"}), order()),
        (row("canceled", **WHOLE | {"order_status": "canceled", "reason": "User requested"}),
         order(status="canceled", reason="User requested")),
        (row("new", **WHOLE | {"order_type": "iceberg"}), order()),
        (row("new", **WHOLE | {"order_type": "stop-loss", "limit_price": None,
                               "triggers": TriggerState(price=Decimal(26000), price_type="static")}),
         order(order_type="stop-loss", price_ticks=None, trigger_ticks=260_000)),
        (row("new", **WHOLE | {"order_type": "trailing-stop-limit", "limit_price_type": "quote",
                               "triggers": TriggerState(price=Decimal(1), price_type="pct")}),
         order(order_type="trailing-stop", price_ticks=None)),
        (row("new", **WHOLE | {"order_qty": None, "cash_order_qty": Decimal(500)}), order(qty_lots=10_000_000)),
        (row("new", **WHOLE | {"cl_ord_id": None, "ord_ref_id": "O1"}), order(client_id="", parent_id="O1")),
    ],
)  # fmt: skip
def test_an_order_as_a_whole_row_has_it(execution: Execution, told: VenueOrder) -> None:
    assert row_order(execution, order_id="", instruments={"BTC/USD": PAIR}) == told


def test_ours_has_our_id() -> None:
    assert row_order(row("new", **WHOLE), order_id="mm-1", instruments={"BTC/USD": PAIR}) == order(order_id="mm-1")


def test_a_fill_as_a_whole_row_has_it() -> None:
    assert row_fill(row("trade", **WHOLE, **FILL), order_id="", instruments={"BTC/USD": PAIR}) == TOLD
    unsaid = row("trade", **WHOLE, **FILL | {"fees": (), "liquidity_ind": None})
    told = row_fill(unsaid, order_id="", instruments={"BTC/USD": PAIR})
    assert told is not None
    assert (told.fee, told.fee_asset, told.liquidity) == (0, "USD", "taker")  # Where unsaid, the dearer one.


@pytest.mark.parametrize("missing", ["exec_id", "last_price", "last_qty", "symbol", "side"])
def test_what_is_no_fill(missing: str) -> None:
    assert row_fill(row("trade", **WHOLE | FILL | {missing: None}), order_id="", instruments={"BTC/USD": PAIR}) is None


@pytest.mark.parametrize("missing", ["symbol", "side", "order_qty"])
def test_what_does_not_tell_its_order(missing: str) -> None:
    assert row_order(row("new", **WHOLE | {missing: None}), order_id="", instruments={"BTC/USD": PAIR}) is None


@pytest.mark.parametrize(
    ("execution", "fault"),
    [
        (row("new", **WHOLE | {"symbol": "ETH/USD"}), "without an instrument row"),
        (row("new", **WHOLE | {"order_type": "reincarnated"}), "which nobody knows"),
        (row("new", **WHOLE | {"limit_price": Decimal("0.01")}), "limit_price"),
    ],
)
def test_what_makes_no_sense_is_refused(execution: Execution, fault: str) -> None:
    with pytest.raises(RemoteError, match=fault):
        row_order(execution, order_id="", instruments={"BTC/USD": PAIR})
