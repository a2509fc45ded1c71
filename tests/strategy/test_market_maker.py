from decimal import Decimal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fathom.domain import (
    AmendApproved,
    AmendRejected,
    AmendWanted,
    CancelApproved,
    CancelWanted,
    InstrumentChanged,
    OrderAccepted,
    OrderAmended,
    OrderApproved,
    OrderCanceled,
    OrderFilled,
    OrderTraded,
    OrderWanted,
    Side,
)
from fathom.orders import OrderTable
from fathom.portfolio import Portfolio
from fathom.strategy import MarketMaker, MarketMakerParams, OnBook, View, Want
from market_feed import BTC, T0, Feed, trusted_market

COARSE = msgspec.structs.replace(BTC, price_increment_ticks=5)


class Desk:
    """A market maker on one book, and what it knows; the test says what happened to its orders."""

    def __init__(
        self, feed: Feed, *, half_spread: int = 1, skew: int = 0, reprice: int = 1, most: str = "0.10"
    ) -> None:
        self.market = trusted_market(feed)
        self.book = self.market.books["BTC/USD"]
        self.orders = OrderTable()
        self.portfolio = Portfolio(self.market, quote="USD")
        self.portfolio.apply(InstrumentChanged(feed.instrument))
        self.maker = MarketMaker(
            "a",
            MarketMakerParams(
                symbol="BTC/USD",
                order_qty=Decimal("0.05"),
                position_qty_max=Decimal("0.10"),
                half_spread=half_spread,
                skew=skew,
                reprice=reprice,
            ),
        )
        self.seq = 0
        self.fills = 0

    def wake(self) -> list[Want]:
        self.seq += 1
        view = View("a", seq=self.seq, now_ns=T0, market=self.market, orders=self.orders, portfolio=self.portfolio)
        return list(self.maker.on_book(self.book, view))

    def prices(self) -> list[tuple[str, int | None]]:
        return [(want.side, want.price_ticks) for want in self.wake() if isinstance(want, OrderWanted)]

    def open_both(self) -> tuple[str, str]:
        bid, ask = self.wake()
        assert isinstance(bid, OrderWanted)
        assert isinstance(ask, OrderWanted)
        for order in (bid, ask):
            self.orders.apply(OrderApproved(order))
            self.orders.apply(OrderAccepted(order.order_id, f"V{order.order_id}"))
        return bid.order_id, ask.order_id

    def trade(self, side: Side, qty_lots: int, order_id: str = "a-0-1") -> None:
        self.fills += 1
        fill = OrderTraded(order_id, f"T{self.fills}", "BTC/USD", side, 1000, qty_lots, "maker", Decimal(0), "USD")
        self.portfolio.apply(fill)
        self.orders.apply(fill)


def wide() -> Feed:
    return Feed(bids=[(990, 10)], asks=[(1010, 10)])


def test_it_wakes_with_the_top_of_its_book() -> None:
    assert Desk(wide()).maker.wakes() == (OnBook("BTC/USD"),)


def test_it_quotes_both_sides_post_only() -> None:
    assert Desk(wide()).wake() == [
        OrderWanted("a-1-1", "BTC/USD", "buy", "limit", 5, 999, post_only=True),
        OrderWanted("a-1-2", "BTC/USD", "sell", "limit", 5, 1001, post_only=True),
    ]


@pytest.mark.parametrize(
    ("feed", "half_spread", "bid", "ask"),
    [
        (wide(), 3, 997, 1003),
        (Feed(bids=[(990, 30)], asks=[(1010, 10)]), 1, 1004, 1006),  # More buyers: the fair price is higher.
        (Feed(bids=[(999, 10)], asks=[(1001, 10)]), 0, 1000, 1001),  # Never at one price.
        (Feed(bids=[(1000, 99)], asks=[(1001, 1)]), 0, 1000, 1001),  # Never across.
        (Feed(COARSE, bids=[(990, 10)], asks=[(1010, 10)]), 1, 995, 1005),
        (Feed(COARSE, bids=[(990, 20)], asks=[(1010, 10)]), 0, 1000, 1005),
        (Feed(COARSE, bids=[(993, 10)], asks=[(1008, 10)]), 0, 1000, 1005),  # On the pair's own prices.
    ],
)
def test_where_the_quotes_belong(feed: Feed, half_spread: int, bid: int, ask: int) -> None:
    assert Desk(feed, half_spread=half_spread).prices() == [("buy", bid), ("sell", ask)]


@given(
    bid_ticks=st.integers(1, 200),
    gap=st.integers(1, 30),
    quantities=st.tuples(st.integers(1, 99), st.integers(1, 99)),
    step=st.sampled_from([1, 5, 7]),
    half_spread=st.integers(0, 12),
    skew=st.integers(0, 12),
    position=st.integers(-12, 12),
)
def test_a_quote_never_takes_and_the_two_never_meet(
    *, bid_ticks: int, gap: int, quantities: tuple[int, int], step: int, half_spread: int, skew: int, position: int
) -> None:
    instrument = msgspec.structs.replace(BTC, price_increment_ticks=step)
    best_bid, best_ask = bid_ticks * step, (bid_ticks + gap) * step
    feed = Feed(instrument, bids=[(best_bid, quantities[0])], asks=[(best_ask, quantities[1])])
    desk = Desk(feed, half_spread=half_spread, skew=skew)
    if position:
        desk.trade("buy" if position > 0 else "sell", abs(position))
    quotes = dict(desk.prices())
    bid, ask = quotes.get("buy"), quotes.get("sell")
    assert bid is None or (0 < bid < best_ask and bid % step == 0)
    assert ask is None or (ask > best_bid and ask % step == 0)
    assert bid is None or ask is None or bid < ask
    assert ("buy" in quotes) <= (position < 10)
    assert ("sell" in quotes) == (position > -10)


@pytest.mark.parametrize(
    ("position", "bid", "ask"),
    [(0, 999, 1001), (5, 997, 999), (10, None, 997), (25, None, 997), (-5, 1001, 1003), (-10, 1003, None)],
)
def test_it_leans_against_its_inventory_and_stops_at_the_bound(position: int, bid: int | None, ask: int | None) -> None:
    desk = Desk(wide(), skew=4)
    if position:
        desk.trade("buy" if position > 0 else "sell", abs(position))
    quotes = dict(desk.prices())
    assert (quotes.get("buy"), quotes.get("sell")) == (bid, ask)


def move(desk: Desk, by: int) -> None:
    feed = Feed(bids=[(990 + by, 10)], asks=[(1010 + by, 10)])
    assert desk.book.apply(feed.snapshot(), snapshot=True, frame_seq=2, time_ns=T0)[0] == ""


def test_it_amends_rather_than_cancel_and_add() -> None:
    desk = Desk(wide())
    bid, ask = desk.open_both()
    assert desk.wake() == []  # They are where they belong.
    move(desk, 3)
    assert desk.wake() == [AmendWanted(bid, 1002, 5, post_only=True), AmendWanted(ask, 1004, 5, post_only=True)]


@pytest.mark.parametrize(("by", "amends"), [(3, 0), (4, 2), (-3, 0), (-4, 2)])
def test_a_quote_that_is_near_enough_is_left_alone(by: int, amends: int) -> None:
    desk = Desk(wide(), reprice=4)
    desk.open_both()
    move(desk, by)
    assert len(desk.wake()) == amends


def test_it_waits_for_answers() -> None:
    desk = Desk(wide())
    bid, ask = desk.wake()
    assert isinstance(bid, OrderWanted)
    desk.orders.apply(OrderApproved(bid))
    move(desk, 3)
    assert [type(want) for want in desk.wake()] == [OrderWanted]  # The ask alone: the bid is on its way.
    desk.orders.apply(OrderAccepted(bid.order_id, "V"))
    amend = desk.wake()[0]
    assert isinstance(amend, AmendWanted)
    desk.orders.apply(AmendApproved(amend))
    assert bid.order_id not in [getattr(want, "order_id", "") for want in desk.wake()]
    desk.orders.apply(AmendRejected(bid.order_id, "EOrder:Post only order"))
    assert desk.wake()[0] == amend
    desk.orders.apply(AmendApproved(amend))
    desk.orders.apply(OrderAmended(bid.order_id, 1002, 5))
    assert [type(want) for want in desk.wake()] == [OrderWanted]
    assert isinstance(ask, OrderWanted)


def test_beyond_the_bound_it_cancels_what_would_add() -> None:
    desk = Desk(wide(), skew=0)
    bid, ask = desk.open_both()
    desk.trade("buy", 3, bid)
    assert desk.wake() == []
    desk.trade("buy", 7)  # Bought elsewhere by the same strategy: the bound, 10 lots, is reached.
    assert desk.wake() == [CancelWanted(bid)]
    desk.orders.apply(CancelApproved(bid))
    assert desk.wake() == []
    desk.orders.apply(OrderCanceled(bid, "User requested"))
    assert desk.wake() == []
    desk.trade("sell", 5, ask)
    desk.orders.apply(OrderFilled(ask))
    assert desk.prices() == [("buy", 999), ("sell", 1001)]


@pytest.mark.parametrize("feed", [Feed(bids=[(990, 10)]), Feed(asks=[(990, 10)]), Feed()])
def test_a_one_sided_book_is_not_quoted(feed: Feed) -> None:
    assert Desk(feed).wake() == []


def test_no_bid_at_or_below_zero() -> None:
    assert Desk(Feed(bids=[(1, 10)], asks=[(5, 10)]), half_spread=9).prices() == [("sell", 12)]
