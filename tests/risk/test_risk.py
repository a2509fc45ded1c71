from decimal import Decimal
from random import Random
from typing import Any

import msgspec
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from fathom.domain import (
    AccountAgreed,
    AccountDisputed,
    AmendApproved,
    AmendRejected,
    AmendWanted,
    AnswerOverdue,
    BalancesSeen,
    BookMoved,
    CancelApproved,
    CancelRejected,
    CancelWanted,
    Component,
    DisputeSettled,
    Entry,
    Event,
    FundsMoved,
    HaltOrdered,
    HealthSeen,
    LimitsChanged,
    LimitsOrdered,
    LimitsRefused,
    LinkDropped,
    LocalError,
    MarginPosition,
    MarginSeen,
    MarginUnknown,
    OrderAbsent,
    OrderAccepted,
    OrderAmended,
    OrderApproved,
    OrderCanceled,
    OrderDenied,
    OrderFilled,
    OrderRejected,
    OrderWanted,
    ResumeOrdered,
    RunResumed,
    RunStarted,
    RunStopped,
    Side,
    TimerFired,
    TimerWanted,
    TradingHalted,
    TradingResumed,
)
from fathom.engine import replay
from fathom.risk import Group, Limits, Risk, SymbolLimits
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


def test_of_a_book_that_moves_it_hears_the_top_and_answers_only_where_that_moved_too_far() -> None:
    limits = msgspec.structs.replace(LIMITS, volatility_share_max=Decimal("0.05"))
    desk = Desk(limits=limits)
    risk = Risk(limits, market=desk.market, quote="USD")
    asked: list[tuple[int, int]] = []

    def plain(seq: int, now_ns: int) -> tuple[()]:
        asked.append((seq, now_ns))
        return ()

    assert risk.ear_for(RunStopped("x"), plain) is plain
    assert risk.ear_for(BookMoved("BTC/USD", 1, False), plain) is None
    ear = risk.ear_for(BookMoved("BTC/USD", 1, True), plain)
    assert ear is not None
    ear(3, S)
    assert asked == []
    move(desk, 1060)
    ear(5, 2 * S)
    assert asked == [(5, 2 * S)]


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


# -- Each limit, as a desk meets it --------------------------------------------------------------------------------

ROOMY = msgspec.structs.replace(LIMITS, open_orders_max=100)


def bought(desk: Desk, qty_lots: int = 100) -> None:
    order_id = desk.rest("buy", qty_lots)
    desk.fill(order_id, "buy", qty_lots)
    desk.step(OrderFilled(order_id))


@pytest.mark.parametrize(
    ("limit", "changes", "passes"),
    [
        # What is still let through, and one unit more: 100 lots at 100 USD are worth 100 USD, of 1,000.
        ("order_qty_max", {"order_qty_max": Decimal(1)}, 100),
        ("order_value_max", {"order_value_max": Decimal(100)}, 100),
        ("turnover_day_max", {"turnover_day_max": Decimal(100)}, 100),
        ("position_share_max", {"position_share_max": Decimal("0.1")}, 100),
        ("gross_exposure_share_max", {"gross_exposure_share_max": Decimal("0.1")}, 100),
        ("free_min", {"free_min": {"USD": Decimal(900)}}, 100),
        ("funds", {}, 1_000),
        (
            "group_share_max",
            {"groups": {"majors": Group(symbols=("BTC/USD", "ETH/USD"), share_max=Decimal("0.1"))}},
            100,
        ),
    ],
)
@pytest.mark.parametrize("own", [False, True])
def test_one_lot_more_is_refused(limit: str, changes: dict[str, Any], passes: int, own: bool) -> None:
    if own and set(changes) <= set(SymbolLimits.__struct_fields__):
        changes = {"symbols": {"BTC/USD": SymbolLimits(**changes)}}
    limits = msgspec.structs.replace(ROOMY, **changes)
    for lots, lets in ((passes, True), (passes + 1, False)):
        said = Desk(limits=limits).want("buy", lots)
        assert isinstance(said, OrderApproved) == lets, said
    assert denied(said) == limit
    # Room that is held counts like what is filled.
    if limit not in {"order_qty_max", "order_value_max"}:
        desk = Desk(limits=limits)
        desk.rest("buy", passes - 1)
        assert isinstance(desk.want("buy", 1), OrderApproved)
        assert denied(desk.want("buy", 1)) == limit


@pytest.mark.parametrize(
    ("changes", "limit"),
    [
        ({"orders_minute_max": 3}, "orders_minute_max"),
        ({"open_orders_max": 3}, "open_orders_max"),
        ({"symbols": {"BTC/USD": SymbolLimits(orders_minute_max=3)}}, "orders_minute_max"),
        ({"symbols": {"BTC/USD": SymbolLimits(open_orders_max=3)}}, "open_orders_max"),
    ],
)
def test_the_fourth_order_is_refused(changes: dict[str, Any], limit: str) -> None:
    desk = Desk(two_sided(qty_lots=2_000), two_sided(ETH), limits=msgspec.structs.replace(ROOMY, **changes))
    ids = [desk.rest("buy", 1) for _ in range(3)]
    assert denied(desk.want("buy", 1)) == limit
    elsewhere = desk.want("buy", 10, symbol="ETH/USD")
    assert isinstance(elsewhere, OrderApproved) == ("symbols" in changes)
    desk.step(OrderCanceled("a-5", "done"))
    desk.step(OrderCanceled(ids[0], "done"))
    desk.time_ns += 60 * S
    desk.frame(desk.feeds[0].snapshot())
    assert isinstance(desk.want("buy", 1), OrderApproved)


def test_only_so_many_amends_within_a_minute() -> None:
    desk = Desk(limits=msgspec.structs.replace(ROOMY, amends_minute_max=2))
    order_id = desk.rest("buy", 10)
    for qty_lots in (11, 12):
        assert isinstance(desk.amend(order_id, qty_lots), AmendApproved)
        desk.step(OrderAmended(order_id, 1000, qty_lots))
    assert denied(desk.amend(order_id, 13)) == "amends_minute_max"


def test_a_wide_spread_takes_nothing_that_adds() -> None:
    desk = Desk(btc="1")
    desk.frame(desk.feeds[0].snapshot(bids=[(989, 2_000)], asks=[(1010, 2_000)]))
    assert denied(desk.want("buy", 1)) == "spread_share_max"
    assert isinstance(desk.want("sell", 1), OrderApproved)


def test_what_reduces_passes_where_the_position_is_too_large_already() -> None:
    limits = msgspec.structs.replace(ROOMY, position_share_max=Decimal("0.1"), turnover_day_max=Decimal("0.5"))
    desk = Desk(limits=limits, btc="5")
    assert denied(desk.want("buy", 1)) == "turnover_day_max"
    assert isinstance(desk.want("sell", 400), OrderApproved)


@pytest.mark.parametrize(
    ("kind", "price", "trigger", "room"),
    [("stop-loss", None, 1010, 1_000 - 404), ("stop-loss-limit", 1020, 1010, 1_000 - 408), ("market", None, None, 599)],
)
def test_stops_and_market_orders_hold_room(kind: Any, price: int | None, trigger: int | None, room: int) -> None:
    desk = Desk()
    said = desk.want("buy", 400, price, order_type=kind, trigger_ticks=trigger)
    assert isinstance(said, OrderApproved), said
    assert desk.room() == room
    desk.step(OrderCanceled("a-1", "done"))
    assert desk.room() == 1_000


# -- Breakers -----------------------------------------------------------------------------------------------------


def test_a_soft_breaker_cancels_and_refuses_what_adds_at_its_symbol_alone() -> None:
    limits = msgspec.structs.replace(ROOMY, volatility_share_max=Decimal("0.05"), volatility_halt_s=60)
    desk = Desk(two_sided(qty_lots=2_000), two_sided(ETH, qty_lots=2_000), limits=limits, btc="1")
    buy, sale = desk.rest("buy", 1), desk.rest("sell", 1)
    elsewhere = desk.rest("buy", 10, symbol="ETH/USD")
    move(desk, 1050)
    assert desk.tick() == []
    move(desk, 1051)
    halted, *cancels = desk.tick()
    until_ns = desk.time_ns + 60 * S
    assert isinstance(halted, TradingHalted)
    assert (halted.limit, halted.level, halted.symbol, halted.until_ns) == (
        "volatility_share_max",
        "soft",
        "BTC/USD",
        until_ns,
    )
    assert cancels == [CancelApproved(buy)]
    assert denied(desk.want("buy", 1, 1051)) == "volatility_share_max"
    assert isinstance(desk.want("sell", 1, 1051), OrderApproved)
    assert isinstance(desk.want("buy", 10, symbol="ETH/USD"), OrderApproved)
    assert {order.order_id for order in desk.risk.account.orders.open()} >= {sale, elsewhere}
    while desk.time_ns < until_ns + 10 * S:  # The move itself stays within its window for another 10 s.
        said = desk.tick()
        if said:
            break
    assert said == [TradingResumed("volatility_share_max", "BTC/USD", "its time is over")]
    desk.frame(*(feed.snapshot() for feed in desk.feeds))
    assert isinstance(desk.want("buy", 1, 1051), OrderApproved)


def test_a_move_of_the_book_that_somebody_asked_for_is_looked_at_at_once() -> None:
    desk = Desk(limits=msgspec.structs.replace(ROOMY, volatility_share_max=Decimal("0.05")))
    desk.market.want("BTC/USD", "top")
    desk.frame(desk.feeds[0].update(bids=[(999, 5)]))
    assert kinds(move(desk, 1060)) == ["BookMoved", "TradingHalted"]


def test_under_a_soft_breaker_an_amend_may_take_back() -> None:
    desk = Desk(limits=msgspec.structs.replace(ROOMY, rejections_max=1))
    order_id = desk.rest("buy", 10)
    refused = desk.want("buy", 1)
    assert isinstance(refused, OrderApproved)
    said = desk.step(OrderRejected(refused.order.order_id, "EOrder:Insufficient funds"))
    assert kinds(said) == ["TradingHalted", "CancelApproved"]
    desk.step(CancelRejected(order_id, "EOrder:Rate limit exceeded"))
    assert denied(desk.amend(order_id, 11)) == "rejections_max"
    assert isinstance(desk.amend(order_id, 9), AmendApproved)


def test_repeated_rejections_halt_and_neither_post_only_nor_our_own_rate_ledger_refuses() -> None:
    desk = Desk(limits=msgspec.structs.replace(ROOMY, rejections_max=2, rejections_halt_s=30))

    def refuse(*news: Event) -> list[Event]:
        said = desk.want("buy", 1)
        assert isinstance(said, OrderApproved)
        order_id = said.order.order_id
        return desk.step(*(msgspec.structs.replace(event, order_id=order_id) for event in news))

    assert refuse(OrderRejected("", "EOrder:Post only order")) == []
    assert refuse(OrderRejected("", "EOrder:Post only order")) == []
    assert refuse(OrderCanceled("", "done"), OrderRejected("", "EOrder:Post only order")) == []
    for _ in range(3):
        assert refuse(OrderRejected("", str(LocalError("rate", "no room within 2 s: it costs 1 points")))) == []
    assert refuse(AnswerOverdue(""), OrderAbsent("")) == []
    (halted,) = refuse(OrderRejected("", "EOrder:Insufficient funds"))
    assert isinstance(halted, TradingHalted)
    assert (halted.limit, halted.symbol, halted.until_ns) == ("rejections_max", "", desk.time_ns + 30 * S)


def test_how_the_process_does_halts_until_it_has_been_well_for_a_while() -> None:
    desk = Desk()
    resting = desk.rest("buy", 1)
    said = desk.step(HealthSeen(0, 0, 501_000_000))
    assert kinds(said) == ["TradingHalted", "CancelApproved"]
    assert denied(desk.want("buy", 1)) == "clock_offset_ms_max"
    desk.step(OrderCanceled(resting, "User requested"))
    for _ in range(9):
        assert desk.tick() == []
    assert desk.step(HealthSeen(0, 0, 501_000_000)) == []  # Said once; it holds longer.
    for _ in range(9):
        assert desk.tick() == []
    assert desk.tick() == [TradingResumed("clock_offset_ms_max", "", "its time is over")]


def test_a_kill_cancels_everything_what_adds_first() -> None:
    desk = Desk(btc="1")
    sale, buy = desk.rest("sell", 1), desk.rest("buy", 1)
    halted, *cancels = desk.step(HaltOrdered("fathom kill"))
    assert halted == TradingHalted("kill", "fathom kill", "hard")
    assert cancels == [CancelApproved(buy), CancelApproved(sale)]
    assert denied(desk.want("sell", 1)) == "kill"
    assert desk.step(HaltOrdered("again")) == []
    assert desk.step(CancelWanted(sale)) == [CancelApproved(sale)]  # Cancels always pass.
    assert desk.step(ResumeOrdered("drawdown_share_max", "not that one")) == []
    assert desk.step(ResumeOrdered("", "looked at")) == [TradingResumed("kill", "", "looked at")]
    assert isinstance(desk.want("sell", 1), OrderApproved)


def test_whoever_resumes_accepts_the_loss() -> None:
    desk = Desk()
    losing(desk)
    move(desk, 890)
    assert kinds(desk.tick()) == ["TradingHalted"]
    desk.step(ResumeOrdered("daily_loss_share_max", "go on"))
    assert desk.tick() == []
    assert isinstance(desk.want("buy", 1, 890), OrderApproved)
    move(desk, 790)
    assert kinds(desk.tick()) == ["TradingHalted", "CancelApproved"]


def test_the_fall_from_the_peak_halts() -> None:
    careless = msgspec.structs.replace(
        LIMITS, daily_loss_share_max=Decimal(1), drawdown_share_max=Decimal("0.1"), volatility_share_max=Decimal(1)
    )
    desk = Desk(limits=careless)
    losing(desk)
    move(desk, 1400)  # Worth 1,200 at the peak.
    assert desk.tick() == []
    move(desk, 1160)
    assert desk.tick() == []
    move(desk, 1159)
    (halted,) = desk.tick()
    assert isinstance(halted, TradingHalted)
    assert (halted.limit, halted.level) == ("drawdown_share_max", "hard")


def test_money_taken_out_is_no_loss() -> None:
    desk = Desk()
    assert desk.tick() == []
    desk.step(BalancesSeen((("USD", Decimal(100)),)))
    assert desk.tick() == []


@pytest.mark.parametrize(("kind", "halts"), [("withdrawal", False), ("deposit", False), ("rollover", True)])
def test_a_row_of_the_ledger_is_a_loss_only_where_it_is_of_trading(kind: str, halts: bool) -> None:
    desk = Desk()
    assert desk.tick() == []
    desk.step(FundsMoved("L1", "R1", kind, "USD", "spot", Decimal(-100), Decimal(0), desk.time_ns))
    assert desk.risk.account.portfolio.balance("USD") == 900
    assert kinds(desk.tick()) == (["TradingHalted"] if halts else [])


# -- Not before the account agreed --------------------------------------------------------------------------------


def test_nothing_trades_before_the_account_agreed_nor_after_a_gap() -> None:
    desk = Desk(reconciled_first=True)
    assert denied(desk.want("buy", 1)) == "reconciled"
    desk.step(AccountAgreed(1))
    order_id = desk.rest("buy", 1)
    desk.step(LinkDropped("private", "reset"))
    assert denied(desk.want("sell", 1)) == "reconciled"
    assert denied(desk.amend(order_id, 2)) == "reconciled"
    assert desk.step(CancelWanted(order_id)) == [CancelApproved(order_id)]
    desk.step(AccountAgreed(2))
    assert isinstance(desk.want("buy", 1), OrderApproved)
    desk.step(AccountDisputed("BTC/USD", "a fill that nobody knows"))
    assert denied(desk.want("buy", 1)) == "disputed"
    desk.step(DisputeSettled("BTC/USD", "accepted"))
    assert isinstance(desk.want("buy", 1), OrderApproved)


# -- Not before the venue has said what is open on margin ---------------------------------------------------------


def test_nothing_is_added_until_it_is_known_what_is_open_on_margin() -> None:
    desk = Desk(btc="5")
    order_id = desk.rest("buy", 2)
    desk.step(MarginUnknown("", waits=True))
    refused = desk.want("buy", 1)
    assert isinstance(refused, OrderDenied)
    assert (refused.limit, refused.detail) == ("margin", "the venue has not said yet what is open on margin")
    assert denied(desk.amend(order_id, 3)) == "margin"
    assert isinstance(desk.want("sell", 1), OrderApproved)
    assert isinstance(desk.amend(order_id, 1), AmendApproved)
    assert desk.step(CancelWanted(order_id)) == [CancelApproved(order_id)]
    desk.step(MarginSeen(()))
    assert isinstance(desk.want("buy", 1), OrderApproved)


def test_a_position_on_margin_is_part_of_the_equity_of_which_limits_are_shares() -> None:
    desk = Desk(limits=msgspec.structs.replace(LIMITS, position_share_max=Decimal("0.5")))
    lost = MarginPosition("P1", "BTC/USD", "buy", 100, Decimal(700), Decimal(140), Decimal(0))
    desk.step(MarginSeen((lost,)))  # Worth 100 USD now: it lost 600 of the account's 1,000.
    assert denied(desk.want("buy", 201)) == "position_share_max"
    assert isinstance(desk.want("buy", 199), OrderApproved)
    assert desk.tick() == []  # Its loss is told by the ledger, once: no breaker trips on what is open.


# -- Limits while it runs -----------------------------------------------------------------------------------------


def test_a_change_of_limits_works_from_there_on_and_all_limits_are_told() -> None:
    desk = Desk()
    assert isinstance(desk.want("buy", 20), OrderApproved)
    (changed,) = desk.step(LimitsOrdered(b'{"symbols": {"BTC/USD": {"order_value_max": "10"}}}'))
    assert isinstance(changed, LimitsChanged)
    assert msgspec.json.decode(changed.limits, type=Limits) == desk.risk.limits
    assert denied(desk.want("buy", 11)) == "order_value_max"
    assert isinstance(desk.want("buy", 10), OrderApproved)


def test_a_change_that_makes_no_sense_changes_nothing() -> None:
    desk = Desk()
    (refused,) = desk.step(LimitsOrdered(b'{"order_value_max": "10", "collar_share_max": "7"}'))
    assert isinstance(refused, LimitsRefused)
    assert refused.reason.startswith("collar_share_max must be above 0 and at most 1, not 7")
    assert desk.risk.limits == LIMITS
    assert isinstance(desk.want("buy", 20), OrderApproved)


# -- Restart ------------------------------------------------------------------------------------------------------


def test_a_restart_resets_no_breaker_and_forgets_no_loss() -> None:
    desk = Desk()
    losing(desk)
    move(desk, 950)
    assert desk.tick() == []
    desk.step(HaltOrdered("fathom kill", flatten=False))
    said = desk.step(RunResumed("b", "0"))
    assert said == [TimerWanted("risk", "look", desk.time_ns + S)]
    assert denied(desk.want("sell", 1)) == "kill"
    desk.step(ResumeOrdered("kill", "looked at"))
    move(desk, 899)  # The loss of the day counts from before the restart.
    assert kinds(desk.tick()) == ["TradingHalted"]


def test_a_timer_from_before_a_restart_sets_off_no_second_chain() -> None:
    desk = Desk()
    desk.time_ns += S // 2
    desk.step(RunResumed("b", "0"))
    desk.time_ns += S // 2
    assert desk.step(TimerFired("risk", "look")) == []
    desk.time_ns += S // 2
    assert desk.step(TimerFired("risk", "look")) == [TimerWanted("risk", "look", desk.time_ns + S)]


def test_after_a_stop_the_run_goes_on_trading_when_it_is_resumed() -> None:
    desk = Desk()
    kept = desk.rest("buy", 1)
    assert desk.step(RunStopped("enough", "keep")) == []
    assert denied(desk.want("buy", 1)) == "stopping"
    desk.step(RunResumed("b", "0"))
    assert isinstance(desk.want("buy", 1), OrderApproved)
    assert desk.tick() == []
    assert desk.risk.account.orders.get(kept) is not None


def test_a_journal_of_it_all_says_the_same_again() -> None:
    desk = Desk(limits=msgspec.structs.replace(LIMITS, flatten_on=("daily_loss_share_max",)))
    losing(desk)
    desk.step(LimitsOrdered(b'{"open_orders_max": 7}'))
    move(desk, 880)
    desk.tick()
    desk.step(ResumeOrdered("", "looked at"), RunResumed("b", "0"))
    desk.want("sell", 5, 880)
    journal = [(entry, msgspec.msgpack.encode(entry)) for entry in desk.entries]

    def build(first: Entry) -> list[Component]:
        market = market_of(*desk.feeds)
        limits = msgspec.structs.replace(LIMITS, flatten_on=("daily_loss_share_max",))
        return [market, Risk(limits, market=market, quote="USD")]

    assert replay(journal, build).difference is None


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
