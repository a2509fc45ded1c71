"""Tests of a pair's numbers as texts."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fathom.exchange.feeds.pair_texts import PairTexts, padded, shortest_text
from fathom.exchange.listing import PAIRS

BY_SYMBOL = {pair.symbol: pair for pair in PAIRS}


@pytest.mark.parametrize(
    ("symbol", "ticks", "lots", "expected"),
    [
        ("BTC/USD", 667_880, 5_100, ("66788.0", "0.00005100", "66788.00000")),
        ("BTC/USD", 1, 0, ("0.1", "0.00000000", "0.10000")),
        ("DOGE/BTC", 165, 3_000_000_000, ("0.00000165", "30.00000000", "0.00000165")),
        ("SHIB/USD", 920, 55_000_000_001, ("0.00000920", "550000.00001", "0.00000920")),
    ],
)
def test_numbers_are_padded(symbol: str, ticks: int, lots: int, expected: tuple[str, str, str]) -> None:
    texts = PairTexts(BY_SYMBOL[symbol])
    assert (texts.price(ticks), texts.qty(lots), texts.v1_price(ticks)) == expected
    assert texts.v1_units(ticks * texts.v1_scale) == expected[2]
    assert texts.signed_price(-ticks) == f"-{expected[0]}"


@given(st.integers(0, 2**63), st.integers(0, 12))
def test_padded_keeps_every_digit(units: int, precision: int) -> None:
    text = padded(precision)(units)
    assert Decimal(text) == Decimal(units).scaleb(-precision)
    assert len(text.partition(".")[2]) == precision


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("0.00000001", "1e-08"),
        ("0.000050", "5e-05"),
        ("0.0000512", "5.12e-05"),
        ("0.0001", "0.0001"),
        ("0.50", "0.5"),
        ("200", "200.0"),
        ("550000", "550000.0"),
        ("0", "0.0"),
        ("-0.00002", "-2e-05"),
    ],
)
def test_the_shortest_text_is_a_floats(value: str, text: str) -> None:
    assert shortest_text(Decimal(value)) == text == repr(float(value))
