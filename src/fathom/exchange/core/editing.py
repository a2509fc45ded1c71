"""Cancel and replace: a new order in place of an open one, whose fills stay with it (websocket-v2.md 8.3).

Pure. Imports: bank, admission, amounts, entering, floor, holding, intake, market, order, outcomes, queueing,
rate_counter, reasons, ticket, walking. Imported by: venue.
"""

from fathom.exchange.bank import Refusal
from fathom.exchange.core import reasons
from fathom.exchange.core.admission import refuse_amend
from fathom.exchange.core.amounts import lots_of
from fathom.exchange.core.entering import accept
from fathom.exchange.core.floor import Floor
from fathom.exchange.core.holding import hold
from fathom.exchange.core.intake import order_of
from fathom.exchange.core.market import Market
from fathom.exchange.core.order import Order
from fathom.exchange.core.outcomes import Edited
from fathom.exchange.core.queueing import close
from fathom.exchange.core.rate_counter import EDIT_COSTS, age_cost
from fathom.exchange.core.ticket import Replacement, Ticket
from fathom.exchange.core.walking import crosses


def edit(floor: Floor, market: Market, old: Order, replacement: Replacement, *, validate: bool) -> Edited | Refusal:
    """Replace an open order, or say why not; then it is as it was."""
    account, symbol = old.account, old.symbol
    points = age_cost(EDIT_COSTS, floor.now_ns - old.changed_ns)
    if not account.house and not floor.rates.has_room(account, symbol, floor.now_ns, half_points=2 * (1 + points)):
        return reasons.RATE_LIMIT
    floor.charge(account, symbol, half_points=2, always=True)
    refusal = refuse_amend(market) or _refuse_old(old, replacement)
    if refusal is not None:
        return refusal
    ticket = _ticket_of(market, old, replacement)
    if isinstance(ticket, Refusal):
        return ticket
    new = order_of(floor, market, account, ticket)
    if isinstance(new, Refusal):
        return new
    new.parent_id = old.order_id
    if validate:
        return Edited(new, old)
    refusal = _hold_instead(floor, market, old, new)
    if refusal is not None:
        return refusal
    floor.charge(account, symbol, half_points=2 * points, always=True)
    close(floor, market, old, "canceled", reason=reasons.REPLACED)
    accept(floor, market, new)
    return Edited(new, old)


def _refuse_old(old: Order, replacement: Replacement) -> Refusal | None:
    if old.symbol != replacement.symbol:
        return reasons.invalid("pair")
    triggered = old.trigger is not None and old.trigger.triggered
    if old.conditional is not None or old.cash_units is not None or triggered:
        return reasons.NOT_EDITABLE
    return None


def _ticket_of(market: Market, old: Order, replacement: Replacement) -> Ticket | Refusal:
    """Return the ticket of the new order: what is not asked for is the old one's, but for flags and client ids."""
    pair, trigger = market.pair, old.trigger
    lots = old.qty_lots if replacement.order_qty is None else lots_of(replacement.order_qty, pair)
    if lots is None:
        return reasons.invalid("volume")
    if old.cum_lots and lots <= old.cum_lots:
        return reasons.NOT_ENOUGH_LEAVES
    limit_price = replacement.limit_price
    if limit_price is None:
        limit_price = old.limit_offset if old.limit_ticks is None else pair.price(old.limit_ticks)
    display_qty = replacement.display_qty
    if display_qty is None and old.display_lots is not None:
        display_qty = pair.qty(min(old.display_lots, lots - old.cum_lots))
    trigger_price, trigger_type = replacement.trigger_price, replacement.trigger_price_type
    if trigger is not None and trigger_price is None:
        trigger_price, trigger_type = trigger.price, trigger_type or trigger.price_type
    return Ticket(
        symbol=old.symbol,
        side=old.side,
        order_type=old.order_type,
        order_qty=pair.qty(lots - old.cum_lots),
        limit_price=limit_price,
        limit_price_type=None if old.limit_offset is None else old.limit_price_type,
        trigger_price=trigger_price,
        trigger_price_type=trigger_type or (trigger.price_type if trigger and trigger.peak_ticks else "static"),
        trigger_reference=replacement.trigger_reference or (trigger.reference if trigger else "last"),
        time_in_force=old.time_in_force,
        post_only=replacement.post_only,
        reduce_only=replacement.reduce_only,
        leverage=old.leverage,
        display_qty=display_qty,
        effective_ns=old.effective_ns,
        expire_ns=old.expire_ns,
        deadline_ns=replacement.deadline_ns,
        userref=replacement.new_userref,
        sender_sub_id=old.sender_sub_id,
        fee_preference=replacement.fee_preference or ("base" if old.fee_in_base else None),
        stp_type=old.stp_type,
    )


def _hold_instead(floor: Floor, market: Market, old: Order, new: Order) -> Refusal | None:
    """Keep aside for the new order what was kept for the old one, more or less. After a refusal all is as it was."""
    account = new.account
    if account.house:
        return None
    if new.post_only and floor.rules.post_only_refused == "error" and new.trigger is None and crosses(market, new):
        return reasons.POST_ONLY_REFUSED
    orders, margin_held = dict(account.orders), account.margin_holds.pop(old.order_id, None)
    # The old one stands aside: what it would close, and what is kept for it, are the new one's to have.
    del account.orders[old.order_id]
    new.held_asset, new.held_units = old.held_asset, old.held_units
    old.held_asset, old.held_units = "", 0
    refusal = hold(floor, market, new)
    account.orders.clear()
    account.orders.update(orders)
    if refusal is not None:
        old.held_asset, old.held_units = new.held_asset, new.held_units
        if margin_held is not None:
            account.margin_holds[old.order_id] = margin_held
    return refusal
