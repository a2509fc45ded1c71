"""core/walking.py: what an order would find, agrees with what it gets."""

import pytest
from core_scenario import Scenario

from fathom.exchange.core import Order
from fathom.exchange.core.walking import can_fill, cost_units, crosses, is_same_trader, walk


def made(scenario: Scenario, who: str, text: str) -> Order:
    order = scenario.venue.add_order(
        scenario.accounts[who], scenario.ticket(text), now_ns=scenario.now_ns, validate=True
    )
    assert isinstance(order, Order)
    return order


@pytest.fixture
def scenario() -> Scenario:
    scenario = Scenario()
    scenario.do("bob", "sell 3 @ 100 shows 1")
    scenario.do("ann", "sell 1 @ 101")
    scenario.do("hal", "sell 2 @ 102")
    return scenario


@pytest.mark.parametrize(
    ("who", "text", "found", "cost"),
    [
        ("cat", "buy 9 market", [(1000, 300), (1010, 100), (1020, 200)], 605),
        ("cat", "buy 3.5 market", [(1000, 300), (1010, 100), (1020, 200)], "350.5"),
        ("cat", "buy 9 @ 101", [(1000, 300), (1010, 100)], 401),
        ("ann", "buy 9 market", [(1000, 300)], 300),  # It ends at her own order.
        ("ann", "buy 9 market stp=both", [(1000, 300)], 300),
        ("ann", "buy 9 market stp=oldest", [(1000, 300), (1020, 200)], 504),
        ("cat", "sell 9 market", [], 0),
    ],
)
def test_walk(scenario: Scenario, who: str, text: str, found: list[tuple[int, int]], cost: float | str) -> None:
    floor, market = scenario.venue._floor, scenario.venue.markets[scenario.symbol]
    order = made(scenario, who, text)
    assert list(walk(floor, market, order)) == found
    assert cost_units(floor, market, order) == int(float(cost) * 10_000)
    assert can_fill(floor, market, order) == (sum(lots for _, lots in found) >= order.qty_lots)


@pytest.mark.parametrize(
    ("text", "takes"),
    [("buy 1 @ 99.9", False), ("buy 1 @ 100", True), ("buy 1 market", True), ("sell 1 market", False)],
)
def test_crosses(scenario: Scenario, text: str, takes: bool) -> None:
    assert crosses(scenario.venue.markets[scenario.symbol], made(scenario, "cat", text)) == takes


def test_what_can_only_reduce_counts_as_far_as_it_can() -> None:
    scenario = Scenario()
    scenario.do("hal", "sell 2 @ 100")
    scenario.do("bob", "buy 2 market x2")
    scenario.do("bob", "sell 1.5 @ 110 x2 reduce")
    scenario.do("bob", "sell 1.5 @ 110 x2 reduce")
    floor, market = scenario.venue._floor, scenario.venue.markets[scenario.symbol]
    assert list(walk(floor, market, made(scenario, "ann", "buy 3 market"))) == [(1100, 150), (1100, 50)]
    assert scenario.do("ann", "buy 2.1 @ 110 fok") == "ann: new, canceled Fill or kill"
    assert scenario.do("ann", "buy 2 @ 110 fok").startswith("ann: new, trade 1.5@110, trade 0.5@110, filled")


@pytest.mark.parametrize(
    ("one", "other", "same"), [("", "", True), ("sub=a", "", True), ("sub=a", "sub=a", True), ("sub=a", "sub=b", False)]
)
def test_same_trader(one: str, other: str, same: bool) -> None:
    scenario = Scenario()
    first, second = made(scenario, "ann", f"buy 1 @ 5 {one}"), made(scenario, "ann", f"sell 1 @ 6 {other}")
    assert is_same_trader(first, second) == same
    assert not is_same_trader(first, made(scenario, "bob", "sell 1 @ 6"))
    house = made(scenario, "hal", "sell 1 @ 6")
    assert not is_same_trader(house, house)
