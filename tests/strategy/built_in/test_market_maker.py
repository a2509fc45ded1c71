import math
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
    Happening,
    InstrumentChanged,
    OrderAccepted,
    OrderAmended,
    OrderApproved,
    OrderCanceled,
    OrderDenied,
    OrderFilled,
    OrderTraded,
    OrderWanted,
    Side,
)
from fathom.orders import OrderTable
from fathom.portfolio import Portfolio
from fathom.strategy import MarketMaker, MarketMakerParams, OnBook, View, Want, make_strategy
from market_feed import BTC, T0, Feed, S, trusted_market
from strategy_stage import at_most_one_open, living, play, random_markets

FREE = msgspec.structs.replace(BTC, cost_min=Decimal(0))
COARSE = msgspec.structs.replace(FREE, price_increment_ticks=5)


class Desk:
    """A market maker on one book, and what it knows; the test says what happened to its orders."""

    def __init__(self, feed: Feed, *, half_spread: int = 1, skew: int = 0, reprice: int = 1, **params: object) -> None:
        self.market = trusted_market(feed)
        self.book = self.market.books["BTC/USD"]
        self.orders = OrderTable()
        self.portfolio = Portfolio(self.market, quote="USD")
        self.portfolio.apply(InstrumentChanged(feed.instrument))
        told = {"symbol": "BTC/USD", "order_qty": "0.05", "position_qty_max": "0.10", "reprice": reprice} | params
        told |= {"half_spread": half_spread, "skew": skew}
        self.maker = MarketMaker("a", msgspec.convert(told, MarketMakerParams))
        self.seq = 0
        self.now_ns = T0
        self.fills = 0

    def view(self) -> View:
        self.seq += 1
        return View(
            "a", seq=self.seq, now_ns=self.now_ns, market=self.market, orders=self.orders, portfolio=self.portfolio
        )

    def wake(self) -> list[Want]:
        return list(self.maker.on_book(self.book, self.view()))

    def news(self, event: Happening) -> list[Want]:
        """Let something become of an order; return what the maker wants of that."""
        order = self.orders.apply(event)
        assert order is not None
        return list(self.maker.on_order(order, self.view()))

    def prices(self) -> list[tuple[str, int | None]]:
        return [(want.side, want.price_ticks) for want in self.wake() if isinstance(want, OrderWanted)]

    def open_both(self) -> tuple[str, str]:
        bid, ask = self.wake()
        assert isinstance(bid, OrderWanted)
        assert isinstance(ask, OrderWanted)
        for order in (bid, ask):
            self.news(OrderApproved(order))
            self.news(OrderAccepted(order.order_id, f"V{order.order_id}"))
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
    instrument = msgspec.structs.replace(FREE, price_increment_ticks=step)
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
    assert isinstance(ask, OrderWanted)
    assert desk.wake() == []  # Risk has not answered.
    desk.news(OrderApproved(bid))
    desk.maker.on_denied(OrderDenied(ask.order_id, "funds", "too little"), desk.view())
    move(desk, 3)
    assert desk.wake() == []  # The bid is on its way, and the ask was refused just now.
    desk.news(OrderAccepted(bid.order_id, "V"))
    (amend,) = desk.wake()
    assert amend == AmendWanted(bid.order_id, 1002, 5, post_only=True)
    assert desk.wake() == []
    assert isinstance(amend, AmendWanted)
    desk.news(AmendApproved(amend))
    assert desk.wake() == []
    desk.news(AmendRejected(bid.order_id, "EOrder:Post only order"))
    assert desk.wake() == [amend]
    desk.now_ns += 2 * S
    desk.news(AmendApproved(amend))
    desk.news(OrderAmended(bid.order_id, 1002, 5))
    assert [type(want) for want in desk.wake()] == [OrderWanted]  # The ask, once its time to wait is over.


def test_a_quote_is_no_more_than_the_bound_leaves_room_for() -> None:
    desk = Desk(wide())
    desk.trade("buy", 8)
    assert [(want.side, want.qty_lots) for want in desk.wake() if isinstance(want, OrderWanted)] == [
        ("buy", 2),
        ("sell", 5),
    ]


def test_beyond_the_bound_it_cancels_what_would_add() -> None:
    desk = Desk(wide())
    bid, ask = desk.open_both()
    desk.trade("buy", 3, bid)
    assert desk.wake() == []
    desk.trade("buy", 7)  # Bought elsewhere by the same strategy: the bound, 10 lots, is reached.
    assert desk.wake() == [CancelWanted(bid)]
    desk.news(CancelApproved(bid))
    assert desk.wake() == []
    assert desk.news(OrderCanceled(bid, "User requested")) == []
    assert desk.wake() == []
    desk.trade("sell", 5, ask)
    after = desk.news(OrderFilled(ask))  # At once, without waiting for the book.
    assert [(want.side, want.price_ticks) for want in after if isinstance(want, OrderWanted)] == [
        ("buy", 999),
        ("sell", 1001),
    ]


@pytest.mark.parametrize("feed", [Feed(bids=[(990, 10)]), Feed(asks=[(990, 10)]), Feed()])
def test_a_one_sided_book_is_not_quoted(feed: Feed) -> None:
    assert Desk(feed).wake() == []


def test_no_bid_at_or_below_zero() -> None:
    assert Desk(Feed(FREE, bids=[(1, 10)], asks=[(5, 10)]), half_spread=9).prices() == [("sell", 12)]


# -- The two models -----------------------------------------------------------------------------------------------

MODEL = {"gamma": 0.1, "sigma": 2.0, "kappa": 1.5, "half_spread": 0}


@pytest.mark.parametrize(("held", "bid", "ask"), [(0, 998, 1002), (5, 997, 1001), (-5, 999, 1003)])
def test_quotes_by_avellaneda_and_stoikov(held: int, bid: int, ask: int) -> None:
    # With one second ahead: r = 1000 - q 0.4, and 0.4 / 2 + 10 ln(1 + 0.1 / 1.5) = 0.845 to each side; a quote is
    # rounded away from the market. One order is 5 lots.
    desk = Desk(wide(), model="avellaneda_stoikov", horizon_s=1.0, **MODEL)
    if held:
        desk.trade("buy" if held > 0 else "sell", abs(held))
    centre, half = 1000 - 0.4 * held / 5, 0.2 + 10 * math.log(1 + 0.1 / 1.5)
    assert desk.maker.distances(1000, 1000, held / 5) == pytest.approx((centre - half, centre + half))
    quotes = dict(desk.prices())
    assert quotes == {"buy": math.floor(centre - half), "sell": math.ceil(centre + half)}
    assert quotes["buy"] in {bid, bid + 1}
    assert quotes["sell"] in {ask, ask - 1}


def test_quotes_by_the_asymptotics() -> None:
    desk = Desk(wide(), model="glft", intensity=0.9, gamma=0.01, sigma=0.3, kappa=0.3, half_spread=0)
    base, step = math.log(1 + 0.01 / 0.3) / 0.01, 0.067875
    assert desk.maker.distances(1000, 1000, 2) == pytest.approx((1000 - base - 2.5 * step, 1000 + base - 1.5 * step))
    assert desk.prices() == [("buy", 996), ("sell", 1004)]


def test_the_least_spread_holds_for_the_models_too() -> None:
    for model in ("glft", "avellaneda_stoikov"):
        desk = Desk(wide(), model=model, half_spread=7, sigma=0.01, gamma=0.01, kappa=5.0)
        assert desk.prices() == [("buy", 993), ("sell", 1007)]


def test_without_a_measured_volatility_a_model_does_not_quote() -> None:
    desk = Desk(wide(), model="glft", sigma_window_s=8.0)
    assert desk.wake() == []
    for n in range(4):
        move(desk, n % 2)
        desk.now_ns += S
        desk.wake()
    assert desk.maker.distances(1000, 1000, 0) is not None


@random_markets
def test_in_any_market_its_inventory_stays_within_bounds(seed: int) -> None:
    params = {"symbol": "BTC/USD", "order_qty": "0.1", "position_qty_max": "0.35", "model": "glft", "sigma_window_s": 5}
    played = play(lambda: make_strategy("market_maker", name="a", params=params), living(seed), seed=seed)
    least, most = played.extremes("BTC/USD")
    assert -35 <= least <= most <= 35
    for side in ("buy", "sell"):
        assert at_most_one_open(played, side)
