"""From ticks and lots to units of the ledger, for one pair as it is now.

A trade's amounts are rounded here, once, half to even: the buyer pays just what the seller gets.

Pure. Imports: listing. Imported by: bank.
"""

from fathom.exchange.listing import Listing, Pair


class Scale:
    """The factors of one pair. A changed pair needs a new one."""

    __slots__ = ("_base_divisor", "_base_factor", "_cost_divisor", "_cost_factor", "base", "pair", "quote")

    def __init__(self, listing: Listing, pair: Pair) -> None:
        self.pair = pair
        self.base = pair.base
        self.quote = pair.quote
        quote_decimals, base_decimals = listing.asset(pair.quote).decimals, listing.asset(pair.base).decimals
        self._cost_factor, self._cost_divisor = _factors(quote_decimals - pair.price_precision - pair.qty_precision)
        self._base_factor, self._base_divisor = _factors(base_decimals - pair.qty_precision)

    def cost_units(self, price_ticks: int, qty_lots: int) -> int:
        """Return what the lots cost at the price, in units of quote."""
        return _divided(price_ticks * qty_lots * self._cost_factor, self._cost_divisor)

    def base_units(self, qty_lots: int) -> int:
        """Return the lots in units of base. A ledger may be coarser: EUR has 4 decimals, EUR/USD's lots have 8."""
        return _divided(qty_lots * self._base_factor, self._base_divisor)

    def lots_within(self, price_ticks: int, cost_units: int) -> int:
        """Return how many lots cost no more than this, rounding included."""
        return cost_units * self._cost_divisor // (price_ticks * self._cost_factor)

    def cost_units_most(self, price_ticks: int, qty_lots: int) -> int:
        """Return the cost rounded up: what to keep aside for it."""
        return -(-price_ticks * qty_lots * self._cost_factor // self._cost_divisor)

    def base_units_most(self, qty_lots: int) -> int:
        """Return the lots in units of base rounded up: what to keep aside for them."""
        return -(-qty_lots * self._base_factor // self._base_divisor)


class Scales:
    """The factors of each pair as it is now."""

    __slots__ = ("_listing", "_scales")

    def __init__(self, listing: Listing) -> None:
        self._listing = listing
        self._scales: dict[str, Scale] = {}

    def of(self, pair: Pair) -> Scale:
        """Return the pair's factors; a changed pair is a new object, and gets new ones."""
        scale = self._scales.get(pair.symbol)
        if scale is None or scale.pair is not pair:
            scale = self._scales[pair.symbol] = Scale(self._listing, pair)
        return scale


def pow_ten(exponent: int) -> int:
    """Return 10^exponent, which must not be below 0: else it would be a float."""
    assert exponent >= 0
    return int(10**exponent)


def share(units: int, part: int, whole: int) -> int:
    """Return `units * part / whole`, half to even."""
    return _divided(units * part, whole)


def _factors(exponent: int) -> tuple[int, int]:
    """Return 10^exponent as a factor and a divisor."""
    return (pow_ten(exponent), 1) if exponent >= 0 else (1, pow_ten(-exponent))


def _divided(dividend: int, divisor: int) -> int:
    """Divide, half to even. Not negative."""
    if divisor == 1:
        return dividend
    quotient, rest = divmod(dividend, divisor)
    rest *= 2
    if rest > divisor or (rest == divisor and quotient & 1):
        return quotient + 1
    return quotient
