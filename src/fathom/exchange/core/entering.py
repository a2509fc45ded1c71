"""An order's way in: accepted, live, set off, matched, resting.

Pure. Imports: bank, floor, holding, market, matching, order, queueing, reasons, trigger_prices, triggers, walking.
Imported by: venue, amending, editing, liquidation.
"""

from typing import Final

from fathom.exchange.bank import Refusal
from fathom.exchange.core import reasons
from fathom.exchange.core.floor import Floor
from fathom.exchange.core.holding import hold
from fathom.exchange.core.market import Market
from fathom.exchange.core.matching import closable_lots, end_reducing, take
from fathom.exchange.core.order import Order
from fathom.exchange.core.queueing import close, rest
from fathom.exchange.core.rate_counter import OPEN_ORDERS
from fathom.exchange.core.trigger_prices import begun_trigger, limit_when_triggered
from fathom.exchange.core.triggers import arm
from fathom.exchange.core.walking import can_fill, crosses

OPEN_MAX: Final = (
    10_000  # Open orders of an account and pair where limits are off; beyond it they are refused all the same.
)


def enter(floor: Floor, market: Market, order: Order) -> Refusal | None:
    """Take a valid order in, if it can be paid for; what it sets off is for `work_off`."""
    if order.account.house:
        accept(floor, market, order)
        return None
    refusal = refuse_before_match(floor, market, order)
    if refusal is not None:
        return refusal
    if order.order_type == "settle-position":
        return settle_position(floor, market, order)
    refusal = hold(floor, market, order)
    if refusal is None:
        accept(floor, market, order)
    return refusal


def refuse_before_match(floor: Floor, market: Market, order: Order) -> Refusal | None:
    """Return what a valid order still fails at besides money: post only, and how many there are."""
    account = order.account
    if (
        order.post_only
        and floor.rules.post_only_refused == "error"
        and order.trigger is None
        and crosses(market, order)
    ):
        return reasons.POST_ONLY_REFUSED
    open_max = OPEN_ORDERS[account.tier] if floor.rates.limits else OPEN_MAX
    if market.open_counts.get(account.name, 0) >= open_max:
        return reasons.ORDERS_LIMIT
    return None


def accept(floor: Floor, market: Market, order: Order) -> None:
    """Take in an order whose money is kept aside."""
    floor.registry.open(order, market)
    if not order.account.house:
        floor.tell(order, "pending_new")
    if order.expire_ns is not None:
        floor.timers.set("expire", order.order_id, due_ns=order.expire_ns)
    if order.effective_ns is not None:
        floor.timers.set("start", order.order_id, due_ns=order.effective_ns)
    else:
        go_live(floor, market, order)


def go_live(floor: Floor, market: Market, order: Order) -> None:
    """Let an accepted order begin."""
    if order.expire_ns is not None and order.expire_ns <= floor.now_ns:  # Both fell due while nothing could begin.
        close(floor, market, order, "expired", reason=reasons.EXPIRED)
        return
    if order.effective_ns is not None and order.trigger is not None:
        begun = begun_trigger(market, order, order.trigger)
        if isinstance(begun, Refusal):
            close(floor, market, order, "canceled", reason=reasons.reason_of(begun))
            return
        order.trigger = begun
    if order.post_only and order.trigger is None and crosses(market, order):
        close(floor, market, order, "canceled", reason=reasons.POST_ONLY)
        return
    order.status = "new"
    if not order.account.house:
        floor.tell(order, "new")
    if order.trigger is not None:
        arm(floor, market, order)
    else:
        match(floor, market, order)


def set_off(floor: Floor, market: Market, order: Order) -> None:
    """Let an order begin whose trigger was reached."""
    if order.limit_offset is not None:
        ticks = limit_when_triggered(order, market.pair)
        if isinstance(ticks, Refusal):
            close(floor, market, order, "canceled", reason=reasons.reason_of(ticks))
            return
        order.limit_ticks = ticks
    if order.limit_offset is not None or order.limit_ticks is None:
        refusal = hold(floor, market, order)  # What it needs is known only now.
        if refusal is not None:
            close(floor, market, order, "canceled", reason=reasons.reason_of(refusal))
            return
    if order.post_only and crosses(market, order):
        close(floor, market, order, "canceled", reason=reasons.POST_ONLY)
        return
    match(floor, market, order)


def match(floor: Floor, market: Market, order: Order) -> None:
    """Let a live order trade; what remains rests, or is given up."""
    at_market = order.limit_ticks is None
    if crosses(market, order):
        if order.time_in_force == "fok" and not can_fill(floor, market, order):
            close(floor, market, order, floor.rules.ioc_rest, reason=reasons.FILL_OR_KILL)
            return
        take(floor, market, order)
        if not order.is_open:
            return
    if order.reduce_only and order.left_lots and not closable_lots(floor, order):
        close(floor, market, order, "canceled", reason=reasons.POSITION_CLOSED)
        return
    if order.cash_units is not None:
        _end_cash(floor, market, order)
    elif order.qty_lots == order.cum_lots or at_market:
        _end(floor, market, order, reason=reasons.NO_LIQUIDITY)
    elif order.time_in_force == "ioc":
        close(floor, market, order, floor.rules.ioc_rest, reason=reasons.IMMEDIATE)
    elif order.time_in_force == "fok":
        close(floor, market, order, floor.rules.ioc_rest, reason=reasons.FILL_OR_KILL)
    else:
        rest(floor, market, order)


def work_off(floor: Floor) -> None:
    """Do what the last command set off: triggered and secondary orders, one after the other."""
    work = floor.work
    while work:
        step, order = work.popleft()
        market = floor.market_of(order)
        if step == "run":
            if order.is_open:
                set_off(floor, market, order)
            continue
        refusal = hold(floor, market, order)
        # It comes of an order that was accepted: what it fails at now is said as its end.
        if refusal is None:
            accept(floor, market, order)
        else:
            floor.registry.open(order, market)
            floor.tell(order, "pending_new")
            close(floor, market, order, "canceled", reason=reasons.reason_of(refusal))


def settle_position(floor: Floor, market: Market, order: Order) -> Refusal | None:
    """Close positions with the client's own money, and count that as the order's fill. There is no trade."""
    settled = floor.bank.settle_position(
        order.account, market.pair, side=order.side, lots=order.qty_lots, now_ns=floor.now_ns
    )
    if isinstance(settled, Refusal):
        return settled
    floor.marks_moved = True
    floor.registry.open(order, market)
    floor.tell(order, "pending_new")
    order.status = "new"
    floor.tell(order, "new")
    order.cum_lots = settled.lots
    order.cum_cost_units = settled.cost_units
    floor.tell_postings()
    end_reducing(floor, market, order)
    _end(floor, market, order, reason=reasons.POSITION_CLOSED)
    return None


def _end(floor: Floor, market: Market, order: Order, *, reason: str) -> None:
    """End an order that is filled, or whose rest cannot be."""
    if order.qty_lots == order.cum_lots:
        close(floor, market, order, "filled")
    else:
        close(floor, market, order, "canceled", reason=reason)


def _end_cash(floor: Floor, market: Market, order: Order) -> None:
    """End a cash order: filled once what is left of the cash buys no lot at the best price."""
    best = market.opposite(order.side).best()
    assert order.cash_units is not None, order.order_id
    left_units = order.cash_units - order.cum_cost_units
    if order.cum_lots and (left_units <= 0 or (best is not None and market.lots_for(left_units, best) == 0)):
        close(floor, market, order, "filled")
    else:
        close(floor, market, order, "canceled", reason=reasons.NO_LIQUIDITY)
