"""From what a client asks for to an order, or to why not: in Kraken's words, changing nothing.

Pure. Imports: bank, admission, amounts, client_ids, floor, market, order, order_forms, reasons, secondary, ticket,
trigger_prices, walking. Imported by: venue, editing.
"""

from decimal import Decimal
from typing import Final

from fathom.exchange.bank import Account, Refusal
from fathom.exchange.core import reasons
from fathom.exchange.core.admission import refuse_new
from fathom.exchange.core.amounts import lots_of, price_ticks_of, units_of
from fathom.exchange.core.client_ids import is_client_id, is_userref
from fathom.exchange.core.floor import Floor
from fathom.exchange.core.market import Market
from fathom.exchange.core.order import Order
from fathom.exchange.core.order_forms import FORMS, OrderForm
from fathom.exchange.core.secondary import refuse_conditional
from fathom.exchange.core.ticket import Ticket
from fathom.exchange.core.trigger_prices import limit_when_triggered, trigger_of

SECOND_NS: Final = 1_000_000_000
DEADLINE_MIN_NS: Final = SECOND_NS // 2
DEADLINE_MAX_NS: Final = 60 * SECOND_NS
AHEAD_MAX_NS: Final = 31 * 86_400 * SECOND_NS  # expire_time and effective_time: a month.
SLICES_MAX: Final = 15  # Of an iceberg.


def order_of(floor: Floor, market: Market, account: Account, ticket: Ticket) -> Order | Refusal:
    """Return the order that the ticket asks for, not yet known to anybody; or the first thing that is wrong with it."""
    if account.house:
        return _house_order(floor, market, account, ticket)
    refusal = (
        refuse_deadline(ticket.deadline_ns, now_ns=floor.now_ns)
        or _refuse_mode(market, ticket)
        or _refuse_form(ticket, FORMS[ticket.order_type])
        or _refuse_times(ticket, now_ns=floor.now_ns)
        or _refuse_ids(floor, account, ticket)
        or _refuse_margin(floor, market, account, ticket)
    )
    if refusal is not None:
        return refusal
    if ticket.conditional is not None:
        refusal = refuse_conditional(market, account, ticket.conditional, side=ticket.side)
        if refusal is not None:
            return refusal
    order = Order(
        order_id=floor.ids.order(),
        account=account,
        symbol=ticket.symbol,
        side=ticket.side,
        order_type=ticket.order_type,
        qty_lots=0,
        time_in_force=ticket.time_in_force,
        post_only=ticket.post_only,
        reduce_only=ticket.reduce_only,
        leverage=ticket.leverage,
        effective_ns=None if (ticket.effective_ns or 0) <= floor.now_ns else ticket.effective_ns,
        expire_ns=ticket.expire_ns,
        cl_ord_id=ticket.cl_ord_id,
        userref=ticket.userref,
        sender_sub_id=ticket.sender_sub_id,
        conditional=ticket.conditional,
        # Kraken's pages say base for sells, its captured rows of sells say quote.
        fee_in_base=ticket.fee_preference == "base",
        stp_type=ticket.stp_type,
        opened_ns=floor.now_ns,
        changed_ns=floor.now_ns,
    )
    return _put_prices(market, order, ticket) or _put_quantity(floor, market, order, ticket) or order


def refuse_deadline(deadline_ns: int | None, *, now_ns: int) -> Refusal | None:
    """Return why a request is too late, or names a time that no deadline may have."""
    if deadline_ns is None:
        return None
    ahead_ns = deadline_ns - now_ns
    if ahead_ns < 0:
        return reasons.DEADLINE_ELAPSED
    return None if DEADLINE_MIN_NS <= ahead_ns <= DEADLINE_MAX_NS else reasons.invalid("deadline")


def refuse_size(market: Market, order: Order, *, lots: int) -> Refusal | None:
    """Return why an order of so many lots is too small: in base, or at its price in quote."""
    if lots < market.pair.qty_lots_min:
        return reasons.ORDER_MINIMUM
    price_ticks = order.limit_ticks
    if price_ticks is None:
        price_ticks = order.trigger.actual_ticks if order.trigger is not None else market.opposite(order.side).best()
    if price_ticks is not None and price_ticks * lots < market.cost_least:
        return reasons.COST_MINIMUM
    return None


def refuse_display(display_lots: int | None, *, lots: int, left_lots: int) -> Refusal | None:
    """Return why an iceberg of so many lots, with so many left, may not show so few or so many."""
    if display_lots is None or not 0 < display_lots <= lots or display_lots * SLICES_MAX < left_lots:
        return reasons.invalid("displayvol")
    return None


def _house_order(floor: Floor, market: Market, account: Account, ticket: Ticket) -> Order | Refusal:
    """The market's own orders are plain: limit or market. They are asked for the pair's state, a price and a size."""
    order_type = ticket.order_type
    if order_type not in {"limit", "market"} or ticket.order_qty is None:
        return reasons.invalid("ordertype")
    if market.mode != "online" and (refusal := _refuse_mode(market, ticket)) is not None:
        return refusal
    limit_ticks: int | None = None
    if order_type == "limit":
        if ticket.limit_price is None:
            return reasons.invalid("price")
        ticks = price_ticks_of(ticket.limit_price, market.pair)
        if isinstance(ticks, Refusal):
            return ticks
        limit_ticks = ticks
    lots = lots_of(ticket.order_qty, market.pair)
    if lots is None or lots <= 0:
        return reasons.invalid("volume")
    return Order(
        order_id=floor.ids.order(),
        account=account,
        symbol=ticket.symbol,
        side=ticket.side,
        order_type=order_type,
        qty_lots=lots,
        limit_ticks=limit_ticks,
        time_in_force=ticket.time_in_force,
        post_only=ticket.post_only,
        opened_ns=floor.now_ns,
        changed_ns=floor.now_ns,
    )


def _refuse_mode(market: Market, ticket: Ticket) -> Refusal | None:
    if market.mode == "online":
        return None
    return refuse_new(
        market,
        order_type=ticket.order_type,
        side=ticket.side,
        post_only=ticket.post_only,
        reduces=ticket.reduce_only or ticket.order_type == "settle-position",
        on_margin=ticket.leverage > 0,
    )


def _refuse_form(ticket: Ticket, form: OrderForm) -> Refusal | None:
    """Hold the ticket against the table of websocket-v2.md 8.1."""
    if (ticket.trigger_price is not None) != form.trigger:
        return reasons.invalid("price")
    if (ticket.limit_price is not None) != form.limit:
        return reasons.invalid("price2" if form.trigger else "price")
    if ticket.limit_price_type not in {None, "static"} and not (form.trailing and form.limit):
        return reasons.invalid("price2" if form.trigger else "price")
    if (ticket.display_qty is not None) != form.display:
        return reasons.invalid("displayvol")
    if ticket.time_in_force not in form.times:
        return reasons.invalid("timeinforce")
    if ticket.post_only and (not form.limit or ticket.time_in_force in {"ioc", "fok"}):
        return reasons.invalid("post_only")
    if ticket.order_type == "settle-position" and (ticket.effective_ns is not None or ticket.conditional is not None):
        return reasons.invalid("ordertype")
    if (ticket.order_qty is None) == (ticket.cash_order_qty is None):
        return reasons.invalid("volume")
    if ticket.cash_order_qty is not None:
        on_spot_market = ticket.order_type == "market" and ticket.side == "buy" and ticket.leverage == 0
        if not on_spot_market:
            return reasons.invalid("volume")
    return None


def _refuse_times(ticket: Ticket, *, now_ns: int) -> Refusal | None:
    expire_ns, effective_ns = ticket.expire_ns, ticket.effective_ns
    if (ticket.time_in_force == "gtd") != (expire_ns is not None):
        return reasons.invalid("expiretm")
    if expire_ns is not None and not now_ns < expire_ns <= now_ns + AHEAD_MAX_NS:
        return reasons.invalid("expiretm")
    if effective_ns is not None and effective_ns > now_ns + AHEAD_MAX_NS:
        return reasons.invalid("starttm")
    if expire_ns is not None and effective_ns is not None and effective_ns >= expire_ns:
        return reasons.invalid("starttm")
    return None


def _refuse_ids(floor: Floor, account: Account, ticket: Ticket) -> Refusal | None:
    client_id = ticket.cl_ord_id
    if client_id is not None and (
        ticket.userref is not None or not is_client_id(client_id) or floor.registry.is_taken(account, client_id)
    ):
        return reasons.invalid("cl_ord_id")
    if ticket.userref is not None and not is_userref(ticket.userref):
        return reasons.invalid("userref")
    if ticket.sender_sub_id is not None and not is_client_id(ticket.sender_sub_id):
        return reasons.invalid("sender_sub_id")
    return None


def _refuse_margin(floor: Floor, market: Market, account: Account, ticket: Ticket) -> Refusal | None:
    settles = ticket.order_type == "settle-position"
    if ticket.leverage and ticket.leverage not in market.pair.leverages:
        return reasons.invalid("leverage")
    if ticket.reduce_only and not ticket.leverage and not settles:
        return reasons.invalid("reduce_only")
    if (ticket.reduce_only or settles) and not floor.bank.closable_lots(account, ticket.symbol, ticket.side):
        return reasons.NO_POSITION
    return None


def _put_prices(market: Market, order: Order, ticket: Ticket) -> Refusal | None:
    if ticket.trigger_price is not None:
        trigger = trigger_of(
            market,
            order_type=order.order_type,
            side=order.side,
            price=ticket.trigger_price,
            price_type=ticket.trigger_price_type,
            reference=ticket.trigger_reference,
        )
        if isinstance(trigger, Refusal):
            return trigger
        order.trigger = trigger
    if ticket.limit_price is None:
        return None
    if FORMS[order.order_type].trailing:
        order.limit_offset = ticket.limit_price
        order.limit_price_type = ticket.limit_price_type or "quote"
        ticks = limit_when_triggered(order, market.pair)
        return ticks if isinstance(ticks, Refusal) else None
    ticks = price_ticks_of(ticket.limit_price, market.pair)
    if isinstance(ticks, Refusal):
        return ticks
    order.limit_ticks = ticks
    return None


def _put_quantity(floor: Floor, market: Market, order: Order, ticket: Ticket) -> Refusal | None:
    pair = market.pair
    if ticket.cash_order_qty is not None:
        return _put_cash(floor, market, order, ticket.cash_order_qty)
    assert ticket.order_qty is not None
    lots = lots_of(ticket.order_qty, pair)
    if lots is None or lots < 0:
        return reasons.invalid("volume")
    closes_all = lots == 0 and (order.leverage > 0 or order.order_type == "settle-position")
    if closes_all:  # rest.md 6: 0 stands for what there is to close.
        lots = floor.bank.closable_lots(order.account, order.symbol, order.side)
    if lots == 0:
        return reasons.invalid("volume")
    order.qty_lots = lots
    # What closes a position may be as small as that.
    if not closes_all and order.order_type != "settle-position":
        refusal = refuse_size(market, order, lots=lots)
        if refusal is not None:
            return refusal
    if ticket.display_qty is None:
        return None
    order.display_lots = lots_of(ticket.display_qty, pair)
    return refuse_display(order.display_lots, lots=lots, left_lots=lots)


def _put_cash(floor: Floor, market: Market, order: Order, cash: Decimal) -> Refusal | None:
    units = units_of(cash, floor.listing.asset(market.pair.quote).decimals)
    if units is None or units <= 0:
        return reasons.invalid("volume")
    order.cash_units = units
    best = market.asks.best()
    if best is not None and market.lots_for(units, best) < market.pair.qty_lots_min:
        return reasons.ORDER_MINIMUM
    return None if cash >= market.pair.cost_min else reasons.COST_MINIMUM
