"""What v1 says of an order in words, in its two manners (websocket-v1.md 5 and 6, captures).

In openOrders: `buy 0.00010000 XBT/USD @ market 0.00000`, `buy 5.00000000 ATOM/USD @ limit 9.25000`. In the answer to
addOrder: `sell 0.00010000 XBTUSDT @ market`, `buy 10.00000000 USDCUSD @ limit 0.9000`.

Pure. Imports: core, listing, amounts. Imported by: open_order_rows, trading.
"""

from decimal import Decimal
from typing import Final

from msgspec import Struct

from fathom.exchange.core.order import Order
from fathom.exchange.core.ticket import Conditional
from fathom.exchange.listing import Listing
from fathom.exchange.v1.amounts import Amounts, padded
from fathom.protocol.messages import PriceType

_PERCENT_DECIMALS: Final = 4
_CASH_DECIMALS: Final = 8  # Of a volume in quote currency (oflags viqc).


class Described(Struct, frozen=True):
    """An order's two prices, and the order in words."""

    price: str
    price2: str
    order: str


def describe_open(order: Order, amounts: Amounts, listing: Listing) -> Described:
    """Return it in the manner of openOrders."""
    decimals, pair = amounts.price_decimals, amounts.pair
    zero = padded(Decimal(0), decimals)
    price, price2 = _prices(order, amounts, decimals)
    price, shown2 = price or zero, price2 or zero
    terms = _terms(order.order_type, price, shown2 if order.order_type.endswith("-limit") else None)
    return Described(price, shown2, f"{_who(order, listing)} {pair.wsname} @ {terms}{_leverage(order)}")


def describe_added(order: Order, listing: Listing) -> str:
    """Return it in the manner of addOrder's answer."""
    amounts = Amounts(listing, order.symbol)
    terms = _terms(order.order_type, *_prices(order, amounts, amounts.pair.price_precision))
    return f"{_who(order, listing)} {amounts.pair.altname} @ {terms}{_leverage(order)}"


def close_prices(conditional: Conditional, amounts: Amounts) -> tuple[str | None, str | None]:
    """Return price and price2 of a conditional close; None where it has none."""
    decimals = amounts.price_decimals
    limit = _price_text(conditional.limit_price, conditional.limit_price_type, decimals)
    if conditional.trigger_price is None:
        return limit, None
    return _price_text(conditional.trigger_price, conditional.trigger_price_type, decimals), limit


def describe_close(conditional: Conditional, amounts: Amounts) -> str:
    """Return an order's conditional close in words."""
    return f"close position @ {_terms(conditional.order_type, *close_prices(conditional, amounts))}"


def volume_text(order: Order, listing: Listing) -> str:
    """Return the volume as it was asked for: of base, or of quote for an order by cash."""
    pair = listing.pair(order.symbol)
    assert pair is not None, order.symbol
    if order.cash_units is None:
        return pair.qty_text(order.qty_lots)
    return padded(Decimal(order.cash_units).scaleb(-listing.asset(pair.quote).decimals), _CASH_DECIMALS)


def _prices(order: Order, amounts: Amounts, decimals: int) -> tuple[str | None, str | None]:
    """Return price and price2: the limit, or what triggers it and then its limit."""
    limit = None if order.limit_ticks is None else padded(amounts.pair.price(order.limit_ticks), decimals)
    if order.limit_offset is not None:
        limit = _price_text(order.limit_offset, order.limit_price_type, decimals)
    trigger = order.trigger
    if trigger is None:
        return limit, None
    return _price_text(trigger.price, trigger.price_type, decimals), limit


def _price_text(price: Decimal | None, price_type: PriceType, decimals: int) -> str | None:
    """Return a price, or an offset with its sign: `+1.0000%`, `-5.00000`. A trailing distance is positive."""
    if price is None or price_type == "static":
        return None if price is None else padded(price, decimals)
    sign = "" if price < 0 else "+"
    if price_type == "pct":
        return f"{sign}{padded(price, _PERCENT_DECIMALS)}%"
    return f"{sign}{padded(price, decimals)}"


def _terms(order_type: str, price: str | None, price2: str | None) -> str:
    """Return `limit 4000.0`, `market`, `stop loss 22000.0 -> limit 21000.0`."""
    words = "limit" if order_type == "iceberg" else order_type
    if words != "limit":
        words = words.removesuffix("-limit").replace("-", " ")
    told = words if price is None else f"{words} {price}"
    return told if price2 is None else f"{told} -> limit {price2}"


def _who(order: Order, listing: Listing) -> str:
    return f"{order.side} {volume_text(order, listing)}"


def _leverage(order: Order) -> str:
    return f" with {order.leverage}:1 leverage" if order.leverage else ""
