"""One pair's numbers as texts, padded as the feeds pad them. Ints in, never a float.

Pure. Imports: domain, listing. Imported by: feeds, rest, v1.
"""

from collections.abc import Callable
from decimal import Decimal
from functools import lru_cache
from typing import Final

from fathom.domain import units_text
from fathom.exchange.listing import Pair

V1_DECIMALS_MIN: Final = 5
_PRICES_MAX: Final = 4_096  # Price texts kept a pair; the least used go.
_EXPONENT_BELOW: Final = Decimal("0.0001")


class PairTexts:
    """The texts of one pair at its precisions of now."""

    __slots__ = ("pair", "price", "qty", "v1_decimals", "v1_price", "v1_scale", "v1_units")

    def __init__(self, pair: Pair) -> None:
        self.pair = pair
        # Version 1 and REST's Ticker pad XBT/USD to 5 decimals. Other pairs had 5 to 9 in 2021, by no rule that shows.
        self.v1_decimals = max(V1_DECIMALS_MIN, pair.price_precision)
        self.v1_scale = 10 ** (self.v1_decimals - pair.price_precision)
        self.price: Callable[[int], str] = lru_cache(maxsize=_PRICES_MAX)(padded(pair.price_precision))
        self.qty: Callable[[int], str] = padded(pair.qty_precision)
        self.v1_units: Callable[[int], str] = padded(self.v1_decimals)  # Of ticks * v1_scale.
        v1_units, scale = self.v1_units, self.v1_scale
        self.v1_price: Callable[[int], str] = lru_cache(maxsize=_PRICES_MAX)(lambda ticks: v1_units(ticks * scale))

    def signed_price(self, ticks: int) -> str:
        """Return a difference of prices."""
        return units_text(ticks, precision=self.pair.price_precision)


def padded(precision: int) -> Callable[[int], str]:
    """Return what writes ints of 10^-precision, none of them negative, with that many decimals."""
    if precision == 0:
        return str
    width = precision + 1

    def text(units: int) -> str:
        digits = str(units)
        if len(digits) < width:
            digits = digits.zfill(width)
        return f"{digits[:-precision]}.{digits[-precision:]}"

    return text


def shortest_text(value: Decimal) -> str:
    """Return the number as printers of floats do: 0.1, 200.0, 1e-08. The instrument channel writes so."""
    value = value.normalize()
    if not value or abs(value) >= _EXPONENT_BELOW:
        text = f"{value:f}"
        return text if "." in text else f"{text}.0"
    sign, digits, _ = value.as_tuple()
    rest = "".join(str(digit) for digit in digits[1:])
    return f"{'-' if sign else ''}{digits[0]}{'.' if rest else ''}{rest}e-{-value.adjusted():02}"
