"""One pair: its names, precisions, minima, margin (rest.md 4, websocket-v2.md 6.5).

Pure. Imports: domain. Imported by: listing, listed.
"""

from decimal import Decimal

from msgspec import Struct

from fathom.domain import PairStatus, units_text


class Pair(Struct, frozen=True, kw_only=True):
    """One pair. Prices are ints of 10^-price_precision (ticks), quantities of 10^-qty_precision (lots).

    A price must be a multiple of `price_increment_ticks` besides. A change while running is a new Pair.
    """

    symbol: str  # v2's name: BTC/USD.
    base: str  # v2's names of the assets.
    quote: str
    rest_id: str  # XXBTZUSD
    altname: str  # XBTUSD
    wsname: str  # XBT/USD: REST and v1.
    price_precision: int
    qty_precision: int
    cost_precision: int
    price_increment_ticks: int = 1
    qty_lots_min: int
    cost_min: Decimal
    status: PairStatus = "online"
    leverages: tuple[int, ...] = ()  # Empty where there is no margin.
    margin_call_pct: int = 80
    margin_stop_pct: int = 40
    position_max_long: int = 0  # In whole units of base; 0 where there is no margin.
    position_max_short: int = 0
    has_index: bool = False
    reference_price: Decimal  # About what it cost when the table was written: where a random market starts.

    def price_text(self, price_ticks: int) -> str:
        """Return the price padded to the pair's precision."""
        return units_text(price_ticks, precision=self.price_precision)

    def qty_text(self, qty_lots: int) -> str:
        """Return the quantity padded to the pair's precision."""
        return units_text(qty_lots, precision=self.qty_precision)

    def price(self, price_ticks: int) -> Decimal:
        """Return the price in quote currency, exactly."""
        return Decimal(price_ticks).scaleb(-self.price_precision)

    def qty(self, qty_lots: int) -> Decimal:
        """Return the quantity in base currency, exactly."""
        return Decimal(qty_lots).scaleb(-self.qty_precision)
