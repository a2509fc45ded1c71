"""Approvals as requests: what risk lets through, as Kraken wants it spelled. Token and req_id are the session's.

Pure. Imports: domain, messages, building, times. Imported by: the front door.
"""

from typing import Final

from msgspec import structs

from fathom.domain import (
    AmendApproved,
    CancelApproved,
    Close,
    Instrument,
    LocalError,
    OrderApproved,
    OrderType,
    OrderWanted,
)
from fathom.protocol.building import add_order, amend_order, cancel_order, padded_price
from fathom.protocol.messages import (
    AddOrder,
    AmendOrder,
    CancelOrder,
    Conditional,
    ConditionalType,
    PriceType,
    Triggers,
    WireOrderType,
)

# With neither a limit price nor a moment of their own to wait for: no time in force is said.
_AT_ONCE: Final[frozenset[OrderType]] = frozenset({"market"})
_TRAILING: Final[OrderType] = "trailing-stop"
# Stops and profits that become market orders: an amend's price is their trigger.
_TRIGGERED_MARKETS: Final[frozenset[OrderType]] = frozenset({"stop-loss", "take-profit", _TRAILING})


def add_request(
    approval: OrderApproved,
    *,
    instrument: Instrument,
    cl_ord_id: str | None = None,
    deadline_ns: int | None = None,
) -> AddOrder:
    """Return the request for an approved order; our order id is its cl_ord_id unless another is given.

    A limit order that shows a part of its quantity is Kraken's iceberg. Triggers are told by the last trade.
    Raises LocalError where a limit or a trigger is there that the type does not have, or lacks.
    """
    order = approval.order
    _check_prices(order.order_type, order.price_ticks, order.trigger_ticks)
    request = add_order(
        instrument=instrument,
        side=order.side,
        order_type=_wire_type(order),
        qty_lots=order.qty_lots,
        price_ticks=order.price_ticks,
        display_qty_lots=order.display_lots,
        time_in_force=None if order.order_type in _AT_ONCE else order.time_in_force,
        post_only=order.post_only or None,
        reduce_only=order.reduce_only or None,
        cl_ord_id=order.order_id if cl_ord_id is None else cl_ord_id,
        expire_time_ns=order.expire_ns,
        deadline_ns=deadline_ns,
    )
    if order.trigger_ticks is None and order.close is None:
        return request
    triggers = None if order.trigger_ticks is None else _triggers(order, order.trigger_ticks, instrument)
    conditional = None if order.close is None else _conditional(order.close, instrument)
    return structs.replace(request, params=structs.replace(request.params, triggers=triggers, conditional=conditional))


def amend_request(
    approval: AmendApproved,
    *,
    instrument: Instrument,
    cl_ord_id: str | None = None,
    venue_order_id: str | None = None,
    post_only: bool = False,
    order_type: OrderType = "limit",
    deadline_ns: int | None = None,
) -> AmendOrder:
    """Return the request for an approved amend, by our order id unless another cl_ord_id, or the venue's id, is given.

    `order_type` is the order's: of a stop or a take-profit at the market the price is the new trigger, of a trailing
    stop the new distance.
    """
    amend = approval.amend
    by_trigger = order_type in _TRIGGERED_MARKETS
    request = amend_order(
        instrument=instrument,
        order_id=venue_order_id,
        cl_ord_id=_client_id(amend.order_id, cl_ord_id, venue_order_id),
        qty_lots=amend.qty_lots,
        price_ticks=None if by_trigger else amend.price_ticks,
        trigger_price_ticks=amend.price_ticks if by_trigger else None,
        post_only=post_only or None,
        deadline_ns=deadline_ns,
    )
    if order_type != _TRAILING:
        return request
    return structs.replace(request, params=structs.replace(request.params, trigger_price_type="quote"))


def cancel_request(
    approval: CancelApproved, *, cl_ord_id: str | None = None, venue_order_id: str | None = None
) -> CancelOrder:
    """Return the request for an approved cancel; ids as in `amend_request`."""
    if venue_order_id is not None:
        return cancel_order(order_ids=(venue_order_id,))
    return cancel_order(cl_ord_ids=(approval.order_id if cl_ord_id is None else cl_ord_id,))


def _client_id(order_id: str, cl_ord_id: str | None, venue_order_id: str | None) -> str | None:
    """An order has one name in a request."""
    if venue_order_id is not None:
        return None
    return order_id if cl_ord_id is None else cl_ord_id


def _wire_type(order: OrderWanted) -> WireOrderType:
    if order.display_lots is None:
        return order.order_type
    if order.order_type != "limit":
        raise LocalError("display_lots", f"a {order.order_type} order cannot hide a part of itself")
    return "iceberg"


def _triggers(order: OrderWanted, trigger_ticks: int, instrument: Instrument) -> Triggers:
    price_type: PriceType | None = "quote" if order.order_type == _TRAILING else None
    return Triggers(price=padded_price(trigger_ticks, instrument=instrument), reference="last", price_type=price_type)


def _conditional(close: Close, instrument: Instrument) -> Conditional:
    """Kraken's own close of each fill; its keys are flat (websocket-v2.md 8.1)."""
    if close.order_type == "market":
        raise LocalError("close", "a conditional close waits for a price: a market order does not")
    _check_prices(close.order_type, close.price_ticks, close.trigger_ticks)
    kind: ConditionalType = close.order_type
    return Conditional(
        order_type=kind,
        limit_price=padded_price(close.price_ticks, instrument=instrument),
        trigger_price=padded_price(close.trigger_ticks, instrument=instrument),
        trigger_price_type="quote" if close.order_type == _TRAILING else None,
    )


def _check_prices(order_type: OrderType, price_ticks: int | None, trigger_ticks: int | None) -> None:
    """Raise LocalError where a stop would go out without its trigger, or a limit without its price."""
    has_limit = order_type not in _TRIGGERED_MARKETS and order_type not in _AT_ONCE
    if (price_ticks is not None) != has_limit:
        raise LocalError("price_ticks", f"a {order_type} order has {'one' if has_limit else 'none'}")
    has_trigger = order_type not in _AT_ONCE and order_type != "limit"
    if (trigger_ticks is not None) != has_trigger:
        raise LocalError("trigger_ticks", f"a {order_type} order has {'one' if has_trigger else 'none'}")
