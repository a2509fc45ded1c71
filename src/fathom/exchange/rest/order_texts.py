"""What Kraken says of an order in words: `buy 2.12340000 XBTUSD @ limit 25000.1 with 2:1 leverage` (rest.md 5).

Pure. Imports: core, listing. Imported by: order_rows, trading_add, trading_change.
"""

from decimal import ROUND_HALF_EVEN, Context, Decimal
from typing import Final

from msgspec import Struct

from fathom.exchange.core import Conditional, Order
from fathom.exchange.listing import Listing, Pair
from fathom.protocol.messages import PriceType

NO_PRICE: Final = "0"
_VOLUME_DECIMALS: Final = 8  # Of a volume in quote currency, too.
_WIDE: Final = Context(prec=80)
_PERCENT_STEP: Final = Decimal("0.0001")
_TRIGGER_WORDS: Final = {"stop-loss": "stop loss", "take-profit": "take profit", "trailing-stop": "trailing stop"}


class Described(Struct, frozen=True):
    """The two prices of an order as REST shows them; `0` where there is none."""

    price: str
    price2: str


def pair_of(order: Order, listing: Listing) -> Pair:
    """Return the order's pair as it is now: pairs change, but never go."""
    pair = listing.pair(order.symbol)
    assert pair is not None, order.symbol
    return pair


def volume_text(order: Order, listing: Listing) -> str:
    """Return the volume as it was asked for: of base, or of quote for an order by cash."""
    pair = pair_of(order, listing)
    if order.cash_units is None:
        return pair.qty_text(order.qty_lots)
    amount = Decimal(order.cash_units).scaleb(-listing.asset(pair.quote).decimals)
    return f"{amount:.{_VOLUME_DECIMALS}f}"


def prices_of(order: Order, pair: Pair) -> Described:
    """Return price and price2 of an order."""
    trigger = order.trigger
    if trigger is None:
        return Described(NO_PRICE if order.limit_ticks is None else pair.price_text(order.limit_ticks), NO_PRICE)
    trailing = order.order_type.startswith("trailing")
    price = price_text(trigger.price, trigger.price_type, pair, positive=trailing)
    if not order.order_type.endswith("-limit"):
        return Described(price, NO_PRICE)
    if order.limit_offset is not None:
        return Described(price, price_text(order.limit_offset, order.limit_price_type, pair))
    return Described(price, NO_PRICE if order.limit_ticks is None else pair.price_text(order.limit_ticks))


def describe(order: Order, listing: Listing) -> str:
    """Return the order in words."""
    pair = pair_of(order, listing)
    prices = prices_of(order, pair)
    terms = _terms(order.order_type, prices)
    leverage = f" with {order.leverage}:1 leverage" if order.leverage else ""
    return f"{order.side} {volume_text(order, listing)} {pair.altname} @ {terms}{leverage}"


def describe_close(conditional: Conditional, pair: Pair) -> str:
    """Return an order's conditional close in words."""
    trailing = conditional.order_type.startswith("trailing")
    limit = (
        NO_PRICE
        if conditional.limit_price is None
        else price_text(conditional.limit_price, conditional.limit_price_type, pair)
    )
    trigger = (
        None
        if conditional.trigger_price is None
        else price_text(conditional.trigger_price, conditional.trigger_price_type, pair, positive=trailing)
    )
    prices = Described(limit, NO_PRICE) if trigger is None else Described(trigger, limit)
    return f"close position @ {_terms(conditional.order_type, prices)}"


def price_text(price: Decimal, price_type: PriceType, pair: Pair, *, positive: bool = False) -> str:
    """Return a price padded as the pair's, or an offset with its sign: `+1000.0`, `-2.0000%`."""
    if price_type == "pct":
        text = f"{price.quantize(_PERCENT_STEP, rounding=ROUND_HALF_EVEN, context=_WIDE):+f}%"
    else:
        step = Decimal(1).scaleb(-pair.price_precision)
        rounded = price.quantize(step, rounding=ROUND_HALF_EVEN, context=_WIDE)
        text = f"{rounded:f}" if price_type == "static" else f"{rounded:+f}"
    return f"+{text}" if positive and text[0] not in "+-" else text


def _terms(order_type: str, prices: Described) -> str:
    if order_type in {"limit", "iceberg"}:
        return f"limit {prices.price}"
    for kind, words in _TRIGGER_WORDS.items():
        if order_type == kind:
            return f"{words} {prices.price}"
        if order_type == f"{kind}-limit":
            return f"{words} {prices.price} -> limit {prices.price2}"
    return order_type.replace("-", " ")
