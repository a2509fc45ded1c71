from decimal import Decimal
from typing import get_args

import msgspec
import pytest

from fathom.domain import Instrument, LocalError, PairStatus
from fathom.protocol.messages import BatchOrder, OrderSide, WireOrderType
from fathom.protocol.rules import pair

PAIR = Instrument(
    symbol="BTC/USD",
    base="BTC",
    quote="USD",
    price_precision=2,
    qty_precision=8,
    cost_precision=5,
    price_increment_ticks=5,
    qty_increment_lots=10,
    qty_lots_min=5000,
    cost_min=Decimal("0.5"),
)


@pytest.mark.parametrize("price", ["0.05", "1797.30", "26500", "1E+3", "-0.05", "0"])
def test_prices_on_the_grid(price: str) -> None:
    pair.check_price("limit_price", Decimal(price), instrument=PAIR)


@pytest.mark.parametrize(
    ("price", "rule"),
    [("0.01", "not a multiple of the tick 0.05"), ("1797.32", "0.05"), ("1.001", "more than 2 decimals")],
)
def test_prices_off_the_grid(price: str, rule: str) -> None:
    with pytest.raises(LocalError, match=rule) as caught:
        pair.check_price("limit_price", Decimal(price), instrument=PAIR)
    assert caught.value.field == "limit_price"


def test_quantities_on_the_grid() -> None:
    pair.check_qty("order_qty", Decimal("0.00000010"), instrument=PAIR)


@pytest.mark.parametrize(
    ("qty", "rule"),
    [("0.00000015", "not a multiple of the lot 0.00000010"), ("1E-9", "more than 8 decimals")],
)
def test_quantities_off_the_grid(qty: str, rule: str) -> None:
    with pytest.raises(LocalError, match=rule):
        pair.check_qty("order_qty", Decimal(qty), instrument=PAIR)


@pytest.mark.parametrize(
    ("qty", "price", "rule"),
    [
        ("0.00005", None, None),
        ("0.0000499", None, "below the minimum 0.00005000 of BTC/USD"),
        ("0.00005", "10000", None),
        ("0.00005", "9999.95", "costs less than the minimum 0.5"),
    ],
)
def test_sizes(qty: str, price: str | None, rule: str | None) -> None:
    number = None if price is None else Decimal(price)
    if rule is None:
        pair.check_size("order_qty", Decimal(qty), price=number, instrument=PAIR)
    else:
        with pytest.raises(LocalError, match=rule):
            pair.check_size("order_qty", Decimal(qty), price=number, instrument=PAIR)


@pytest.mark.parametrize(
    ("cash", "rule"), [("0.5", None), ("0.49999", "minimum cost 0.5"), ("0.500001", "more than 5 decimals")]
)
def test_cash(cash: str, rule: str | None) -> None:
    if rule is None:
        pair.check_cash("cash_order_qty", Decimal(cash), instrument=PAIR)
    else:
        with pytest.raises(LocalError, match=rule):
            pair.check_cash("cash_order_qty", Decimal(cash), instrument=PAIR)


ORDERS: list[tuple[WireOrderType, bool | None, bool | None]] = [
    ("market", None, None),
    ("limit", None, None),
    ("limit", True, None),
    ("iceberg", None, None),
    ("stop-loss", None, None),
    ("limit", None, True),
    ("settle-position", None, None),
]
#                        market  limit  post   iceberg stop   reduce settle
TAKEN: dict[PairStatus, tuple[bool, ...]] = {
    "online": (True, True, True, True, True, True, True),
    "limit_only": (False, True, True, True, False, True, False),
    "post_only": (False, False, True, False, False, False, False),
    "reduce_only": (False, False, False, False, False, True, True),
    "cancel_only": (False,) * 7,
    "maintenance": (False,) * 7,
    "delisted": (False,) * 7,
    "work_in_progress": (False,) * 7,
}


@pytest.mark.parametrize("status", get_args(PairStatus))
def test_what_each_state_takes(status: PairStatus) -> None:
    instrument = msgspec.structs.replace(PAIR, status=status)
    side: OrderSide = "buy"
    for (order_type, post_only, reduce_only), taken in zip(ORDERS, TAKEN[status], strict=True):
        order = BatchOrder(order_type=order_type, side=side, post_only=post_only, reduce_only=reduce_only)
        if taken:
            pair.check_state(order, instrument=instrument)
        else:
            with pytest.raises(LocalError, match=f"BTC/USD is {status}") as caught:
                pair.check_state(order, instrument=instrument, place="orders[1].")
            assert caught.value.field == "orders[1].order_type"


@pytest.mark.parametrize("status", get_args(PairStatus))
def test_what_each_state_lets_change(status: PairStatus) -> None:
    instrument = msgspec.structs.replace(PAIR, status=status)
    if status in {"online", "limit_only", "post_only", "reduce_only"}:
        pair.check_change(instrument=instrument)
    else:
        with pytest.raises(LocalError, match="only be cancelled"):
            pair.check_change(instrument=instrument)
