"""What things are worth in USD: the last price of each pair, and the way from each asset to USD.

Pure. Imports: scale, listing. Imported by: bank.
"""

from decimal import Decimal
from typing import Final

from fathom.domain import units_decimal
from fathom.exchange.bank.scale import pow_ten
from fathom.exchange.listing import PAIRS, Listing, Pair

USD: Final = "USD"
PRICE_PRECISION: Final = 15  # Of a price in USD: seven digits are left of the cheapest coin.
PRICE_ONE: Final = 10**PRICE_PRECISION
# Where no listed pair leads from an asset to USD, it goes by one of these, which all have a price in USD.
BRIDGES: Final = ("EUR", "USDT", "USDC", "GBP", "BTC", "ETH")


class Marks:
    """Last prices, in ticks. A pair that never traded is worth what the table says."""

    def __init__(self, listing: Listing) -> None:
        self._listing = listing
        self.prices: dict[str, int] = {}
        self._usd_decimals: int = listing.asset(USD).decimals
        # An asset's way to USD: pairs to multiply by, or to divide by where inverted.
        self._ways = {symbol: _way(listing, symbol) for symbol in listing.assets}
        # Kept for what no listed pair leads to.
        self._references = {pair.symbol: pair for pair in PAIRS}

    def price_ticks(self, pair: Pair) -> int:
        """Return the pair's last price, else what it cost when the table was written."""
        ticks = self.prices.get(pair.symbol)
        if ticks is None:
            return int(pair.reference_price.scaleb(pair.price_precision))
        return ticks

    def usd_price(self, asset: str) -> int:
        """Return the price of one asset in USD, as an int of 10^-15; 0 where nothing prices it."""
        price, way = PRICE_ONE, self._ways[asset]
        if way is None:
            return 0
        for symbol, inverted in way:
            pair = self._listing.pair(symbol) or self._references[symbol]
            one, ticks = pow_ten(pair.price_precision), max(self.price_ticks(pair), 1)
            price = price * one // ticks if inverted else price * ticks // one
        return price

    def usd_units(self, asset: str, units: int) -> int:
        """Return what the amount is worth, in units of USD, rounded down."""
        if asset == USD:
            return units
        decimals = self._listing.asset(asset).decimals
        return units * self.usd_price(asset) // pow_ten(decimals + PRICE_PRECISION - self._usd_decimals)

    def in_asset(self, usd_units: int, asset: str) -> Decimal:
        """Return an amount of USD in another asset, rounded down to its decimals; 0 where nothing prices it."""
        decimals, price = self._listing.asset(asset).decimals, self.usd_price(asset)
        scale = pow_ten(decimals + PRICE_PRECISION - self._usd_decimals)
        return units_decimal(usd_units * scale // price if price else 0, precision=decimals)

    def rescale(self, old: Pair, new: Pair) -> None:
        """Take the pair's new price precision: the last price is cut to it."""
        ticks = self.prices.get(old.symbol)
        if ticks is not None:
            self.prices[old.symbol] = max(1, ticks * pow_ten(new.price_precision) // pow_ten(old.price_precision))


def _way(listing: Listing, asset: str) -> tuple[tuple[str, bool], ...] | None:
    """Return the pairs from the asset to USD: one, or two over a bridge; unlisted ones from the table at worst."""
    if asset == USD:
        return ()
    if (direct := listing.usd_path(asset)) is not None:
        return (direct,)
    symbols = [*listing.pairs, *(pair.symbol for pair in PAIRS)]
    for bridge in BRIDGES:
        first = f"{asset}/{bridge}"
        if first in listing.pairs and f"{bridge}/USD" in symbols:
            return (first, False), (f"{bridge}/USD", False)
    if f"{asset}/USD" in symbols:
        return ((f"{asset}/USD", False),)
    return None
