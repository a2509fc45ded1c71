from collections.abc import Sequence
from decimal import Decimal
from random import Random

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fathom.domain import (
    AccountSeen,
    AccountWanted,
    AmendApproved,
    AmendRejected,
    AmendWanted,
    CancelApproved,
    CancelRejected,
    Close,
    ClosePlaced,
    Event,
    ForeignCancelWanted,
    OrderAbsent,
    OrderAccepted,
    OrderAmended,
    OrderApproved,
    OrderCanceled,
    OrderFilled,
    OrderLookupWanted,
    OrderRejected,
    OrderTraded,
    OrderType,
    OrderWanted,
    Side,
    TimeInForce,
)
from fathom.orders import FINAL, OrderTable
from fathom.sim import BookVenue, Fees
from market_feed import BTC, Feed, House, Levels, instrument_frame, kinds, market_of, trade

FEES = Fees(maker_share=Decimal("0.0025"), taker_share=Decimal("0.0040"))
LEVELS = {"bids": [(999, 10), (998, 20)], "asks": [(1001, 10), (1002, 20)]}


class Pit:
    """The venue on paper over a market that the test moves, and our own table of what it says."""

    def __init__(self, balances: dict[str, Decimal] | None = None) -> None:
        self.feed = Feed(bids=LEVELS["bids"], asks=LEVELS["asks"])
        self.market = market_of(self.feed)
        self.house = House(self.market)
        self.house.frame(self.feed.snapshot())
        self.venue = BookVenue(self.market, FEES, balances=balances)
        self.table = OrderTable()
        self.said: list[Event] = []
        self.orders = 0
        self.trades = 0

    def hear(self, said: Sequence[Event]) -> list[Event]:
        for event in said:
            self.table.apply(event)
        self.said += said
        return list(said)

    def add(
        self,
        side: Side,
        qty_lots: int,
        price_ticks: int | None = None,
        *,
        tif: TimeInForce = "gtc",
        post_only: bool = False,
    ) -> list[Event]:
        self.orders += 1
        order_type: OrderType = "market" if price_ticks is None else "limit"
        wanted = OrderWanted(f"a-{self.orders}", "BTC/USD", side, order_type, qty_lots, price_ticks, tif, post_only)
        self.table.apply(OrderApproved(wanted))
        return self.hear(self.venue.request(OrderApproved(wanted)))

    def order(self, wanted: OrderWanted) -> list[Event]:
        """Any order, under the id that it names."""
        self.table.apply(OrderApproved(wanted))
        return self.hear(self.venue.request(OrderApproved(wanted)))

    def amend(self, order_id: str, price_ticks: int, qty_lots: int, *, post_only: bool = False) -> list[Event]:
        approved = AmendApproved(AmendWanted(order_id, price_ticks, qty_lots, post_only))
        self.table.apply(approved)
        return self.hear(self.venue.request(approved))

    def cancel(self, order_id: str) -> list[Event]:
        self.table.apply(CancelApproved(order_id))
        return self.hear(self.venue.request(CancelApproved(order_id)))

    def trade(self, side: Side, price_ticks: int, qty_lots: int, *, again: bool = False) -> list[Event]:
        """One trade of the market, or one more telling of the last."""
        self.feed.time_ns += 1_000_000
        self.trades += not again
        told = trade(side, price_ticks, qty_lots, trade_id=self.trades, time_ns=self.feed.time_ns)
        return self.hear(self.venue.market_traded("BTC/USD", (told,)))

    def book(self, *, bids: Levels = (), asks: Levels = ()) -> list[Event]:
        self.feed.time_ns += 1_000_000_000
        self.house.frame(self.feed.update(bids=bids, asks=asks))
        return self.hear(self.venue.book_moved("BTC/USD"))


def fills(said: Sequence[Event]) -> list[tuple[str, int, int, str, str]]:
    return [
        (one.order_id, one.price_ticks, one.qty_lots, one.liquidity, f"{one.fee:f}")
        for one in said
        if isinstance(one, OrderTraded)
    ]


ACCEPTED = OrderAccepted("a-1", "PAPER-00000001")


# -- Adding -------------------------------------------------------------------------------------------------------


def test_an_order_that_reaches_nobody_rests() -> None:
    pit = Pit()
    assert pit.add("buy", 5, 1000) == [ACCEPTED]
    assert pit.venue.resting_symbols == {"BTC/USD"}
    assert pit.venue.follows("BTC/USD")
    assert not pit.venue.follows("ETH/USD")


def test_an_order_that_takes_pays_the_taker_fee_and_ends_filled() -> None:
    pit = Pit()
    said = pit.add("buy", 15, 1002)
    # 10 lots of 0.01 at 100.1 USD are 10.01 USD, of which 0.40 % are 0.04004.
    assert fills(said) == [("a-1", 1001, 10, "taker", "0.04004"), ("a-1", 1002, 5, "taker", "0.02004")]
    assert kinds(said) == ["OrderAccepted", "OrderTraded", "OrderTraded", "OrderFilled"]
    assert pit.venue.resting_symbols == set()
    assert pit.venue.follows("BTC/USD")  # What it took must not be had twice.


def test_the_rest_of_a_crossing_order_rests_and_pays_the_maker_fee() -> None:
    pit = Pit()
    assert kinds(pit.add("buy", 15, 1001)) == ["OrderAccepted", "OrderTraded"]
    said = pit.trade("sell", 1001, 5)
    assert fills(said) == [("a-1", 1001, 5, "maker", "0.01251")]  # 5.005 USD by 0.25 % is 0.0125125.
    assert said[-1] == OrderFilled("a-1")


def test_a_trade_that_is_told_twice_fills_once() -> None:
    pit = Pit()
    pit.add("buy", 15, 1000)
    assert [fill[2] for fill in fills(pit.trade("sell", 1000, 4))] == [4]
    assert pit.trade("sell", 1000, 4, again=True) == []
    assert [fill[2] for fill in fills(pit.trade("sell", 1000, 4))] == [4]


def test_a_flickering_level_does_not_fill_the_rest_again() -> None:
    pit = Pit()
    pit.add("buy", 50, 1001)
    for qty_lots in (9, 8, 7, 6):
        assert pit.book(asks=[(1001, qty_lots)]) == []
    assert fills(pit.book(asks=[(1001, 7)])) == [("a-1", 1001, 1, "maker", "0.00250")]


@pytest.mark.parametrize(
    ("price_ticks", "tif", "filled"),
    [(1000, "ioc", []), (1001, "ioc", [10]), (None, "gtc", [10, 20])],
)
def test_what_may_not_rest_is_cancelled(price_ticks: int | None, tif: TimeInForce, filled: list[int]) -> None:
    pit = Pit()
    said = pit.add("buy", 40, price_ticks, tif=tif)
    assert [qty_lots for _, _, qty_lots, _, _ in fills(said)] == filled
    assert said[-1] == OrderCanceled("a-1", "ioc: nothing more to take")
    assert pit.cancel("a-1") == [CancelRejected("a-1", "EOrder:Unknown order")]


@pytest.mark.parametrize(
    ("side", "price_ticks", "taken"),
    [("buy", 1000, True), ("buy", 1001, False), ("sell", 1000, True), ("sell", 999, False)],
)
def test_post_only_never_takes(side: Side, price_ticks: int, taken: bool) -> None:
    said = Pit().add(side, 5, price_ticks, post_only=True)
    assert said == [ACCEPTED] if taken else [ACCEPTED, OrderCanceled("a-1", "Post only order")]


def test_an_order_without_a_book_to_trust_is_rejected() -> None:
    pit = Pit()
    pit.house.frame(pit.feed.update(bids=[(997, 1)], crc=1))
    assert pit.add("buy", 5, 1000) == [OrderRejected("a-1", "EService:Unavailable")]
    unknown = OrderApproved(OrderWanted("b-1", "ETH/USD", "buy", "limit", 1, 1))
    assert pit.venue.request(unknown) == [OrderRejected("b-1", "EService:Unavailable")]


# -- Resting ------------------------------------------------------------------------------------------------------


def test_those_ahead_are_served_first_and_the_best_of_ours_before_the_others() -> None:
    pit = Pit()
    pit.add("buy", 5, 999)  # Behind 10.
    pit.add("buy", 5, 1000)  # Ahead of all.
    assert [fill[:3] for fill in fills(pit.trade("sell", 999, 12))] == [("a-2", 1000, 5)]
    assert [fill[:3] for fill in fills(pit.trade("sell", 999, 4))] == [("a-1", 999, 1)]
    assert [fill[:3] for fill in fills(pit.trade("sell", 998, 9))] == [("a-1", 999, 4)]


def test_the_book_that_passes_through_fills() -> None:
    pit = Pit()
    pit.add("buy", 5, 999)
    said = pit.book(bids=[(999, 0)], asks=[(999, 3)])
    assert [fill[:4] for fill in fills(said)] == [("a-1", 999, 3, "maker")]


def test_a_book_that_is_not_trusted_fills_nobody() -> None:
    pit = Pit()
    pit.add("buy", 5, 999)
    pit.house.frame(pit.feed.update(bids=[(999, 0)], asks=[(998, 3)], crc=1))
    assert pit.venue.book_moved("BTC/USD") == []


# -- Amends -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("price_ticks", "qty_lots", "ahead"),
    [
        (999, 5, 4),  # Nothing changed: the place is kept.
        (999, 3, 4),  # So it is by a smaller one ...
        (999, 6, 10),  # ... but not by a larger, or by another price.
        (998, 5, 20),
        (1000, 5, 0),
    ],
)
def test_an_amend_keeps_its_place_only_where_it_shrinks(price_ticks: int, qty_lots: int, ahead: int) -> None:
    pit = Pit()
    pit.add("buy", 5, 999)
    pit.trade("sell", 999, 6)  # Four are left ahead.
    assert pit.amend("a-1", price_ticks, qty_lots) == [OrderAmended("a-1", price_ticks, qty_lots)]
    said = pit.trade("sell", price_ticks, ahead + 1)
    assert [fill[:3] for fill in fills(said)] == [("a-1", price_ticks, 1)]


def test_an_amend_that_crosses_takes_and_rests() -> None:
    pit = Pit()
    pit.add("buy", 15, 999)
    said = pit.amend("a-1", 1001, 15)
    assert kinds(said) == ["OrderAmended", "OrderTraded"]
    assert fills(said)[0][:4] == ("a-1", 1001, 10, "taker")
    assert kinds(pit.amend("a-1", 1002, 15)) == ["OrderAmended", "OrderTraded", "OrderFilled"]


def test_fills_count_towards_the_new_quantity() -> None:
    pit = Pit()
    pit.add("buy", 5, 1000)
    pit.trade("sell", 1000, 2)
    pit.amend("a-1", 1000, 3)
    assert [fill[2] for fill in fills(pit.trade("sell", 1000, 9))] == [1]
    assert pit.said[-1] == OrderFilled("a-1")


@pytest.mark.parametrize("qty_lots", [1, 2])
def test_an_amend_to_what_is_filled_ends_the_order(qty_lots: int) -> None:
    pit = Pit()
    pit.add("buy", 5, 1000)
    pit.trade("sell", 1000, 2)
    assert pit.amend("a-1", 1000, qty_lots) == [OrderCanceled("a-1", "User requested")]


def test_amends_that_are_refused_leave_the_order_as_it_was() -> None:
    pit = Pit()
    assert pit.venue.request(AmendApproved(AmendWanted("a-9", 1000, 5))) == [
        AmendRejected("a-9", "EOrder:Unknown order")
    ]
    pit.add("buy", 5, 1000)
    assert pit.amend("a-1", 1001, 5, post_only=True) == [AmendRejected("a-1", "EOrder:Post only order")]
    pit.house.frame(pit.feed.update(bids=[(997, 1)], crc=1))
    assert pit.amend("a-1", 999, 5) == [AmendRejected("a-1", "EService:Unavailable")]
    assert [fill[1:3] for fill in fills(pit.trade("sell", 1000, 9))] == [(1000, 5)]


# -- Ends ---------------------------------------------------------------------------------------------------------


def test_a_cancel_ends_an_order_once() -> None:
    pit = Pit()
    pit.add("buy", 5, 1000)
    assert pit.cancel("a-1") == [OrderCanceled("a-1", "User requested")]
    assert pit.venue.request(CancelApproved("a-1")) == [CancelRejected("a-1", "EOrder:Unknown order")]
    assert pit.trade("sell", 990, 99) == []


def test_a_fill_wins_the_race_against_a_cancel() -> None:
    pit = Pit()
    pit.add("buy", 5, 1000)
    pit.trade("sell", 1000, 5)
    assert pit.cancel("a-1") == [CancelRejected("a-1", "EOrder:Unknown order")]


def test_everything_can_be_cancelled_at_once_past_the_log() -> None:
    pit = Pit()
    pit.add("buy", 5, 1000)
    pit.add("sell", 5, 1001)
    assert (pit.venue.cancel_all(), pit.venue.cancel_all()) == (2, 0)
    assert pit.trade("sell", 990, 99) == []


def test_a_pair_of_another_precision_ends_the_orders_of_the_old_one() -> None:
    pit = Pit()
    pit.venue.instrument_changed(BTC)
    pit.add("buy", 5, 1000)
    same_scale = msgspec.structs.replace(BTC, qty_lots_min=7)
    assert pit.venue.instrument_changed(same_scale) == []
    finer = msgspec.structs.replace(BTC, price_precision=2)
    pit.house.frame(instrument_frame(finer))
    assert pit.venue.instrument_changed(finer) == [OrderCanceled("a-1", "the pair's precision changed")]
    assert not pit.venue.follows("BTC/USD")


@pytest.mark.parametrize("share", ["-0.01", "1", "NaN", "Infinity"])
@pytest.mark.parametrize("name", ["maker_share", "taker_share"])
def test_a_fee_that_is_no_share_is_refused(name: str, share: str) -> None:
    with pytest.raises(msgspec.ValidationError, match=name):
        msgspec.convert({name: share}, Fees)


# -- The account --------------------------------------------------------------------------------------------------


def test_the_venue_keeps_its_own_account_and_answers_for_it() -> None:
    pit = Pit(balances={"USD": Decimal(100), "BTC": Decimal(0)})
    pit.venue.pass_time(7)
    pit.add("buy", 5, 1001)
    pit.add("buy", 5, 990)
    pit.cancel("a-2")
    [seen] = pit.venue.request(AccountWanted("start", 0))
    assert isinstance(seen, AccountSeen)
    # 0.05 BTC at 100.1 USD are 5.005 USD, of which 0.40 % are 0.02002.
    assert seen.balances == (("BTC", Decimal("0.05")), ("USD", Decimal("94.97498")))
    assert [(one.order_id, one.status) for one in seen.closed] == [("a-1", "filled"), ("a-2", "canceled")]
    assert [(one.order_id, one.time_ns) for one in seen.fills] == [("a-1", 7)]
    assert pit.venue.request(OrderLookupWanted("a-9")) == [OrderAbsent("a-9")]
    assert dict(pit.venue.balances) == dict(seen.balances)


def test_what_the_account_cannot_pay_is_refused_as_the_venue_does() -> None:
    pit = Pit(balances={"USD": Decimal(10), "BTC": Decimal("0.1")})
    refused = OrderRejected("a-1", "EOrder:Insufficient funds")
    assert pit.add("buy", 10, 1000) == [refused]
    assert pit.venue.request(OrderLookupWanted("a-1")) == [refused]
    pit.add("sell", 10, 1100)
    assert pit.add("sell", 1, 1100) == [OrderRejected("a-3", "EOrder:Insufficient funds")]
    assert pit.amend("a-2", 1100, 11) == [AmendRejected("a-2", "EOrder:Insufficient funds")]
    assert kinds(pit.amend("a-2", 1100, 9)) == ["OrderAmended"]


def test_a_marked_order_that_nobody_knows_is_cancelled_by_the_venues_id() -> None:
    pit = Pit()
    pit.add("buy", 5, 990)
    assert pit.venue.request(ForeignCancelWanted("PAPER-00000009")) == []
    assert pit.venue.request(ForeignCancelWanted("PAPER-00000001")) == [OrderCanceled("a-1", "User requested")]


# -- Times in force, triggers, icebergs, closes -------------------------------------------------------------------


def test_fill_or_kill_takes_all_or_nothing() -> None:
    pit = Pit()
    assert pit.add("buy", 31, 1002, tif="fok") == [ACCEPTED, OrderCanceled("a-1", "Fill or kill")]
    assert sum(lots for _, _, lots, _, _ in fills(pit.add("buy", 30, 1002, tif="fok"))) == 30
    # What we took is gone for us, though the market's book shows it still.
    assert kinds(pit.add("buy", 1, 1002, tif="fok")) == ["OrderAccepted", "OrderCanceled"]


def test_an_order_expires_when_it_is_due_and_not_before() -> None:
    pit = Pit()
    pit.venue.pass_time(10)
    pit.order(OrderWanted("a-1", "BTC/USD", "buy", "limit", 5, 990, "gtd", expire_ns=20))
    assert pit.venue.due_ns == 20
    assert pit.venue.pass_time(19) == []
    assert pit.venue.pass_time(20) == [OrderCanceled("a-1", "Order expired")]
    assert pit.venue.due_ns is None


def test_a_refused_form_is_rejected() -> None:
    pit = Pit()
    wanted = OrderWanted("a-1", "BTC/USD", "buy", "limit", 5, 990, reduce_only=True)
    assert pit.order(wanted) == [OrderRejected("a-1", "EOrder:Reduce only:No position exists")]


def stop(order_id: str, trigger_ticks: int, *, limit: int | None = None, lots: int = 5) -> OrderWanted:
    kind: OrderType = "stop-loss" if limit is None else "stop-loss-limit"
    return OrderWanted(order_id, "BTC/USD", "sell", kind, lots, limit, trigger_ticks=trigger_ticks)


def test_a_stop_waits_for_the_last_trade_and_then_sells_at_the_market() -> None:
    pit = Pit()
    assert pit.order(stop("a-1", 998)) == [ACCEPTED]
    assert pit.trade("sell", 999, 1) == []
    assert pit.book(bids=[(999, 0)]) == []  # The book alone sets nothing off.
    said = pit.trade("sell", 998, 1)
    assert fills(said)[0][:3] == ("a-1", 998, 5)
    assert kinds(said) == ["OrderTraded", "OrderFilled"]
    assert pit.trade("sell", 990, 99) == []


def test_a_stop_whose_price_was_passed_already_goes_off_at_once() -> None:
    pit = Pit()
    pit.trade("sell", 999, 1)
    assert kinds(pit.order(stop("a-1", 999))) == ["OrderAccepted", "OrderTraded", "OrderFilled"]


def test_a_stop_with_a_limit_rests_at_it() -> None:
    pit = Pit()
    pit.order(stop("a-1", 999, limit=1000))
    assert pit.trade("sell", 999, 1) == []
    assert fills(pit.trade("buy", 1000, 99)) == [("a-1", 1000, 5, "maker", "0.01250")]


def test_what_was_passed_first_goes_off_first() -> None:
    pit = Pit()
    pit.order(stop("a-1", 997))
    pit.order(stop("a-2", 998))
    assert [order_id for order_id, *_ in fills(pit.trade("sell", 996, 1))] == ["a-2", "a-1"]


def test_a_stop_that_goes_off_without_a_book_waits_for_one() -> None:
    pit = Pit()
    pit.order(stop("a-1", 998))
    pit.house.frame(pit.feed.snapshot(crc=1))
    assert pit.trade("sell", 998, 1) == []
    assert pit.amend("a-1", 997, 5) == [AmendRejected("a-1", "EService:Unavailable")]
    pit.house.frame(pit.feed.snapshot())
    assert kinds(pit.hear(pit.venue.book_moved("BTC/USD"))) == ["OrderTraded", "OrderFilled"]


def test_a_trailing_stop_follows_the_market_up_and_goes_off_on_the_way_back() -> None:
    pit = Pit()
    pit.trade("sell", 1000, 1)
    pit.order(OrderWanted("a-1", "BTC/USD", "sell", "trailing-stop", 5, trigger_ticks=10))
    assert pit.trade("buy", 1008, 1) == []
    assert pit.trade("sell", 999, 1) == []
    assert kinds(pit.trade("sell", 998, 1)) == ["OrderTraded", "OrderFilled"]


def test_a_waiting_limit_can_be_amended_and_a_stop_at_the_market_cannot() -> None:
    pit = Pit()
    pit.order(stop("a-1", 998, limit=997))
    pit.order(stop("a-2", 998))
    assert pit.amend("a-1", 996, 4) == [OrderAmended("a-1", 996, 4)]
    assert pit.amend("a-2", 998, 4) == [AmendRejected("a-2", "EOrder:Order not editable")]
    assert [lots for _, _, lots, _, _ in fills(pit.trade("sell", 998, 1))] == [4, 5]


def test_an_iceberg_stands_in_the_queue_with_what_it_shows_only() -> None:
    pit = Pit()
    pit.order(OrderWanted("a-1", "BTC/USD", "buy", "limit", 12, 999, display_lots=4))
    # 10 lots are before us; a trade of 20 reaches our 4, and the next 4 stand behind all that is there then.
    assert [fill[2] for fill in fills(pit.trade("sell", 999, 20))] == [4]
    assert fills(pit.trade("sell", 999, 10)) == []
    assert [fill[2] for fill in fills(pit.trade("sell", 999, 4))] == [4]
    # A trade that goes through our price met all of it.
    assert [fill[2] for fill in fills(pit.trade("sell", 998, 50))] == [4]
    assert pit.table.open() == []


def test_each_fill_places_the_close_that_was_asked_for() -> None:
    pit = Pit()
    pit.order(OrderWanted("a-1", "BTC/USD", "buy", "limit", 15, 1002, close=Close("limit", 1010)))
    placed = [one for one in pit.said if isinstance(one, ClosePlaced)]
    assert [(one.order.order_id, one.order.side, one.order.qty_lots, one.parent_id) for one in placed] == [
        ("a-1.c1", "sell", 10, "a-1"),
        ("a-1.c2", "sell", 5, "a-1"),
    ]
    assert pit.amend("a-1", 1001, 15) == [AmendRejected("a-1", "EOrder:Unknown order")]
    assert [(fill[0], fill[2]) for fill in fills(pit.trade("buy", 1011, 99))] == [("a-1.c1", 10), ("a-1.c2", 5)]
    assert [order.state for order in pit.table.ended()] == ["filled"] * 3


def test_a_close_that_cannot_be_paid_is_told_as_placed_and_ended() -> None:
    pit = Pit(balances={"USD": Decimal(1000), "BTC": Decimal(0)})
    pit.order(OrderWanted("a-1", "BTC/USD", "buy", "limit", 5, 1001, close=Close("stop-loss", None, 900)))
    assert [order.order_id for order in pit.table.open()] == ["a-1.c1"]
    sold = OrderWanted("a-9", "BTC/USD", "sell", "limit", 5, 2000, close=Close("limit", 1))
    assert pit.order(sold) == [OrderRejected("a-9", "EOrder:Insufficient funds")]  # The close keeps it aside.


# -- Whatever happens ---------------------------------------------------------------------------------------------


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32))
def test_each_order_ends_once_and_the_sums_agree(seed: int) -> None:
    random = Random(seed)
    pit = Pit()
    limits: dict[str, tuple[Side, int | None]] = {}

    def some_id() -> str:
        return f"a-{random.randint(1, pit.orders)}" if pit.orders else "a-0"

    for _ in range(80):
        side: Side = random.choice(["buy", "sell"])
        price_ticks, lots = random.randint(995, 1005), random.randint(1, 30)
        match random.randint(0, 6):
            case 0 | 1:
                limit = random.choice([price_ticks, price_ticks, None])
                limits[f"a-{pit.orders + 1}"] = (side, limit)
                tif: TimeInForce = random.choice(["gtc", "gtc", "ioc"])
                said = pit.add(side, lots, limit, tif=tif, post_only=limit is not None and random.random() < 0.3)
            case 2:
                order_id = some_id()
                said = pit.amend(order_id, price_ticks, lots, post_only=random.random() < 0.3)
                if said and isinstance(said[0], OrderAmended):
                    limits[order_id] = (limits[order_id][0], price_ticks)
            case 3:
                said = pit.cancel(some_id())
            case 4:
                said = pit.trade(side, price_ticks, lots)
                assert sum(qty_lots for _, _, qty_lots, _, _ in fills(said)) <= lots
            case _:
                mid = random.randint(998, 1002)
                bids = [(mid - n, random.randint(1, 20)) for n in (1, 2, 3)]
                asks = [(mid + n, random.randint(1, 20)) for n in (1, 2, 3)]
                pit.feed.time_ns += 1_000_000
                pit.house.frame(pit.feed.snapshot(bids=bids, asks=asks))
                said = pit.hear(pit.venue.book_moved("BTC/USD"))
        for one in said:
            if isinstance(one, OrderTraded):
                one_side, limit = limits[one.order_id]
                assert one.side == one_side
                assert limit is None or (one.price_ticks <= limit if one_side == "buy" else one.price_ticks >= limit)
                assert one.qty_lots > 0
                cost = BTC.cost(price_ticks=one.price_ticks, qty_lots=one.qty_lots)
                share = FEES.maker_share if one.liquidity == "maker" else FEES.taker_share
                assert abs(one.fee - cost * share) <= Decimal("0.000005")
    for order in pit.table.open():
        pit.cancel(order.order_id)
    finals = [one for one in pit.said if isinstance(one, OrderFilled | OrderCanceled | OrderRejected)]
    assert sorted(one.order_id for one in finals) == sorted(f"a-{n}" for n in range(1, pit.orders + 1))
    for order in pit.table.ended():
        told = sum(one.qty_lots for one in pit.said if isinstance(one, OrderTraded) and one.order_id == order.order_id)
        assert order.state in FINAL
        assert order.filled_lots == told
        assert (told == order.qty_lots) if order.state == "filled" else (told < order.qty_lots)
    exec_ids = [one.exec_id for one in pit.said if isinstance(one, OrderTraded)]
    assert len(set(exec_ids)) == len(exec_ids)
    assert pit.venue.cancel_all() == 0
