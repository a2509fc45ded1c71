"""Whatever orders on paper meet is a ground in the same words."""

from fathom.domain import OrderWanted
from fathom.sim.ground import Ground
from fathom.sim.paper import BookGround
from fathom.sim.paper_order import PaperOrder
from market_feed import BTC, Feed, trusted_market


def ground() -> Ground:
    return BookGround(trusted_market(Feed(bids=[(999, 10)], asks=[(1001, 10)])))


def test_it_tells_what_is_there() -> None:
    one = ground()
    assert one.trusted(BTC.symbol)
    assert not one.trusted("ETH/USD")
    assert one.crosses(BTC.symbol, "buy", 1001)
    assert not one.crosses(BTC.symbol, "buy", 1000)
    assert one.reachable_lots(BTC.symbol, "sell", None) == 10
    assert (one.traded_ticks(BTC.symbol), one.last_ticks(BTC.symbol)) == (None, 1000)


def test_an_order_comes_to_rest_shrinks_and_leaves() -> None:
    one = ground()
    order = PaperOrder(OrderWanted("a-1", BTC.symbol, "buy", "limit", 12, 999), "V1", 12, 999)
    one.rest(order)
    assert order.resting is not None
    assert (order.resting.ahead_lots, order.resting.left_lots) == (10, 12)
    order.qty_lots = 7
    one.resize(order)
    assert (order.resting.ahead_lots, order.resting.left_lots) == (10, 7)
    one.leave(order)


def test_what_is_taken_stays_taken() -> None:
    one = ground()
    assert [(take.price_ticks, take.qty_lots) for take in one.take(BTC.symbol, "buy", None, 7)] == [(1001, 7)]
    assert one.reachable_lots(BTC.symbol, "buy", None) == 3
