from decimal import Decimal

import pytest

from fathom.domain import (
    AmendDenied,
    AmendWanted,
    CancelWanted,
    OrderAccepted,
    OrderApproved,
    OrderCanceled,
    OrderDenied,
    OrderRejected,
    OrderTraded,
    OrderWanted,
)
from fathom.execution.moment import Moment
from fathom.execution.work import CANCEL_AGAIN_NS, Work, numbered
from market_feed import BTC, T0, S, trusted_market, two_sided


def moment(seconds: float = 0) -> Moment:
    book = trusted_market(two_sided()).books["BTC/USD"]
    return Moment(now_ns=T0 + round(seconds * S), instrument=BTC, book=book, open=True)


def work(qty_lots: int = 10) -> Work:
    return Work("BTC/USD", "buy", qty_lots=qty_lots, new_id=numbered("a-1-1"))


def rests(one: Work, lots: int) -> OrderWanted:
    wanted = one.place("limit", lots, 999)
    for event in (OrderApproved(wanted), OrderAccepted(wanted.order_id, f"V{wanted.order_id}")):
        one.apply(event, now_ns=T0)
    return wanted


def fill(order_id: str, lots: int) -> OrderTraded:
    return OrderTraded(order_id, "T1", "BTC/USD", "buy", 999, lots, "maker", Decimal(0), "USD")


def test_ids_begin_with_the_algorithms_and_count_up() -> None:
    one = work()
    assert [one.place("limit", 5, 999).order_id, one.place("limit", 5, 999).order_id] == ["a-1-1.1", "a-1-1.2"]


def test_nothing_is_placed_beyond_the_room() -> None:
    one = work()
    rests(one, 6)
    assert one.room_lots == 4
    with pytest.raises(AssertionError, match="beyond the room, 4"):
        one.place("limit", 5, 999)
    with pytest.raises(AssertionError, match="beyond the room"):
        list(one.amend(one.children.open()[0], price_ticks=999, qty_lots=11))


def test_a_fill_told_after_its_orders_end_is_cut_off_the_next_one() -> None:
    one = work()
    first = rests(one, 10)
    list(one.cancel_all(moment()))
    one.apply(OrderCanceled(first.order_id, "User requested"), now_ns=T0)
    rests(one, 10)
    one.apply(fill(first.order_id, 3), now_ns=T0)
    assert one.room_lots == -3
    assert list(one.cut(moment())) == [AmendWanted("a-1-1.2", 999, 7)]
    assert list(one.cut(moment())) == []  # It is asked for once.


def test_a_cut_that_risk_refuses_becomes_a_cancel_and_is_not_asked_for_without_end() -> None:
    one = work()
    first = rests(one, 10)
    list(one.cancel_all(moment()))
    one.apply(OrderCanceled(first.order_id, "User requested"), now_ns=T0)
    rests(one, 10)
    one.apply(fill(first.order_id, 3), now_ns=T0)
    list(one.cut(moment()))
    one.apply(AmendDenied("a-1-1.2", "reconciled", "journal and venue do not agree yet"), now_ns=T0)
    assert list(one.cut(moment())) == [CancelWanted("a-1-1.2")]
    assert list(one.cut(moment())) == []


def test_what_is_wholly_beyond_is_cancelled() -> None:
    one = work()
    first = rests(one, 10)
    one.apply(OrderCanceled(first.order_id, "User requested"), now_ns=T0)
    rests(one, 10)
    one.apply(fill(first.order_id, 10), now_ns=T0)
    assert list(one.cut(moment())) == [CancelWanted("a-1-1.2")]


def test_a_cancel_is_asked_for_again_only_after_a_while() -> None:
    one = work()
    rests(one, 10)
    again_s = CANCEL_AGAIN_NS / S
    asked = [list(one.cancel_all(moment(at_s))) for at_s in (0, 0.1, again_s - 0.1, again_s)]
    assert [len(wants) for wants in asked] == [1, 0, 0, 1]
    assert one.wake_ns is not None


def test_refusals_wait_and_what_somebody_else_ended_is_one() -> None:
    one = work()
    for number, event in enumerate(
        (
            lambda order_id: OrderDenied(order_id, "funds", "none"),
            lambda order_id: OrderRejected(order_id, "EOrder:Insufficient funds"),
            lambda order_id: OrderCanceled(order_id, "by hand"),
        ),
        1,
    ):
        wanted = one.place("limit", 10, 999)
        said = event(wanted.order_id)
        if not isinstance(said, OrderDenied):
            one.apply(OrderApproved(wanted), now_ns=T0)
        one.apply(said, now_ns=T0)
        assert one.patience.refusals == number
        assert not one.may_place(moment())
    assert one.may_place(moment(5))
    assert one.ended_by == "by hand"
