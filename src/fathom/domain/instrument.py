"""What one pair allows: precisions, tick and lot, minima. From the `instrument` channel (websocket-v2.md 6.5).

Pure. Imports: units. Imported by: every room above domain.
"""

from decimal import Decimal
from typing import Literal

from msgspec import Struct

from fathom.domain.units import EXACT, to_units, units_decimal, units_text

PairStatus = Literal[
    "cancel_only",
    "delisted",
    "limit_only",
    "maintenance",
    "online",
    "post_only",
    "reduce_only",
    "work_in_progress",
]


class Instrument(Struct, frozen=True, kw_only=True):
    """One pair. Prices are ints of 10^-price_precision quote, quantities of 10^-qty_precision base."""

    symbol: str
    base: str
    quote: str
    price_precision: int
    qty_precision: int
    cost_precision: int
    price_increment_ticks: int = 1
    qty_increment_lots: int = 1
    qty_lots_min: int
    cost_min: Decimal
    status: PairStatus = "online"

    def price_text(self, price_ticks: int) -> str:
        """Return the price as Kraken writes it, padded."""
        return units_text(price_ticks, precision=self.price_precision)

    def qty_text(self, qty_lots: int) -> str:
        """Return the quantity as Kraken writes it, padded."""
        return units_text(qty_lots, precision=self.qty_precision)

    def price(self, price_ticks: int) -> Decimal:
        """Return the price in quote currency, exactly."""
        return units_decimal(price_ticks, precision=self.price_precision)

    def qty(self, qty_lots: int) -> Decimal:
        """Return the quantity in base currency, exactly."""
        return units_decimal(qty_lots, precision=self.qty_precision)

    def cost(self, *, price_ticks: int, qty_lots: int) -> Decimal:
        """Return price times quantity in quote currency, exactly, with every decimal of the product."""
        return Decimal(price_ticks * qty_lots).scaleb(-(self.price_precision + self.qty_precision), context=EXACT)

    def price_ticks(self, price: Decimal) -> int:
        """Return the price in ticks, exactly. Raises LocalError where it is finer than the precision."""
        return to_units(price, precision=self.price_precision, field="price")

    def qty_lots(self, qty: Decimal) -> int:
        """Return the quantity in lots, exactly. Raises LocalError where it is finer than the precision."""
        return to_units(qty, precision=self.qty_precision, field="qty")
