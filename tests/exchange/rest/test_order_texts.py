"""Orders in words: the texts of the documents and of captures (rest.md 5)."""

from decimal import Decimal
from typing import Any

import pytest

from fathom.exchange.bank import Account
from fathom.exchange.core import Conditional, Order
from fathom.exchange.core.order import Trigger
from fathom.exchange.listing import Listing
from fathom.exchange.rest.order_texts import describe, describe_close, prices_of
from fathom.protocol.messages import PriceType

LISTING = Listing()
ACCOUNT = Account(name="a", number="A")


def order(symbol: str, side: Any, order_type: Any, lots: int, **more: Any) -> Order:
    return Order(order_id="O", account=ACCOUNT, symbol=symbol, side=side, order_type=order_type, qty_lots=lots, **more)


def trigger(price: str, price_type: PriceType, ticks: int = 1) -> Trigger:
    return Trigger(reference="last", price=Decimal(price), price_type=price_type, actual_ticks=ticks, above=False)


TEXTS = [
    (
        order("USDC/USD", "buy", "limit", 500_000_000, limit_ticks=9000),
        "buy 5.00000000 USDCUSD @ limit 0.9000",
        ("0.9000", "0"),
    ),
    (
        order("BTC/USD", "buy", "limit", 212_340_000, limit_ticks=250_001, leverage=2),
        "buy 2.12340000 XBTUSD @ limit 25000.1 with 2:1 leverage",
        ("25000.1", "0"),
    ),
    (order("BTC/USDT", "sell", "market", 21_804_000), "sell 0.21804000 XBTUSDT @ market", ("0", "0")),
    (
        order("BTC/USD", "buy", "market", 0, cash_units=100_000),
        "buy 10.00000000 XBTUSD @ market",
        ("0", "0"),
    ),
    (
        order("XRP/EUR", "sell", "trailing-stop", 1_000_000_000, trigger=trigger("50", "pct")),
        "sell 10.00000000 XRPEUR @ trailing stop +50.0000%",
        ("+50.0000%", "0"),
    ),
    (
        order("ETH/USDT", "sell", "stop-loss-limit", 100_000, trigger=trigger("2677", "static"), limit_ticks=257_700,
              leverage=5),
        "sell 0.00100000 ETHUSDT @ stop loss 2677.00 -> limit 2577.00 with 5:1 leverage",
        ("2677.00", "2577.00"),
    ),
    (
        order("LTC/USD", "buy", "take-profit", 10_000_000, trigger=trigger("-2", "pct")),
        "buy 0.10000000 LTCUSD @ take profit -2.0000%",
        ("-2.0000%", "0"),
    ),
    (
        order("BTC/USD", "sell", "trailing-stop-limit", 100_000, trigger=trigger("100", "quote"),
              limit_offset=Decimal("-5.5"), limit_price_type="quote"),
        "sell 0.00100000 XBTUSD @ trailing stop +100.0 -> limit -5.5",
        ("+100.0", "-5.5"),
    ),
    (order("BTC/USD", "buy", "iceberg", 10_000, limit_ticks=10), "buy 0.00010000 XBTUSD @ limit 1.0", ("1.0", "0")),
    (order("BTC/USD", "sell", "settle-position", 10_000), "sell 0.00010000 XBTUSD @ settle position", ("0", "0")),
]  # fmt: skip

CLOSES = [
    (Conditional(order_type="stop-loss-limit", trigger_price=Decimal(22000), limit_price=Decimal(21000)),
     "close position @ stop loss 22000.0 -> limit 21000.0"),
    (Conditional(order_type="take-profit", trigger_price=Decimal(27000)), "close position @ take profit 27000.0"),
    (Conditional(order_type="stop-loss", trigger_price=Decimal(-2), trigger_price_type="pct"),
     "close position @ stop loss -2.0000%"),
    (Conditional(order_type="trailing-stop-limit", trigger_price=Decimal(10), trigger_price_type="quote",
                 limit_price=Decimal(1), limit_price_type="quote"),
     "close position @ trailing stop +10.0 -> limit +1.0"),
    (Conditional(order_type="limit", limit_price=Decimal(30000)), "close position @ limit 30000.0"),
]  # fmt: skip


@pytest.mark.parametrize(("placed", "text", "prices"), TEXTS)
def test_an_order_in_words(placed: Order, text: str, prices: tuple[str, str]) -> None:
    pair = LISTING.pair(placed.symbol)
    assert pair is not None
    assert describe(placed, LISTING) == text
    shown = prices_of(placed, pair)
    assert (shown.price, shown.price2) == prices


@pytest.mark.parametrize(("conditional", "text"), CLOSES)
def test_a_close_in_words(conditional: Conditional, text: str) -> None:
    pair = LISTING.pair("BTC/USD")
    assert pair is not None
    assert describe_close(conditional, pair) == text
