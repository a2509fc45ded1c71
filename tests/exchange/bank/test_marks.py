from decimal import Decimal

import msgspec
import pytest

from bank_desk import Desk
from fathom.exchange.bank.marks import Marks
from fathom.exchange.listing import ASSETS, Asset, Listing


@pytest.mark.parametrize(
    ("symbols", "asset", "amount", "usd"),
    [
        (None, "USD", "12.3456", "12.3456"),
        (None, "BTC", "2", "194000.0000"),
        (None, "EUR", "100", "108.0000"),
        (None, "SHIB", "1000000", "9.2000"),
        (["BTC/EUR"], "EUR", "100", "108.0000"),  # By the table: EUR/USD is not listed.
        (["BTC/EUR"], "BTC", "1", "96999.9840"),  # 89814.8 EUR
        (["ETH/BTC"], "ETH", "1", "3100.1200"),  # 0.03196 BTC of 97000 USD, which is not listed.
        (["ETH/BTC"], "BTC", "1", "97000.0000"),
    ],
)
def test_before_any_trade_the_table_prices(symbols: list[str] | None, asset: str, amount: str, usd: str) -> None:
    desk = Desk(Listing.of(symbols))
    assert desk.amount("USD", desk.bank.usd_value(asset, desk.units(asset, amount))) == usd


def test_the_last_trade_prices() -> None:
    desk = Desk()
    desk.bank.mark("BTC/USD", desk.ticks("50000.0"))
    assert desk.bank.usd_value("BTC", desk.units("BTC", "2")) == desk.units("USD", "100000")
    desk.bank.mark("BTC/EUR", 1)  # No way to USD leads over it.
    assert desk.bank.usd_value("BTC", desk.units("BTC", "2")) == desk.units("USD", "100000")


def test_an_inverted_pair_prices_too() -> None:
    desk = Desk()
    pair = msgspec.structs.replace(
        desk.pair("EUR/USD"), symbol="USD/EUR", base="USD", quote="EUR", reference_price=Decimal("0.8")
    )
    marks = Marks(Listing(pairs=[pair]))
    assert marks.usd_units("EUR", 8_000) == 10_000
    assert marks.in_asset(10_000, "EUR") == Decimal("0.8000")


def test_what_nothing_prices_is_worth_nothing() -> None:
    coin = Asset(symbol="NEW", rest_id="NEW", altname="NEW", decimals=8, decimals_shown=5)
    marks = Marks(Listing(assets=[*ASSETS, coin], pairs=[]))
    assert marks.usd_units("NEW", 10**12) == 0
    assert marks.in_asset(10**12, "NEW") == 0


def test_an_amount_of_usd_in_another_asset() -> None:
    desk = Desk()
    assert desk.bank.marks.in_asset(desk.units("USD", "97"), "BTC") == Decimal("0.0010000000")
    assert desk.bank.marks.in_asset(desk.units("USD", "97"), "USD") == Decimal("97.0000")
    assert desk.bank.marks.in_asset(-desk.units("USD", "108"), "EUR") == Decimal("-100.0000")


def test_a_new_precision_rescales_the_price() -> None:
    desk = Desk()
    old = desk.pair()
    new = msgspec.structs.replace(old, price_precision=3)
    desk.bank.mark("BTC/USD", 500_001)
    desk.listing.replace_pair(new)
    desk.bank.rescale(old, new)
    assert desk.bank.marks.prices["BTC/USD"] == 50_000_100
    assert desk.bank.usd_value("BTC", desk.units("BTC", "1")) == desk.units("USD", "50000.1")
    untraded = desk.pair("ETH/USD")
    desk.bank.rescale(untraded, msgspec.structs.replace(untraded, price_precision=0))
    assert "ETH/USD" not in desk.bank.marks.prices
