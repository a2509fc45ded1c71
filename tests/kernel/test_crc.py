"""Tests of the CRC: against zlib's."""

from __future__ import annotations

import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fathom.kernel.crc import joined, of_level

UNITS = st.integers(1, 63).flatmap(lambda bits: st.integers(1, 2**bits - 1))


@given(UNITS, UNITS)
def test_the_digits_of_a_level(price: int, qty: int) -> None:
    assert of_level(price, qty) == zlib.crc32(f"{price}{qty}".encode())


def test_the_self_test_of_the_reference() -> None:
    assert of_level(1234, 56789) == 0xCBF43926


@pytest.mark.parametrize("power", range(18))
def test_every_length_of_digits(power: int) -> None:
    for price in (10**power, 10 ** (power + 1) - 1):
        for qty in (1, 9, 10, 99, 100, 10**18, 2**63 - 1):
            assert of_level(price, qty) == zlib.crc32(f"{price}{qty}".encode())


@pytest.mark.parametrize(
    "length", [0, 1, 2, 38, 63, 64, 65, 127, 380, 4095, 4096, 4160, 262_143, 262_144, 262_145, 600_000]
)
def test_texts_are_joined_over_any_length(length: int) -> None:
    first, second = b"4528520100000", bytes(48 + place % 10 for place in range(length))
    assert joined(zlib.crc32(first), zlib.crc32(second), length) == zlib.crc32(first + second)
