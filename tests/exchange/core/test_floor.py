"""core/floor.py: rows carry the sums of their moment, postings come out in order."""

from core_scenario import Scenario

from fathom.exchange.core import OrderTold, Posted


def test_a_row_keeps_the_sums_of_its_moment() -> None:
    scenario = Scenario()
    scenario.do("hal", "sell 1 @ 100")
    scenario.do("hal", "sell 1 @ 101")
    scenario.do("ann", "buy 2 market")
    rows = [event for event in scenario.events if isinstance(event, OrderTold)]
    assert [(row.exec_type, row.cum_lots) for row in rows] == [
        ("pending_new", 0),
        ("new", 0),
        ("trade", 100),
        ("trade", 200),
        ("filled", 200),
    ]
    assert [row.cum_cost_units for row in rows[2:]] == [100 * 10**4, 201 * 10**4, 201 * 10**4]
    assert rows[2].cum_fee_units < rows[3].cum_fee_units == rows[4].cum_fee_units


def test_a_row_keeps_what_an_iceberg_showed_at_its_moment() -> None:
    scenario = Scenario()
    scenario.do("ann", "sell 5 @ 100 shows 1")
    scenario.do("hal", "buy 3.5 @ 100")
    refills = [row for row in scenario.events if isinstance(row, OrderTold) and row.exec_type == "iceberg_refill"]
    assert [row.shown_lots for row in refills] == [100, 100, 100]
    order = refills[0].order
    assert order.shown_lots == 50  # What the last one left; the rows before do not know it.


def test_postings_follow_their_trade() -> None:
    scenario = Scenario()
    scenario.do("hal", "sell 1 @ 100")
    scenario.do("ann", "buy 1 market")
    kinds = [event.exec_type if isinstance(event, OrderTold) else type(event).__name__ for event in scenario.events]
    assert kinds[4:] == ["trade", "Posted", "Posted", "filled"]


def test_what_comes_from_outside_is_posted_too() -> None:
    scenario = Scenario()
    scenario.bank.deposit(scenario.accounts["ann"], "USD", 5, now_ns=scenario.now_ns)
    (posted,) = scenario.venue.take_events()
    assert isinstance(posted, Posted)
    assert (posted.account.name, posted.entry.amount_units) == ("ann", 5)
    assert scenario.venue.take_events() == []


def test_the_house_is_not_charged() -> None:
    scenario = Scenario()
    for _ in range(5):
        scenario.do("hal", "buy 1 @ 99")
    assert scenario.venue.rates.count(scenario.accounts["hal"], scenario.symbol, scenario.now_ns) == 0
