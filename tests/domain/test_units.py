from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor
from typing import Final, Protocol

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from fathom.domain import (
    EXACT,
    INT64_MAX,
    LocalError,
    ceil_to_units,
    floor_to_units,
    nearest_units,
    to_units,
    units_decimal,
    units_text,
)

precisions = st.integers(0, 18)
int64s = st.integers(-INT64_MAX, INT64_MAX)


class Rounding(Protocol):
    def __call__(self, value: float | Decimal, *, precision: int) -> int: ...


ROUNDINGS: Final[tuple[Rounding, ...]] = (floor_to_units, ceil_to_units, nearest_units)


@given(int64s, precisions)
def test_units_go_to_text_and_to_decimal_and_come_back(units: int, precision: int) -> None:
    text, exact = units_text(units, precision=precision), units_decimal(units, precision=precision)
    assert Decimal(text) == exact == Fraction(units, 10**precision)
    assert to_units(Decimal(text), precision=precision) == to_units(exact, precision=precision) == units


@given(int64s, precisions)
def test_text_is_padded_and_has_no_exponent(units: int, precision: int) -> None:
    text = units_text(units, precision=precision)
    whole, point, decimals = text.removeprefix("-").partition(".")
    assert text.startswith("-") == (units < 0)
    assert whole.isdecimal()
    assert whole == str(int(whole)), "no leading zeros"
    assert (point, len(decimals)) == (("." if precision else ""), precision)
    assert decimals.isdecimal() or not precision


@pytest.mark.parametrize(
    ("units", "precision", "text"),
    [
        (0, 0, "0"),
        (0, 8, "0.00000000"),
        (1, 8, "0.00000001"),
        (-1, 8, "-0.00000001"),
        (100_000_000, 8, "1.00000000"),
        (5_666_660, 1, "566666.0"),
        (-25, 1, "-2.5"),
        (INT64_MAX, 8, "92233720368.54775807"),
        (-INT64_MAX, 0, "-9223372036854775807"),
    ],
)
def test_texts(units: int, precision: int, text: str) -> None:
    assert units_text(units, precision=precision) == text


@given(int64s, precisions, st.integers(0, 40))
def test_zeros_behind_change_nothing(units: int, precision: int, zeros: int) -> None:
    exact = units_decimal(units, precision=precision)
    longer = exact.quantize(Decimal(1).scaleb(-precision - zeros), context=EXACT)
    assert to_units(longer, precision=precision) == units
    assert all(rounded(longer, precision=precision) == units for rounded in ROUNDINGS)


@pytest.mark.parametrize(
    ("text", "precision", "rule"),
    [
        ("0.15", 1, "0.15 has more than 1 decimals"),
        ("-0.15", 1, "-0.15 has more than 1 decimals"),
        ("1E-9", 8, "1E-9 has more than 8 decimals"),
        ("1E-2000000", 8, "1E-2000000 has more than 8 decimals"),
        ("0." + "1" * 100, 8, "0." + "1" * 100 + " has more than 8 decimals"),
        ("9223372036854775808", 0, "9223372036854775808 does not fit 64 bits at 0 decimals"),
        ("-9223372036854775808", 0, "-9223372036854775808 does not fit 64 bits at 0 decimals"),
        ("92233720368.54775808", 8, "92233720368.54775808 does not fit 64 bits at 8 decimals"),
        ("1E+19", 0, "1E+19 does not fit 64 bits at 0 decimals"),
        ("1E+999999999", 8, "1E+999999999 does not fit 64 bits at 8 decimals"),  # Not tried: it would fill the memory.
        ("NaN", 8, "NaN is not a finite number"),
        ("sNaN", 8, "sNaN is not a finite number"),
        ("-Infinity", 8, "-Infinity is not a finite number"),
    ],
)
def test_what_is_no_whole_number_of_units_is_refused(text: str, precision: int, rule: str) -> None:
    with pytest.raises(LocalError) as refused:
        to_units(Decimal(text), precision=precision, field="limit_price")
    assert (refused.value.field, refused.value.rule) == ("limit_price", rule)


@pytest.mark.parametrize("text", ["0", "-0", "0E+999999999", "0E-999999999"])
def test_every_zero_is_zero(text: str) -> None:
    assert to_units(Decimal(text), precision=8) == 0
    assert all(rounded(Decimal(text), precision=8) == 0 for rounded in ROUNDINGS)


@given(st.decimals(allow_nan=False, allow_infinity=False) | st.decimals(-(10**12), 10**12, places=30), precisions)
def test_is_exact_or_refuses(value: Decimal, precision: int) -> None:
    try:
        units = to_units(value, precision=precision)
    except LocalError:
        scaled = Fraction(value) * 10**precision
        assert scaled.denominator != 1 or abs(scaled) > INT64_MAX
    else:
        assert units == Fraction(value) * 10**precision


# What rounding ought to say, in fractions.
EXPECTED: Final[dict[Rounding, Callable[[Fraction], int]]] = {
    floor_to_units: floor,
    ceil_to_units: ceil,
    nearest_units: round,
}


@given(
    st.floats(-9e9, 9e9)
    | st.decimals(-(10**9), 10**9, allow_nan=False, places=25)
    | st.integers(-(10**9), 10**9).map(lambda halves: Decimal(halves) / 2),
    st.integers(0, 9),
)
@example(0.3, 1)
@example(-0.3, 1)
@example(5e-324, 8)
@example(-5e-324, 8)
@example(Decimal("0.9" + "9" * 500), 0)
@example(Decimal("-0.5" + "0" * 500 + "1"), 0)
def test_rounding_goes_the_way_it_says(value: float | Decimal, precision: int) -> None:
    scaled = Fraction(value) * 10**precision
    for rounded, expected in EXPECTED.items():
        assert rounded(value, precision=precision) == expected(scaled)


@pytest.mark.parametrize(
    ("value", "precision", "floored", "nearest", "ceiled"),
    [
        (0.3, 1, 2, 3, 3),  # The float is a little less than 3/10.
        (0.1, 1, 1, 1, 2),  # And this one a little more.
        (Decimal("0.3"), 1, 3, 3, 3),
        (-1.25, 1, -13, -12, -12),
        (Decimal("2.5"), 0, 2, 2, 3),
        (Decimal("3.5"), 0, 3, 4, 4),
        (Decimal("-2.5"), 0, -3, -2, -2),
        (1e18, 0, 10**18, 10**18, 10**18),
        (Decimal("1E-2000000"), 8, 0, 0, 1),
    ],
)
def test_rounding(value: float | Decimal, precision: int, floored: int, nearest: int, ceiled: int) -> None:
    found = (
        floor_to_units(value, precision=precision),
        nearest_units(value, precision=precision),
        ceil_to_units(value, precision=precision),
    )
    assert found == (floored, nearest, ceiled)


@pytest.mark.parametrize("rounded", ROUNDINGS)
@pytest.mark.parametrize(
    "value",
    [
        float("nan"),
        float("inf"),
        float("-inf"),
        1e300,
        -1e300,
        Decimal("sNaN"),
        Decimal("1E+999999999"),
        Decimal(INT64_MAX + 1),
        Decimal(-INT64_MAX - 1),
    ],
)
def test_rounding_refuses_what_no_order_can_say(rounded: Rounding, value: float | Decimal) -> None:
    with pytest.raises(LocalError, match=r"not a finite number|does not fit 64 bits"):
        rounded(value, precision=0)


def test_the_exact_context_raises_where_it_would_round() -> None:
    assert EXACT.multiply(Decimal(INT64_MAX), Decimal(INT64_MAX)) == INT64_MAX**2
    with pytest.raises(ArithmeticError):
        EXACT.divide(Decimal(1), Decimal(3))
