from collections.abc import Sequence
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fathom.domain import Side
from fathom.market import FrameBook
from fathom.sim import Resting, Take, Taken
from fathom.sim.fills import TAKEN_MAX, crosses, fill_by_book, fill_by_trade, join_queue, opposite, reaches, take_levels
from market_feed import BTC, T0, Feed, Levels, S, trade

MS = 1_000_000


class Screen:
    """A verified book that the test moves, and what our fills took from it."""

    def __init__(self, *, bids: Levels, asks: Levels, depth: int = 10) -> None:
        self.feed = Feed(bids=bids, asks=asks, depth=depth)
        self.book = FrameBook(BTC, depth=depth)
        self.taken = Taken()
        self.move(self.feed.snapshot(), snapshot=True)

    def move(self, frame: bytes, *, snapshot: bool = False) -> None:
        assert self.book.apply(frame, snapshot=snapshot, frame_seq=1, time_ns=1)[0] == ""
        self.taken.follow(self.book)

    def update(self, *, bids: Levels = (), asks: Levels = (), after_ns: int = S) -> None:
        self.feed.time_ns += after_ns
        self.move(self.feed.update(bids=bids, asks=asks))

    def take(self, side: Side, limit_ticks: int | None, qty_lots: int) -> list[tuple[int, int]]:
        takes = take_levels(self.book, self.taken, side, limit_ticks, qty_lots)
        return [(take.price_ticks, take.qty_lots) for take in takes]

    def join(self, side: Side, price_ticks: int, qty_lots: int, *, name: str = "a") -> Resting:
        resting = Resting(name, "BTC/USD", side, price_ticks, qty_lots, 0)
        join_queue(resting, self.book)
        return resting

    def fills(self, resting: Resting) -> list[tuple[int, int]]:
        return [(take.price_ticks, take.qty_lots) for take in fill_by_book(resting, self.book, self.taken)]


BIDS, ASKS = [(99, 10), (98, 20), (97, 30)], [(101, 10), (102, 20), (103, 30)]


def screen(*, depth: int = 10) -> Screen:
    return Screen(bids=BIDS, asks=ASKS, depth=depth)


# -- Taking -------------------------------------------------------------------------------------------------------

TAKER: list[tuple[Side, int | None, int, list[tuple[int, int]]]] = [
    # side, limit, lots: fills
    ("buy", 100, 5, []),
    ("buy", 101, 5, [(101, 5)]),
    ("buy", 101, 15, [(101, 10)]),  # The limit is kept ...
    ("buy", 105, 15, [(101, 10), (102, 5)]),  # ... and what is better is had for its own price.
    ("buy", None, 15, [(101, 10), (102, 5)]),
    ("buy", None, 99, [(101, 10), (102, 20), (103, 30)]),  # There is no more.
    ("sell", 100, 5, []),
    ("sell", 99, 15, [(99, 10)]),
    ("sell", 1, 15, [(99, 10), (98, 5)]),
    ("sell", None, 99, [(99, 10), (98, 20), (97, 30)]),
]


@pytest.mark.parametrize(("side", "limit_ticks", "qty_lots", "fills"), TAKER)
def test_a_taker_has_what_stands_there(
    side: Side, limit_ticks: int | None, qty_lots: int, fills: list[tuple[int, int]]
) -> None:
    assert screen().take(side, limit_ticks, qty_lots) == fills


Step = tuple[Literal["buy", "asks"], int | list[tuple[int, int]], list[tuple[int, int]]]
OVER_TIME: dict[str, list[Step]] = {
    "what we took is gone": [
        ("buy", 6, [(101, 6)]),
        ("buy", 6, [(101, 4)]),
        ("buy", 6, []),
    ],
    "what others cancel was not ours": [
        ("buy", 10, [(101, 10)]),
        ("asks", [(101, 9)], []),
        ("buy", 10, []),
    ],
    "what is added is there": [
        ("buy", 10, [(101, 10)]),
        ("asks", [(101, 13)], []),
        ("buy", 10, [(101, 3)]),
    ],
    "what fell and rose again is there": [
        ("buy", 10, [(101, 10)]),
        ("asks", [(101, 4)], []),
        ("asks", [(101, 10)], []),
        ("buy", 10, [(101, 6)]),
    ],
    "a level that left and came back is another": [
        ("buy", 10, [(101, 10)]),
        ("asks", [(101, 0)], []),
        ("asks", [(101, 10)], []),
        ("buy", 10, [(101, 10)]),
    ],
}


@pytest.mark.parametrize("story", OVER_TIME)
def test_what_our_fills_took_is_not_there_twice(story: str) -> None:
    shown = screen()
    for action, what, fills in OVER_TIME[story]:
        if isinstance(what, int):
            assert shown.take("buy", 101, what) == fills, action
        else:
            shown.update(asks=what)


def test_a_level_out_of_view_stays_taken() -> None:
    shown = Screen(bids=[(1, 1)], asks=[(101, 10), (102, 20)], depth=2)
    assert shown.take("buy", None, 30) == [(101, 10), (102, 20)]
    shown.update(asks=[(100, 5)])  # 102 is pushed out, and comes back as it was.
    shown.update(asks=[(100, 0), (102, 20)])
    assert shown.take("buy", None, 30) == []


def test_the_memory_of_what_was_taken_is_bounded() -> None:
    taken = Taken()
    for price_ticks in range(TAKEN_MAX + 1):
        taken.take("sell", price_ticks, qty_lots=1)
    assert len(taken) == TAKEN_MAX
    assert (taken.left_lots("sell", 0, 5), taken.left_lots("sell", 1, 5)) == (5, 4)
    taken.clear()
    assert len(taken) == 0


@given(
    st.lists(
        st.one_of(
            st.tuples(st.just("take"), st.integers(100, 106), st.integers(1, 30)),
            st.tuples(st.just("show"), st.integers(101, 105), st.integers(0, 20)),
        ),
        max_size=40,
    )
)
def test_never_more_is_taken_than_was_shown_and_added(actions: list[tuple[str, int, int]]) -> None:
    shown = screen()
    stood = dict(ASKS)
    offered = dict(ASKS)  # What a level showed at first and all that was added, since it last was empty.
    had = dict.fromkeys(range(101, 106), 0)
    for action, price_ticks, lots in actions:
        if action == "take":
            fills = shown.take("buy", price_ticks, lots)
            assert sum(lot for _, lot in fills) <= lots
            for at_ticks, lot in fills:
                assert at_ticks <= price_ticks
                had[at_ticks] += lot
                assert had[at_ticks] <= offered[at_ticks]
        elif lots or price_ticks in stood:
            before = stood.pop(price_ticks, 0)
            shown.update(asks=[(price_ticks, lots)])
            offered[price_ticks] = offered.get(price_ticks, 0) + max(0, lots - before) if lots else 0
            if lots:
                stood[price_ticks] = lots
            else:
                had[price_ticks] = 0


# -- Making, by trades --------------------------------------------------------------------------------------------

BY_TRADE: list[tuple[str, tuple[Side, int, int], tuple[Side, int, int], int, int]] = [
    # what, our order, the trade: our fill, what is ahead then (10 lots were, at 99 and 101)
    ("part of those ahead", ("buy", 99, 5), ("sell", 99, 4), 0, 6),
    ("just those ahead", ("buy", 99, 5), ("sell", 99, 10), 0, 0),
    ("those ahead and some of us", ("buy", 99, 5), ("sell", 99, 12), 2, 0),
    ("all of us", ("buy", 99, 5), ("sell", 99, 99), 5, 0),
    ("through us", ("buy", 99, 5), ("sell", 98, 3), 3, 10),
    ("above us", ("buy", 99, 5), ("sell", 100, 99), 0, 10),
    ("a taker of our own side", ("buy", 99, 5), ("buy", 99, 99), 0, 10),
    ("at our ask", ("sell", 101, 5), ("buy", 101, 12), 2, 0),
    ("through our ask", ("sell", 101, 5), ("buy", 102, 3), 3, 10),
    ("below our ask", ("sell", 101, 5), ("buy", 100, 99), 0, 10),
    ("inside the spread we are first", ("buy", 100, 5), ("sell", 100, 3), 3, 0),
]


@pytest.mark.parametrize(("what", "order", "traded", "filled", "ahead"), BY_TRADE, ids=[row[0] for row in BY_TRADE])
def test_a_trade_serves_those_ahead_first(
    what: str, order: tuple[Side, int, int], traded: tuple[Side, int, int], filled: int, ahead: int
) -> None:
    resting = screen().join(*order)
    fills = list(fill_by_trade([resting], trade(*traded)))
    assert fills == ([(resting, Take(order[1], filled))] if filled else [])
    assert (resting.left_lots, resting.ahead_lots) == (5 - filled, ahead)


def test_a_trade_from_before_we_came_is_not_ours() -> None:
    resting = screen().join("buy", 100, 5)
    assert list(fill_by_trade([resting], trade("sell", 100, 3, time_ns=T0))) == []
    assert list(fill_by_trade([resting], trade("sell", 90, 3, time_ns=T0 - S))) == []
    assert len(list(fill_by_trade([resting], trade("sell", 100, 3, time_ns=T0 + 1)))) == 1


def test_in_a_book_without_a_time_no_trade_is_known_to_be_ours() -> None:
    shown = screen()
    shown.move(shown.feed.snapshot().split(b',"timestamp"')[0] + b"}]}", snapshot=True)
    resting = shown.join("buy", 100, 5)
    assert list(fill_by_trade([resting], trade("sell", 100, 3, time_ns=T0 + S))) == []
    shown.update(bids=[(97, 31)], after_ns=2 * S)  # From its time on they are told apart.
    assert shown.fills(resting) == []
    assert list(fill_by_trade([resting], trade("sell", 100, 3, time_ns=T0 + 2 * S))) == []
    assert len(list(fill_by_trade([resting], trade("sell", 100, 3, time_ns=T0 + 3 * S)))) == 1


@given(
    st.lists(st.tuples(st.integers(95, 100), st.integers(1, 9), st.integers(0, 9)), min_size=1, max_size=5),
    st.integers(90, 101),
    st.integers(1, 30),
)
def test_a_trade_fills_no_more_than_its_lots(
    orders: list[tuple[int, int, int]], price_ticks: int, qty_lots: int
) -> None:
    queue = [Resting(str(n), "BTC/USD", "buy", *order) for n, order in enumerate(orders)]
    queue.sort(key=lambda resting: -resting.price_ticks)
    ahead = [resting.ahead_lots for resting in queue]
    filled = [0] * len(queue)
    for resting, take in fill_by_trade(queue, trade("sell", price_ticks, qty_lots)):
        filled[queue.index(resting)] += take.qty_lots
        assert take.price_ticks == resting.price_ticks >= price_ticks
    assert sum(filled) <= qty_lots
    for resting, before, ours in zip(queue, ahead, filled, strict=True):
        assert resting.left_lots >= 0
        assert resting.ahead_lots >= 0
        if resting.price_ticks == price_ticks and ours:
            assert resting.ahead_lots == 0
            assert ours + before <= qty_lots  # Those ahead were served of the same trade.


# -- Making, by the book ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("bids", "asks", "fills", "ahead"),
    [
        ([(99, 12)], [], [], 10),  # They stand behind us.
        ([(99, 4)], [], [], 4),  # At least six before us left.
        ([(99, 0)], [], [], 0),
        ([], [(101, 0)], [], 10),
        ([(99, 0)], [(99, 3)], [(99, 3)], 0),  # Sellers stand where we bid.
        ([(99, 0), (98, 0)], [(98, 3), (99, 1)], [(99, 3), (99, 1)], 0),  # We bid 99: no better for a maker.
        ([(99, 0)], [(99, 99)], [(99, 5)], 0),
    ],
)
def test_the_book_moves_us_up_or_fills_us(
    bids: list[tuple[int, int]], asks: list[tuple[int, int]], fills: list[tuple[int, int]], ahead: int
) -> None:
    shown = screen()
    resting = shown.join("buy", 99, 5)
    assert shown.fills(resting) == []
    shown.update(bids=bids, asks=asks)
    assert shown.fills(resting) == fills
    assert resting.ahead_lots == ahead
    assert shown.fills(resting) == []  # The same book again gives nothing more.


def test_two_orders_do_not_fill_from_the_same_lots() -> None:
    shown = screen()
    first, second = shown.join("buy", 99, 5), shown.join("buy", 99, 5, name="b")
    shown.update(bids=[(99, 0)], asks=[(99, 7)])
    assert (shown.fills(first), shown.fills(second)) == ([(99, 5)], [(99, 2)])
    shown.update(asks=[(99, 8)])
    assert shown.fills(second) == [(99, 1)]


def test_a_trade_that_the_book_told_first_counts_once() -> None:
    shown = screen()
    resting = shown.join("buy", 99, 5)
    shown.update(bids=[(99, 2)])  # Eight traded or left ...
    assert shown.fills(resting) == []
    told_late = trade("sell", 99, 8, time_ns=shown.feed.time_ns)
    assert list(fill_by_trade([resting], told_late)) == []  # ... and here they are: they were before us.
    assert resting.ahead_lots == 2
    assert len(list(fill_by_trade([resting], trade("sell", 99, 3, time_ns=shown.feed.time_ns)))) == 1


@pytest.mark.parametrize(("after_ns", "filled"), [(0, 0), (100 * MS, 0), (100 * MS + 1, 5)])
def test_what_left_long_before_a_trade_left_without_it(after_ns: int, filled: int) -> None:
    shown = screen()
    resting = shown.join("buy", 99, 5)
    shown.update(bids=[(99, 2)])
    shown.fills(resting)
    fills = list(fill_by_trade([resting], trade("sell", 99, 8, time_ns=shown.feed.time_ns + after_ns)))
    assert sum(take.qty_lots for _, take in fills) == filled


def test_a_price_that_the_book_does_not_show_has_everybody_ahead() -> None:
    shown = Screen(bids=BIDS, asks=ASKS, depth=3)
    resting = shown.join("buy", 96, 5)
    assert list(fill_by_trade([resting], trade("sell", 96, 1_000, time_ns=T0 + MS))) == []
    shown.update(bids=[(99, 0), (96, 40)])
    assert shown.fills(resting) == []
    assert resting.ahead_lots == 40  # It shows now, and all of that was there before us.
    now_ns = shown.feed.time_ns + 1
    assert list(fill_by_trade([resting], trade("sell", 96, 38, time_ns=now_ns))) == []
    assert [take.qty_lots for _, take in fill_by_trade([resting], trade("sell", 96, 3, time_ns=now_ns))] == [1]
    assert len(list(fill_by_trade([resting], trade("sell", 95, 5, time_ns=T0 + 9 * S)))) == 1


def test_a_queue_that_leaves_the_view_is_not_gone() -> None:
    shown = Screen(bids=BIDS, asks=ASKS, depth=3)
    resting = shown.join("buy", 97, 5)
    shown.update(bids=[(100, 1)])  # 97 is pushed out.
    assert shown.book.level_qty_lots("buy", 97) == 0
    assert shown.fills(resting) == []
    assert resting.ahead_lots == 30
    shown.update(bids=[(100, 0), (97, 25)])
    shown.fills(resting)
    assert resting.ahead_lots == 25


@given(
    st.lists(
        st.one_of(
            st.tuples(st.just("trade"), st.integers(0, 12)),
            st.tuples(st.just("cancel"), st.integers(0, 12)),
            st.tuples(st.just("add"), st.integers(0, 12)),
        ),
        max_size=30,
    ),
    st.booleans(),
)
def test_a_maker_never_fills_before_what_was_ahead(events: Sequence[tuple[str, int]], book_first: bool) -> None:
    """A real queue at our price, in which whoever cancels stands behind us; the paper order must not be faster."""
    shown = Screen(bids=[(99, 10)], asks=ASKS)
    resting = shown.join("buy", 99, 10_000)
    ahead, behind, ours = 10, 0, 0
    for event, lots in events:
        shown.feed.time_ns += S
        traded = lots if event == "trade" else 0
        served = min(traded, ahead)
        ahead -= served
        ours += traded - served
        if event == "add":
            behind += lots
        else:  # Who stands behind us leaves, or trades: in the market without us they are next.
            behind -= min(behind, lots - served)
        frame = shown.feed.update(bids=[(99, ahead + behind)] if ahead + behind or 99 in shown.feed.bids else [])
        told = trade("sell", 99, traded, time_ns=shown.feed.time_ns)
        if not book_first:
            list(fill_by_trade([resting], told))
        shown.move(frame)
        assert shown.fills(resting) == []
        if book_first:
            list(fill_by_trade([resting], told))
        assert 10_000 - resting.left_lots <= ours


# -- Words --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("side", "limit_ticks", "price_ticks", "reached"),
    [("buy", 5, 5, True), ("buy", 5, 6, False), ("sell", 5, 5, True), ("sell", 5, 4, False), ("sell", None, 1, True)],
)
def test_reaches(side: Side, limit_ticks: int | None, price_ticks: int, reached: bool) -> None:
    assert reaches(side, limit_ticks, price_ticks) == reached


def test_crosses_and_opposite() -> None:
    shown = screen()
    assert [crosses(shown.book, "buy", 100), crosses(shown.book, "buy", 101)] == [False, True]
    assert [crosses(shown.book, "sell", 100), crosses(shown.book, "sell", 99)] == [False, True]
    assert not crosses(FrameBook(BTC, depth=10), "buy", 10**9)
    assert (opposite("buy"), opposite("sell")) == ("sell", "buy")
