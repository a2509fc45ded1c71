"""At which price an order is set off, and the limit price that it has then.

Pure. Imports: amounts, market, order, order_forms, reasons. Imported by: intake, amending, entering, secondary,
triggers.
"""

from decimal import Decimal

from fathom.exchange.bank import Refusal
from fathom.exchange.core import reasons
from fathom.exchange.core.amounts import offset_ticks, price_ticks_of
from fathom.exchange.core.market import Market
from fathom.exchange.core.order import Order, Trigger
from fathom.exchange.core.order_forms import FORMS, waits_above
from fathom.exchange.listing import Pair
from fathom.protocol.messages import OrderSide, PriceType, TriggerReference, WireOrderType


def trigger_of(
    market: Market,
    *,
    order_type: WireOrderType,
    side: OrderSide,
    price: Decimal,
    price_type: PriceType,
    reference: TriggerReference,
) -> Trigger | Refusal:
    """Return the trigger as it is when the order begins: offsets count from the reference price now."""
    if reference == "index" and not market.pair.has_index:
        return reasons.NO_INDEX
    above = waits_above(order_type, side)
    peak_ticks: int | None = None
    if FORMS[order_type].trailing:
        if price_type == "static":
            return reasons.invalid("price")
        peak_ticks = market.starting_ticks(reference)
        actual_ticks = trailing_ticks(peak_ticks, price, price_type, above=above, pair=market.pair)
    elif price_type == "static":
        actual_ticks = price_ticks_of(price, market.pair)
    else:
        actual_ticks = offset_ticks(market.starting_ticks(reference), price, price_type, market.pair)
    if isinstance(actual_ticks, Refusal):
        return actual_ticks
    return Trigger(
        reference=reference,
        price=price,
        price_type=price_type,
        actual_ticks=actual_ticks,
        above=above,
        peak_ticks=peak_ticks,
    )


def begun_trigger(market: Market, order: Order, trigger: Trigger) -> Trigger | Refusal:
    """Return the trigger of a scheduled order whose time has come: an offset counts from the price of now."""
    if trigger.price_type == "static":
        return trigger
    return trigger_of(
        market,
        order_type=order.order_type,
        side=order.side,
        price=trigger.price,
        price_type=trigger.price_type,
        reference=trigger.reference,
    )


def trailing_ticks(
    peak_ticks: int, distance: Decimal, price_type: PriceType, *, above: bool, pair: Pair
) -> int | Refusal:
    """Return the trigger price at a distance from the best that the reference has been."""
    if not distance.is_finite() or distance <= 0:
        return reasons.INVALID_PRICE
    return offset_ticks(peak_ticks, distance if above else -distance, price_type, pair)


def limit_when_triggered(order: Order, pair: Pair) -> int | Refusal:
    """Return the limit price of a trailing-stop-limit order: its offset, sign included, from the trigger price."""
    assert order.trigger is not None, order.order_id
    assert order.limit_offset is not None, order.order_id
    if order.limit_price_type == "static":
        return price_ticks_of(order.limit_offset, pair)
    return offset_ticks(order.trigger.actual_ticks, order.limit_offset, order.limit_price_type, pair)
