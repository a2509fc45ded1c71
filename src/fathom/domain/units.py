"""Ticks, lots and money: exact conversions between ints, decimal texts and `Decimal`.

A price is an int of ticks of 10^-price_precision, a quantity an int of lots of 10^-qty_precision. A float becomes
one only here, through a function that names its rounding.

Pure. Imports: errors. Imported by: every room above domain.
"""

import math
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, Context, Decimal, Inexact, InvalidOperation
from typing import Final

from fathom.domain.errors import LocalError

INT64_MAX: Final = 2**63 - 1  # The kernel keeps ticks and lots in 64 bits; what does not fit is refused.

# Wide enough for the exact product of any two 64-bit ints and then some; rounding in it is a bug, so it raises.
EXACT: Final = Context(prec=80, traps=[InvalidOperation, Inexact])


def to_units(value: Decimal, *, precision: int, field: str = "number") -> int:
    """Return `value` as an int of 10^-precision, exactly.

    Raises LocalError where the value is finer than the precision or beyond 64 bits.
    """
    if not value.is_finite():
        raise LocalError(field, f"{value} is not a finite number")
    scaled = value.scaleb(precision, context=EXACT)
    units = int(scaled)
    if units != scaled:
        raise LocalError(field, f"{value} has more than {precision} decimals")
    if abs(units) > INT64_MAX:
        raise LocalError(field, f"{value} does not fit 64 bits at {precision} decimals")
    return units


def units_text(units: int, *, precision: int) -> str:
    """Return the decimal text, padded to `precision` decimals, never with an exponent."""
    if precision == 0:
        return str(units)
    sign, digits = ("-", str(-units)) if units < 0 else ("", str(units))
    digits = digits.rjust(precision + 1, "0")
    return f"{sign}{digits[:-precision]}.{digits[-precision:]}"


def units_decimal(units: int, *, precision: int) -> Decimal:
    """Return `units` of 10^-precision as an exact Decimal."""
    return Decimal(units).scaleb(-precision, context=EXACT)


def floor_to_units(value: float | Decimal, *, precision: int) -> int:
    """Round down: a bid's price, or a quantity that must not grow."""
    return _rounded(value, precision=precision, rounding=ROUND_FLOOR)


def ceil_to_units(value: float | Decimal, *, precision: int) -> int:
    """Round up: an ask's price, or a quantity that must reach a minimum."""
    return _rounded(value, precision=precision, rounding=ROUND_CEILING)


def nearest_units(value: float | Decimal, *, precision: int) -> int:
    """Round to the nearest, ties to even."""
    return _rounded(value, precision=precision, rounding=ROUND_HALF_EVEN)


def _rounded(value: float | Decimal, *, precision: int, rounding: str) -> int:
    if not math.isfinite(value):
        raise LocalError("number", f"{value} is not a finite number")
    return int(
        Decimal(value).scaleb(precision, context=Context(prec=400)).to_integral_value(rounding=rounding)
    )
