"""Requests from ints: padded price and quantity texts out of ticks and lots, time texts out of ns.

What needs a relative price, a conditional or another rare field is built from the message types directly.

Pure. Imports: domain, messages, times. Imported by: translate, and whoever sends orders.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import overload

from fathom.domain import Instrument, LocalError
from fathom.protocol.messages import (
    AddOrder,
    AddOrderParams,
    AmendOrder,
    AmendOrderParams,
    BatchAdd,
    BatchAddParams,
    BatchOrder,
    CancelOrder,
    CancelOrderParams,
    OrderSide,
    TriggerReference,
    Triggers,
    WireOrderType,
    WireTimeInForce,
)
from fathom.protocol.times import time_text


@overload
def padded_price(price_ticks: int, *, instrument: Instrument) -> Decimal: ...
@overload
def padded_price(price_ticks: int | None, *, instrument: Instrument) -> Decimal | None: ...
def padded_price(price_ticks: int | None, *, instrument: Instrument) -> Decimal | None:
    """Return the price with all decimals of the pair, as Kraken itself writes it."""
    return None if price_ticks is None else Decimal(instrument.price_text(price_ticks))


@overload
def padded_qty(qty_lots: int, *, instrument: Instrument) -> Decimal: ...
@overload
def padded_qty(qty_lots: int | None, *, instrument: Instrument) -> Decimal | None: ...
def padded_qty(qty_lots: int | None, *, instrument: Instrument) -> Decimal | None:
    """Return the quantity with all decimals of the pair, as Kraken itself writes it."""
    return None if qty_lots is None else Decimal(instrument.qty_text(qty_lots))


def add_order(
    *,
    instrument: Instrument,
    side: OrderSide,
    order_type: WireOrderType,
    qty_lots: int,
    price_ticks: int | None = None,
    trigger_price_ticks: int | None = None,
    trigger_reference: TriggerReference | None = None,
    display_qty_lots: int | None = None,
    time_in_force: WireTimeInForce | None = None,
    post_only: bool | None = None,
    reduce_only: bool | None = None,
    margin: bool | None = None,
    cl_ord_id: str | None = None,
    order_userref: int | None = None,
    effective_time_ns: int | None = None,
    expire_time_ns: int | None = None,
    deadline_ns: int | None = None,
    validate: bool | None = None,
) -> AddOrder:
    """Return the request for one order. Nothing is checked here: see `rules`."""
    triggers = None
    if trigger_price_ticks is not None:
        price = padded_price(trigger_price_ticks, instrument=instrument)
        triggers = Triggers(price=price, reference=trigger_reference)
    return AddOrder(
        params=AddOrderParams(
            order_type=order_type,
            side=side,
            symbol=instrument.symbol,
            order_qty=padded_qty(qty_lots, instrument=instrument),
            limit_price=padded_price(price_ticks, instrument=instrument),
            triggers=triggers,
            display_qty=padded_qty(display_qty_lots, instrument=instrument),
            time_in_force=time_in_force,
            post_only=post_only,
            reduce_only=reduce_only,
            margin=margin,
            cl_ord_id=cl_ord_id,
            order_userref=order_userref,
            effective_time=_time(effective_time_ns, digits=0),
            expire_time=_time(expire_time_ns, digits=0),
            deadline=_time(deadline_ns, digits=3),
            validate=validate,
        )
    )


def amend_order(
    *,
    instrument: Instrument,
    order_id: str | None = None,
    cl_ord_id: str | None = None,
    qty_lots: int | None = None,
    price_ticks: int | None = None,
    trigger_price_ticks: int | None = None,
    display_qty_lots: int | None = None,
    post_only: bool | None = None,
    deadline_ns: int | None = None,
) -> AmendOrder:
    """Return the request to change one order, by Kraken's id or ours. `qty_lots` is the new total."""
    return AmendOrder(
        params=AmendOrderParams(
            order_id=order_id,
            cl_ord_id=cl_ord_id,
            order_qty=padded_qty(qty_lots, instrument=instrument),
            limit_price=padded_price(price_ticks, instrument=instrument),
            trigger_price=padded_price(trigger_price_ticks, instrument=instrument),
            display_qty=padded_qty(display_qty_lots, instrument=instrument),
            post_only=post_only,
            deadline=_time(deadline_ns, digits=3),
        )
    )


def cancel_order(*, order_ids: Sequence[str] = (), cl_ord_ids: Sequence[str] = ()) -> CancelOrder:
    """Return the request to cancel some orders, by Kraken's ids and ours."""
    return CancelOrder(params=CancelOrderParams(order_id=tuple(order_ids), cl_ord_id=tuple(cl_ord_ids)))


def batch_add(orders: Iterable[AddOrder], *, deadline_ns: int | None = None) -> BatchAdd:
    """Return one request for several orders. Raises LocalError where they are not of one pair."""
    params = [order.params for order in orders]
    symbols = {order.symbol for order in params}
    if len(symbols) != 1:
        raise LocalError("symbol", f"the orders of a batch are of one pair, not of {len(symbols)}")
    names = BatchOrder.__struct_fields__
    alone = tuple(BatchOrder(**{name: getattr(order, name) for name in names}) for order in params)
    deadline = _time(deadline_ns, digits=3)
    return BatchAdd(params=BatchAddParams(symbol=symbols.pop(), orders=alone, deadline=deadline))


def _time(time_ns: int | None, *, digits: int) -> str | None:
    return None if time_ns is None else time_text(time_ns, digits=digits)
