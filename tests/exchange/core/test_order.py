"""core/order.py: what remains, and whether it can still change."""

from typing import get_args

from core_scenario import Scenario

from fathom.exchange.core import OrderStatus


def test_left_and_open() -> None:
    scenario = Scenario()
    scenario.do("ann", "buy 2 @ 99 #a")
    scenario.do("hal", "sell 0.5 @ 99")
    order = scenario.order("a")
    assert order.left_lots == 150
    opened = []
    for status in get_args(OrderStatus):
        order.status = status
        opened.append(order.is_open)
    assert opened == [True, True, True, False, False, False]


def test_orders_are_told_apart_by_themselves() -> None:
    scenario = Scenario()
    scenario.do("ann", "buy 2 @ 99 #a")
    scenario.do("ann", "buy 2 @ 99 #b")
    assert scenario.order("a") != scenario.order("b")
    assert scenario.order("a").amends is not scenario.order("b").amends
