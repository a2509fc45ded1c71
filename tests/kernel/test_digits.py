"""Tests of numbers: exact, or refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kernel_oracle import Number, Refused
from kernel_oracle import units as plain_units

from fathom.kernel.digits import uint32, units

# As in a frame, where more follows; and alone, where the fast path has no room.
TAILS = ["", ',"qty":0.00000000}],"asks":[]']


@pytest.mark.parametrize("tail", TAILS)
@pytest.mark.parametrize(
    ("text", "precision", "value"),
    [
        ("66786.5", 1, 667865), ("0.00000000", 8, 0), ("1797.30", 2, 179730), ("1e-05", 8, 1000), ("1E+2", 0, 100),
        ("1.5e1", 0, 15), ("100e-2", 0, 1), ("0.1000000000000000000000000000", 1, 1), ("5", 3, 5000), ("5.0", 0, 5),
        ("9223372036854775807", 0, 2**63 - 1), ("92233720368547758.07", 2, 2**63 - 1), ("0e99999999999999999999", 5, 0),
        ("0.000000000000000001", 18, 1), ("9.223372036854775807", 18, 2**63 - 1),
        ("1234567890.12345678", 8, 123456789012345678),
        ("99999999.99999999", 10, 999999999999999900), ("12345678", 0, 12345678),
        ("12345678.12345678", 8, 1234567812345678),
        ("0.00000000000000000000000000001e29", 0, 1), ("1" + "0" * 30 + "e-30", 0, 1),
        ("10203040506070809", 0, 10203040506070809),
    ],
)  # fmt: skip
def test_numbers_are_exact(text: str, precision: int, value: int, tail: str) -> None:
    assert units((text + tail).encode(), precision) == value


@pytest.mark.parametrize("tail", TAILS)
@pytest.mark.parametrize(
    ("text", "precision", "why"),
    [
        ("1.23", 1, "finer"), ("1e-1", 0, "finer"), ("0.000000001", 8, "finer"),
        ("1e-99999999999999999999", 8, "finer"),
        ("9223372036854775808", 0, "64 bits"), ("92233720368547758.08", 2, "64 bits"), ("1e19", 0, "64 bits"),
        ("1e9999999999999999999", 0, "64 bits"), ("12345678901234567890123456789", 0, "64 bits"), ("10", 18, "64 bits"),
        ("-1", 0, "negative"), ("-0.0", 1, "negative"), ("01", 0, "leading zero"), ("00.5", 1, "leading zero"),
        ("1.", 1, "digit"), ("1e", 1, "digit"), ("1e+", 1, "digit"), ("", 1, "digit"), (".5", 1, "digit"),
        ("+1", 0, "digit"),
        ("null", 0, "digit"), ('"1"', 0, "digit"),
    ],
)  # fmt: skip
def test_other_numbers_are_refused(text: str, precision: int, why: str, tail: str) -> None:
    with pytest.raises(ValueError, match=why):
        units((text + tail).encode(), precision)


@given(
    st.from_regex(r"(0|[1-9][0-9]{0,20})(\.[0-9]{1,20})?([eE][+-]?[0-9]{1,3})?", fullmatch=True).filter(str.isascii),
    st.integers(0, 18),
    st.sampled_from(TAILS),
)
def test_any_number_is_as_decimal_has_it(text: str, precision: int, tail: str) -> None:
    try:
        value = plain_units(Number(text), precision)
    except Refused:
        with pytest.raises(ValueError, match=r"finer|64 bits"):
            units((text + tail).encode(), precision)
    else:
        assert units((text + tail).encode(), precision) == value


@pytest.mark.parametrize("number", [0, 1, 10, 4294967295])
def test_a_checksum_is_an_unsigned_int_of_32_bits(number: int) -> None:
    assert uint32(str(number).encode()) == number


@pytest.mark.parametrize(
    "text", ["", "-1", "01", "4294967296", "42949672950", "1.0", "1e3", "1E3", "99999999999999999999999", '"1"', "1 "]
)
def test_and_nothing_else(text: str) -> None:
    with pytest.raises(ValueError, match="unsigned int of 32 bits"):
        uint32(text.encode())
