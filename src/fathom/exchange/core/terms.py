"""What of an order may change in place, and what an amend would make of it.

Pure. Imports: bank, amounts, market, order, order_forms, reasons, ticket, trigger_prices. Imported by: amending.
"""

from dataclasses import replace
from decimal import Decimal

from msgspec import Struct

from fathom.exchange.bank import Refusal
from fathom.exchange.core import reasons
from fathom.exchange.core.amounts import lots_of, price_ticks_of
from fathom.exchange.core.market import Market
from fathom.exchange.core.order import Order, Trigger
from fathom.exchange.core.order_forms import FORMS
from fathom.exchange.core.ticket import Amendment
from fathom.exchange.core.trigger_prices import trailing_ticks, trigger_of
from fathom.protocol.messages import PriceType


class Terms(Struct, kw_only=True):
    """Size and prices of an order."""

    qty_lots: int
    display_lots: int | None
    limit_ticks: int | None
    limit_offset: Decimal | None
    limit_price_type: PriceType
    trigger: Trigger | None


def terms_of(order: Order) -> Terms:
    """Return the order's terms as they are."""
    return Terms(
        qty_lots=order.qty_lots,
        display_lots=order.display_lots,
        limit_ticks=order.limit_ticks,
        limit_offset=order.limit_offset,
        limit_price_type=order.limit_price_type,
        trigger=order.trigger,
    )


def put_terms(order: Order, terms: Terms) -> None:
    """Give an order these terms. Where it stands in the book is the caller's."""
    order.qty_lots = terms.qty_lots
    order.display_lots = terms.display_lots
    order.limit_ticks = terms.limit_ticks
    order.limit_offset = terms.limit_offset
    order.limit_price_type = terms.limit_price_type
    order.trigger = terms.trigger


def amended_terms(market: Market, order: Order, amendment: Amendment) -> Terms | Refusal:
    """Return the terms that the amendment asks for, or what is wrong with it by itself."""
    terms = terms_of(order)
    refusal = (
        _ask_size(market, order, amendment, terms)
        or _ask_limit(market, order, amendment, terms)
        or _ask_trigger(market, order, amendment, terms)
    )
    return terms if refusal is None else refusal


def _ask_size(market: Market, order: Order, amendment: Amendment, terms: Terms) -> Refusal | None:
    if amendment.order_qty is not None:
        lots = lots_of(amendment.order_qty, market.pair)
        if lots is None or lots <= 0:
            return reasons.invalid("volume")
        terms.qty_lots = lots
    if amendment.display_qty is not None:
        display_lots = lots_of(amendment.display_qty, market.pair)
        if display_lots is None or display_lots <= 0 or not FORMS[order.order_type].display:
            return reasons.invalid("displayvol")
        terms.display_lots = display_lots
    return None


def _ask_limit(market: Market, order: Order, amendment: Amendment, terms: Terms) -> Refusal | None:
    price = amendment.limit_price
    form = FORMS[order.order_type]
    if price is None:
        return None if amendment.limit_price_type is None else reasons.invalid("price")
    if not form.limit:
        return reasons.invalid("price")
    if form.trailing and order.trigger is not None and not order.trigger.triggered:
        terms.limit_offset = price
        terms.limit_price_type = amendment.limit_price_type or "quote"
        return None
    if amendment.limit_price_type not in {None, "static"}:
        return reasons.invalid("price")
    ticks = price_ticks_of(price, market.pair)
    if isinstance(ticks, Refusal):
        return ticks
    terms.limit_ticks = ticks
    return None


def _ask_trigger(market: Market, order: Order, amendment: Amendment, terms: Terms) -> Refusal | None:
    price, trigger = amendment.trigger_price, order.trigger
    if price is None:
        return None if amendment.trigger_price_type is None else reasons.invalid("price")
    if trigger is None:
        return reasons.invalid("price")
    if trigger.triggered:
        return reasons.NOT_EDITABLE
    if trigger.peak_ticks is not None:  # It trails on from the best that the price has been.
        price_type = amendment.trigger_price_type or trigger.price_type
        if price_type == "static":
            return reasons.invalid("price")
        ticks = trailing_ticks(trigger.peak_ticks, price, price_type, above=trigger.above, pair=market.pair)
        if isinstance(ticks, Refusal):
            return ticks
        terms.trigger = replace(trigger, price=price, price_type=price_type, actual_ticks=ticks)
        return None
    changed = trigger_of(
        market,
        order_type=order.order_type,
        side=order.side,
        price=price,
        price_type=amendment.trigger_price_type or "static",
        reference=trigger.reference,
    )
    if isinstance(changed, Refusal):
        return changed
    terms.trigger = changed
    return None
