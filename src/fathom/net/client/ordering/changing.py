"""An order changed in the way that costs least of the rate limit, among the ways that can make the change.

Imports: domain, protocol; numbers, orders, results, running. Imported by: kraken.
"""

from decimal import Decimal
from typing import Any, Final

from msgspec import structs

from fathom.domain import FathomError, LocalError
from fathom.net.client.ordering.numbers import exact_fields, made
from fathom.net.client.ordering.orders import Orders
from fathom.net.client.ordering.results import OrderChanged
from fathom.net.client.running import Running
from fathom.net.clock import clock_ns
from fathom.protocol import budget, parse_time, time_text
from fathom.protocol.messages import (
    AddOrder,
    AddOrderParams,
    AmendOrder,
    AmendOrderParams,
    CancelOrder,
    CancelOrderParams,
    Conditional,
    Contingent,
    EditOrder,
    EditOrderParams,
    Execution,
    Triggers,
)

# How a number is meant, or how long it may take: no change of its own.
QUALIFIERS: Final = frozenset({"limit_price_type", "trigger_price_type", "deadline"})
# What a new order keeps of the old one, where the change does not say otherwise.
KEPT: Final = (
    "side", "order_type", "order_qty", "limit_price", "display_qty", "post_only", "reduce_only", "margin",
    "sender_sub_id",
)  # fmt: skip
_FEES: Final = {"fcib": "base", "fciq": "quote"}


async def changed_order(running: Running, orders: Orders, name: str, changes: dict[str, Any]) -> OrderChanged:
    """Change an open order of ours; `name` is Kraken's id or ours. Raises LocalError for one that is not open."""
    known = running.hearing.account.orders.get(name) or running.hearing.account.order(name)
    if known is None or known.order_id not in running.hearing.account.orders or known.symbol is None:
        raise LocalError("order", f"{name} is not an open order that the private stream has named")
    wanted = exact_fields(changes)
    names = tuple(field for field in wanted if field not in QUALIFIERS)
    if not names:
        raise LocalError("order", "say what to change")
    filled = known.cum_qty or Decimal(0)
    option = budget.cheaper_change(
        running.rates.ledger,
        known.order_id,
        names,
        now_ns=clock_ns(),
        conditional=known.contingent is not None,
        triggered=known.triggers is not None and known.triggers.status == "triggered",
        below_filled="order_qty" in wanted and wanted["order_qty"] <= filled,
    )
    order_id: str | None = known.order_id
    match option.way:
        case "amend_order":
            amend = made(AmendOrderParams, order_id=known.order_id, **wanted)
            await orders.amend(AmendOrder(params=amend), wait_s=None)
        case "edit_order":
            order_id = (await orders.edit(EditOrder(params=_edit(known, wanted)), wait_s=None)).order_id
        case "cancel_order":
            await _cancel(orders, known)
        case "cancel_and_add":
            order_id = await _replaced(running, orders, known, _new(known, wanted))
    return OrderChanged(way=option.way, cost=option.cost, order_id=order_id, original_order_id=known.order_id)


async def _replaced(running: Running, orders: Orders, known: Execution, new: AddOrderParams) -> str | None:
    """Cancel the order, and add what is left of the new one; an order that could not be added cancels nothing."""
    orders.check_add(AddOrder(params=new))
    await _cancel(orders, known)
    try:
        left = await _left(running, known, new.order_qty)
        shown = None if new.display_qty is None else min(new.display_qty, left)
        added = await orders.add(AddOrder(params=structs.replace(new, order_qty=left, display_qty=shown)), wait_s=None)
    except FathomError as error:
        error.add_note(f"{known.order_id} had been cancelled before, to make room for the new order")
        raise
    return added.order_id


async def _cancel(orders: Orders, known: Execution) -> None:
    """Cancel it, or find that it is gone: then it may have filled, and nothing may be added in its place."""
    cancel = CancelOrder(params=CancelOrderParams(order_id=(known.order_id,)))
    if (await orders.cancel(cancel, reduces_risk=False)).missing:
        raise LocalError("order", f"{known.order_id} is not open any more: it was filled or cancelled meanwhile")


async def _left(running: Running, known: Execution, new_qty: Decimal | None) -> Decimal:
    """Return what is still to be ordered, once the stream has said how much was filled before the cancel."""
    account = running.hearing.account
    await running.until(
        lambda: known.order_id in account.closed, what="the end of the order", timeout_s=running.options.answer_s_max
    )
    ended = account.closed[known.order_id]
    left = (new_qty or Decimal(0)) - (ended.cum_qty or Decimal(0))
    if left <= 0:
        raise LocalError(
            "order", f"{known.order_id} was filled to {ended.cum_qty} before it was cancelled: nothing is left"
        )
    return left


def _edit(known: Execution, wanted: dict[str, Any]) -> EditOrderParams:
    fields = _with_triggers(known, wanted)
    for flag in ("post_only", "reduce_only"):  # An edit does not inherit them.
        fields.setdefault(flag, getattr(known, flag))
    return made(EditOrderParams, symbol=known.symbol, order_id=known.order_id, **fields)


def _new(known: Execution, wanted: dict[str, Any]) -> AddOrderParams:
    """Return the new order: the old one but for what is wanted."""
    fields: dict[str, Any] = {name: getattr(known, name) for name in KEPT}
    fields["fee_preference"] = _FEES.get(known.fee_ccy_pref or "")
    fields["time_in_force"] = known.time_in_force.lower() if known.time_in_force else None
    if known.expire_time is not None:
        fields["expire_time"] = _whole_seconds(known.expire_time)
    if known.effective_time is not None and parse_time(known.effective_time) > clock_ns():
        fields["effective_time"] = _whole_seconds(known.effective_time)
    if known.order_type == "trailing-stop-limit":
        fields["limit_price_type"] = known.limit_price_type
    if known.cl_ord_id is None and "cl_ord_id" not in wanted:
        fields["order_userref"] = known.order_userref or None
    if known.contingent is not None:
        fields["conditional"] = _close_of(known.contingent)
    return made(AddOrderParams, symbol=known.symbol, **_with_triggers(known, fields | wanted))


def _close_of(told: Contingent) -> Conditional:
    """Return the close as it is asked for: told, every limit price has a type; asked for, only an offset may."""
    fields = structs.asdict(told)
    if told.order_type != "trailing-stop-limit":
        fields["limit_price_type"] = None
    return made(Conditional, **fields)


def _with_triggers(known: Execution, fields: dict[str, Any]) -> dict[str, Any]:
    """Return the fields with the trigger that a new order has: as it is, but for what is asked of it.

    What was relative to the price of then stays the price that it became; a trailing trigger stays a distance.
    """
    fields = dict(fields)
    price, kind = fields.pop("trigger_price", None), fields.pop("trigger_price_type", None)
    reference = fields.pop("trigger_reference", None)
    was = known.triggers
    if was is None and price is None:
        return fields
    if was is not None and (known.order_type or "").startswith("trailing"):
        kind = kind or ("pct" if was.price_type == "pct" else "quote")
        price = was.price if price is None else price
    elif was is not None and price is None:
        price, kind = (was.price, was.price_type) if was.actual_price is None else (was.actual_price, None)
    reference = reference or (None if was is None else was.reference)
    fields["triggers"] = made(Triggers, price=price, price_type=kind, reference=reference)
    return fields


def _whole_seconds(time: str) -> str:
    return time_text(parse_time(time), digits=0)
