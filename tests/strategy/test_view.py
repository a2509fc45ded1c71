from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fathom.domain import (
    AlgoStopWanted,
    AlgoWanted,
    AmendWanted,
    BracketWanted,
    CancelWanted,
    Chase,
    Iceberg,
    InstrumentChanged,
    LocalError,
    OrderAccepted,
    OrderApproved,
    OrderTraded,
    OrderWanted,
    TimerWanted,
    Twap,
)
from fathom.market import FrameMarket, Market, Place
from fathom.orders import OrderTable
from fathom.portfolio import Portfolio
from fathom.strategy import View
from level3_feed import queued
from market_feed import BTC, ETH, T0, House, market_of, trusted_market, two_sided


class Desk:
    """A view with what stands behind it."""

    def __init__(self, market: Market | None = None) -> None:
        self.market = market or trusted_market(two_sided())
        self.orders = OrderTable()
        self.portfolio = Portfolio(self.market, quote="USD")
        self.portfolio.apply(InstrumentChanged(BTC))
        self.view = View("a", seq=7, now_ns=T0, market=self.market, orders=self.orders, portfolio=self.portfolio)

    def open(self, order: OrderWanted) -> None:
        self.orders.apply(OrderApproved(order))
        self.orders.apply(OrderAccepted(order.order_id, "V"))


def test_wants_are_what_they_say() -> None:
    view = Desk().view
    assert view.bid("BTC/USD", price_ticks=5, qty_lots=2) == OrderWanted("a-7-1", "BTC/USD", "buy", "limit", 2, 5)
    assert view.ask("BTC/USD", price_ticks=5, qty_lots=2, post_only=True) == OrderWanted(
        "a-7-2", "BTC/USD", "sell", "limit", 2, 5, post_only=True
    )
    assert view.take("BTC/USD", "buy", price_ticks=5, qty_lots=2) == OrderWanted(
        "a-7-3", "BTC/USD", "buy", "limit", 2, 5, "ioc"
    )
    assert view.market_order("BTC/USD", "sell", qty_lots=2) == OrderWanted("a-7-4", "BTC/USD", "sell", "market", 2)
    assert view.timer("t", at_ns=T0 + 1) == TimerWanted("a", "t", T0 + 1)


@pytest.mark.parametrize("at_ns", [T0, T0 - 1])
def test_a_timer_in_the_past_is_refused(at_ns: int) -> None:
    with pytest.raises(LocalError, match="at_ns"):
        Desk().view.timer("t", at_ns=at_ns)


def test_own_orders_can_be_found_and_changed() -> None:
    desk = Desk()
    bid = desk.view.bid("BTC/USD", price_ticks=5, qty_lots=2, post_only=True)
    ask = desk.view.ask("BTC/USD", price_ticks=9, qty_lots=3)
    desk.open(bid)
    desk.open(ask)
    view = desk.view
    assert [order.order_id for order in view.open_orders()] == ["a-7-1", "a-7-2"]
    (order,) = view.open_orders("BTC/USD", side="buy")
    assert view.open_orders("ETH/USD") == []
    assert view.amend(order, price_ticks=6) == AmendWanted("a-7-1", 6, 2, post_only=True)
    assert view.amend(order, price_ticks=6, qty_lots=1) == AmendWanted("a-7-1", 6, 1, post_only=True)
    assert view.cancel(order) == CancelWanted("a-7-1")


def test_orders_of_others_cannot_be_changed() -> None:
    desk, other = Desk(), Desk()
    other.open(OrderWanted("b-1-1", "BTC/USD", "buy", "limit", 2, 5))
    (order,) = other.view.open_orders()
    with pytest.raises(LocalError, match="b-1-1 is not an order of a"):
        desk.view.cancel(order)
    with pytest.raises(LocalError, match="b-1-1 is not an order of a"):
        desk.view.amend(order, price_ticks=1)


def test_the_position_is_what_it_traded_itself() -> None:
    desk = Desk()
    assert desk.view.position_lots("BTC/USD") == 0
    desk.portfolio.apply(OrderTraded("a-1", "T1", "BTC/USD", "buy", 1000, 5, "maker", Decimal(0), "USD"))
    desk.portfolio.apply(OrderTraded("a-2", "T2", "BTC/USD", "sell", 1000, 7, "maker", Decimal(0), "USD"))
    assert desk.view.position_lots("BTC/USD") == -2


def test_only_a_trusted_book_is_shown() -> None:
    feed = two_sided()
    market = market_of(feed)
    view = Desk(market).view
    house = House(market)
    assert view.book("BTC/USD") is None
    house.frame(feed.snapshot())
    assert view.book("BTC/USD") is market.books["BTC/USD"]
    house.frame(feed.update(bids=[(998, 1)], crc=1))
    assert view.book("BTC/USD") is None
    assert view.book("DOGE/USD") is None


def test_only_a_trusted_level_3_book_is_shown_and_tells_an_order_its_place() -> None:
    feed = queued()
    market = FrameMarket([BTC], depths={"BTC/USD": 10}, level3={"BTC/USD": 10})
    desk, house = Desk(market), House(market)
    desk.open(OrderWanted("a-7-1", "BTC/USD", "buy", "limit", 7, 999))
    (order,) = desk.view.open_orders()
    assert desk.view.level3("BTC/USD") is None
    assert desk.view.place(order) is None
    feed.rest("V", "buy", 999, 7)  # The venue's id of it.
    feed.rest("B6", "buy", 999, 1)
    house.frame(feed.snapshot())
    assert desk.view.level3("BTC/USD") is market.level3["BTC/USD"]
    assert desk.view.place(order) == Place(14, 3)
    order.venue_order_id = ""  # Not told yet.
    assert desk.view.place(order) is None
    house.frame(feed.update("add", "B9", "buy", 999, 1, crc=1))
    assert desk.view.level3("BTC/USD") is None
    assert desk.view.level3("ETH/USD") is None


def test_trades_and_candles_can_be_looked_back_at() -> None:
    feed = two_sided()
    market = market_of(feed)
    market.want_candles("BTC/USD", 60)
    view, house = Desk(market).view, House(market)
    assert (view.trades("BTC/USD"), view.running_candle("BTC/USD", 60)) == ([], None)
    for second in (1, 2, 61):
        feed.time_ns = T0 + second * 10**9
        house.frame(feed.trades(("buy", 1000 + second, 1)))
    assert [one.price_ticks for one in view.trades("BTC/USD", 2)] == [1002, 1061]
    assert [one.close_ticks for one in view.candles("BTC/USD", 60)] == [1002]
    running = view.running_candle("BTC/USD", 60)
    assert running is not None
    assert running.open_ticks == 1061
    with pytest.raises(LocalError, match="declare OnCandle"):
        view.candles("BTC/USD", 61)


def test_rules_and_standing_are_as_they_were_told() -> None:
    desk = Desk()
    view = desk.view
    assert view.instrument("BTC/USD") == BTC
    assert view.instrument("DOGE/USD") is None
    assert (view.share, view.fees("BTC/USD"), view.halted("BTC/USD"), view.rate_room("BTC/USD")) == (1, None, "", None)


@given(st.integers(1, 10**9), st.integers(1, 10**6))
def test_spending_buys_no_more_than_it_can_pay(cents: int, price_ticks: int) -> None:
    view = Desk(trusted_market(two_sided(), two_sided(ETH))).view
    spend_quote = Decimal(cents).scaleb(-2)
    lots = view.qty_lots("BTC/USD", spend_quote=spend_quote, price_ticks=price_ticks)
    assert BTC.cost(price_ticks=price_ticks, qty_lots=lots) <= spend_quote
    assert BTC.cost(price_ticks=price_ticks, qty_lots=lots + 1) > spend_quote


def test_orders_that_wait_end_by_themselves_or_hide_are_what_they_say() -> None:
    view = Desk().view
    btc = "BTC/USD"
    assert view.stop(btc, "sell", trigger_ticks=5, qty_lots=2) == OrderWanted(
        "a-7-1", btc, "sell", "stop-loss", 2, trigger_ticks=5
    )
    assert view.stop(btc, "sell", trigger_ticks=5, qty_lots=2, price_ticks=4) == OrderWanted(
        "a-7-2", btc, "sell", "stop-loss-limit", 2, 4, trigger_ticks=5
    )
    assert view.take_profit(btc, "sell", trigger_ticks=5, qty_lots=2) == OrderWanted(
        "a-7-3", btc, "sell", "take-profit", 2, trigger_ticks=5
    )
    assert view.take_profit(btc, "sell", trigger_ticks=5, qty_lots=2, price_ticks=4) == OrderWanted(
        "a-7-4", btc, "sell", "take-profit-limit", 2, 4, trigger_ticks=5
    )
    assert view.trailing_stop(btc, "sell", distance_ticks=9, qty_lots=2) == OrderWanted(
        "a-7-5", btc, "sell", "trailing-stop", 2, trigger_ticks=9
    )
    assert view.take_whole(btc, "buy", price_ticks=5, qty_lots=2) == OrderWanted(
        "a-7-6", btc, "buy", "limit", 2, 5, "fok"
    )
    assert view.hidden(btc, "buy", price_ticks=5, qty_lots=9, show_lots=1) == OrderWanted(
        "a-7-7", btc, "buy", "limit", 9, 5, display_lots=1
    )
    assert view.good_till(btc, "buy", price_ticks=5, qty_lots=2, expire_ns=T0 + 1, post_only=True) == OrderWanted(
        "a-7-8", btc, "buy", "limit", 2, 5, "gtd", True, expire_ns=T0 + 1
    )
    with pytest.raises(LocalError, match="expire_ns"):
        view.good_till(btc, "buy", price_ticks=5, qty_lots=2, expire_ns=T0)


def test_what_execution_carries_out_is_what_it_says() -> None:
    view = Desk().view
    btc = "BTC/USD"
    entry = view.bid(btc, price_ticks=5, qty_lots=2)
    assert view.bracket(entry, target_ticks=9, stop_ticks=3) == BracketWanted(entry, 9, 3)
    assert view.bracket(entry, target_ticks=None, stop_ticks=3, stop_limit_ticks=2, at_venue=True) == BracketWanted(
        entry, None, 3, 2, at_venue=True
    )
    assert view.twap(btc, "buy", qty_lots=9, duration_ns=60, slices=3, aggressive=True) == AlgoWanted(
        "a-7-2", btc, "buy", 9, Twap(60, 3, aggressive=True)
    )
    assert view.iceberg(btc, "sell", qty_lots=9, price_ticks=5, show_lots=1) == AlgoWanted(
        "a-7-3", btc, "sell", 9, Iceberg(5, 1)
    )
    assert view.chase(btc, "buy", qty_lots=9, worst_ticks=5, until_ns=8, then="take") == AlgoWanted(
        "a-7-4", btc, "buy", 9, Chase(5, 8, "take")
    )
    assert view.stop_algo("a-7-4") == AlgoStopWanted("a-7-4")
