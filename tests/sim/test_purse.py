from decimal import Decimal

import pytest

from fathom.domain import OrderTraded, OrderType, OrderWanted, Side
from fathom.sim.paper_order import PaperOrder
from fathom.sim.purse import Purse
from fathom.sim.triggers import trigger_of
from market_feed import BTC, trusted_market, two_sided

SHARE = Decimal("0.01")
BOOKS = trusted_market(two_sided()).books  # 10 lots at 1001, 10 at 1002, and so on.


def purse(usd: str = "0", btc: str = "0") -> Purse:
    return Purse({"USD": Decimal(usd), "BTC": Decimal(btc)}, fee_share=SHARE)


def order(
    side: Side, lots: int, price_ticks: int | None, *, order_type: OrderType = "limit", trigger: int | None = None
) -> PaperOrder:
    wanted = OrderWanted("a-1", "BTC/USD", side, order_type, lots, price_ticks, trigger_ticks=trigger)
    return PaperOrder(wanted, "V", lots, price_ticks, trigger_of(wanted, last_ticks=1000))


def test_a_fill_moves_both_sides_and_its_fee_to_the_last_digit() -> None:
    one = purse("100", "1")
    one.trade(OrderTraded("a-1", "T", "BTC/USD", "buy", 1000, 5, "taker", Decimal("0.00001"), "USD"), BTC)
    assert one.told() == (("BTC", Decimal("1.05")), ("USD", Decimal("94.99999")))
    one.trade(OrderTraded("a-1", "T2", "BTC/USD", "sell", 1010, 5, "maker", Decimal(0), "USD"), BTC)
    assert one.balances == {"BTC": Decimal("1.00"), "USD": Decimal("100.04999")}


@pytest.mark.parametrize(
    ("one", "usd", "affords"),
    [
        (order("buy", 10, 1000), "10.1", True),  # 0.1 BTC at 100 USD, and a hundredth for the fee.
        (order("buy", 10, 1000), "10.0999", False),
        (order("buy", 10, None, order_type="market"), "10.1101", True),
        (order("buy", 15, None, order_type="market"), "15.16", False),
        (order("buy", 15, None, order_type="market"), "15.1702", True),
        (order("buy", 10, None, order_type="stop-loss", trigger=1100), "11.11", True),
        (order("buy", 10, None, order_type="stop-loss", trigger=1100), "11.1", False),
    ],
)
def test_a_buy_needs_its_cost_and_its_fee(one: PaperOrder, usd: str, affords: bool) -> None:
    assert purse(usd).affords(one, [], books=BOOKS, qty_lots=one.qty_lots) == affords


def test_two_sells_of_one_holding_are_one_too_many() -> None:
    stop = order("sell", 10, None, order_type="stop-loss", trigger=900)
    target = order("sell", 10, 1100)
    one = purse(btc="0.1")
    assert one.affords(stop, [stop], books=BOOKS, qty_lots=10)
    assert not one.affords(target, [stop, target], books=BOOKS, qty_lots=10)
    stop.filled_lots = 6
    assert one.affords(target, [stop], books=BOOKS, qty_lots=6)
    assert one.affords(target, [order("buy", 10, 1000)], books=BOOKS, qty_lots=10)  # It holds another asset.


def test_an_account_of_unknown_depth_lends_what_is_missing() -> None:
    assert Purse(None, fee_share=SHARE).affords(order("buy", 10**6, 1000), [], books=BOOKS, qty_lots=10**6)
