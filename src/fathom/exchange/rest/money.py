"""Amounts as REST writes them: a cost or fee with the pair's cost decimals, a balance with the asset's.

Pure. Imports: bank, core, listing. Imported by: order_rows, account_trades, account_positions.
"""

from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Final

from fathom.domain import units_decimal
from fathom.exchange.listing import Listing, Pair

# Public prices have at least so many decimals in REST, whatever the pair's precision (rest.md 4).
PRICE_DECIMALS_MIN: Final = 5
_WIDE: Final = Context(prec=80)


def padded(amount: Decimal, decimals: int) -> str:
    """Return the amount with just so many decimals, rounded half up."""
    return f"{amount.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP, context=_WIDE):f}"


def quote_text(units: int, pair: Pair, listing: Listing) -> str:
    """Return an amount of quote currency as a cost."""
    return padded(units_decimal(units, precision=listing.asset(pair.quote).decimals), pair.cost_precision)


def fee_text(units: int, pair: Pair, listing: Listing, *, in_base: bool) -> str:
    """Return a fee: as a cost, or in base currency where it was paid so."""
    if in_base:
        return listing.asset(pair.base).amount_text(units)
    return quote_text(units, pair, listing)


def average_price_text(cost_units: int, lots: int, pair: Pair, listing: Listing) -> str:
    """Return an average price with the pair's decimals; a plain zero where nothing was filled."""
    if not lots:
        return padded(Decimal(0), pair.cost_precision)
    cost = units_decimal(cost_units, precision=listing.asset(pair.quote).decimals)
    return padded(_WIDE.divide(cost, pair.qty(lots)), pair.price_precision)


def public_price_text(price_ticks: int, pair: Pair) -> str:
    """Return a price as the public views write it: with five decimals or more."""
    return padded(pair.price(price_ticks), max(PRICE_DECIMALS_MIN, pair.price_precision))
