"""OpenOrders, ClosedOrders, QueryOrders, OrderAmends (rest.md 5).

Pure. Imports: core, call, order_rows, order_texts, paging. Imported by: methods.
"""

from collections.abc import Callable, Iterator
from itertools import chain
from typing import Any, Final

from fathom.exchange.core import AmendRow, Order
from fathom.exchange.core.amend_history import history
from fathom.exchange.listing import Pair
from fathom.exchange.rest.call import PrivateCall
from fathom.exchange.rest.envelope import Refused
from fathom.exchange.rest.forms import Form
from fathom.exchange.rest.order_rows import (
    Filled,
    filled_by,
    filled_now,
    fills_by_order,
    order_row,
    was_closed,
    was_open,
)
from fathom.exchange.rest.order_texts import pair_of
from fathom.exchange.rest.paging import Span, page, read_span

QUERIED_MAX: Final = 50  # More ids in one call are refused.
INT32_MAX: Final = 2**31 - 1
_MILLISECOND_NS: Final = 1_000_000


def open_orders(call: PrivateCall) -> object:
    """Return the open orders, newest first."""
    wanted, trades, filled = _wanted(call.form), call.form.boolean("trades"), _filled(call)
    rows = {
        order.order_id: order_row(order, call.listing, filled=filled(order), is_open=True, trades=trades)
        for order in sorted(_all_orders(call), key=lambda order: -order.opened_ns)
        if was_open(order, as_of_ns=call.as_of_ns) and wanted(order)
    }
    return {"open": rows}


def closed_orders(call: PrivateCall) -> object:
    """Return a page of the orders that are done with, newest first."""
    form, filled = call.form, _filled(call)
    wanted, trades = _wanted(form), form.boolean("trades")
    within = _within(form, read_span(form, time_of=lambda order_id: _opened_ns(call, order_id)))
    closed = [
        order
        for order in reversed(call.account.closed)
        if was_closed(order, as_of_ns=call.as_of_ns) and wanted(order) and within(order)
    ]
    closed.sort(key=lambda order: -order.closed_ns)
    shown, count = page(form, closed)
    rows = {
        order.order_id: order_row(order, call.listing, filled=filled(order), is_open=False, trades=trades)
        for order in shown
    }
    return {"closed": rows} if count is None else {"closed": rows, "count": count}


def query_orders(call: PrivateCall) -> object:
    """Return the orders of these ids, open or not; one that is unknown refuses them all."""
    order_ids = call.form.names("txid", most=QUERIED_MAX)
    if not order_ids:
        raise Refused("EGeneral:Invalid arguments:txid")
    wanted, trades, filled = _wanted(call.form), call.form.boolean("trades"), _filled(call)
    rows: dict[str, Any] = {}
    for order_id in order_ids:
        order = call.venue.find_order(call.account, order_id=order_id)
        if order is None or order.opened_ns > call.as_of_ns:
            raise Refused("EOrder:Invalid order")
        if wanted(order):
            is_open = was_open(order, as_of_ns=call.as_of_ns)
            row = order_row(order, call.listing, filled=filled(order), is_open=is_open, trades=trades)
            rows[order_id] = row if not is_open else row | {"reason": None}
    return rows


def order_amends(call: PrivateCall) -> object:
    """Return what became of one order, oldest first."""
    order = call.venue.find_order(call.account, order_id=call.form.required("order_id"))
    if order is None or order.opened_ns > call.as_of_ns:
        raise Refused("EOrder:Unknown order")
    pair = pair_of(order, call.listing)
    amends = [_amend_row(row, pair) for row in history(order) if row.time_ns <= call.as_of_ns]
    return {"amends": amends, "count": len(amends)}


def _all_orders(call: PrivateCall) -> Iterator[Order]:
    """Return open and closed orders; without a lag the open ones will do."""
    closed = call.account.closed if call.as_of_ns < call.now_ns else ()
    return chain(call.account.orders.values(), closed)


def _filled(call: PrivateCall) -> Callable[[Order], Filled]:
    """Return how to tell what of an order was filled, as of the call's time."""
    if call.as_of_ns >= call.now_ns:
        return filled_now
    fills = fills_by_order(call.account, as_of_ns=call.as_of_ns)
    return lambda order: filled_by(fills.get(order.order_id, ()))


def _wanted(form: Form) -> Callable[[Order], bool]:
    """Return the filter by the client's own ids."""
    userref = form.integer("userref", least=-INT32_MAX - 1, most=INT32_MAX)
    cl_ord_id = form.text("cl_ord_id")
    return lambda order: (
        (userref is None or order.userref == userref) and (cl_ord_id is None or order.cl_ord_id == cl_ord_id)
    )


def _within(form: Form, span: Span) -> Callable[[Order], bool]:
    """Return the filter by time: of opening, of closing, or of either."""
    closetime = form.word("closetime", "open", "close", "both") or "both"

    def within(order: Order) -> bool:
        return (closetime != "close" and span.holds(order.opened_ns)) or (
            closetime != "open" and span.holds(order.closed_ns)
        )

    return within


def _opened_ns(call: PrivateCall, order_id: str) -> int | None:
    order = call.venue.find_order(call.account, order_id=order_id)
    return None if order is None else order.opened_ns


def _amend_row(amend: AmendRow, pair: Pair) -> dict[str, Any]:
    row: dict[str, Any] = {
        "amend_id": amend.amend_id,
        "amend_type": amend.amend_type,
        "order_qty": pair.qty_text(amend.order_lots),
    }
    if amend.display_lots is not None:
        row["display_qty"] = pair.qty_text(amend.display_lots)
    row["remaining_qty"] = pair.qty_text(amend.remaining_lots)
    if amend.limit_ticks is not None:
        row["limit_price"] = pair.price_text(amend.limit_ticks)
    if amend.trigger_ticks is not None:
        row["trigger_price"] = pair.price_text(amend.trigger_ticks)
    if amend.reason is not None:
        row["reason"] = amend.reason
    return row | {"post_only": amend.post_only, "timestamp": amend.time_ns // _MILLISECOND_NS}
