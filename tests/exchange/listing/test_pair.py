"""A pair's ticks and lots become texts and amounts, exactly."""

from decimal import Decimal

import pytest

from fathom.exchange.listing import PAIRS

BY_SYMBOL = {pair.symbol: pair for pair in PAIRS}


@pytest.mark.parametrize(
    ("symbol", "price_ticks", "price", "qty_lots", "qty"),
    [
        ("BTC/USD", 970_000, "97000.0", 5_000, "0.00005000"),
        ("ETH/BTC", 3_196, "0.03196", 0, "0.00000000"),
        ("DOGE/EUR", 1, "0.0000001", 100_000_000, "1.00000000"),
        ("SHIB/USD", 920, "0.00000920", 1, "0.00001"),
    ],
)
def test_ticks_and_lots_are_padded_to_the_pair(
    symbol: str, price_ticks: int, price: str, qty_lots: int, qty: str
) -> None:
    pair = BY_SYMBOL[symbol]
    assert pair.price_text(price_ticks) == price
    assert pair.price(price_ticks) == Decimal(price)
    assert pair.qty_text(qty_lots) == qty
    assert pair.qty(qty_lots) == Decimal(qty)
