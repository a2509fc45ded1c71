"""Prices and amounts as v1's private channels write them: texts with more decimals than v2's and REST's.

A price has the decimals of v1's public data (26425.20000), a cost or fee at least as many (websocket-v1.md 5).

Pure. Imports: domain, feeds, listing. Imported by: order_texts, open_order_rows, own_trade_rows.
"""

from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Final

from fathom.domain import units_decimal
from fathom.exchange.feeds.pair_texts import V1_DECIMALS_MIN
from fathom.exchange.listing import Listing, Pair

_WIDE: Final = Context(prec=80)


def padded(amount: Decimal, decimals: int) -> str:
    """Return the amount with just so many decimals, rounded half up."""
    return f"{amount.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP, context=_WIDE):f}"


class Amounts:
    """The texts of one pair's prices and amounts, as the pair is now."""

    __slots__ = ("_base_decimals", "_cost_decimals", "_quote_decimals", "pair", "price_decimals")

    def __init__(self, listing: Listing, symbol: str) -> None:
        pair = listing.pair(symbol)
        assert pair is not None, symbol  # Pairs change, but never go.
        self.pair: Pair = pair
        self.price_decimals = max(V1_DECIMALS_MIN, pair.price_precision)
        self._cost_decimals = max(self.price_decimals, pair.cost_precision)
        self._base_decimals = listing.asset(pair.base).decimals
        self._quote_decimals = listing.asset(pair.quote).decimals

    def price(self, price_ticks: int | None) -> str:
        """Return a price; zero where there is none."""
        return padded(self.pair.price(price_ticks or 0), self.price_decimals)

    def qty(self, qty_lots: int) -> str:
        """Return a quantity."""
        return self.pair.qty_text(qty_lots)

    def cost(self, units: int) -> str:
        """Return an amount of quote currency."""
        return padded(units_decimal(units, precision=self._quote_decimals), self._cost_decimals)

    def fee(self, units: int, *, in_base: bool) -> str:
        """Return a fee: as a cost, or in base currency where it was paid so."""
        if not in_base:
            return self.cost(units)
        return padded(units_decimal(units, precision=self._base_decimals), self._base_decimals)

    def average_price(self, *, cost_units: int, qty_lots: int) -> str:
        """Return an average price; zero where nothing was filled."""
        if not qty_lots:
            return padded(Decimal(0), self.price_decimals)
        cost = units_decimal(cost_units, precision=self._quote_decimals)
        return padded(_WIDE.divide(cost, self.pair.qty(qty_lots)), self.price_decimals)
