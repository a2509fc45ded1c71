"""core/amounts.py: exact ints, or why not."""

from decimal import Decimal

import pytest
from core_scenario import PLAIN
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from fathom.exchange.bank import Refusal
from fathom.exchange.core.amounts import lots_of, offset_ticks, price_ticks_of, units_of

INVALID = Refusal("EOrder:Invalid price")
TICK = Refusal("EOrder:Tick size check failed")


@pytest.mark.parametrize(
    ("value", "precision", "units"),
    [
        ("1.5", 1, 15),
        ("1.50", 1, 15),
        ("1.55", 1, None),
        ("-1.5", 1, -15),
        ("0", 8, 0),
        ("1e3", 2, 100_000),
        ("1e-9", 8, None),
        ("1e-999999", 8, None),
        ("1e999999", 8, None),
        ("9223372036854775807", 0, 2**63 - 1),
        ("9223372036854775808", 0, None),
        ("92233720368547758.07", 2, 2**63 - 1),
        ("92233720368547758.08", 2, None),
        ("NaN", 2, None),
        ("sNaN", 2, None),
        ("-Infinity", 2, None),
        ("0." + "0" * 100 + "1", 2, None),
        ("1." + "0" * 60, 2, 100),
        ("1." + "1" * 90, 2, None),
    ],
)
def test_units_of(value: str, precision: int, units: int | None) -> None:
    assert units_of(Decimal(value), precision) == units


@given(st.integers(-(2**63) + 1, 2**63 - 1), st.integers(0, 12))
def test_units_there_and_back(units: int, precision: int) -> None:
    assert units_of(Decimal(units).scaleb(-precision), precision) == units


@given(st.decimals())
def test_any_number_is_an_int_or_none(value: Decimal) -> None:
    units = units_of(value, 8)
    assert units is None or Decimal(units).scaleb(-8) == value


@pytest.mark.parametrize(
    ("price", "ticks"),
    [("99.5", 995), ("99.50", 995), ("99.55", INVALID), ("0", INVALID), ("-1", INVALID), ("99.3", TICK)],
)
def test_price_ticks_of(price: str, ticks: int | Refusal) -> None:
    assert price_ticks_of(Decimal(price), structs.replace(PLAIN, price_increment_ticks=5)) == ticks


@pytest.mark.parametrize(
    ("offset", "price_type", "ticks"),
    [
        ("-2", "pct", 980),
        ("2.55", "pct", 1026),  # To the even tick.
        ("-0.04", "quote", 1000),
        ("5", "quote", 1050),
        ("-100", "pct", INVALID),
        ("-100", "quote", INVALID),
        ("1e30", "quote", INVALID),
        ("1e-30", "quote", INVALID),
        ("NaN", "pct", INVALID),
    ],
)
def test_offset_ticks(offset: str, price_type: str, ticks: int | Refusal) -> None:
    assert offset_ticks(1000, Decimal(offset), price_type, PLAIN) == ticks  # type: ignore[arg-type] # a table's word


def test_lots_of() -> None:
    assert (lots_of(Decimal("1.5"), PLAIN), lots_of(Decimal("1.555"), PLAIN)) == (150, None)
