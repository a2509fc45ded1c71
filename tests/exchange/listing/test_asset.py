"""An asset's amounts become units and texts, exactly."""

from decimal import Decimal

import pytest

from fathom.domain import LocalError
from fathom.exchange.listing import ASSETS, Asset

BY_SYMBOL = {asset.symbol: asset for asset in ASSETS}


@pytest.mark.parametrize(
    ("symbol", "units", "text"),
    [
        ("BTC", 1, "0.0000000001"),
        ("BTC", 12_345_000_000, "1.2345000000"),
        ("USD", 0, "0.0000"),
        ("USD", -15_001, "-1.5001"),
        ("DOGE", 100_000_000, "1.00000000"),
    ],
)
def test_units_and_padded_text_are_the_same_amount(symbol: str, units: int, text: str) -> None:
    asset = BY_SYMBOL[symbol]
    assert asset.amount_text(units) == text
    assert asset.units(Decimal(text)) == units


def test_an_amount_finer_than_the_ledger_is_refused() -> None:
    with pytest.raises(LocalError, match=r"amount: 0\.00001 has more than 4 decimals"):
        BY_SYMBOL["USD"].units(Decimal("0.00001"))


@pytest.mark.parametrize(
    ("symbol", "fiat"), [("USD", True), ("GBP", True), ("BTC", False), ("USDT", False), ("ZEC", False)]
)
def test_fiat_is_government_money_only(symbol: str, fiat: bool) -> None:
    assert BY_SYMBOL[symbol].is_fiat is fiat


def test_a_new_asset_is_enabled_and_cannot_be_borrowed() -> None:
    asset = Asset(symbol="NEW", rest_id="NEW", altname="NEW", decimals=8, decimals_shown=5)
    assert (asset.status, asset.collateral_value, asset.margin_rate) == ("enabled", None, None)
