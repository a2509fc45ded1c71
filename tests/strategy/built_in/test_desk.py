import pytest

from fathom.domain import (
    AmendDenied,
    AmendWanted,
    AnswerOverdue,
    CancelWanted,
    OrderAccepted,
    OrderCanceled,
    OrderDenied,
    OrderFilled,
    OrderRejected,
)
from fathom.strategy.built_in.desk import WAIT_NS, WAIT_NS_MAX, Desk
from market_feed import S
from strategy_desk import OwnDesk

BTC = "BTC/USD"


def test_a_wish_without_an_answer_is_waited_for() -> None:
    own, desk = OwnDesk(), Desk()
    view = own.view()
    order = desk.place(view.bid(BTC, price_ticks=990, qty_lots=5))
    assert desk.waits(view, BTC)
    assert desk.unanswered(order.order_id)
    assert not desk.may_place(view, BTC, "buy")
    assert desk.may_place(view, BTC, "sell")
    assert desk.may_place(view, "ETH/USD", "buy")
    assert (desk.most_lots(view, BTC), desk.least_lots(view, BTC)) == (5, 0)


def test_an_order_on_its_way_or_unsure_is_waited_for_and_a_resting_one_is_not() -> None:
    own, desk = OwnDesk(), Desk()
    (order,) = own.approve(desk.place(own.view().bid(BTC, price_ticks=990, qty_lots=5)))
    desk.on_order(order, own.view())
    assert desk.waits(own.view(), BTC)
    own.orders.apply(AnswerOverdue(order.order_id))
    desk.on_order(order, own.view())
    assert desk.waits(own.view(), BTC, "buy")
    own.orders.apply(OrderAccepted(order.order_id, "V"))
    desk.on_order(order, own.view())
    assert not desk.waits(own.view(), BTC)
    assert desk.may_change(order)
    assert desk.most_lots(own.view(), BTC) == 5


def test_a_change_is_asked_for_once() -> None:
    own, desk = OwnDesk(), Desk()
    (order,) = own.accept([desk.place(own.view().bid(BTC, price_ticks=990, qty_lots=5))])
    desk.on_order(order, own.view())
    amend = desk.change(own.view().amend(order, price_ticks=991))
    assert isinstance(amend, AmendWanted)
    assert not desk.may_change(order)
    desk.on_denied(AmendDenied(order.order_id, "funds", ""), own.view())
    assert desk.may_change(order)
    assert not desk.may_ask(BTC, "buy", now_ns=own.now_ns)
    assert desk.may_ask(BTC, "buy", now_ns=own.now_ns + WAIT_NS)
    cancel = desk.change(own.view().cancel(order))
    assert cancel == CancelWanted(order.order_id)
    own.approve(cancel)
    desk.on_order(order, own.view())
    assert not desk.may_change(order)


def test_each_refusal_in_a_row_is_waited_out_twice_as_long() -> None:
    own, desk = OwnDesk(), Desk()
    waits = []
    for _ in range(9):
        order = desk.place(own.view().bid(BTC, price_ticks=990, qty_lots=5))
        desk.on_denied(OrderDenied(order.order_id, "funds", ""), own.view())
        assert not desk.waits(own.view(), BTC)
        waited = 0
        while not desk.may_place(own.view(), BTC, "buy"):
            own.view(after_s=1)
            waited += 1
        waits.append(waited)
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60, 60]
    assert WAIT_NS_MAX == 60 * S


@pytest.mark.parametrize(("end", "asks"), [("rejected", False), ("filled", True)])
def test_a_rejection_is_a_refusal_and_an_order_that_rests_forgives(end: str, asks: bool) -> None:
    own, desk = OwnDesk(), Desk()
    desk.on_denied(
        OrderDenied(desk.place(own.view().bid(BTC, price_ticks=9, qty_lots=5)).order_id, "x", ""), own.view()
    )
    own.view(after_s=1)
    (order,) = own.approve(desk.place(own.view().bid(BTC, price_ticks=990, qty_lots=5)))
    if end == "rejected":
        own.orders.apply(OrderRejected(order.order_id, "EGeneral"))
    else:
        own.trade("buy", 5, order_id=order.order_id)
        own.end(order)
    desk.on_order(order, own.view())
    assert desk.may_place(own.view(), BTC, "buy") == asks


def test_a_fill_that_is_not_told_yet_counts_as_position_that_may_come() -> None:
    own, desk = OwnDesk(), Desk()
    (order,) = own.accept([desk.place(own.view().bid(BTC, price_ticks=990, qty_lots=5))])
    own.orders.apply(OrderFilled(order.order_id))
    desk.on_order(order, own.view())
    assert desk.waits(own.view(), BTC)
    assert desk.most_lots(own.view(), BTC) == 5
    own.trade("buy", 5, order_id=order.order_id)
    desk.on_order(order, own.view())
    assert not desk.waits(own.view(), BTC)
    assert (desk.most_lots(own.view(), BTC), desk.least_lots(own.view(), BTC)) == (5, 5)


def test_an_order_that_ends_empty_is_no_refusal() -> None:
    own, desk = OwnDesk(), Desk()
    (order,) = own.accept([desk.place(own.view().bid(BTC, price_ticks=990, qty_lots=5))])
    own.orders.apply(OrderCanceled(order.order_id, "Post only order"))
    desk.on_order(order, own.view())
    assert desk.may_place(own.view(), BTC, "buy")
