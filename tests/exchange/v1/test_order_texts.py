"""v1/order_texts.py: an order in words, in both manners."""

from decimal import Decimal
from typing import Any

import pytest
from order_samples import order, trigger

from fathom.exchange.core.ticket import Conditional
from fathom.exchange.listing import Listing
from fathom.exchange.v1.amounts import Amounts
from fathom.exchange.v1.order_texts import describe_added, describe_close, describe_open, volume_text

LISTING = Listing()
BTC = Amounts(LISTING, "BTC/USD")


@pytest.mark.parametrize(
    ("terms", "price", "price2", "in_open_orders", "in_answer"),
    [
        ({}, "0.00000", "0.00000", "buy 0.00010000 XBT/USD @ market 0.00000", "buy 0.00010000 XBTUSD @ market"),
        ({"order_type": "limit", "limit_ticks": 40_000, "qty_lots": 1_770_000}, "4000.00000", "0.00000",
         "buy 0.01770000 XBT/USD @ limit 4000.00000", "buy 0.01770000 XBTUSD @ limit 4000.0"),
        ({"order_type": "limit", "limit_ticks": 98_570, "leverage": 5}, "9857.00000", "0.00000",
         "buy 0.00010000 XBT/USD @ limit 9857.00000 with 5:1 leverage",
         "buy 0.00010000 XBTUSD @ limit 9857.0 with 5:1 leverage"),
        ({"order_type": "iceberg", "limit_ticks": 40_000, "display_lots": 1_000}, "4000.00000", "0.00000",
         "buy 0.00010000 XBT/USD @ limit 4000.00000", "buy 0.00010000 XBTUSD @ limit 4000.0"),
        ({"side": "sell", "order_type": "stop-loss", "trigger": trigger(Decimal(22_000))}, "22000.00000", "0.00000",
         "sell 0.00010000 XBT/USD @ stop loss 22000.00000", "sell 0.00010000 XBTUSD @ stop loss 22000.0"),
        ({"side": "sell", "order_type": "stop-loss-limit", "trigger": trigger(Decimal(22_000)), "limit_ticks": 210_000},
         "22000.00000", "21000.00000", "sell 0.00010000 XBT/USD @ stop loss 22000.00000 -> limit 21000.00000",
         "sell 0.00010000 XBTUSD @ stop loss 22000.0 -> limit 21000.0"),
        ({"side": "sell", "order_type": "take-profit", "trigger": trigger(Decimal(2), "pct")}, "+2.0000%", "0.00000",
         "sell 0.00010000 XBT/USD @ take profit +2.0000%", "sell 0.00010000 XBTUSD @ take profit +2.0000%"),
        ({"side": "sell", "order_type": "stop-loss", "trigger": trigger(Decimal(-500), "quote")}, "-500.00000",
         "0.00000", "sell 0.00010000 XBT/USD @ stop loss -500.00000", "sell 0.00010000 XBTUSD @ stop loss -500.0"),
        ({"side": "sell", "order_type": "trailing-stop", "trigger": trigger(Decimal(1), "pct")}, "+1.0000%", "0.00000",
         "sell 0.00010000 XBT/USD @ trailing stop +1.0000%", "sell 0.00010000 XBTUSD @ trailing stop +1.0000%"),
        ({"side": "sell", "order_type": "trailing-stop-limit", "trigger": trigger(Decimal(50), "quote"),
          "limit_offset": Decimal(-5), "limit_price_type": "quote"}, "+50.00000", "-5.00000",
         "sell 0.00010000 XBT/USD @ trailing stop +50.00000 -> limit -5.00000",
         "sell 0.00010000 XBTUSD @ trailing stop +50.0 -> limit -5.0"),
        ({"order_type": "settle-position", "leverage": 2}, "0.00000", "0.00000",
         "buy 0.00010000 XBT/USD @ settle position 0.00000 with 2:1 leverage",
         "buy 0.00010000 XBTUSD @ settle position with 2:1 leverage"),
        ({"cash_units": 500_000}, "0.00000", "0.00000", "buy 50.00000000 XBT/USD @ market 0.00000",
         "buy 50.00000000 XBTUSD @ market"),
    ],
)  # fmt: skip
def test_orders(terms: dict[str, Any], price: str, price2: str, in_open_orders: str, in_answer: str) -> None:
    one = order(**terms)
    described = describe_open(one, BTC, LISTING)
    assert (described.price, described.price2, described.order) == (price, price2, in_open_orders)
    assert describe_added(one, LISTING) == in_answer


@pytest.mark.parametrize(
    ("conditional", "text"),
    [
        (Conditional(order_type="limit", limit_price=Decimal(31_000)), "close position @ limit 31000.00000"),
        (
            Conditional(order_type="stop-loss-limit", trigger_price=Decimal(22_000), limit_price=Decimal(21_000)),
            "close position @ stop loss 22000.00000 -> limit 21000.00000",
        ),
        (
            Conditional(order_type="stop-loss", trigger_price=Decimal(-5), trigger_price_type="pct"),
            "close position @ stop loss -5.0000%",
        ),
    ],
)
def test_conditional_closes(conditional: Conditional, text: str) -> None:
    assert describe_close(conditional, BTC) == text


def test_a_volume_by_cash_is_of_quote() -> None:
    assert volume_text(order(cash_units=1_234_500), LISTING) == "123.45000000"
    assert volume_text(order(), LISTING) == "0.00010000"
