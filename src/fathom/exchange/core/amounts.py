"""Prices and quantities as asked for, turned into ticks and lots, exactly.

Pure. Imports: listing, price_words, reasons, domain. Imported by: intake, amending, triggers.
"""

from decimal import Decimal, Inexact

from fathom.domain import EXACT, INT64_MAX
from fathom.exchange.bank import Refusal
from fathom.exchange.core import reasons
from fathom.exchange.core.price_words import price_from
from fathom.exchange.listing import Pair
from fathom.protocol.messages import PriceType

DIGITS_MAX = 18  # Before the point; a longer number is beyond what any pair's ints hold.


def units_of(value: Decimal, precision: int) -> int | None:
    """Return the value as an int of 10^-precision; None where it is finer, too big, or no number."""
    if not value.is_finite() or value.adjusted() > DIGITS_MAX:
        return None
    try:
        scaled = value.scaleb(precision, EXACT)
    except Inexact:  # More digits than any of ours.
        return None
    units = int(scaled)
    return units if units == scaled and -INT64_MAX <= units <= INT64_MAX else None


def price_ticks_of(price: Decimal, pair: Pair) -> int | Refusal:
    """Return an absolute price in ticks."""
    ticks = units_of(price, pair.price_precision)
    if ticks is None or ticks <= 0:
        return reasons.INVALID_PRICE
    if ticks % pair.price_increment_ticks:
        return reasons.TICK_SIZE
    return ticks


def offset_ticks(reference_ticks: int, offset: Decimal, price_type: PriceType, pair: Pair) -> int | Refusal:
    """Return the price that lies so far from another, at the nearest tick."""
    if not offset.is_finite() or abs(offset.adjusted()) > DIGITS_MAX:
        return reasons.INVALID_PRICE
    price = price_from(reference_ticks, offset, price_type, pair=pair)
    if price is None:
        return reasons.INVALID_PRICE
    return price_ticks_of(price, pair)


def lots_of(qty: Decimal, pair: Pair) -> int | None:
    """Return a quantity in lots; None where it is finer than a lot, or no number."""
    return units_of(qty, pair.qty_precision)
