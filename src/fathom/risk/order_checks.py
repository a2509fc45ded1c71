"""Checks of the order itself: what the pair allows, how much, how many.

Each is a pure function of a proposal and the limits at its symbol, as in market_checks.

Pure. Imports: domain, amounts, limits, pricing, proposal. Imported by: risk/checks.
"""

from typing import Final

from fathom.domain import Close, OrderWanted
from fathom.risk.amounts import ZERO, cost_of, qty_of
from fathom.risk.limits import Limits, SymbolLimits
from fathom.risk.pricing import LIMITED, TRIGGERED
from fathom.risk.proposal import Proposal

DISPLAY_PARTS_MAX: Final = 15  # An iceberg shows a fifteenth of itself or more (websocket-v2.md 8.1).


def lawful(proposal: Proposal, limits: Limits, own: SymbolLimits) -> str | None:
    """Form, tick, lot and minima of the pair: what Kraken would refuse is not sent."""
    instrument, wanted, price_ticks = proposal.instrument, proposal.wanted, proposal.price_ticks
    plain = wanted.order_type == "limit" and wanted.close is None and wanted.display_lots is None
    if not plain or wanted.reduce_only:
        if wrong := _form(proposal):
            return wrong
    elif price_ticks is None or wanted.trigger_ticks is not None:
        return "a limit order has a price and no trigger"
    if wrong := _time(proposal):
        return wrong
    tick, lot = instrument.price_increment_ticks, instrument.qty_increment_lots
    for what, ticks in (("price", price_ticks), ("trigger", wanted.trigger_ticks)):
        if ticks is not None and (ticks <= 0 or ticks % tick):
            return f"the {what} is not a positive multiple of the tick, {tick}"
    if proposal.qty_lots <= 0 or proposal.total_lots % lot:
        return f"the quantity is not a positive multiple of the lot, {lot}"
    if proposal.total_lots < instrument.qty_lots_min:
        return f"the quantity is below the minimum, {instrument.qty_text(instrument.qty_lots_min)}"
    ticks = proposal.worst_ticks
    total = ZERO if ticks is None else cost_of(instrument, price_ticks=ticks, qty_lots=proposal.total_lots)
    if total < instrument.cost_min:
        return f"the value {total:f} is below the minimum, {instrument.cost_min:f}"
    return None


def _form(proposal: Proposal) -> str | None:
    """What goes with which type of order (websocket-v2.md 8.1)."""
    wanted, kind = proposal.wanted, proposal.wanted.order_type
    if (kind in LIMITED) != (proposal.price_ticks is not None):
        return f"a {kind} order has {'a' if kind in LIMITED else 'no'} price"
    if (kind in TRIGGERED) != (wanted.trigger_ticks is not None):
        return f"a {kind} order has {'a' if kind in TRIGGERED else 'no'} trigger"
    if kind == "trailing-stop" and proposal.start_twice <= 0:
        return "a trailing stop begins below zero: its distance is more than the price"
    if proposal.post_only and kind not in LIMITED:
        return f"a {kind} order cannot be post-only"
    if wanted.reduce_only and wanted.side == "buy":
        return "an order that only reduces cannot buy: there is no margin position to reduce"
    if wanted.display_lots is not None and (wrong := _display(proposal, wanted.display_lots)):
        return wrong
    return None if wanted.close is None else _close(wanted, wanted.close)


def _display(proposal: Proposal, display_lots: int) -> str | None:
    if proposal.wanted.order_type != "limit":
        return f"a {proposal.wanted.order_type} order hides nothing"
    if not 0 < display_lots <= proposal.total_lots:
        return f"it would show {display_lots} lots of {proposal.total_lots}"
    if display_lots * DISPLAY_PARTS_MAX < proposal.qty_lots:
        return f"it would show less than a part in {DISPLAY_PARTS_MAX} of itself"
    return None


def _close(wanted: OrderWanted, close: Close) -> str | None:
    if wanted.side == "sell":  # It would buy after the sale, and nobody would have judged that.
        return "a conditional close that buys is not judged: want the buy when the sale has filled"
    if close.order_type == "market":
        return "a conditional close is no market order"
    if (close.order_type in LIMITED) != (close.price_ticks is not None):
        return f"a conditional {close.order_type} has {'a' if close.order_type in LIMITED else 'no'} price"
    if (close.order_type in TRIGGERED) != (close.trigger_ticks is not None):
        return f"a conditional {close.order_type} has {'a' if close.order_type in TRIGGERED else 'no'} trigger"
    return None


def _time(proposal: Proposal) -> str | None:
    wanted = proposal.wanted
    time_in_force = wanted.time_in_force
    if time_in_force == "gtc" and wanted.expire_ns is None:
        return None
    if (time_in_force == "gtd") != (wanted.expire_ns is not None):
        return "an order has a time of expiry just when it is gtd"
    if wanted.expire_ns is not None and wanted.expire_ns <= proposal.now_ns:
        return "it would have expired already"
    if time_in_force in {"ioc", "fok"}:
        if proposal.post_only:
            return f"a post-only order cannot be {time_in_force}"
        if wanted.order_type not in {"limit", "market"} or wanted.display_lots is not None:
            return f"only a plain limit or market order can be {time_in_force}"
    return None


def order_qty_max(proposal: Proposal, limits: Limits, own: SymbolLimits) -> str | None:
    """No single order is of more than this."""
    most = limits.order_qty_max
    if most is not None and proposal.grows and (qty := qty_of(proposal.instrument, proposal.qty_lots)) > most:
        return f"the order is of {qty:f} {proposal.instrument.base}, more than {most:f}"
    return None


def order_value_max(proposal: Proposal, limits: Limits, own: SymbolLimits) -> str | None:
    """No single order is worth more than this."""
    if proposal.grows and proposal.value > limits.order_value_max:
        return f"the order is worth {proposal.value:.2f}, more than {limits.order_value_max:f}"
    return None


def open_orders_max(proposal: Proposal, limits: Limits, own: SymbolLimits) -> str | None:
    """No more orders open at once than this."""
    if proposal.amends:
        return None
    if proposal.open_orders >= limits.open_orders_max:
        return f"{proposal.open_orders} orders are open, and {limits.open_orders_max} is the most"
    if own.open_orders_max is not None and proposal.open_orders_here >= own.open_orders_max:
        symbol = proposal.instrument.symbol
        return f"{proposal.open_orders_here} orders are open in {symbol}, and {own.open_orders_max} is the most"
    return None


def orders_minute_max(proposal: Proposal, limits: Limits, own: SymbolLimits) -> str | None:
    """No more orders within a minute than this."""
    return None if proposal.amends else _too_often(proposal, limits.orders_minute_max, own.orders_minute_max, "orders")


def amends_minute_max(proposal: Proposal, limits: Limits, own: SymbolLimits) -> str | None:
    """No more amends within a minute than this."""
    return _too_often(proposal, limits.amends_minute_max, own.amends_minute_max, "amends") if proposal.amends else None


def _too_often(proposal: Proposal, most: int, most_here: int | None, what: str) -> str | None:
    if proposal.lately >= most:
        return f"{proposal.lately} {what} within a minute, and {most} is the most"
    if most_here is not None and proposal.lately_here >= most_here:
        symbol = proposal.instrument.symbol
        return f"{proposal.lately_here} {what} within a minute in {symbol}, and {most_here} is the most"
    return None


def turnover_day_max(proposal: Proposal, limits: Limits, own: SymbolLimits) -> str | None:
    """Were everything filled, no more has been traded today than this. What reduces passes."""
    if not proposal.adds:
        return None
    after = proposal.turnover + proposal.value
    if after > limits.turnover_day_max:
        return f"{after:.2f} would be traded today, more than {limits.turnover_day_max:f}"
    after = proposal.turnover_here + proposal.value
    if own.turnover_day_max is not None and after > own.turnover_day_max:
        symbol = proposal.instrument.symbol
        return f"{after:.2f} would be traded today in {symbol}, more than {own.turnover_day_max:f}"
    return None
