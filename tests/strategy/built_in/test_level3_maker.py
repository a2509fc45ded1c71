from random import Random

import pytest

from fathom.domain import AmendWanted, CancelWanted, FrameReceived, Happening, OrderAmended, OrderDenied, OrderWanted
from fathom.market import FrameMarket
from fathom.sim import RecordedFrame
from fathom.strategy import Level3Maker, OnLevel3, Want, make_strategy
from level3_feed import Feed3
from market_feed import BTC, T0, Feed, House, S
from strategy_desk import OwnDesk
from strategy_stage import MS, at_most_one_open, play, random_markets


def maker(**params: object) -> Level3Maker:
    told = {
        "symbol": "BTC/USD",
        "order_qty": "0.05",
        "position_qty_max": "0.10",
        "flow_weight": 0.0,
        "skew": 0.0,
    } | params
    made = make_strategy("level3_maker", name="a", params=told)
    assert isinstance(made, Level3Maker)
    return made


class Desk(OwnDesk):
    """A maker on a level 3 book of which the test moves each order; its own stand in it under their venue's id."""

    def __init__(self, **params: object) -> None:
        self.feed3 = Feed3()
        for n, (bid, ask) in enumerate(((999, 1001), (998, 1002), (997, 1003))):
            self.feed3.rest(f"B{n}", "buy", bid, 10)
            self.feed3.rest(f"A{n}", "sell", ask, 10)
        self.feed = Feed(bids=[(999, 10)], asks=[(1001, 10)])
        market = FrameMarket([BTC], depths={"BTC/USD": 10}, level3={"BTC/USD": 10})
        market.want_level3("BTC/USD", "top")
        self.house = House(market)
        super().__init__(market)
        self.house.frame(self.feed.snapshot(), self.feed3.snapshot())
        self.maker = maker(**params)

    def wake(self, *frames: bytes) -> list[Want]:
        """Let frames come, and wake the maker."""
        self.house.step(*(FrameReceived("level3", one) for one in frames))
        assert self.market.level3["BTC/USD"].trusted
        return list(self.maker.on_level3(self.market.level3["BTC/USD"], self.view()))

    def news(self, event: Happening) -> list[Want]:
        order = self.orders.apply(event)
        assert order is not None
        return list(self.maker.on_order(order, self.view()))

    def quotes(self, *frames: bytes) -> dict[str, int | None]:
        return {want.side: want.price_ticks for want in self.wake(*frames) if isinstance(want, OrderWanted)}

    def settle(self) -> None:
        """Let both quotes rest, and show them in the book."""
        for order in self.accept(self.wake()):
            self.maker.on_order(order, self.view())
            assert order.price_ticks is not None
            self.wake(self.feed3.add(order.venue_order_id, order.side, order.price_ticks, order.left_lots))


def test_it_wakes_with_the_best_prices_of_the_level_3_book() -> None:
    assert maker().wakes() == (OnLevel3("BTC/USD", top_only=True),)


@pytest.mark.parametrize(
    ("edge", "bid", "ask"), [(0.0, 999, 1001), (1.0, 999, 1001), (1.5, 998, 1002), (4.0, 996, 1004)]
)
def test_it_quotes_about_the_microprice_and_never_better_than_the_best(edge: float, bid: int, ask: int) -> None:
    assert Desk(edge=edge).quotes() == {"buy": bid, "sell": ask}


def test_the_microprice_leans_to_the_side_with_less() -> None:
    desk = Desk(edge=1.5)
    # 30 bid against 10: the microprice is 1000.5.
    assert desk.quotes(desk.feed3.add("B9", "buy", 999, 20)) == {"buy": 999, "sell": 1002}


def test_the_flow_of_orders_moves_what_it_thinks_is_fair() -> None:
    desk = Desk(edge=1.0, flow_weight=3.0)
    assert desk.quotes() == {"buy": 999, "sell": 1001}
    # Sellers take away half of the best bid, and add to the best ask: of 12.5 lots on average, 15 have turned.
    desk.wake(desk.feed3.modify("B0", 5))
    desk.wake(desk.feed3.add("A9", "sell", 1001, 10))
    book = desk.market.level3["BTC/USD"].levels
    assert (book.bids(1), book.asks(1)) == ([(999, 5)], [(1001, 20)])
    assert desk.maker.flow.share == -1.0
    assert desk.maker.fair(book, desk.view()) == pytest.approx((999 * 20 + 1001 * 5) / 25 - 3.0)


def test_inventory_moves_both_quotes_and_sets_their_size() -> None:
    desk = Desk(edge=2.0, skew=2.0)
    desk.trade("buy", 7)
    wants = [want for want in desk.wake() if isinstance(want, OrderWanted)]
    assert [(want.side, want.price_ticks, want.qty_lots) for want in wants] == [("buy", 996, 3), ("sell", 1001, 5)]


def resting(*, in_front: bool) -> Desk:
    """Its bid of 998 and its ask of 1002, behind ten lots each, or in front of the queue."""
    desk = Desk(edge=1.9, patience=1, good_place=0.5)
    desk.settle()
    assert [order.price_ticks for order in desk.view().open_orders()] == [998, 1002]
    if in_front:
        desk.wake(desk.feed3.delete("B1"), desk.feed3.delete("A1"))
    return desk


@pytest.mark.parametrize(("in_front", "share"), [(False, 10 / 15), (True, 0.0)])
def test_it_knows_where_its_orders_stand(in_front: bool, share: float) -> None:
    desk = resting(in_front=in_front)
    for order in desk.view().open_orders():
        assert desk.maker.place_share(order, desk.market.level3["BTC/USD"].levels, desk.view()) == pytest.approx(share)


@pytest.mark.parametrize(("in_front", "amended"), [(False, [999, 1003]), (True, [])])
def test_a_good_place_in_the_queue_is_kept_and_a_bad_one_is_not(in_front: bool, amended: list[int]) -> None:
    desk = resting(in_front=in_front)
    # Buyers come to the best bid: the microprice is 1000.98, and both quotes belong one higher.
    wants = desk.wake(desk.feed3.add("B9", "buy", 999, 990))
    assert [want.price_ticks for want in wants if isinstance(want, AmendWanted)] == amended
    assert len(wants) == len(amended)


def test_a_good_place_is_given_up_for_what_is_far_off() -> None:
    desk = resting(in_front=True)
    # 1000 bid for much and 1002 asked for our own 5 lots: the fair price is 1001.99, and both belong two higher.
    wants = desk.wake(desk.feed3.add("C1", "buy", 1000, 990), desk.feed3.delete("A0"))
    assert [want.price_ticks for want in wants if isinstance(want, AmendWanted)] == [1000, 1004]


def test_a_quote_that_the_fair_price_has_reached_goes_even_from_the_front() -> None:
    desk = Desk(edge=2.0, patience=50, good_place=1.0)
    desk.settle()
    (ask,) = desk.view().open_orders(side="sell")
    frames = [desk.feed3.delete("A0"), desk.feed3.add("C1", "buy", 1001, 90)]
    wants = desk.wake(*frames)
    assert isinstance(wants[0], AmendWanted)
    assert wants[0].order_id == ask.order_id
    assert wants[0].price_ticks > (ask.price_ticks or 0)


def test_without_being_shown_an_order_is_taken_to_stand_behind_all_that_was_there() -> None:
    desk = Desk(edge=2.0)
    (bid, _) = desk.accept(desk.wake())
    book = desk.market.level3["BTC/USD"].levels
    assert desk.maker.place_share(bid, book, desk.view()) == 1.0
    desk.wake(desk.feed3.modify("B1", 4))  # Six of the ten before it are gone.
    desk.wake(desk.feed3.add("B7", "buy", 998, 16))  # Who comes later stands behind.
    assert desk.maker.place_share(bid, book, desk.view()) == pytest.approx(4 / 20)


def test_it_waits_for_answers_and_after_refusals() -> None:
    desk = Desk()
    bid, ask = desk.wake()
    assert isinstance(bid, OrderWanted)
    assert isinstance(ask, OrderWanted)
    assert desk.wake() == []
    for one in (bid, ask):
        desk.maker.on_denied(OrderDenied(one.order_id, "funds", ""), desk.view())
    assert desk.wake() == []
    desk.now_ns += 2 * S
    assert len(desk.wake()) == 2


def test_beyond_the_bound_what_would_add_is_cancelled() -> None:
    desk = Desk()
    desk.settle()
    (bid,) = desk.view().open_orders(side="buy")
    desk.trade("buy", 8)
    assert desk.wake() == [CancelWanted(bid.order_id)]


def test_without_a_level_2_book_that_verifies_it_does_not_quote() -> None:
    desk = Desk()
    desk.house.frame(desk.feed.update(bids=[(999, 3)], crc=1))
    assert desk.wake() == []


def both_books(seed: int) -> list[RecordedFrame]:
    """Orders that come and go at random, told by both books, with trades; now and then one does not verify."""
    random = Random(seed)
    feed3, feed = Feed3(), Feed()
    mid, number = 1_000, 0
    for n in range(1, 7):
        feed3.rest(f"B{n}", "buy", mid - n, 10)
        feed3.rest(f"A{n}", "sell", mid + n, 10)
    frames: list[RecordedFrame] = []
    now_ns = T0

    def tell(link: str, frame: bytes) -> None:
        frames.append(RecordedFrame(now_ns, link, frame))

    def levels() -> tuple[dict[int, int], dict[int, int]]:
        sides: tuple[dict[int, int], dict[int, int]] = ({}, {})
        for side, orders in zip(sides, (feed3.bids, feed3.asks), strict=True):
            for _, price_ticks, qty_lots in orders:
                side[price_ticks] = side.get(price_ticks, 0) + qty_lots
        return sides

    feed3.time_ns = feed.time_ns = now_ns
    tell("public", feed.snapshot(bids=levels()[0].items(), asks=levels()[1].items()))
    tell("level3", feed3.snapshot())
    for _ in range(900):
        now_ns += random.randint(1, 120) * MS
        feed3.time_ns = feed.time_ns = now_ns
        number += 1
        best_bid, best_ask = max(feed.bids), min(feed.asks)
        kind = random.random()
        if kind < 0.25:
            side = random.choice(["buy", "sell"])
            price_ticks = best_ask if side == "buy" else best_bid
            tell("public", feed.trades((side, price_ticks, random.randint(1, 9))))  # type: ignore[arg-type]  # Two words.
            continue
        if kind < 0.27:
            tell("public", feed.snapshot())  # After a connection that was cut, among others.
            tell("level3", feed3.snapshot(crc=1))
            tell("level3", feed3.snapshot())
            continue
        orders, side = random.choice([(feed3.bids, "buy"), (feed3.asks, "sell")])
        prices = {price_ticks for _, price_ticks, _ in orders}
        if kind < 0.6 or len(prices) < 4:
            near = best_ask - 1 if side == "buy" else best_bid + 1
            price_ticks = near - random.randint(0, 4) if side == "buy" else near + random.randint(0, 4)
            if len(prices | {price_ticks}) > 9:
                continue
            tell("level3", feed3.add(f"O{number}", side, price_ticks, random.randint(1, 20)))  # type: ignore[arg-type]  # Two words.
        else:
            tell("level3", feed3.delete(random.choice(orders)[0]))
        bids, asks = levels()
        gone_bids = {price_ticks: 0 for price_ticks in feed.bids if price_ticks not in bids}
        gone_asks = {price_ticks: 0 for price_ticks in feed.asks if price_ticks not in asks}
        tell("public", feed.update(bids=(bids | gone_bids).items(), asks=(asks | gone_asks).items()))
    return frames


@random_markets
def test_in_any_market_its_inventory_stays_within_bounds(seed: int) -> None:
    params = {"position_qty_max": "0.17", "flow_weight": 1.0, "skew": 1.0, "edge": 0.7}
    played = play(lambda: maker(**params), both_books(seed), level3={"BTC/USD": 10}, seed=seed)
    least, most = played.extremes("BTC/USD")
    assert -17 <= least <= most <= 17
    assert len(played.said(OrderWanted, OrderAmended)) > 20
    for side in ("buy", "sell"):
        assert at_most_one_open(played, side)
