"""core/queueing.py: what level 3 is told of an order's way through the book."""

from core_scenario import START_NS, Scenario

from fathom.exchange.core import QueueMoved


def moves(scenario: Scenario) -> list[tuple[str, int, int, int]]:
    return [
        (event.kind, event.price_ticks, event.lots, event.time_ns - START_NS)
        for event in scenario.events
        if isinstance(event, QueueMoved)
    ]


def test_in_and_out() -> None:
    scenario = Scenario()
    scenario.do("ann", "buy 2 @ 99 #a")
    assert moves(scenario) == [("add", 990, 200, 0)]
    assert (scenario.order("a").resting, scenario.order("a").shown_lots) == (True, 200)
    scenario.do("ann", "cancel a")
    assert moves(scenario) == [("delete", 990, 200, 0)]
    assert (scenario.order("a").resting, scenario.order("a").shown_lots) == (False, 0)


def test_a_fill_keeps_the_time_of_its_place() -> None:
    scenario = Scenario()
    scenario.do("ann", "buy 2 @ 99")
    scenario.now_ns += 7
    scenario.do("bob", "sell 1 @ 99")
    assert moves(scenario) == [("modify", 990, 100, 0)]
    scenario.do("bob", "sell 1 @ 99")
    assert moves(scenario) == [("delete", 990, 100, 0)]  # What was shown last.


def test_less_keeps_the_time_too_more_and_another_price_do_not() -> None:
    scenario = Scenario()
    scenario.do("ann", "buy 2 @ 99 #a")
    scenario.now_ns += 7
    scenario.do("ann", "amend a qty 1")
    assert moves(scenario) == [("modify", 990, 100, 0)]
    scenario.do("ann", "amend a qty 3")
    assert moves(scenario) == [("delete", 990, 100, 0), ("add", 990, 300, 7)]
    scenario.now_ns += 7
    scenario.do("ann", "amend a price 98")
    assert moves(scenario) == [("delete", 990, 300, 7), ("add", 980, 300, 14)]


def test_an_iceberg_comes_back_later() -> None:
    scenario = Scenario()
    scenario.do("ann", "sell 2 @ 99 shows 1")
    scenario.now_ns += 7
    scenario.do("bob", "buy 1 @ 99")
    assert moves(scenario) == [("delete", 990, 100, 0), ("add", 990, 100, 7)]


def test_two_at_once_have_two_times() -> None:
    scenario = Scenario()
    scenario.do("ann", "buy 2 @ 99")
    scenario.do("bob", "buy 2 @ 99")
    assert moves(scenario) == [("add", 990, 200, 1)]
