from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fathom.domain import Instrument, LocalError
from fathom.protocol.building import (
    add_order,
    amend_order,
    batch_add,
    cancel_order,
    padded_price,
    padded_qty,
)
from fathom.protocol.codec import encode

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
NOON_NS = 1_767_268_800 * 10**9  # 2026-01-01T12:00:00Z


def test_a_limit_order_is_padded() -> None:
    order = add_order(
        instrument=PAIR,
        side="buy",
        order_type="limit",
        qty_lots=5100,
        price_ticks=265_000,
        time_in_force="gtc",
        post_only=True,
        cl_ord_id="nibble-7",
        deadline_ns=NOON_NS + 1_500_999_999,
    )
    assert encode(order) == (
        b'{"method":"add_order","params":{"order_type":"limit","side":"buy","order_qty":0.00005100,'
        b'"limit_price":26500.0,"time_in_force":"gtc","post_only":true,"cl_ord_id":"nibble-7","symbol":"BTC/USD",'
        b'"deadline":"2026-01-01T12:00:01.500Z"}}'
    )


def test_a_scheduled_iceberg_stop_has_every_field() -> None:
    order = add_order(
        instrument=PAIR,
        side="sell",
        order_type="iceberg",
        qty_lots=100_000_000,
        price_ticks=1,
        trigger_price_ticks=-3,
        trigger_reference="index",
        display_qty_lots=10_000_000,
        time_in_force="gtd",
        reduce_only=True,
        margin=True,
        order_userref=5,
        effective_time_ns=NOON_NS,
        expire_time_ns=NOON_NS + 999_999_999,
        validate=True,
    )
    assert encode(order) == (
        b'{"method":"add_order","params":{"order_type":"iceberg","side":"sell","order_qty":1.00000000,'
        b'"limit_price":0.1,"triggers":{"price":-0.3,"reference":"index"},"time_in_force":"gtd","reduce_only":true,'
        b'"margin":true,"display_qty":0.10000000,"effective_time":"2026-01-01T12:00:00Z",'
        b'"expire_time":"2026-01-01T12:00:00Z","order_userref":5,"symbol":"BTC/USD","validate":true}}'
    )


def test_an_amend() -> None:
    amend = amend_order(
        instrument=PAIR,
        order_id="O1",
        qty_lots=1,
        price_ticks=2,
        trigger_price_ticks=3,
        display_qty_lots=1,
        post_only=True,
        deadline_ns=NOON_NS,
    )
    assert encode(amend) == (
        b'{"method":"amend_order","params":{"order_id":"O1","order_qty":0.00000001,"display_qty":0.00000001,'
        b'"limit_price":0.2,"post_only":true,"trigger_price":0.3,"deadline":"2026-01-01T12:00:00.000Z"}}'
    )
    alone = amend_order(instrument=PAIR, cl_ord_id="c", price_ticks=2)
    assert encode(alone) == b'{"method":"amend_order","params":{"cl_ord_id":"c","limit_price":0.2}}'


def test_a_cancel() -> None:
    frame = encode(cancel_order(order_ids=["O1", "O2"], cl_ord_ids=["c"]))
    assert frame == b'{"method":"cancel_order","params":{"order_id":["O1","O2"],"cl_ord_id":["c"]}}'


def test_a_batch_says_once_what_its_orders_share() -> None:
    orders = [
        add_order(instrument=PAIR, side="buy", order_type="limit", qty_lots=5000, price_ticks=price)
        for price in (10, 20)
    ]
    assert encode(batch_add(orders, deadline_ns=NOON_NS)) == (
        b'{"method":"batch_add","params":{"symbol":"BTC/USD","orders":['
        b'{"order_type":"limit","side":"buy","order_qty":0.00005000,"limit_price":1.0},'
        b'{"order_type":"limit","side":"buy","order_qty":0.00005000,"limit_price":2.0}],'
        b'"deadline":"2026-01-01T12:00:00.000Z"}}'
    )


@pytest.mark.parametrize("symbols", [[], ["BTC/USD", "ETH/USD"]])
def test_a_batch_has_one_pair(symbols: list[str]) -> None:
    orders = [
        add_order(
            instrument=Instrument(
                symbol=symbol,
                base="A",
                quote="B",
                price_precision=1,
                qty_precision=8,
                cost_precision=5,
                qty_lots_min=1,
                cost_min=Decimal(0),
            ),
            side="buy",
            order_type="market",
            qty_lots=1,
        )
        for symbol in symbols
    ]
    with pytest.raises(LocalError, match="of one pair"):
        batch_add(orders)


@given(st.integers(0, 2**63 - 1))
def test_padding_loses_nothing(units: int) -> None:
    assert PAIR.price_ticks(padded_price(units, instrument=PAIR)) == units
    assert PAIR.qty_lots(padded_qty(units, instrument=PAIR)) == units
    assert padded_price(units, instrument=PAIR).as_tuple().exponent == -1
    assert padded_qty(units, instrument=PAIR).as_tuple().exponent == -8
