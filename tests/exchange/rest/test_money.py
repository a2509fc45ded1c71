"""Amounts as REST pads them."""

from decimal import Decimal

import pytest

from fathom.exchange.listing import Listing, Pair
from fathom.exchange.rest.money import average_price_text, fee_text, padded, public_price_text, quote_text

LISTING = Listing()


def pair(symbol: str) -> Pair:
    found = LISTING.pair(symbol)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("amount", "decimals", "text"),
    [
        ("1", 0, "1"),
        ("0", 5, "0.00000"),
        ("0.005", 2, "0.01"),
        ("-1.5", 4, "-1.5000"),
        ("9" * 24, 4, "9" * 24 + ".0000"),
    ],
)
def test_padding(amount: str, decimals: int, text: str) -> None:
    assert padded(Decimal(amount), decimals) == text


@pytest.mark.parametrize(
    ("symbol", "ticks", "text"),
    [("BTC/USD", 402285, "40228.50000"), ("DOGE/USD", 1600000, "0.1600000"), ("ETH/BTC", 3196, "0.03196")],
)
def test_public_prices_have_five_decimals_or_more(symbol: str, ticks: int, text: str) -> None:
    assert public_price_text(ticks, pair(symbol)) == text


def test_costs_have_the_pairs_decimals_not_the_ledgers() -> None:
    assert quote_text(372152, pair("ETH/USD"), LISTING) == "37.21520"
    assert quote_text(123456789, pair("BTC/USDT"), LISTING) == "1.23457"


def test_a_fee_in_base_has_the_assets() -> None:
    assert fee_text(595, pair("ETH/USD"), LISTING, in_base=False) == "0.05950"
    assert fee_text(595, pair("ETH/USD"), LISTING, in_base=True) == "0.0000000595"


def test_an_average_price() -> None:
    assert average_price_text(372152, 2_000_000, pair("ETH/USD"), LISTING) == "1860.76"
    assert average_price_text(0, 0, pair("ETH/USD"), LISTING) == "0.00000"
