from decimal import Decimal

from fathom.domain import (
    AmendApproved,
    AmendDenied,
    AmendWanted,
    AnswerOverdue,
    ClosePlaced,
    OrderAbsent,
    OrderAccepted,
    OrderApproved,
    OrderCanceled,
    OrderDenied,
    OrderFilled,
    OrderTraded,
    OrderWanted,
)
from fathom.execution.children import Children

WANTED = OrderWanted("a-1-1.1", "BTC/USD", "buy", "limit", 10, 1000)


def fill(lots: int, exec_id: str = "T1", order_id: str = "a-1-1.1") -> OrderTraded:
    return OrderTraded(order_id, exec_id, "BTC/USD", "buy", 1000, lots, "maker", Decimal(0), "USD")


def placed() -> Children:
    children = Children()
    children.want(WANTED)
    children.apply(OrderApproved(WANTED))
    children.apply(OrderAccepted("a-1-1.1", "V"))
    return children


def test_an_order_counts_from_the_moment_it_is_wanted_until_it_is_denied() -> None:
    children = Children()
    children.want(WANTED)
    assert (children.worst_lots, children.idle, children.judging) == (10, False, True)
    assert children.ours("a-1-1.1")
    assert children.apply(OrderDenied("a-1-1.1", "funds", "")) is None
    assert (children.worst_lots, children.idle, children.judging) == (0, True, False)


def test_fills_told_again_count_once_and_the_rest_stays_open() -> None:
    children = placed()
    for _ in range(2):
        children.apply(fill(4))
    assert (children.filled_lots, children.worst_lots, children.left_lots("a-1-1.1")) == (4, 10, 6)


def test_what_the_venue_calls_filled_counts_before_its_fills_are_told() -> None:
    children = placed()
    children.apply(fill(4))
    children.apply(OrderFilled("a-1-1.1"))
    assert (children.filled_lots, children.worst_lots, children.idle) == (10, 10, True)
    children.apply(fill(6, "T2"))
    assert (children.filled_lots, children.worst_lots) == (10, 10)


def test_an_order_that_may_exist_counts_until_it_is_known_not_to() -> None:
    children = Children()
    children.want(WANTED)
    children.apply(OrderApproved(WANTED))
    children.apply(AnswerOverdue("a-1-1.1"))
    assert (children.worst_lots, children.idle) == (10, False)
    children.apply(OrderAbsent("a-1-1.1"))
    assert (children.worst_lots, children.idle) == (0, True)


def test_a_fill_from_before_a_cancel_counts_though_it_is_told_after() -> None:
    children = placed()
    children.apply(OrderCanceled("a-1-1.1", "User requested"))
    assert children.worst_lots == 0
    children.apply(fill(3))
    assert (children.filled_lots, children.worst_lots) == (3, 3)


def test_an_amend_counts_from_the_moment_it_is_wanted_and_no_second_may_follow() -> None:
    children = placed()
    [order] = children.open()
    assert children.may_change(order)
    amend = AmendWanted("a-1-1.1", 1000, 15)
    children.want_amend(amend)
    assert (children.worst_lots, children.may_change(order)) == (15, False)
    children.apply(AmendDenied("a-1-1.1", "funds", ""))
    assert (children.worst_lots, children.may_change(order)) == (10, True)
    children.want_amend(amend)
    children.apply(AmendApproved(amend))
    children.apply(AnswerOverdue("a-1-1.1"))  # It may have been taken all the same.
    assert children.worst_lots == 15


def test_a_close_that_the_venue_placed_is_one_of_them() -> None:
    children = Children()
    close = OrderWanted("a-1-1.c1", "BTC/USD", "sell", "limit", 4, 1100)
    for _ in range(2):  # A snapshot tells it again.
        order = children.apply(ClosePlaced(close, "V2", "a-1-1"))
        assert order is not None
        assert (order.state, order.venue_order_id) == ("open", "V2")
    assert (children.worst_lots, children.ours("a-1-1.c1"), children.idle) == (4, True, False)
