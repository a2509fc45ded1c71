from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fathom.domain import (
    AmendApproved,
    AmendDenied,
    AmendRejected,
    AmendWanted,
    AnswerOverdue,
    CancelApproved,
    CancelRejected,
    CancelWanted,
    ClosePlaced,
    Happening,
    OrderAbsent,
    OrderAccepted,
    OrderAmended,
    OrderApproved,
    OrderCanceled,
    OrderDenied,
    OrderFilled,
    OrderRejected,
    OrderTraded,
    OrderType,
    OrderWanted,
    RunStopped,
    Side,
    TimerFired,
)
from fathom.orders import ENDED_MAX, FINAL, Order, OrderTable, order_id_of

ACCEPTED = OrderAccepted("bot-1", "O1")


def wanted(order_id: str = "bot-1", *, side: Side = "buy", qty_lots: int = 100, symbol: str = "BTC/USD") -> OrderWanted:
    return OrderWanted(order_id, symbol, side, "limit", qty_lots, 1_000)


def fill(
    exec_id: str, qty_lots: int, *, order_id: str = "bot-1", side: Side = "buy", symbol: str = "BTC/USD"
) -> OrderTraded:
    return OrderTraded(order_id, exec_id, symbol, side, 999, qty_lots, "maker", Decimal("0.1"), "USD")


def amend(price_ticks: int, qty_lots: int, *, order_id: str = "bot-1") -> AmendApproved:
    return AmendApproved(AmendWanted(order_id, price_ticks, qty_lots))


def told(*news: Happening, side: Side = "buy") -> tuple[OrderTable, Order]:
    """A table of one order, of 100 lots at 1000 ticks, that was told this."""
    table = OrderTable()
    order = table.apply(OrderApproved(wanted(side=side)))
    assert order is not None
    for event in news:
        assert table.apply(event) is order
    return table, order


# -- The life of an order --


def test_an_order_begins_when_risk_approves_it() -> None:
    table, order = told()
    assert (order.order_id, order.symbol, order.side, order.state) == ("bot-1", "BTC/USD", "buy", "approved")
    assert (order.price_ticks, order.qty_lots, order.filled_lots, order.left_lots) == (1_000, 100, 0, 100)
    assert table.open() == [order]
    assert table.get("bot-1") is order
    assert table.counts["approved"] == 1


@pytest.mark.parametrize(
    ("news", "state", "left_lots", "reason"),
    [
        ([ACCEPTED], "open", 100, ""),
        ([ACCEPTED, fill("T1", 30)], "open", 70, ""),
        ([fill("T1", 30), ACCEPTED], "open", 70, ""),  # The fill overtook the acknowledgement.
        ([ACCEPTED, fill("T1", 30), fill("T2", 70)], "open", 0, ""),  # Its end is told by OrderFilled alone.
        ([fill("T1", 30), fill("T2", 70), OrderFilled("bot-1"), ACCEPTED], "filled", 0, ""),
        ([ACCEPTED, OrderCanceled("bot-1", "User requested")], "canceled", 0, "User requested"),
        ([OrderRejected("bot-1", "EOrder:Insufficient funds")], "rejected", 0, "EOrder:Insufficient funds"),
        ([AnswerOverdue("bot-1")], "unsure", 100, ""),
        ([AnswerOverdue("bot-1"), ACCEPTED], "open", 100, ""),
        ([AnswerOverdue("bot-1"), ACCEPTED, OrderAbsent("bot-1")], "open", 100, ""),  # It was asked too early.
        ([AnswerOverdue("bot-1"), OrderAbsent("bot-1")], "rejected", 0, "the venue has never heard of it"),
        (
            [AnswerOverdue("bot-1"), OrderAbsent("bot-1"), OrderRejected("bot-1", "EGeneral:Internal error")],
            "rejected",
            0,
            "EGeneral:Internal error",
        ),
        (
            [AnswerOverdue("bot-1"), OrderRejected("bot-1", "EOrder:Post only order"), OrderAbsent("bot-1")],
            "rejected",
            0,
            "EOrder:Post only order",
        ),
        ([ACCEPTED, OrderAmended("bot-1", 1_001, 120)], "open", 120, ""),
        ([ACCEPTED, fill("T1", 50), OrderAmended("bot-1", 1_001, 40)], "open", 0, ""),
    ],
)
def test_lives(news: list[Happening], state: str, left_lots: int, reason: str) -> None:
    table, order = told(*news)
    assert (order.state, order.left_lots, order.reason) == (state, left_lots, reason)
    assert table.open() == ([] if state in FINAL else [order])
    assert list(table.ended()) == ([order] if state in FINAL else [])
    assert table.get("bot-1") is order
    assert all(table.counts[end] == (end == state) for end in FINAL)


def test_the_venue_names_the_order_and_amends_it() -> None:
    _, order = told(ACCEPTED, OrderAmended("bot-1", 1_001, 120))
    assert (order.venue_order_id, order.price_ticks, order.qty_lots) == ("O1", 1_001, 120)
    assert order.wanted == wanted()


def test_a_trade_told_after_the_cancel_counts() -> None:
    table, order = told(ACCEPTED, OrderCanceled("bot-1", "User requested"), fill("T1", 30))
    assert (order.state, order.filled_lots, order.left_lots) == ("canceled", 30, 0)
    assert table.counts["fills"] == 1
    assert table.counts["canceled"] == 1, "ended once"


def test_fills_told_after_the_end_are_missed_until_then() -> None:
    table, order = told(ACCEPTED, fill("T1", 30), OrderFilled("bot-1"))
    assert (order.state, order.untold_lots, order.left_lots) == ("filled", 70, 0)
    table.apply(fill("T2", 45))
    assert order.untold_lots == 25
    table.apply(fill("T3", 25))
    assert (order.untold_lots, order.filled_lots) == (0, 100)
    assert table.counts["filled"] == 1


@pytest.mark.parametrize("news", [[], [ACCEPTED], [ACCEPTED, fill("T1", 30), OrderCanceled("bot-1", "")]])
def test_only_a_filled_order_misses_fills(news: list[Happening]) -> None:
    _, order = told(*news)
    assert order.untold_lots == 0


# -- What the venue should not say --


def test_a_fill_told_again_counts_once() -> None:
    table, order = told(ACCEPTED, fill("T1", 30), fill("T1", 30), fill("T2", 30), fill("T1", 30))
    assert order.filled_lots == 60
    assert (table.counts["fills"], table.counts["retold"]) == (2, 2)


def test_a_fill_beyond_the_quantity_is_ours_and_is_counted() -> None:
    table, order = told(ACCEPTED, fill("T1", 70))
    assert table.counts["overfilled"] == 0
    table.apply(fill("T2", 31))
    assert (order.filled_lots, order.left_lots, order.left_lots_worst) == (101, 0, 0)
    assert table.counts["overfilled"] == 1
    table.apply(OrderFilled("bot-1"))
    assert order.untold_lots == 0


def test_a_fill_within_the_amend_on_its_way_is_not_beyond() -> None:
    table, order = told(ACCEPTED, amend(1_000, 150), fill("T1", 130))
    assert table.counts["overfilled"] == 0
    assert (order.left_lots, order.left_lots_worst) == (0, 20)


@pytest.mark.parametrize(
    ("news", "event"),
    [
        ([ACCEPTED], OrderAccepted("bot-1", "O2")),  # Two orders at the venue under one of our ids.
        ([ACCEPTED, OrderCanceled("bot-1", "")], OrderAccepted("bot-1", "O2")),
        ([ACCEPTED], fill("T1", 1, side="sell")),
        ([ACCEPTED], fill("T1", 1, symbol="ETH/USD")),
        ([ACCEPTED], OrderRejected("bot-1", "EOrder:Insufficient funds")),
        ([AnswerOverdue("bot-1"), OrderAbsent("bot-1")], ACCEPTED),  # It turned up after all.
        ([ACCEPTED, OrderCanceled("bot-1", "")], OrderFilled("bot-1")),
    ],
)
def test_a_contradiction_is_remembered_and_changes_nothing(news: list[Happening], event: Happening) -> None:
    table, order = told(*news)
    before, counts = msgspec.to_builtins(order), dict(table.counts)
    assert table.apply(event) is order
    assert order.contradiction == f"an order that is {order.state} cannot see {event}"
    assert msgspec.to_builtins(order) == before | {"contradiction": order.contradiction}
    assert table.counts == counts | {"contradictions": 1}


def test_a_fill_of_an_order_that_never_rested_is_a_contradiction_and_counts_once() -> None:
    table, order = told(OrderRejected("bot-1", ""), fill("T1", 1), fill("T1", 1))
    assert (order.state, order.filled_lots, order.left_lots) == ("rejected", 1, 0)
    assert "cannot see OrderTraded" in order.contradiction
    assert (table.counts["contradictions"], table.counts["fills"], table.counts["retold"]) == (2, 1, 1)


def test_an_id_is_used_once() -> None:
    for news in ([], [OrderRejected("bot-1", "")]):
        table, _ = told(*news)
        with pytest.raises(AssertionError, match="order id used twice: bot-1"):
            table.apply(OrderApproved(wanted()))


# -- Amends and cancels on their way --


@pytest.mark.parametrize(
    ("side", "asked", "left_lots_worst", "price_ticks_worst"),
    [
        ("buy", (1_010, 120), 120, 1_010),
        ("buy", (990, 80), 100, 1_000),
        ("sell", (1_010, 120), 120, 1_000),
        ("sell", (990, 80), 100, 990),
    ],
)
def test_until_an_amend_is_answered_both_forms_are_possible(
    side: Side, asked: tuple[int, int], left_lots_worst: int, price_ticks_worst: int
) -> None:
    table, order = told(ACCEPTED, amend(*asked), side=side)
    assert order.changing
    assert (order.left_lots, order.price_ticks) == (100, 1_000)
    assert (order.left_lots_worst, order.price_ticks_worst) == (left_lots_worst, price_ticks_worst)
    table.apply(fill("T1", 30, side=side))
    assert order.left_lots_worst == left_lots_worst - 30


@pytest.mark.parametrize(
    ("answer", "left_lots_worst", "price_ticks_worst"),
    [
        (OrderAmended("bot-1", 1_010, 120), 120, 1_010),
        (AmendRejected("bot-1", "EOrder:Post only order"), 100, 1_000),
    ],
)
def test_an_answer_gives_the_room_back(answer: Happening, left_lots_worst: int, price_ticks_worst: int) -> None:
    _, order = told(ACCEPTED, amend(1_010, 120), answer)
    assert not order.changing
    assert (order.left_lots_worst, order.price_ticks_worst) == (left_lots_worst, price_ticks_worst)


def test_that_no_answer_came_is_no_answer() -> None:
    table, order = told(ACCEPTED, amend(1_010, 120), AnswerOverdue("bot-1"))
    assert not order.changing, "nobody waits any more"
    assert (order.left_lots_worst, order.price_ticks_worst) == (120, 1_010), "but it may have been taken"
    table.apply(AmendRejected("bot-1", "EOrder:Unknown order"))
    assert (order.left_lots_worst, order.price_ticks_worst) == (100, 1_000)


def test_a_refused_cancel_says_nothing_of_the_amend() -> None:
    _, order = told(ACCEPTED, amend(1_010, 120), CancelApproved("bot-1"), CancelRejected("bot-1", ""))
    assert order.changing
    assert (order.left_lots_worst, order.price_ticks_worst) == (120, 1_010)


def test_a_taken_amend_says_nothing_of_the_cancel() -> None:
    table, order = told(ACCEPTED, amend(1_010, 120), CancelApproved("bot-1"), OrderAmended("bot-1", 1_010, 120))
    assert order.changing
    table.apply(CancelRejected("bot-1", ""))
    assert not order.changing


@pytest.mark.parametrize("both", [[(1_010, 90), (990, 130)], [(990, 130), (1_010, 90)]])
def test_room_is_held_for_the_worst_of_several_amends_until_the_last_is_answered(both: list[tuple[int, int]]) -> None:
    first, second = both
    table, order = told(ACCEPTED, amend(*first), AnswerOverdue("bot-1"), amend(*second))
    assert (order.left_lots_worst, order.price_ticks_worst) == (130, 1_010)
    table.apply(OrderAmended("bot-1", *second))
    assert (order.left_lots_worst, order.price_ticks_worst) == (130, 1_010)
    table.apply(AmendRejected("bot-1", ""))
    assert (order.left_lots_worst, order.price_ticks_worst) == (second[1], second[0])


def test_an_amend_by_the_venue_itself_answers_nothing() -> None:
    table, order = told(ACCEPTED, OrderAmended("bot-1", 1_005, 100), amend(1_010, 120))
    assert (order.changing, order.left_lots_worst) == (True, 120)
    table.apply(OrderAmended("bot-1", 1_010, 120))
    assert (order.changing, order.left_lots_worst) == (False, 120)


@pytest.mark.parametrize("end", [OrderFilled("bot-1"), OrderCanceled("bot-1", ""), OrderRejected("bot-1", "")])
def test_the_end_gives_all_room_back(end: Happening) -> None:
    table, order = told(amend(1_010, 120), CancelApproved("bot-1"), end)
    assert (order.changing, order.left_lots_worst, order.price_ticks_worst) == (False, 0, 1_000)
    table.apply(amend(1_020, 200))
    table.apply(CancelApproved("bot-1"))
    assert (order.changing, order.left_lots_worst, order.asked) == (False, 0, None)


def test_a_market_order_has_no_price_to_be_worse() -> None:
    table = OrderTable()
    order = table.apply(OrderApproved(OrderWanted("bot-1", "BTC/USD", "buy", "market", 100)))
    table.apply(amend(1_010, 120))
    assert order is not None
    assert order.price_ticks_worst is None


# -- Orders with a trigger --


def stop(order_type: OrderType, *, side: Side = "sell", price_ticks: int | None = None, trigger: int = 950) -> Order:
    want = OrderWanted("bot-1", "BTC/USD", side, order_type, 100, price_ticks, trigger_ticks=trigger)
    order = OrderTable().apply(OrderApproved(want))
    assert order is not None
    return order


@pytest.mark.parametrize(
    ("order_type", "price_ticks", "terms_ticks", "bound_ticks"),
    [
        ("stop-loss", None, 950, 950),
        ("take-profit", None, 950, 950),
        ("stop-loss-limit", 940, 940, 940),
        ("trailing-stop", None, 950, None),  # A distance: the price is the book's.
    ],
)
def test_room_for_an_order_with_a_trigger(
    order_type: OrderType, price_ticks: int | None, terms_ticks: int, bound_ticks: int | None
) -> None:
    order = stop(order_type, price_ticks=price_ticks)
    assert (order.price_ticks, order.trigger_ticks, order.left_lots_worst) == (price_ticks, 950, 100)
    assert (order.terms_ticks, order.bound_ticks) == (terms_ticks, bound_ticks)


def test_an_amend_of_a_stop_at_the_market_moves_its_trigger() -> None:
    table = OrderTable()
    want = OrderWanted("bot-1", "BTC/USD", "buy", "stop-loss", 100, trigger_ticks=1_050)
    order = table.apply(OrderApproved(want))
    assert order is not None
    table.apply(ACCEPTED)
    table.apply(amend(1_060, 120))
    assert (order.trigger_ticks, order.bound_ticks, order.left_lots_worst) == (1_050, 1_060, 120)
    table.apply(OrderAmended("bot-1", 1_060, 120))
    assert (order.price_ticks, order.trigger_ticks, order.bound_ticks, order.qty_lots) == (None, 1_060, 1_060, 120)


def test_an_amend_of_a_stop_with_a_limit_moves_the_limit() -> None:
    table = OrderTable()
    want = OrderWanted("bot-1", "BTC/USD", "sell", "stop-loss-limit", 100, 940, trigger_ticks=950)
    order = table.apply(OrderApproved(want))
    assert order is not None
    table.apply(OrderAmended("bot-1", 930, 100))
    assert (order.price_ticks, order.trigger_ticks, order.bound_ticks) == (930, 950, 930)


# -- Many orders --


def test_open_orders_come_oldest_first_and_by_symbol() -> None:
    table = OrderTable()
    symbols = {"bot-1": "BTC/USD", "bot-2": "ETH/USD", "bot-3": "BTC/USD", "bot-4": "BTC/USD"}
    for order_id, symbol in symbols.items():
        table.apply(OrderApproved(wanted(order_id, symbol=symbol)))
    for order_id in ("bot-4", "bot-1"):  # What happens to them changes nothing about their age.
        table.apply(OrderAccepted(order_id, f"O-{order_id}"))
    table.apply(OrderCanceled("bot-3", ""))
    assert [order.order_id for order in table.open()] == ["bot-1", "bot-2", "bot-4"]
    assert [order.order_id for order in table.open("BTC/USD")] == ["bot-1", "bot-4"]
    assert table.open("SOL/USD") == []


def test_ended_orders_are_forgotten_oldest_first() -> None:
    table = OrderTable()
    table.apply(OrderApproved(wanted("still open")))
    for number in range(ENDED_MAX + 5):
        table.apply(OrderApproved(wanted(f"bot-{number}")))
        table.apply(OrderRejected(f"bot-{number}", ""))
    assert [order.order_id for order in table.ended()] == [f"bot-{number}" for number in range(5, ENDED_MAX + 5)]
    assert table.get("bot-4") is None
    assert table.get("bot-5") is not None
    assert [order.order_id for order in table.open()] == ["still open"]
    assert table.counts["rejected"] == ENDED_MAX + 5
    assert table.apply(OrderFilled("bot-4")) is None  # Even what it could not have seen: nobody knows any more.
    assert table.counts["unknown"] == 1


@pytest.mark.parametrize(
    "event", [fill("T1", 1, order_id="stranger"), OrderFilled("stranger"), amend(1, 1, order_id="stranger")]
)
def test_news_of_an_unknown_order_is_counted(event: Happening) -> None:
    table, order = told()
    assert table.apply(event) is None
    assert table.counts["unknown"] == 1
    assert (order.filled_lots, order.changing) == (0, False)


@pytest.mark.parametrize(
    "event",
    [
        wanted(),
        wanted("bot-2"),
        OrderDenied("bot-2", "funds", ""),
        AmendWanted("bot-1", 1, 1),
        AmendDenied("bot-1", "funds", ""),
        CancelWanted("bot-1"),
        TimerFired("bot", "tick"),
        RunStopped("done"),
    ],
)
def test_what_is_wanted_or_denied_is_no_news(event: Happening) -> None:
    table, order = told(ACCEPTED)
    before = msgspec.to_builtins(order)
    assert table.apply(event) is None
    assert msgspec.to_builtins(order) == before
    assert table.counts["unknown"] == 0


@pytest.mark.parametrize(
    ("event", "order_id"),
    [
        (OrderApproved(wanted("bot-7")), "bot-7"),
        (amend(1, 1, order_id="bot-8"), "bot-8"),
        (CancelApproved("bot-9"), "bot-9"),
        (wanted("bot-10"), "bot-10"),
        (fill("T1", 1), "bot-1"),
        (TimerFired("bot", "tick"), None),
    ],
)
def test_order_id_of(event: Happening, order_id: str | None) -> None:
    assert order_id_of(event) == order_id


# -- Whatever the venue says --

IDS = ("bot-1", "bot-2", "bot-3")


def news_of(order_id: str) -> st.SearchStrategy[Happening]:
    lots = st.integers(1, 120)
    plain: list[Any] = [
        OrderAccepted(order_id, f"O-{order_id}"),
        OrderRejected(order_id, "no"),
        OrderFilled(order_id),
        OrderCanceled(order_id, "gone"),
        AmendRejected(order_id, "no"),
        CancelRejected(order_id, "no"),
        AnswerOverdue(order_id),
        OrderAbsent(order_id),
        CancelApproved(order_id),
    ]
    return st.one_of(
        st.sampled_from(plain),
        st.builds(lambda number, qty: fill(f"T{number}-{order_id}", qty, order_id=order_id), st.integers(1, 9), lots),
        st.builds(lambda ticks, qty: amend(ticks, qty, order_id=order_id), lots, lots),
        st.builds(lambda ticks, qty: OrderAmended(order_id, ticks, qty), lots, lots),
    )


@settings(max_examples=200)
@given(st.lists(st.sampled_from(IDS).flatmap(news_of), max_size=40))
def test_whatever_is_said_the_table_stays_true(news: list[Happening]) -> None:
    table = OrderTable()
    for order_id in IDS:
        table.apply(OrderApproved(wanted(order_id)))
    fills: dict[str, dict[str, int]] = {order_id: {} for order_id in IDS}
    ends: dict[str, str] = {}
    for event in news:
        order = table.apply(event)
        assert order is not None
        if isinstance(event, OrderTraded):
            fills[event.order_id].setdefault(event.exec_id, event.qty_lots)
        # Every fill counts, once, and nothing else does.
        assert order.filled_lots == sum(fills[order.order_id].values())
        assert 0 <= order.left_lots <= order.left_lots_worst
        assert order.left_lots == 0 or order.filled_lots + order.left_lots == order.qty_lots
        assert order.changes >= 0
        assert (order.asked is None) == (order.amends == 0)
        assert order.price_ticks is not None
        assert order.price_ticks_worst is not None
        assert order.price_ticks_worst >= order.price_ticks  # All of these buy.
        # Final is final.
        assert ends.get(order.order_id, order.state) == order.state
        if order.state in FINAL:
            ends[order.order_id] = order.state
            assert (order.left_lots_worst, order.changing) == (0, False)
    assert {order.order_id for order in table.open()} == set(IDS) - set(ends)
    assert {order.order_id for order in table.ended()} == set(ends)
    assert table.counts["fills"] == sum(len(of_one) for of_one in fills.values())
    assert sum(table.counts[end] for end in FINAL) == len(ends)
    assert table.counts["unknown"] == 0


def test_an_order_that_the_venue_placed_itself_is_open_from_the_start() -> None:
    table = OrderTable()
    close = OrderWanted("a-1-1.c1", "BTC/USD", "sell", "limit", 4, 1100)
    placed = ClosePlaced(close, "V2", "a-1-1")
    order = table.apply(placed)
    assert order is not None
    assert (order.state, order.venue_order_id, order.left_lots) == ("open", "V2", 4)
    assert table.apply(placed) is order  # A snapshot tells it again.
    assert table.open() == [order]
    assert order_id_of(placed) == "a-1-1.c1"
