from decimal import Decimal

from fathom.domain import OrderCanceled, OrderWanted
from fathom.sim import Fees
from fathom.sim.fills import Take
from fathom.sim.paper import BookGround
from fathom.sim.paper_floor import Floor
from market_feed import Feed, trusted_market

FEED = Feed(bids=[(999, 10)], asks=[(1001, 10)])


def floor(last_ticks: int | None = None) -> Floor:
    market = trusted_market(FEED)
    ground = BookGround(market)
    if last_ticks is not None:
        ground.last_trades["BTC/USD"] = last_ticks
    return Floor(market, ground, Fees(), None)


def wanted(order_id: str, price_ticks: int, **fields: object) -> OrderWanted:
    return OrderWanted(order_id, "BTC/USD", "buy", "limit", 12, price_ticks, **fields)  # type: ignore[arg-type]


def test_the_queue_is_best_price_first_and_then_by_age() -> None:
    one = floor()
    for order_id, price_ticks in (("a-1", 998), ("a-2", 999), ("a-3", 998), ("a-4", 999)):
        assert list(one.begin(one.enter(wanted(order_id, price_ticks)))) == []
    waits = OrderWanted("a-5", "BTC/USD", "sell", "stop-loss", 1, trigger_ticks=900)
    one.enter(waits)
    assert [order.order_id for order in one.queue("BTC/USD")] == ["a-2", "a-4", "a-1", "a-3"]
    assert len(one.in_symbol("BTC/USD")) == 5


def test_an_end_is_told_once_and_remembered_with_its_time() -> None:
    one = floor()
    one.now_ns = 7
    order = one.enter(wanted("a-1", 998, time_in_force="gtd", expire_ns=9))
    assert one.expiries == {"a-1": 9}
    assert one.end(order, "Order expired", expired=True) == OrderCanceled("a-1", "Order expired")
    assert (one.open, one.expiries, order.ended, order.ended_ns) == ({}, {}, "expired", 7)


def test_an_iceberg_goes_on_with_its_next_slice_behind_the_queue() -> None:
    one = floor()
    order = one.enter(wanted("a-1", 999, display_lots=4))
    list(one.begin(order))
    resting = order.resting
    assert resting is not None
    assert (resting.left_lots, resting.ahead_lots) == (4, 10)
    resting.left_lots, resting.ahead_lots = 0, 0
    list(one.fill(order, Take(999, 4), "maker"))
    assert order.resting is not None
    assert (order.resting.left_lots, order.resting.ahead_lots, order.left_lots) == (4, 10, 8)


def test_only_what_goes_through_its_price_meets_what_an_iceberg_hides() -> None:
    one = floor()
    order = one.enter(wanted("a-1", 999, display_lots=4))
    list(one.begin(order))
    for price_ticks, meets in ((998, 12), (999, 4), (1000, 4), (None, 4)):
        one.reveal(order, price_ticks)
        assert order.resting is not None
        assert order.resting.left_lots == meets, price_ticks


def test_a_trailing_stop_counts_from_the_mid_before_any_trade() -> None:
    one = floor()
    trailing = OrderWanted("a-1", "BTC/USD", "sell", "trailing-stop", 1, trigger_ticks=50)
    trigger = one.enter(trailing).trigger
    assert trigger is not None
    assert trigger.ticks == 950
    again = floor(1010).enter(OrderWanted("a-2", "BTC/USD", "sell", "trailing-stop", 1, trigger_ticks=50)).trigger
    assert again is not None
    assert again.ticks == 960
    assert one.purse.balances.get("USD", Decimal(0)) == 0
