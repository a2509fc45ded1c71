"""One order as REST shows it, as it is now or as it was a while ago (rest.md 5, OpenOrders).

Pure. Imports: bank, core, listing, money, order_texts, forms. Imported by: account_orders.
"""

from collections.abc import Sequence
from typing import Any, Final

from msgspec import Struct

from fathom.exchange.bank import Account, Fill
from fathom.exchange.core import Order
from fathom.exchange.listing import Listing
from fathom.exchange.rest.forms import time_number
from fathom.exchange.rest.money import average_price_text, fee_text, padded, quote_text
from fathom.exchange.rest.order_texts import describe, describe_close, pair_of, prices_of, volume_text
from fathom.protocol import SECOND_NS

OPEN_WORDS: Final = {"pending_new": "pending", "new": "open", "partially_filled": "open"}
CLOSED_WORDS: Final = {"filled": "closed", "canceled": "canceled", "expired": "expired"}


class Filled(Struct, frozen=True):
    """What of an order was filled by a time."""

    lots: int
    cost_units: int
    fee_units: int
    ids: Sequence[str]


def was_open(order: Order, *, as_of_ns: int) -> bool:
    """Tell whether the order was open then."""
    return order.opened_ns <= as_of_ns and (order.is_open or order.closed_ns > as_of_ns)


def was_closed(order: Order, *, as_of_ns: int) -> bool:
    """Tell whether the order was done with then."""
    return not order.is_open and order.closed_ns <= as_of_ns


def fills_by_order(account: Account, *, as_of_ns: int) -> dict[str, list[Fill]]:
    """Return the fills until a time, by order."""
    fills: dict[str, list[Fill]] = {}
    for fill in account.fills:
        if fill.time_ns <= as_of_ns:
            fills.setdefault(fill.order_id, []).append(fill)
    return fills


def filled_now(order: Order) -> Filled:
    """Return what is filled."""
    return Filled(order.cum_lots, order.cum_cost_units, order.cum_fee_units, order.fill_ids)


def filled_by(fills: Sequence[Fill]) -> Filled:
    """Return what these fills come to."""
    return Filled(
        sum(fill.qty_lots for fill in fills),
        sum(fill.cost_units for fill in fills),
        sum(fill.fee_units for fill in fills),
        [fill.exec_id for fill in fills],
    )


def order_row(order: Order, listing: Listing, *, filled: Filled, is_open: bool, trades: bool) -> dict[str, Any]:
    """Return the order. `filled` and `is_open` say how it is shown; `trades` lists its fills."""
    pair = pair_of(order, listing)
    prices = prices_of(order, pair)
    zero = padded(pair.price(0), max(pair.cost_precision, pair.price_precision))
    trigger = order.trigger
    row: dict[str, Any] = {
        "refid": order.parent_id,
        # Captures show 0 where none was given, but null beside a client's own id.
        "userref": order.userref if order.userref is not None or order.cl_ord_id is not None else 0,
    }
    if order.cl_ord_id is not None:
        row["cl_ord_id"] = order.cl_ord_id
    row["status"] = OPEN_WORDS.get(order.status, "open") if is_open else CLOSED_WORDS[order.status]
    row |= {
        "opentm": time_number(order.opened_ns),
        "starttm": (order.effective_ns or 0) // SECOND_NS,
        "expiretm": (order.expire_ns or 0) // SECOND_NS,
        "descr": {
            "pair": pair.altname,
            "aclass": "forex",
            "type": order.side,
            "ordertype": order.order_type,
            "price": prices.price,
            "price2": prices.price2,
            "leverage": f"{order.leverage}:1" if order.leverage else "none",
            "order": describe(order, listing),
            "close": "" if order.conditional is None else describe_close(order.conditional, pair),
        },
        "vol": volume_text(order, listing),
        "vol_exec": pair.qty_text(filled.lots),
        "cost": quote_text(filled.cost_units, pair, listing),
        "fee": fee_text(filled.fee_units, pair, listing, in_base=order.fee_in_base),
        "price": average_price_text(filled.cost_units, filled.lots, pair, listing),
        "stopprice": zero if trigger is None else padded(pair.price(trigger.actual_ticks), _decimals(zero)),
        "limitprice": zero
        if trigger is None or not trigger.triggered or order.limit_ticks is None
        else padded(pair.price(order.limit_ticks), _decimals(zero)),
        "misc": ",".join(_marks(order, is_open=is_open, filled=filled)),
        "oflags": ",".join(_flags(order)),
        "time_in_force": order.time_in_force,
    }
    if trigger is not None:
        row["trigger"] = trigger.reference
    if order.leverage:
        row["margin"] = True
    if order.reduce_only:
        row["reduce_only"] = True
    if order.sender_sub_id is not None:
        row["sender_sub_id"] = order.sender_sub_id
    if trades and filled.ids:
        row["trades"] = list(filled.ids)
    if not is_open:
        row["reason"] = order.reason
        row["closetm"] = time_number(order.closed_ns)
    return row


def _decimals(zero: str) -> int:
    return len(zero.partition(".")[2])


def _marks(order: Order, *, is_open: bool, filled: Filled) -> list[str]:
    """Return what happened to the order, in Kraken's words."""
    trigger, marks = order.trigger, []
    if trigger is not None and trigger.triggered:
        marks.append("touched" if order.order_type.startswith("take-profit") else "stopped")
    if order.liquidation:
        marks.append("liquidated")
    if not is_open and order.status != "filled" and filled.lots:
        marks.append("partial")
    if order.amended:
        marks.append("amended")
    return marks


def _flags(order: Order) -> list[str]:
    flags = ["post"] if order.post_only else []
    flags.append("fcib" if order.fee_in_base else "fciq")
    if order.cash_units is not None:
        flags.append("viqc")
    return flags
