"""v1/amounts.py: the padding of prices, costs and fees."""

from decimal import Decimal

from msgspec import structs

from fathom.exchange.listing import Listing
from fathom.exchange.v1.amounts import Amounts, padded

LISTING = Listing()


def test_prices_have_five_decimals_or_more() -> None:
    assert Amounts(LISTING, "BTC/USD").price(264252) == "26425.20000"
    assert Amounts(LISTING, "BTC/USD").price(None) == "0.00000"
    assert Amounts(LISTING, "DOGE/USD").price(1) == "0.0000001"  # Its own are seven.


def test_quantities_are_the_pair_s() -> None:
    assert Amounts(LISTING, "BTC/USD").qty(10_000) == "0.00010000"


def test_a_cost_has_a_price_s_decimals_or_its_own() -> None:
    assert Amounts(LISTING, "BTC/USD").cost(26_425) == "2.64250"  # Of four in the ledger.
    assert Amounts(LISTING, "ETH/BTC").cost(5) == "0.0000000005"


def test_a_fee_is_of_quote_or_base() -> None:
    amounts = Amounts(LISTING, "BTC/USD")
    assert amounts.fee(69, in_base=False) == "0.00690"
    assert amounts.fee(69, in_base=True) == "0.0000000069"


def test_average_price() -> None:
    amounts = Amounts(LISTING, "BTC/USD")
    assert amounts.average_price(cost_units=0, qty_lots=0) == "0.00000"
    assert amounts.average_price(cost_units=300_000, qty_lots=100_000) == "30000.00000"
    assert amounts.average_price(cost_units=100_000, qty_lots=300_000_000) == "3.33333"
    assert amounts.average_price(cost_units=200_000, qty_lots=300_000_000) == "6.66667"


def test_follows_the_pair_as_it_is_now() -> None:
    listing = Listing()
    pair = listing.pair("BTC/USD")
    assert pair is not None
    listing.replace_pair(structs.replace(pair, price_precision=7))
    assert Amounts(listing, "BTC/USD").price(1) == "0.0000001"


def test_padded_rounds_half_up() -> None:
    assert padded(Decimal("0.000005"), 5) == "0.00001"
    assert padded(Decimal("1E+3"), 2) == "1000.00"
