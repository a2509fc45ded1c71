from decimal import Decimal

from msgspec import Struct

from fathom.domain import Side
from fathom.portfolio import held_by_orders
from market_feed import BTC, ETH

D = Decimal


class Resting(Struct):
    symbol: str
    side: Side
    left_lots: int
    price_ticks: int | None


def test_a_sale_holds_its_quantity_and_a_purchase_its_cost_and_fee() -> None:
    orders = [
        Resting("BTC/USD", "sell", 150, 1000),
        Resting("BTC/USD", "sell", 50, None),
        Resting("BTC/USD", "buy", 100, 1000),
        Resting("ETH/USD", "buy", 100, 1000),
        Resting("ETH/USD", "buy", 100, None),
    ]
    instruments = {one.symbol: one for one in (BTC, ETH)}
    assert held_by_orders(orders, instruments) == {"BTC": D(2), "USD": D(110)}
    assert held_by_orders(orders, instruments, fee_share=D("0.004")) == {"BTC": D(2), "USD": D("110.44")}
    assert held_by_orders([], instruments) == {}
