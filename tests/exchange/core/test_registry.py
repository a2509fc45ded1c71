"""core/registry.py: orders by their ids, and what is forgotten."""

from collections import deque

from core_scenario import Scenario

from fathom.exchange.core import Order


def test_counts_and_tags() -> None:
    scenario = Scenario()
    registry = scenario.venue._floor.registry
    market = scenario.venue.markets[scenario.symbol]
    scenario.do("ann", "buy 1 @ 99 tag=7 #a")
    scenario.do("ann", "buy 1 @ 98 tag=7 #b")
    scenario.do("hal", "buy 1 @ 97 #h")
    assert registry.open_count == 3
    assert market.open_counts == {"ann": 2}  # The house's are not counted.
    assert registry.tagged(scenario.accounts["ann"], 7) == [scenario.order("a"), scenario.order("b")]
    assert registry.tagged(scenario.accounts["bob"], 7) == []
    assert registry.open_order(scenario.order("h").order_id) is scenario.order("h")
    scenario.do("ann", "cancel a")
    scenario.do("hal", "cancel h")
    assert (registry.open_count, market.open_counts) == (1, {"ann": 1})
    assert registry.open_order(scenario.order("h").order_id) is None


def test_the_oldest_closed_orders_are_forgotten() -> None:
    scenario = Scenario()
    ann = scenario.accounts["ann"]
    ann.closed = deque(maxlen=3)
    made: list[Order] = []
    for number in range(5):
        scenario.do("ann", f"buy 1 @ 99 id=same #{number}")
        scenario.do("ann", f"cancel {number}")
        made.append(scenario.order(str(number)))
    found = [scenario.venue.find_order(ann, order_id=order.order_id) for order in made]
    assert found == [None, None, *made[2:]]
    assert scenario.venue.find_order(ann, cl_ord_id="same") is made[4]
    assert len(scenario.venue._floor.registry._closed) == 3
