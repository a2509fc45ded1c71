"""Ticks, lots and money: exact conversions between ints, decimal texts and `Decimal`.

A price is an int of ticks of 10^-price_precision, a quantity an int of lots of 10^-qty_precision. A float becomes
one only here, through a function that names its rounding.

Pure. Imports: errors. Imported by: every room above domain.
"""

from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, Context, Decimal, Inexact, InvalidOperation
from typing import Final

from fathom.domain.errors import LocalError

INT64_MAX: Final = 2**63 - 1  # The kernel keeps ticks and lots in 64 bits; what does not fit is refused.

# Wide enough for the exact product of any two 64-bit ints and then some; rounding in it is a bug, so it raises.
EXACT: Final = Context(prec=80, traps=[InvalidOperation, Inexact])
ROUNDING: Final = Context(prec=80, traps=[InvalidOperation])
DIGITS_MAX: Final = 19  # Of a 64-bit int.


def to_units(value: Decimal, *, precision: int, field: str = "number") -> int:
    """Return `value` as an int of 10^-precision, exactly.

    Raises LocalError where the value is finer than the precision or beyond 64 bits.
    """
    _check_size(value, precision=precision, field=field)
    try:
        scaled = value.scaleb(precision, context=EXACT)
    except Inexact:  # More digits than EXACT keeps: below 10^19, the last of them are decimals.
        raise LocalError(field, f"{value} has more than {precision} decimals") from None
    units = int(scaled)
    if units != scaled:
        raise LocalError(field, f"{value} has more than {precision} decimals")
    return _in_64_bits(units, value, precision=precision, field=field)


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
    """Round down: a bid's price, or a quantity that must not grow.

    This and the next two take a float at its exact value, which may lie just beside the decimal that was meant: 0.3 is
    a little less than 3/10, and floors to 2 tenths. Raises LocalError where the value is not finite or beyond 64 bits.
    """
    return _rounded(value, precision=precision, rounding=ROUND_FLOOR)


def ceil_to_units(value: float | Decimal, *, precision: int) -> int:
    """Round up: an ask's price, or a quantity that must reach a minimum."""
    return _rounded(value, precision=precision, rounding=ROUND_CEILING)


def nearest_units(value: float | Decimal, *, precision: int) -> int:
    """Round to the nearest, ties to even."""
    return _rounded(value, precision=precision, rounding=ROUND_HALF_EVEN)


def _rounded(value: float | Decimal, *, precision: int, rounding: str) -> int:
    exact = Decimal(value)
    _check_size(exact, precision=precision, field="number")
    # One rounding, of the exact value: to scale it first would round a long one twice.
    rounded = exact.quantize(Decimal(1).scaleb(-precision), rounding=rounding, context=ROUNDING)
    return _in_64_bits(int(rounded.scaleb(precision, context=EXACT)), exact, precision=precision, field="number")


def _check_size(value: Decimal, *, precision: int, field: str) -> None:
    """Refuse what is far beyond 64 bits before it becomes an int: 1E+999999999 would fill the memory."""
    if not value.is_finite():
        raise LocalError(field, f"{value} is not a finite number")
    if value and value.adjusted() + precision >= DIGITS_MAX:
        raise LocalError(field, f"{value} does not fit 64 bits at {precision} decimals")


def _in_64_bits(units: int, value: Decimal, *, precision: int, field: str) -> int:
    if abs(units) > INT64_MAX:
        raise LocalError(field, f"{value} does not fit 64 bits at {precision} decimals")
    return units
