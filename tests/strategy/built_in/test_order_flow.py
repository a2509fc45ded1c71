import pytest

from fathom.market import Book
from fathom.strategy.built_in.order_flow import OrderFlow
from market_feed import T0, Feed, S, trusted_market


def book(bid_lots: int, ask_lots: int = 10) -> Book:
    return trusted_market(Feed(bids=[(999, bid_lots)], asks=[(1001, ask_lots)])).books["BTC/USD"]


def test_the_flow_is_a_share_of_what_stands_there_and_fades() -> None:
    flow = OrderFlow(5)
    assert flow.share == 0
    flow.see(book(10), now_ns=T0)
    assert flow.share == 0
    flow.see(book(14), now_ns=T0)
    assert flow.share == pytest.approx(0.4)
    flow.see(book(14), now_ns=T0 + 2 * S)
    assert 0 < flow.share < 0.3
    flow.see(book(14, 400), now_ns=T0 + 3 * S)
    assert flow.share == -1


def test_after_a_silence_and_an_empty_side_it_begins_anew() -> None:
    flow = OrderFlow(5)
    flow.see(book(10), now_ns=T0)
    flow.see(book(19), now_ns=T0 + 6 * S)
    assert flow.share == 0
    flow.see(book(25), now_ns=T0 + 7 * S)
    assert flow.share > 0
    flow.see(trusted_market(Feed(bids=[(999, 1)])).books["BTC/USD"], now_ns=T0 + 8 * S)
    flow.see(book(1), now_ns=T0 + 8 * S)
    assert flow.share == 0
