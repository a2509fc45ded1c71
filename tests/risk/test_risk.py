from decimal import Decimal
from random import Random

import msgspec
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from fathom.domain import (
    AmendApproved,
    AmendRejected,
    AmendWanted,
    BalancesSeen,
    CancelApproved,
    CancelRejected,
    CancelWanted,
    Event,
    LinkDropped,
    OrderAccepted,
    OrderAmended,
    OrderApproved,
    OrderCanceled,
    OrderFilled,
    OrderRejected,
    OrderWanted,
    RunStarted,
    RunStopped,
    Side,
    TimerFired,
    TradingHalted,
)
from fathom.risk import Limits, Risk
from market_feed import BTC, ETH, Feed, House, S, kinds, market_of, status_frame, two_sided
from risk_desk import DAY, LIMITS, Desk, cancelled, denied, move

# -- Judging ------------------------------------------------------------------------------------------------------


def test_it_alone_says_approvals_and_one_answer_to_each_want() -> None:
    desk = Desk()
    order_id = desk.rest("buy", 10)
    desk.amend(order_id, 20)
    desk.step(OrderAmended(order_id, 1000, 20), CancelWanted(order_id))
    approvals = [e for e in desk.entries if isinstance(e.event, OrderApproved | AmendApproved | CancelApproved)]
    assert kinds([entry.event for entry in approvals]) == ["OrderApproved", "AmendApproved", "CancelApproved"]
    assert {entry.author for entry in approvals} == {"risk"}


def test_what_is_approved_is_what_was_wanted() -> None:
    desk = Desk()
    wanted = OrderWanted("a-1", "BTC/USD", "buy", "limit", 7, 990, "ioc", False)
    assert desk.step(wanted) == [OrderApproved(wanted)]


@pytest.mark.parametrize(
    ("side", "qty_lots", "price_ticks", "limit"),
    [
        ("buy", 1_001, 1000, "funds"),
        ("sell", 1, 1000, "funds"),
        ("buy", 1, 1051, "collar_share_max"),
        ("buy", 0, 1000, "lawful"),
        ("buy", 6_000, 1000, "order_value_max"),
    ],
)
def test_a_denial_names_the_limit(side: Side, qty_lots: int, price_ticks: int, limit: str) -> None:
    assert denied(Desk().want(side, qty_lots, price_ticks)) == limit


def test_an_order_of_a_pair_without_a_book_or_in_another_currency_is_denied() -> None:
    in_euro = msgspec.structs.replace(ETH, symbol="ETH/EUR", quote="EUR")
    desk = Desk(two_sided(qty_lots=2_000), two_sided(in_euro, qty_lots=2_000))
    assert denied(desk.want("buy", 1, symbol="DOGE/USD")) == "book_verified"
    assert denied(desk.want("buy", 1, symbol="ETH/EUR")) == "valued"


def test_a_one_sided_book_is_not_traded_on() -> None:
    desk = Desk()
    feed = desk.feeds[0]
    desk.frame(feed.update(asks=[(price_ticks, 0) for price_ticks in list(feed.asks)]))
    assert desk.market.books["BTC/USD"].trusted
    assert denied(desk.want("buy", 1)) == "book_verified"  # There was a mid once, but there is none now.


def test_a_stale_book_is_not_traded_on() -> None:
    desk = Desk()
    desk.time_ns += 30 * S
    assert kinds([desk.want("buy", 1)]) == ["OrderApproved"]
    desk.time_ns += 1
    assert denied(desk.want("buy", 1)) == "book_verified"


@pytest.mark.parametrize(
    ("before", "qty_lots", "answer"),
    [
        (0, 10, "OrderApproved"),
        (0, 20, "OrderApproved"),  # At 100.2, the second level.
        (0, 50, "OrderApproved"),
        (0, 51, "book_verified"),  # More than the book shows.
        (20, 30, "OrderApproved"),
        (20, 31, "book_verified"),  # Our other buys may take the same levels first.
    ],
)
def test_a_market_order_takes_no_more_than_the_book_shows(before: int, qty_lots: int, answer: str) -> None:
    desk = Desk(two_sided(qty_lots=10))
    if before:
        desk.rest("buy", before)
    said = desk.want("buy", qty_lots, None, order_type="market")
    assert (kinds([said])[0] if isinstance(said, OrderApproved) else denied(said)) == answer


def test_a_market_order_is_judged_where_it_may_reach_and_not_at_the_far_end() -> None:
    deep = Feed(bids=[(999, 10)], asks=[(1001, 10), (9_000, 10)])
    assert kinds([Desk(deep).want("buy", 10, None, order_type="market")]) == ["OrderApproved"]
    assert denied(Desk(deep).want("buy", 11, None, order_type="market")) == "collar_share_max"


def test_the_venue_status_counts() -> None:
    desk = Desk()
    desk.frame(status_frame("cancel_only"))
    assert denied(desk.want("buy", 1)) == "venue_open"
    desk.frame(status_frame("post_only"))
    assert denied(desk.want("buy", 1)) == "venue_open"
    assert kinds([desk.want("buy", 1, post_only=True)]) == ["OrderApproved"]
    desk.frame(status_frame("online"))
    assert kinds([desk.want("buy", 1)]) == ["OrderApproved"]


# -- Room ---------------------------------------------------------------------------------------------------------


def test_several_orders_of_one_step_share_the_room() -> None:
    desk = Desk()
    assert kinds([desk.want("buy", 600)]) == ["OrderApproved"]
    assert denied(desk.want("buy", 401)) == "funds"
    assert kinds([desk.want("buy", 400)]) == ["OrderApproved"]
    assert denied(desk.want("buy", 1)) == "funds"


def test_the_count_of_open_orders_is_limited_over_all_symbols() -> None:
    desk = Desk(two_sided(qty_lots=2_000), two_sided(ETH, qty_lots=2_000))
    for _ in range(2):
        assert kinds([desk.want("buy", 1)]) == ["OrderApproved"]
        assert kinds([desk.want("buy", 10, symbol="ETH/USD")]) == ["OrderApproved"]
    assert denied(desk.want("buy", 1)) == "open_orders_max"


@pytest.mark.parametrize(
    ("news", "room"),
    [
        ([], 400),  # On its way.
        ([OrderAccepted("a-1", "V")], 400),
        ([OrderRejected("a-1", "no")], 1_000),
        ([OrderAccepted("a-1", "V"), OrderCanceled("a-1", "done")], 1_000),
        ([OrderAccepted("a-1", "V"), CancelWanted("a-1")], 400),  # Asked is not answered.
        ([OrderAccepted("a-1", "V"), CancelWanted("a-1"), CancelRejected("a-1", "no")], 400),
        ([OrderAccepted("a-1", "V"), OrderFilled("a-1")], 400),  # Filled, and the fills are yet to be told.
    ],
)
def test_room_is_held_until_a_final_state(news: list[Event], room: int) -> None:
    desk = Desk()
    desk.want("buy", 600)
    desk.step(*news)
    assert desk.room() == room


def test_fills_turn_room_into_balances() -> None:
    desk = Desk()
    order_id = desk.rest("buy", 600)
    desk.fill(order_id, "buy", 200, 500)  # At half the price: 100 USD spent, 400 lots still bound.
    assert desk.room() == 500
    desk.step(OrderCanceled(order_id, "enough"))
    assert desk.room() == 900


def test_a_sale_holds_what_it_sells() -> None:
    desk = Desk(btc="1")
    order_id = desk.rest("sell", 60)
    assert denied(desk.want("sell", 41)) == "funds"
    assert kinds([desk.want("sell", 40)]) == ["OrderApproved"]
    desk.step(OrderCanceled(order_id, "enough"))
    assert kinds([desk.want("sell", 60)]) == ["OrderApproved"]


# -- Amends -------------------------------------------------------------------------------------------------------


def test_an_amend_is_judged_like_an_order_without_its_old_self() -> None:
    desk = Desk()
    order_id = desk.rest("buy", 600)
    assert denied(desk.amend(order_id, 1_001)) == "funds"
    assert denied(desk.amend(order_id, 600, 1051)) == "collar_share_max"
    assert denied(desk.amend(order_id, 0)) == "order"
    assert desk.amend(order_id, 1_000) == AmendApproved(AmendWanted(order_id, 1000, 1_000))


@pytest.mark.parametrize(
    ("amended", "answer", "room"),
    [
        ((900, 1000), None, 100),  # Larger, if it is taken.
        ((100, 1000), None, 400),  # As before, if it is not.
        ((600, 1010), None, 394),  # Dearer, if it is taken.
        ((600, 500), None, 400),
        ((900, 1000), OrderAmended("a-1", 1000, 900), 100),
        ((100, 1000), OrderAmended("a-1", 1000, 100), 900),
        ((900, 1000), AmendRejected("a-1", "no"), 400),
    ],
)
def test_until_it_is_answered_an_amend_holds_the_worse_of_both(
    amended: tuple[int, int], answer: Event | None, room: int
) -> None:
    desk = Desk()
    order_id = desk.rest("buy", 600)
    assert kinds([desk.amend(order_id, *amended)]) == ["AmendApproved"]
    if answer is not None:
        desk.step(answer)
    assert desk.room() == room


def test_one_change_at_a_time() -> None:
    desk = Desk()
    order_id = desk.rest("buy", 600)
    desk.amend(order_id, 900)
    assert denied(desk.amend(order_id, 100)) == "order"
    assert desk.step(CancelWanted(order_id)) == [CancelApproved(order_id)]  # A cancel never waits.
    desk.step(OrderAmended(order_id, 1000, 900))
    assert denied(desk.amend(order_id, 100)) == "order"
    desk.step(CancelRejected(order_id, "no"))
    assert kinds([desk.amend(order_id, 100)]) == ["AmendApproved"]


def test_an_order_that_is_not_open_is_not_amended() -> None:
    desk = Desk()
    assert denied(desk.amend("a-9", 1)) == "order"
    desk.want("buy", 10)
    assert denied(desk.amend("a-1", 5)) == "order"  # It may not be there yet.
    desk.step(OrderAccepted("a-1", "V"))
    desk.fill("a-1", "buy", 5)
    assert denied(desk.amend("a-1", 5)) == "order"  # All of that is filled.
    desk.step(OrderCanceled("a-1", "done"))
    assert denied(desk.amend("a-1", 9)) == "order"
    assert desk.step(CancelWanted("a-1"), CancelWanted("a-9")) == []


# -- Cancelling and halting ---------------------------------------------------------------------------------------


def test_a_quarantined_symbol_is_cancelled_and_no_other() -> None:
    desk = Desk(two_sided(qty_lots=2_000), two_sided(ETH, qty_lots=2_000))
    first = desk.rest("buy", 1)
    assert kinds([desk.want("buy", 10, symbol="ETH/USD")]) == ["OrderApproved"]
    second = desk.rest("buy", 1)
    said = desk.frame(desk.feeds[0].update(bids=[(998, 1)], crc=1))
    assert cancelled(said) == [first, second]
    assert denied(desk.want("buy", 1)) == "book_verified"


def test_a_dropped_link_cancels_everything_that_it_fed() -> None:
    desk = Desk()
    order_id = desk.rest("buy", 1)
    assert cancelled(desk.step(LinkDropped("public", "reset"))) == [order_id]


def test_what_outlives_its_cancel_is_cancelled_again() -> None:
    desk = Desk()
    order_id = desk.rest("buy", 1)
    desk.step(LinkDropped("public", "reset"))
    assert desk.tick() == []  # The answer comes first.
    desk.step(CancelRejected(order_id, "EOrder:Rate limit exceeded"))
    assert desk.tick() == [CancelApproved(order_id)]
    desk.step(CancelRejected(order_id, "EOrder:Rate limit exceeded"))
    desk.frame(desk.feeds[0].snapshot())
    assert desk.tick() == []  # The book is good again: it may stay.


def test_the_end_of_the_run_cancels_everything_and_approves_nothing() -> None:
    desk = Desk()
    resting, under_way = desk.rest("buy", 1), desk.want("buy", 1)
    assert isinstance(under_way, OrderApproved)
    assert cancelled(desk.step(RunStopped("enough"))) == [resting, under_way.order.order_id]
    assert denied(desk.want("buy", 1)) == "stopping"
    assert denied(desk.amend(resting, 2)) == "order"
    desk.step(CancelRejected(under_way.order.order_id, "EOrder:Unknown order"))  # It overtook the order.
    accepted = desk.step(OrderAccepted(under_way.order.order_id, "V"))
    assert accepted == [CancelApproved(under_way.order.order_id)]


def losing(desk: Desk, qty_lots: int = 500) -> str:
    """Hold `qty_lots` bought at 100 USD, and look at the loss a first time."""
    order_id = desk.rest("buy", qty_lots)
    assert desk.tick() == []
    assert desk.fill(order_id, "buy", qty_lots) == []
    desk.step(OrderFilled(order_id))
    return order_id


def test_the_daily_loss_halts_and_cancels() -> None:
    desk = Desk()
    losing(desk)
    resting = desk.rest("buy", 10)
    under_way = desk.want("buy", 10)
    move(desk, 900)  # 500 lots by 10 USD of 0.01 each: 50 of 1,000 USD.
    assert desk.tick() == []
    move(desk, 899)
    halted, *cancels = desk.tick()
    assert isinstance(halted, TradingHalted)
    assert halted.limit == "daily_loss_share_max"
    assert isinstance(under_way, OrderApproved)
    assert cancels == [CancelApproved(resting), CancelApproved(under_way.order.order_id)]
    assert denied(desk.want("sell", 1)) == "daily_loss_share_max"
    assert denied(desk.amend(resting, 1)) == "order"
    assert desk.tick() == []  # Said once.
    # Accepted after the halt, when our cancel had come too early:
    desk.step(CancelRejected("a-3", "EOrder:Unknown order"))
    assert desk.step(OrderAccepted("a-3", "V")) == [CancelApproved("a-3")]
    desk.time_ns += DAY
    move(desk, 1000)
    assert desk.tick() == []
    assert denied(desk.want("buy", 1)) == "daily_loss_share_max"  # Until a person resumes.


def test_a_fill_is_a_look_at_the_loss() -> None:
    desk = Desk()
    order_id = desk.rest("buy", 500)
    assert desk.tick() == []
    said = desk.fill(order_id, "buy", 1, fee="51")
    assert kinds(said) == ["TradingHalted", "CancelApproved"]


def test_a_new_day_begins_with_its_own_equity() -> None:
    desk = Desk()
    losing(desk)
    move(desk, 901)
    assert desk.tick() == []
    desk.time_ns += DAY - S  # One second before midnight it is the same day.
    move(desk, 900)
    assert desk.tick() == []
    desk.time_ns += S
    assert desk.tick() == []
    move(desk, 820)  # Down 4.2 % today, 9 % in two days.
    assert desk.tick() == []
    move(desk, 804)
    assert kinds(desk.tick()) == ["TradingHalted"]


def test_no_loss_is_measured_before_the_balances_are_known() -> None:
    desk = Desk(usd="0")
    assert desk.tick() == []
    desk.step(BalancesSeen((("USD", Decimal(1_000)),)))
    losing(desk)
    move(desk, 890)
    assert kinds(desk.tick()) == ["TradingHalted"]


def test_an_account_without_a_price_is_not_judged_by_its_loss() -> None:
    feed = two_sided()
    market = market_of(feed)
    house = House(market, Risk(LIMITS, market=market, quote="USD"))
    house.step(RunStarted("r", "paper", b"{}", "0"), BalancesSeen((("BTC", Decimal(1)),)))
    house.time_ns += S
    assert kinds(house.step(TimerFired("risk", "look"))) == ["TimerWanted"]


def test_timers_of_others_are_theirs() -> None:
    assert Desk().step(TimerFired("a", "loss")) == []


# -- Whatever happens ---------------------------------------------------------------------------------------------

STRICT = Limits(
    position_share_max=Decimal("0.50"),
    daily_loss_share_max=Decimal("0.99"),
    order_value_max=Decimal(300),
    open_orders_max=4,
    collar_share_max=Decimal("0.05"),
    fee_share=Decimal("0.01"),
)


class Mirror:
    """The account as the venue sees it, and each order in every form that it may have."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.usd, self.btc = Decimal(400), Decimal(1)
        self.forms: dict[str, list[tuple[int, int]]] = {}  # Order id -> (price, total) that it may have.
        self.sides: dict[str, Side] = {}
        self.filled: dict[str, int] = {}

    def obeys(self, *, bought: bool, amended: str = "") -> None:
        """Check every limit, were all open orders filled at their worst.

        The position is limited when a buy is approved; of an order just amended its new form is, for the old one was.
        """
        spend, buying, selling = Decimal(0), 0, 0
        for order_id, forms in self.forms.items():
            lefts = [(price, max(total - self.filled[order_id], 0)) for price, total in forms]
            if self.sides[order_id] == "buy":
                spend += max(BTC.cost(price_ticks=price, qty_lots=left) for price, left in lefts) * Decimal("1.01")
                buying += lefts[-1][1] if order_id == amended else max(left for _, left in lefts)
            else:
                selling += max(left for _, left in lefts)
        assert spend <= self.usd
        assert BTC.qty(selling) <= self.btc
        assert len(self.forms) <= STRICT.open_orders_max
        twice = self.desk.market.books["BTC/USD"].mid_half_ticks
        assert twice is not None
        mid = BTC.price(twice) / 2
        if bought:
            position = (self.btc + BTC.qty(buying)) * mid
            assert position <= self.desk.risk.limits.position_share_max * (self.usd + self.btc * mid)

    def order(self, random: Random) -> None:
        """Want up to three orders in a row."""
        for _ in range(random.randint(1, 3)):
            side: Side = random.choice(["buy", "sell"])
            price_ticks, qty_lots = random_form(random)
            said = self.desk.want(side, qty_lots, price_ticks)
            if isinstance(said, OrderApproved):
                order_id = said.order.order_id
                self.forms[order_id] = [(price_ticks, qty_lots)]
                self.sides[order_id], self.filled[order_id] = side, 0
                assert BTC.cost(price_ticks=price_ticks, qty_lots=qty_lots) <= STRICT.order_value_max
                self.obeys(bought=side == "buy")

    def accept(self, random: Random, order_id: str) -> None:
        self.desk.step(OrderAccepted(order_id, f"V-{order_id}"))

    def fill(self, random: Random, order_id: str) -> None:
        price_ticks, total = self.forms[order_id][0]
        left = total - self.filled[order_id]
        if left <= 0:
            return
        qty_lots, side = random.randint(1, left), self.sides[order_id]
        cost = BTC.cost(price_ticks=price_ticks, qty_lots=qty_lots)
        fee = cost * Decimal("0.01")
        self.filled[order_id] += qty_lots
        sign = 1 if side == "buy" else -1
        self.usd -= sign * cost + fee
        self.btc += sign * BTC.qty(qty_lots)
        self.desk.fill(order_id, side, qty_lots, price_ticks, fee=str(fee))
        if len(self.forms[order_id]) == 1 and qty_lots == left:
            self.end(order_id, OrderFilled(order_id))

    def cancel(self, random: Random, order_id: str) -> None:
        self.desk.step(CancelWanted(order_id))
        if random.random() < 0.6:
            self.end(order_id, OrderCanceled(order_id, "User requested"))
        else:
            self.desk.step(CancelRejected(order_id, "EOrder:Unknown order"))

    def amend(self, random: Random, order_id: str) -> None:
        price_ticks, qty_lots = form = random_form(random)
        if isinstance(self.desk.amend(order_id, qty_lots, price_ticks), AmendApproved):
            self.forms[order_id].append(form)
            self.obeys(bought=self.sides[order_id] == "buy", amended=order_id)

    def answer(self, random: Random, order_id: str) -> None:
        """Answer its amend, if one is on its way."""
        if len(self.forms[order_id]) < 2:
            return
        form = self.forms[order_id].pop()
        if random.random() < 0.7 and form[1] > self.filled[order_id]:
            self.desk.step(OrderAmended(order_id, *form))
            self.forms[order_id] = [form]
        else:
            self.desk.step(AmendRejected(order_id, "no"))

    def end(self, order_id: str, event: Event) -> None:
        self.desk.step(event)
        del self.forms[order_id]


def random_form(random: Random) -> tuple[int, int]:
    return random.randint(940, 1060), random.randint(1, 320)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32))
@example(1856451)  # An amend to more at a lower price, filled at its old price meanwhile.
def test_whatever_is_approved_obeys_every_limit_at_worst(seed: int) -> None:
    random = Random(seed)
    share = random.choice([Decimal("0.50"), Decimal(1)])  # With the one the position binds first, with the other funds.
    limits = msgspec.structs.replace(STRICT, position_share_max=share)
    desk = Desk(two_sided(qty_lots=2_000), limits=limits, usd="400", btc="1")
    mirror = Mirror(desk)
    turns = [mirror.accept, mirror.fill, mirror.fill, mirror.cancel, mirror.amend, mirror.amend, mirror.answer]
    for _ in range(60):
        if random.random() < 0.1:
            mid = random.randint(970, 1030)
            desk.frame(desk.feeds[0].snapshot(bids=[(mid - 1, 2_000)], asks=[(mid + 1, 2_000)]))
        elif mirror.forms and random.random() < 0.7:
            random.choice(turns)(random, random.choice(list(mirror.forms)))
        else:
            mirror.order(random)
        mirror.obeys(bought=False)
