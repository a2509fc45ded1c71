from decimal import Decimal

import pytest

from fathom.domain import RemoteError, VenueFill, VenueOrder
from fathom.protocol import messages, translate
from market_feed import BTC

PAIRS = {"BTC/USD": BTC}
TIME = "2026-11-30T00:00:00.000000Z"


def row(**more: object) -> messages.Execution:
    kept = {
        "exec_type": "new",
        "order_id": "O1",
        "order_status": "new",
        "timestamp": TIME,
        "symbol": "BTC/USD",
        "side": "buy",
        "order_type": "limit",
        "order_qty": BTC.qty(5),
        "limit_price": BTC.price(1000),
        "cl_ord_id": "fabc",
    }
    return messages.Execution(**{**kept, **more})  # type: ignore[arg-type]  # A table of a row's fields.


def test_an_order_is_told_in_ticks_and_lots() -> None:
    told = translate.row_order(row(cum_qty=BTC.qty(2)), order_id="mm-1-1", instruments=PAIRS)
    assert told == VenueOrder("mm-1-1", "O1", "fabc", "BTC/USD", "buy", "limit", 1000, 5, 2, "new")


@pytest.mark.parametrize("missing", ["symbol", "side", "order_qty"])
def test_a_row_that_is_not_whole_is_no_order(missing: str) -> None:
    assert translate.row_order(row(**{missing: None}), order_id="", instruments=PAIRS) is None


def test_an_iceberg_rests_as_a_limit_order() -> None:
    told = translate.row_order(row(order_type="iceberg"), order_id="", instruments=PAIRS)
    assert told is not None
    assert told.order_type == "limit"


def test_a_fill_keeps_its_fee_and_cost_to_the_digit() -> None:
    fill = row(
        exec_type="trade",
        exec_id="T1",
        last_qty=BTC.qty(2),
        last_price=BTC.price(1000),
        liquidity_ind="m",
        cost=Decimal("0.0200"),
        fees=(messages.Fee(asset="USD", qty=Decimal("0.00001")),),
    )
    told = translate.row_fill(fill, order_id="", instruments=PAIRS)
    assert isinstance(told, VenueFill)
    assert (told.price_ticks, told.qty_lots, told.fee, told.cost) == (1000, 2, Decimal("0.00001"), Decimal("0.0200"))
    assert told.liquidity == "maker"


def test_what_is_no_fill_is_none() -> None:
    assert translate.row_fill(row(), order_id="", instruments=PAIRS) is None


def test_a_pair_that_was_never_told_is_an_error() -> None:
    with pytest.raises(RemoteError, match="XYZ/USD"):
        translate.row_order(row(symbol="XYZ/USD"), order_id="", instruments=PAIRS)
