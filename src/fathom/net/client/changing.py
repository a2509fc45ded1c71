"""An order changed in the way that costs least of the rate limit, among the ways that can make the change.

Imports: domain, protocol; numbers, orders, results, running. Imported by: kraken.
"""

import time
from decimal import Decimal
from typing import Any, Final

from msgspec import structs

from fathom.domain import LocalError
from fathom.net.client.numbers import exact, made
from fathom.net.client.orders import Orders
from fathom.net.client.results import OrderChanged
from fathom.net.client.running import Running
from fathom.protocol import budget
from fathom.protocol.messages import (
    AddOrder,
    AddOrderParams,
    AmendOrder,
    AmendOrderParams,
    CancelOrder,
    CancelOrderParams,
    EditOrder,
    EditOrderParams,
    Execution,
    Triggers,
)

NUMBERS: Final = frozenset({"order_qty", "limit_price", "trigger_price", "display_qty"})
# What a new order keeps of the old one, where the change does not say otherwise.
KEPT: Final = ("limit_price", "display_qty", "post_only", "reduce_only", "margin")


async def changed_order(running: Running, orders: Orders, name: str, changes: dict[str, Any]) -> OrderChanged:
    """Change an open order of ours; `name` is Kraken's id or ours. Raises LocalError for one that is not open."""
    known = running.hearing.account.orders.get(name) or running.hearing.account.order(name)
    if known is None or known.order_id not in running.hearing.account.orders or known.symbol is None:
        raise LocalError("order", f"{name} is not an open order that the private stream has named")
    wanted = {field: exact(field, value) if field in NUMBERS else value for field, value in changes.items()}
    if not wanted:
        raise LocalError("order", "say what to change")
    filled = known.cum_qty or Decimal(0)
    new_qty = wanted.get("order_qty", known.order_qty)
    option = budget.cheaper_change(
        running.rates.ledger,
        known.order_id,
        tuple(wanted),
        now_ns=time.time_ns(),
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
            new = _new(known, wanted)
            await _cancel(orders, known)
            left = await _left(running, known, new_qty)
            added = await orders.add(AddOrder(params=structs.replace(new, order_qty=left)), wait_s=None)
            order_id = added.order_id
    return OrderChanged(way=option.way, cost=option.cost, order_id=order_id, original_order_id=known.order_id)


async def _cancel(orders: Orders, known: Execution) -> None:
    """Cancel it, or find that it is gone: then it may have filled, and nothing may be added in its place."""
    cancel = CancelOrder(params=CancelOrderParams(order_id=(known.order_id,)))
    if (await orders.cancels.cancel(cancel, reduces_risk=False)).missing:
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
    fields = dict(wanted)
    trigger_price = fields.pop("trigger_price", known.triggers.price if known.triggers is not None else None)
    if trigger_price is not None:
        fields["triggers"] = Triggers(price=trigger_price)
    for flag in ("post_only", "reduce_only"):  # An edit does not inherit them.
        fields.setdefault(flag, getattr(known, flag))
    return made(EditOrderParams, symbol=known.symbol, order_id=known.order_id, **fields)


def _new(known: Execution, wanted: dict[str, Any]) -> AddOrderParams:
    fields: dict[str, Any] = {name: getattr(known, name) for name in KEPT} | dict(wanted)
    trigger_price = fields.pop("trigger_price", known.triggers.price if known.triggers is not None else None)
    if trigger_price is not None:
        fields["triggers"] = Triggers(price=trigger_price)
    fields.setdefault("time_in_force", known.time_in_force.lower() if known.time_in_force else None)
    fields.setdefault("order_qty", known.order_qty)
    fields.setdefault("order_type", known.order_type)
    fields.setdefault("side", known.side)
    return made(AddOrderParams, symbol=known.symbol, **fields)
