"""Changes in place: same ids, fills kept, the place in the queue kept or lost (websocket-v2.md 8.2).

Pure. Imports: bank, admission, amend_history, amounts, entering, floor, holding, intake, market, order, outcomes,
queueing, rate_counter, reasons, terms, ticket, trigger_prices, triggers, walking. Imported by: venue.
"""

from fathom.exchange.bank import Refusal
from fathom.exchange.core import reasons
from fathom.exchange.core.admission import refuse_amend
from fathom.exchange.core.amend_history import keep_original, write_amend
from fathom.exchange.core.amounts import lots_of
from fathom.exchange.core.entering import match
from fathom.exchange.core.floor import Floor
from fathom.exchange.core.holding import hold
from fathom.exchange.core.intake import refuse_deadline, refuse_display, refuse_size
from fathom.exchange.core.market import Market
from fathom.exchange.core.order import Order
from fathom.exchange.core.outcomes import Amended
from fathom.exchange.core.queueing import close, show, unrest
from fathom.exchange.core.rate_counter import AMEND_COSTS, CANCEL_COSTS, age_cost
from fathom.exchange.core.terms import Terms, amended_terms, put_terms, terms_of
from fathom.exchange.core.ticket import Amendment
from fathom.exchange.core.trigger_prices import limit_when_triggered
from fathom.exchange.core.triggers import arm
from fathom.exchange.core.walking import crosses


def amend(floor: Floor, market: Market, order: Order, amendment: Amendment) -> Amended | Refusal:
    """Change an open order, or say why not; then it is as it was."""
    wanted_lots = None if amendment.order_qty is None else lots_of(amendment.order_qty, market.pair)
    ends = wanted_lots is not None and 0 < wanted_lots <= order.cum_lots
    age_points = age_cost(CANCEL_COSTS if ends else AMEND_COSTS, floor.now_ns - order.changed_ns)
    account, symbol = order.account, order.symbol
    # Room for all of it is asked for first. What is refused for another reason pays the fixed part.
    if not account.house and not floor.rates.has_room(account, symbol, floor.now_ns, half_points=2 * (1 + age_points)):
        return reasons.RATE_LIMIT
    floor.charge(account, symbol, half_points=2, always=True)
    refusal = (
        refuse_deadline(amendment.deadline_ns, now_ns=floor.now_ns)
        or refuse_amend(market)
        or _refuse_asked(order, amendment)
    )
    if refusal is not None:
        return refusal
    old, new = terms_of(order), amended_terms(market, order, amendment)
    if isinstance(new, Refusal):
        return new
    if not ends:
        put_terms(order, new)
        refusal = _refuse_changed(market, order, old, post_only=amendment.post_only) or hold(floor, market, order)
        put_terms(order, old)
        if refusal is not None:
            return refusal
    floor.charge(account, symbol, half_points=2 * age_points, always=True)
    keep_original(order)
    order.changed_ns = floor.now_ns
    if ends:
        new = old
        new.qty_lots = order.cum_lots
    return _change(floor, market, order, new, post_only=amendment.post_only)


def _refuse_asked(order: Order, amendment: Amendment) -> Refusal | None:
    """Refuse what no order of this kind can be asked for."""
    if order.conditional is not None or order.cash_units is not None:
        return reasons.NOT_EDITABLE
    asked = (
        amendment.order_qty,
        amendment.display_qty,
        amendment.limit_price,
        amendment.trigger_price,
    )
    return reasons.NOTHING_ASKED if all(one is None for one in asked) else None


def _refuse_changed(market: Market, order: Order, old: Terms, *, post_only: bool) -> Refusal | None:
    """Refuse what the order, with its new terms on, would be."""
    if (order.qty_lots, order.limit_ticks, order.trigger) != (old.qty_lots, old.limit_ticks, old.trigger):
        refusal = refuse_size(market, order, lots=order.qty_lots)
        if refusal is not None:
            return refusal
    if order.display_lots is not None:
        # An order that becomes smaller than its slices shows all it has.
        lots = max(order.qty_lots, order.display_lots) if order.display_lots == old.display_lots else order.qty_lots
        refusal = refuse_display(order.display_lots, lots=lots, left_lots=order.left_lots)
        if refusal is not None:
            return refusal
    if order.limit_offset is not None and not (order.trigger is not None and order.trigger.triggered):
        ticks = limit_when_triggered(order, market.pair)
        if isinstance(ticks, Refusal):
            return ticks
    if order.resting and order.limit_ticks != old.limit_ticks and crosses(market, order):
        if market.mode == "post_only":
            return reasons.POST_ONLY_MODE
        if post_only or order.post_only:
            return reasons.POST_ONLY_REFUSED
    return None


def _change(floor: Floor, market: Market, order: Order, terms: Terms, *, post_only: bool) -> Amended:
    """Put the terms on and the order where it belongs then."""
    old_lots, old_trigger = order.qty_lots, order.trigger
    requeued = order.resting and (terms.limit_ticks != order.limit_ticks or terms.qty_lots > old_lots)
    if requeued:
        unrest(floor, market, order)
    put_terms(order, terms)
    row = write_amend(floor, order, "user", reasons.USER, post_only=post_only)
    if not order.account.house:
        floor.tell(order, "amended", reason=reasons.USER)
    if order.qty_lots == order.cum_lots:
        close(floor, market, order, "canceled", reason=reasons.USER)
    elif requeued:
        match(floor, market, order)
    elif order.resting and order.shown_lots > order.left_lots:
        show(floor, market, order, order.left_lots)
    elif order.trigger is not old_trigger and order.status != "pending_new":
        market.watch_last.remove(order)
        market.watch_index.remove(order)
        arm(floor, market, order)
    return Amended(order, row)
