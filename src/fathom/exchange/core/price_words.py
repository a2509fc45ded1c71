"""Prices as REST and WebSocket v1 write them: `37500`, `+5`, `-2%`, `#1` (rest.md 6, relative prices).

A sign makes the number an offset from the last trade (of a trailing order: a distance, or the limit's offset from the
trigger), `#` one whose direction follows from the order, and `%` a share of that price.

Pure. Imports: protocol's words, domain, listing. Imported by: rest, v1.
"""

import re
from decimal import Decimal
from typing import Final

from msgspec import Struct

from fathom.domain import LocalError, nearest_units
from fathom.exchange.listing import Pair
from fathom.protocol.messages import OrderSide, PriceType, WireOrderType

# More digits than any price or quantity has; a longer text is no price. No exponent: Kraken documents none here.
_PRICE: Final = re.compile(r"([+\-#]?)([0-9]{1,18}(?:\.[0-9]{1,18})?)(%?)", re.ASCII)

# A take-profit waits on the good side of the market, a limit order on its own: sells above, buys below. All others
# follow the market: a sell's stop is below, a buy's above.
_OWN_SIDE: Final = frozenset({"limit", "iceberg", "take-profit", "take-profit-limit"})


class PriceWord(Struct, frozen=True):
    """What such a text says. `amount` has its sign already, but for `#`: then `directed` gives it one."""

    amount: Decimal
    price_type: PriceType = "static"
    by_direction: bool = False  # Written with `#`.

    def directed(self, *, side: OrderSide, order_type: WireOrderType) -> Decimal:
        """Return the amount with its sign, for this kind of order."""
        if not self.by_direction:
            return self.amount
        above = (side == "sell") == (order_type in _OWN_SIDE)
        return self.amount if above else -self.amount


def relative_price(text: str) -> PriceWord | None:
    """Return what the text says; None where it is no price. A `%` needs a sign or `#` before it."""
    match = _PRICE.fullmatch(text)
    if match is None:
        return None
    sign, digits, percent = match.groups()
    amount = Decimal(digits)
    if not sign:
        return None if percent else PriceWord(amount)
    return PriceWord(-amount if sign == "-" else amount, "pct" if percent else "quote", by_direction=sign == "#")


def plain_number(text: str) -> Decimal | None:
    """Return a quantity or an absolute price: digits without a sign, or None."""
    word = relative_price(text)
    return word.amount if word is not None and word.price_type == "static" else None


def price_from(reference_ticks: int, offset: Decimal, price_type: PriceType, *, pair: Pair) -> Decimal | None:
    """Return the price that lies so far from a reference price, at the nearest tick; None where there is none.

    A static price is returned as it is.
    """
    if price_type == "static":
        return offset
    reference = pair.price(reference_ticks)
    price = reference + (reference * offset / 100 if price_type == "pct" else offset)
    try:
        increments = nearest_units(price / pair.price_increment_ticks, precision=pair.price_precision)
    except LocalError:
        return None
    return pair.price(increments * pair.price_increment_ticks) if increments > 0 else None
