"""The rows of `openOrders`: an order whole, and what changed of it (websocket-v1.md 5, captures of its life cycle).

The keys of a whole row are in alphabetical order, those of a change as captured. An order with a client's own id is
told by that, any other by its userref: 0 where none was given.

Pure. Imports: core, feeds, listing, amounts, order_texts. Imported by: private_feeds.
"""

from collections.abc import Mapping
from typing import Any, Final

from fathom.exchange.core.events import OrderTold
from fathom.exchange.core.order import Order, OrderStatus
from fathom.exchange.core.ticket import Conditional
from fathom.exchange.feeds import unix_text
from fathom.exchange.listing import Listing
from fathom.exchange.v1.amounts import Amounts
from fathom.exchange.v1.order_texts import close_prices, describe_close, describe_open, volume_text

_STATUS_WORDS: Final[Mapping[OrderStatus, str]] = {
    "pending_new": "pending",
    "new": "open",
    "partially_filled": "open",
    "filled": "closed",
    "canceled": "canceled",
    "expired": "expired",
}

Row = dict[str, Any]


def whole_row(order: Order, listing: Listing, *, status: OrderStatus, told: OrderTold | None = None) -> Row:
    """Return all there is to say of an order; `told` gives its sums as they were then, else they are of now."""
    amounts = Amounts(listing, order.symbol)
    row: Row = {
        **_sums(order, told, amounts),
        "descr": _description(order, amounts, listing),
        "expiretm": _time(order.expire_ns),
        "limitprice": _triggered_limit(order, amounts),
        "misc": _misc(order),
        "oflags": _flags(order),
        "opentm": unix_text(order.opened_ns),
        "refid": order.parent_id,
        "starttm": _time(order.effective_ns),
        "status": _STATUS_WORDS[status],
        "stopprice": _stop(order, amounts),
        "timeinforce": order.time_in_force.upper(),
        **_identity(order),
        "vol": volume_text(order, listing),
    }
    if order.leverage:
        row["margin"] = True
    if order.display_lots is not None:
        row["display_volume"] = amounts.qty(order.display_lots)
        row["display_volume_remain"] = amounts.qty(order.shown_lots)
    if order.conditional is not None:
        row["contingent"] = _contingent(order.conditional, amounts)
    if order.sender_sub_id is not None:
        row["sender_sub_id"] = order.sender_sub_id
    if order.amended:
        row["amended"] = True
    return dict(sorted(row.items()))


def changed_row(event: OrderTold, listing: Listing) -> Row:
    """Return what one event changed of an order."""
    order = event.order
    amounts = Amounts(listing, order.symbol)
    identity = _identity(order)
    match event.exec_type:
        case "pending_new":
            return whole_row(order, listing, status="pending_new", told=event)
        case "new":
            return {"status": _STATUS_WORDS[event.status], **identity}
        case "trade":
            return {**_executed(order, event, amounts), **identity}
        case "filled" | "canceled" | "expired":
            return {**_closing(event, amounts), **identity, **_reason("cancel_reason", event)}
        case "iceberg_refill":
            shown = {"display_volume_remain": amounts.qty(_shown_lots(order, event))}
            return {"lastupdated": unix_text(event.time_ns), **shown, **identity}
        case "amended" | "restated":
            return {**_amended(event, amounts, listing), **identity}
        case "status":
            prices = {"stopprice": _stop(order, amounts), "limitprice": _triggered_limit(order, amounts)}
            moved = {"status": _STATUS_WORDS[event.status], **prices, "misc": _misc(order)}
            return {"lastupdated": unix_text(event.time_ns), **moved, **identity}


def _sums(order: Order, told: OrderTold | None, amounts: Amounts) -> Row:
    """Return what was executed."""
    sums = order if told is None else told
    return {
        "vol_exec": amounts.qty(sums.cum_lots),
        "cost": amounts.cost(sums.cum_cost_units),
        "fee": amounts.fee(sums.cum_fee_units, in_base=order.fee_in_base),
        "avg_price": amounts.average_price(cost_units=sums.cum_cost_units, qty_lots=sums.cum_lots),
    }


def _executed(order: Order, event: OrderTold, amounts: Amounts) -> Row:
    row = _sums(order, event, amounts)
    if order.display_lots is not None:
        row["display_volume_remain"] = amounts.qty(_shown_lots(order, event))
    return row


def _shown_lots(order: Order, event: OrderTold) -> int:
    """Return what stood in the book when it was said."""
    return order.shown_lots if event.shown_lots is None else event.shown_lots


def _closing(event: OrderTold, amounts: Amounts) -> Row:
    """Return the last there is to say of an order."""
    updated = {"lastupdated": unix_text(event.time_ns), "status": _STATUS_WORDS[event.status]}
    row: Row = {**updated, **_sums(event.order, event, amounts)}
    if event.status != "filled" and event.cum_lots:
        row["misc"] = _misc(event.order, partial=True)
    return row


def _amended(event: OrderTold, amounts: Amounts, listing: Listing) -> Row:
    """Return what an order is after a change: its words too, for a limit order's price is only there."""
    order = event.order
    row: Row = {"lastupdated": unix_text(event.time_ns), "status": _STATUS_WORDS[event.status]}
    if event.exec_type == "amended":
        row["amended"] = True
    row |= _reason("amend_reason", event)
    row["descr"] = _description(order, amounts, listing)
    row |= {"vol": volume_text(order, listing), "vol_exec": amounts.qty(event.cum_lots)}
    if order.trigger is not None:
        row |= {"stopprice": _stop(order, amounts), "limitprice": _triggered_limit(order, amounts)}
    if order.display_lots is not None:
        row["display_volume"] = amounts.qty(order.display_lots)
    return row


def _description(order: Order, amounts: Amounts, listing: Listing) -> Row:
    described = describe_open(order, amounts, listing)
    return {
        "close": None if order.conditional is None else describe_close(order.conditional, amounts),
        "leverage": f"{order.leverage}:1" if order.leverage else None,
        "order": described.order,
        "ordertype": order.order_type,
        "pair": amounts.pair.wsname,
        "price": described.price,
        "price2": described.price2,
        "type": order.side,
    }


def _contingent(conditional: Conditional, amounts: Amounts) -> Row:
    """Return the order to come in its parts; what it has not is null."""
    price, price2 = close_prices(conditional, amounts)
    return {"oflags": None, "ordertype": conditional.order_type, "price": price, "price2": price2}


def _identity(order: Order) -> Row:
    return {"userref": order.userref or 0} if order.cl_ord_id is None else {"cl_ord_id": order.cl_ord_id}


def _reason(name: str, event: OrderTold) -> Row:
    """Return why, where anybody said so; an expired order has no reason in captures."""
    return {} if event.reason is None or event.exec_type in {"filled", "expired"} else {name: event.reason}


def _stop(order: Order, amounts: Amounts) -> str:
    return amounts.price(None if order.trigger is None else order.trigger.actual_ticks)


def _triggered_limit(order: Order, amounts: Amounts) -> str:
    """Return the limit of an order that was triggered; a plain limit order shows zero here."""
    triggered = order.trigger is not None and order.trigger.triggered
    return amounts.price(order.limit_ticks if triggered else None)


def _misc(order: Order, *, partial: bool = False) -> str:
    """Return what happened to the order, as a list of words."""
    words = []
    if order.trigger is not None and order.trigger.triggered:
        words.append("touched" if order.order_type.startswith("take-profit") else "stopped")
    if order.liquidation:
        words.append("liquidation")
    if partial:
        words.append("partial")
    return ",".join(words)


def _flags(order: Order) -> str:
    flags = ["fcib" if order.fee_in_base else "fciq"]
    if order.post_only:
        flags.append("post")
    if order.cash_units is not None:
        flags.append("viqc")
    return ",".join(flags)


def _time(time_ns: int | None) -> str | None:
    return None if time_ns is None else unix_text(time_ns)
