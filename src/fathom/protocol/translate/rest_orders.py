"""Order requests of WebSocket v2 as the REST calls that do the same (websocket-v2.md 8, rest.md 6).

The same order is spelled twice: REST has one `price` for limit or trigger and `price2` for the limit behind a trigger,
signs relative prices with text, and puts flags in a list.

Pure. Imports: domain, messages, rest, times. Imported by: the front door of translate.
"""

from decimal import Decimal
from typing import Final

from fathom.domain import LocalError
from fathom.protocol import rest
from fathom.protocol.messages import (
    AddOrder,
    AddOrderParams,
    AmendOrder,
    BatchAdd,
    BatchCancel,
    BatchOrder,
    CancelAll,
    CancelAllOrdersAfter,
    CancelOrder,
    Conditional,
    EditOrder,
    PriceType,
    WireOrderType,
)
from fathom.protocol.rest.trading_add import Price, RestStpType, RestTimeInForce
from fathom.protocol.times import SECOND_NS, parse_time

TRIGGERED: Final = frozenset(
    {"stop-loss", "stop-loss-limit", "take-profit", "take-profit-limit", "trailing-stop", "trailing-stop-limit"}
)
# What `margin` means over WebSocket: the pair's highest leverage, up to 5 (websocket-v2.md 8.1).
LEVERAGE_MAX: Final = 5
_LIMITS: Final = frozenset({"limit", "iceberg"})
_TIMES_IN_FORCE: Final[dict[str, RestTimeInForce]] = {"gtc": "GTC", "gtd": "GTD", "ioc": "IOC", "fok": "FOK"}
_STP: Final[dict[str, RestStpType]] = {
    "cancel_newest": "cancel-newest",
    "cancel_oldest": "cancel-oldest",
    "cancel_both": "cancel-both",
}

RestOrderRequest = (
    rest.AddOrder
    | rest.AddOrderBatch
    | rest.AmendOrder
    | rest.EditOrder
    | rest.CancelOrder
    | rest.CancelAll
    | rest.CancelAllOrdersAfter
    | rest.CancelOrderBatch
)


def add_by_rest(request: AddOrder, *, leverage: int = LEVERAGE_MAX) -> rest.AddOrder:
    """Return the same order for REST. Raises LocalError where REST has no word for a part of it.

    `leverage`: the most that the pair has, which is what `margin` asks for.
    """
    params = request.params
    ticket = ticket_of(params, leverage=leverage)
    fields = {name: getattr(ticket, name) for name in ticket.__struct_fields__}
    return rest.AddOrder(
        pair=params.symbol,
        deadline=params.deadline,
        validate=bool(params.validate),
        broker=params.broker,
        **fields,
    )


def batch_by_rest(request: BatchAdd, *, leverage: int = LEVERAGE_MAX) -> rest.AddOrderBatch:
    """Return the same batch for REST. Raises LocalError as `add_by_rest`."""
    params = request.params
    return rest.AddOrderBatch(
        pair=params.symbol,
        orders=tuple(ticket_of(order, leverage=leverage) for order in params.orders),
        deadline=params.deadline,
        validate=bool(params.validate),
    )


def ticket_of(order: BatchOrder | AddOrderParams, *, leverage: int = LEVERAGE_MAX) -> rest.Ticket:
    """Return one order as REST spells it."""
    if order.sender_sub_id is not None:
        raise LocalError("sender_sub_id", "goes over WebSocket only")
    by_cash = order.cash_order_qty is not None
    volume = order.cash_order_qty if by_cash else order.order_qty
    if volume is None:
        raise LocalError("order_qty", "is required")
    flags = [
        word
        for word, is_set in (
            ("post", order.post_only),
            ("fcib", order.fee_preference == "base"),
            ("fciq", order.fee_preference == "quote"),
            ("viqc", by_cash),
        )
        if is_set
    ]
    price, price2 = _prices(order)
    return rest.Ticket(
        ordertype=order.order_type,
        type=order.side,
        volume=volume,
        price=price,
        price2=price2,
        displayvol=order.display_qty,
        trigger=order.triggers.reference if order.triggers is not None else None,
        leverage=str(min(leverage, LEVERAGE_MAX)) if order.margin else None,
        reduce_only=order.reduce_only or None,
        stptype=_STP[order.stp_type] if order.stp_type is not None else None,
        oflags=",".join(flags) or None,
        timeinforce=_TIMES_IN_FORCE[order.time_in_force] if order.time_in_force is not None else None,
        starttm=_unix(order.effective_time),
        expiretm=_unix(order.expire_time),
        close=_close(order.conditional) if order.conditional is not None else None,
        userref=order.order_userref,
        cl_ord_id=order.cl_ord_id,
    )


def amend_by_rest(request: AmendOrder) -> rest.AmendOrder:
    """Return the same amend for REST."""
    params = request.params
    return rest.AmendOrder(
        txid=params.order_id,
        cl_ord_id=params.cl_ord_id,
        order_qty=params.order_qty,
        display_qty=params.display_qty,
        limit_price=_relative(params.limit_price, params.limit_price_type),
        trigger_price=_relative(params.trigger_price, params.trigger_price_type),
        pair=params.symbol,
        post_only=bool(params.post_only),
        deadline=params.deadline,
    )


def edit_by_rest(request: EditOrder, *, order_type: str | None) -> rest.EditOrder:
    """Return the same edit for REST. Raises LocalError where REST has no word for a part of it.

    `order_type` is that of the order, None where nobody knows: it says whether `price` is the limit or the trigger.
    """
    params = request.params
    if params.fee_preference is not None or params.reduce_only:
        raise LocalError("edit_order", "fee_preference and reduce_only are edited over WebSocket only")
    price: Price | None
    if params.triggers is not None:
        trailing = order_type is not None and order_type.startswith("trailing")
        price = _relative(params.triggers.price, params.triggers.price_type, trailing=trailing)
        price2 = params.limit_price
    else:
        price, price2 = params.limit_price, None
    offset = order_type == "trailing-stop-limit" and params.limit_price is not None
    if offset or (price is not None and params.triggers is None and order_type not in _LIMITS):
        raise LocalError("limit_price", "of an order with a trigger is edited over WebSocket, or together with that")
    return rest.EditOrder(
        txid=params.order_id,
        pair=params.symbol,
        volume=params.order_qty,
        displayvol=params.display_qty,
        price=price,
        price2=price2,
        oflags="post" if params.post_only else None,
        userref=params.order_userref,
        deadline=params.deadline,
        validate=bool(params.validate),
    )


def cancels_by_rest(request: CancelOrder) -> list[rest.CancelOrder]:
    """Return one call for each order: so each is answered alone, as over WebSocket."""
    params = request.params
    return [
        *(rest.CancelOrder(txid=name) for name in params.order_id),
        *(rest.CancelOrder(txid=str(name)) for name in params.order_userref),
        *(rest.CancelOrder(cl_ord_id=name) for name in params.cl_ord_id),
    ]


def batch_cancel_by_rest(request: BatchCancel) -> rest.CancelOrderBatch:
    """Return the same batch for REST, which mixes ids and ours in one list."""
    return rest.CancelOrderBatch(orders=(*request.params.orders, *request.params.cl_ord_id))


def cancel_all_by_rest(request: CancelAll) -> rest.CancelAll:  # noqa: ARG001 - One form for all of them.
    """Return the same for REST."""
    return rest.CancelAll()


def cancel_after_by_rest(request: CancelAllOrdersAfter) -> rest.CancelAllOrdersAfter:
    """Return the same for REST."""
    return rest.CancelAllOrdersAfter(timeout=request.params.timeout)


def _prices(order: BatchOrder) -> tuple[Price | None, Price | None]:
    """Return REST's `price` and `price2`."""
    limit = _limit(order.order_type, order.limit_price, order.limit_price_type)
    if order.order_type not in TRIGGERED or order.triggers is None:
        return limit, None
    trailing = order.order_type.startswith("trailing")
    trigger = _relative(order.triggers.price, order.triggers.price_type, trailing=trailing)
    return trigger, limit


def _limit(order_type: WireOrderType, price: Decimal | None, kind: PriceType | None) -> Price | None:
    """Return a limit price. That of one order type is an offset from the trigger, over REST always."""
    if order_type == "trailing-stop-limit" and price is not None:
        if kind == "static":
            raise LocalError("limit_price_type", "static limit prices of trailing orders go over WebSocket only")
        kind = kind or "quote"
    return _relative(price, kind)


def _relative(price: Decimal | None, kind: PriceType | None, *, trailing: bool = False) -> Price | None:
    """Return a price as REST takes it: relative ones are a text with a sign; a trailing distance is always positive."""
    if price is None or kind in (None, "static"):
        return f"+{price:f}" if price is not None and trailing else price
    sign = "" if price < 0 else "+"
    return f"{sign}{price:f}{'%' if kind == 'pct' else ''}"


def _close(conditional: Conditional) -> rest.Close:
    limit = _limit(conditional.order_type, conditional.limit_price, conditional.limit_price_type)
    trigger_price = conditional.trigger_price if conditional.trigger_price is not None else conditional.stop_price
    if conditional.order_type not in TRIGGERED:
        return rest.Close(ordertype=conditional.order_type, price=limit)
    trailing = conditional.order_type.startswith("trailing")
    trigger = _relative(trigger_price, conditional.trigger_price_type, trailing=trailing)
    return rest.Close(ordertype=conditional.order_type, price=trigger, price2=limit)


def _unix(text: str | None) -> str | None:
    return None if text is None else str(parse_time(text) // SECOND_NS)
