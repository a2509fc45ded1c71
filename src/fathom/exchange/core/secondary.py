"""Conditional close: each fill of a primary order makes a secondary one of its size, on the other side.

Pure. Imports: amounts, floor, market, order, order_forms, trigger_prices. Imported by: intake, matching.
"""

from decimal import Decimal
from typing import Final

from fathom.exchange.bank import Account, Refusal
from fathom.exchange.core import reasons
from fathom.exchange.core.amounts import price_ticks_of
from fathom.exchange.core.floor import Floor
from fathom.exchange.core.market import Market
from fathom.exchange.core.order import Order
from fathom.exchange.core.order_forms import CONDITIONAL_TYPES, FORMS
from fathom.exchange.core.ticket import Conditional
from fathom.exchange.core.trigger_prices import limit_when_triggered, trigger_of
from fathom.protocol.messages import OrderSide

CLOSE: Final = reasons.invalid("close")


def refuse_conditional(
    market: Market, account: Account, conditional: Conditional, *, side: OrderSide
) -> Refusal | None:
    """Return why a template is no good, for a primary order of this side; offsets are tried at the prices of now."""
    form = FORMS.get(conditional.order_type)
    if form is None or conditional.order_type not in CONDITIONAL_TYPES:
        return CLOSE
    if (conditional.trigger_price is not None) != form.trigger or (conditional.limit_price is not None) != form.limit:
        return CLOSE
    made = _order_of(
        market,
        account,
        conditional,
        order_id="",
        side="sell" if side == "buy" else "buy",
        lots=market.pair.qty_lots_min,
    )
    return made if isinstance(made, Refusal) else None


def secondary_of(floor: Floor, order: Order, lots: int) -> Order | None:
    """Make the order that a fill of so many lots asks for.

    None where there is none: an offset that leads to no price, or a template that a new precision has outdated.
    """
    assert order.conditional is not None, order.order_id
    made = _order_of(
        floor.market_of(order),
        order.account,
        order.conditional,
        order_id=floor.ids.order(),
        side="sell" if order.side == "buy" else "buy",
        lots=lots,
    )
    if isinstance(made, Refusal):
        return None
    made.leverage = order.leverage
    made.userref = order.userref
    made.sender_sub_id = order.sender_sub_id
    made.stp_type = order.stp_type
    made.parent_id = order.order_id
    made.opened_ns = made.changed_ns = floor.now_ns
    return made


def _order_of(
    market: Market, account: Account, conditional: Conditional, *, order_id: str, side: OrderSide, lots: int
) -> Order | Refusal:
    """Return the order that the template describes."""
    order = Order(
        order_id=order_id,
        account=account,
        symbol=market.pair.symbol,
        side=side,
        order_type=conditional.order_type,
        qty_lots=lots,
    )
    if conditional.trigger_price is not None:
        trigger = trigger_of(
            market,
            order_type=order.order_type,
            side=side,
            price=conditional.trigger_price,
            price_type=conditional.trigger_price_type,
            reference="last",
        )
        if isinstance(trigger, Refusal):
            return trigger
        order.trigger = trigger
    if conditional.limit_price is not None:
        return _with_limit(market, order, conditional.limit_price, conditional)
    return order


def _with_limit(market: Market, order: Order, limit_price: Decimal, conditional: Conditional) -> Order | Refusal:
    if FORMS[order.order_type].trailing:
        order.limit_offset, order.limit_price_type = limit_price, conditional.limit_price_type
        ticks = limit_when_triggered(order, market.pair)
    elif conditional.limit_price_type != "static":
        return CLOSE
    else:
        ticks = price_ticks_of(limit_price, market.pair)
        order.limit_ticks = None if isinstance(ticks, Refusal) else ticks
    return ticks if isinstance(ticks, Refusal) else order
