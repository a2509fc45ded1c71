"""core/entering.py: times in force, post only, scheduled orders, what is refused before it can trade."""

import pytest
from core_scenario import PLAIN, Scenario
from msgspec import structs

from fathom.exchange.core import OrderTold, Rules

TABLES = {
    "what an ioc does not get at once is given up": """
who | does            | said                                                | bids | asks
hal | sell 1 @ 100    |                                                     |      | 100 hal 1
ann | buy 2 @ 100 ioc | ann: new, trade 1@100, canceled Immediate or cancel |      |
ann | buy 2 @ 100 ioc | ann: new, canceled Immediate or cancel              |      |
""",
    "all or nothing": """
who | does                       | said                                          | bids | asks
hal | sell 1 @ 100               |                                               |      | 100 hal 1
bob | sell 2 @ 101 shows 0.5     | bob: new                                      |      | 100 hal 1, 101 bob 0.5+1.5
ann | buy 3.1 @ 101 fok          | ann: new, canceled Fill or kill               |      | 100 hal 1, 101 bob 0.5+1.5
ann | buy 1.1 @ 100 fok          | ann: new, canceled Fill or kill               |      | 100 hal 1, 101 bob 0.5+1.5
ann | buy 1 @ 99 fok             | ann: new, canceled Fill or kill               |      | 100 hal 1, 101 bob 0.5+1.5
bob | buy 1.5 @ 101 fok          | bob: new, canceled Fill or kill               |      | 100 hal 1, 101 bob 0.5+1.5
ann | buy 1.5 @ 101 fok          | ann: new, trade 1@100, trade 0.5@101, filled; |      | 101 bob 0.5+1
    |                            | bob: trade 0.5@101, iceberg_refill            |      |
bob | buy 1 @ 101 fok stp=oldest | bob: new, canceled Fill or kill               |      | 101 bob 0.5+1
""",
    "post only rests or is gone": """
who | does                       | said                                       | bids       | asks
hal | sell 1 @ 100               |                                            |            | 100 hal 1
ann | buy 1 @ 100 post           | ann: pending_new, canceled Post only order |            | 100 hal 1
ann | buy 1 @ 99.9 post          | ann: new                                   | 99.9 ann 1 | 100 hal 1
ann | sell 1 @ 99.9 post         | ann: pending_new, canceled Post only order | 99.9 ann 1 | 100 hal 1
ann | buy 1 @ 101 shows 0.5 post | ann: pending_new, canceled Post only order | 99.9 ann 1 | 100 hal 1
""",
    "until its time": """
who | does              | said                       | bids     | asks
ann | buy 1 @ 99 gtd 10 | ann: new                   | 99 ann 1 |
ann | wait 9.9          |                            | 99 ann 1 |
ann | wait 0.1          | ann: expired Order expired |          |
""",
    "from its time on": """
who | does                    | said                         | bids | asks
ann | buy 1 @ 99 at 10 #a     | ann: pending_new             |      |
ann | buy 2 @ 99 at 20 #b     | ann: pending_new             |      |
ann | buy 3 @ 99 at 10 gtd 20 | ann: pending_new             |      |
ann | cancel b                | ann: canceled User requested |      |
hal | sell 0.5 @ 99           |                              |      | 99 hal 0.5
ann | amend a qty 2           | ann: amended                 |      | 99 hal 0.5
""",
    "whose time ran out before it could begin": """
who | does                     | said                       | bids | asks
hal | sell 1 @ 100             |                            |      | 100 hal 1
ann | buy 1 @ 100 at 10 gtd 20 | ann: pending_new           |      | 100 hal 1
ann | system maintenance       |                            |      | 100 hal 1
ann | wait 30                  |                            |      | 100 hal 1
ann | system online            | ann: expired Order expired |      | 100 hal 1
ann | buy 1 @ 100 at 10 gtd 20 | ann: pending_new           |      | 100 hal 1
ann | system cancel_only       |                            |      | 100 hal 1
ann | wait 20                  | ann: expired Order expired |      | 100 hal 1
""",
    "scheduled distances count from the price when it begins": """
who | does                   | said                                                             | bids     | asks
hal | sell 1 @ 100           |                                                                  |          | 100 hal 1
bob | buy 1 @ 100            | bob: new, trade 1@100, filled                                    |          |
ann | sell 1 trail 5q at 10  | ann: pending_new                                                 |          |
cat | sell 1 stop -10% at 10 | cat: pending_new                                                 |          |
hal | sell 1 @ 80            |                                                                  |          | 80 hal 1
bob | buy 1 @ 80             | bob: new, trade 1@80, filled                                     |          |
ann | wait 10                | ann: begun; cat: begun                                           |          |
hal | buy 3 @ 75             |                                                                  | 75 hal 3 |
bob | sell 1 @ 75            | bob: new, trade 1@75, filled; ann: triggered, trade 1@75, filled | 75 hal 1 |
""",
    "what only reduces is given up once nothing is left to reduce": """
who | does                      | said                                                          | bids     | asks
hal | sell 2 @ 100              |                                                               |          | 100 hal 2
ann | buy 2 market x2           | ann: new, trade 2@100, filled                                 |          |
hal | buy 3 @ 99                |                                                               | 99 hal 3 |
ann | sell 3 @ 99 x2 reduce fok | ann: new, canceled Fill or kill                               | 99 hal 3 |
ann | sell 1 @ 99 x2 reduce fok | ann: new, trade 1@99, filled                                  | 99 hal 2 |
hal | sell 1 @ 99               |                                                               | 99 hal 1 |
ann | sell 5 @ 99 x2 reduce     | ann: new, trade 1@99, canceled Reduce only:Position is closed |          |
""",
    "nothing is spent twice": """
who | does            | said                         | bids         | asks
ann | buy 9000 @ 100  | ann: new                     | 100 ann 9000 |
ann | buy 1000 @ 100  | no EOrder:Insufficient funds | 100 ann 9000 |
ann | sell 1000 @ 101 | ann: new                     | 100 ann 9000 | 101 ann 1000
ann | sell 0.1 market | no EOrder:Insufficient funds | 100 ann 9000 | 101 ann 1000
""",
    "a market buy asks for what the book costs": """
who | does            | said                             | bids | asks
hal | sell 90 @ 10000 |                                  |      | 10000 hal 90
hal | sell 20 @ 20000 |                                  |      | 10000 hal 90, 20000 hal 20
ann | buy 96 market   | no EOrder:Insufficient funds     |      | 10000 hal 90, 20000 hal 20
ann | buy 90 market   | ann: new, trade 90@10000, filled |      | 20000 hal 20
""",
}


@pytest.mark.parametrize("name", TABLES)
def test_tables(name: str) -> None:
    Scenario().play(TABLES[name])


def test_a_scheduled_order_begins_when_its_time_comes() -> None:
    scenario = Scenario()
    scenario.do("ann", "buy 1 @ 99 at 10 #a")
    scenario.do("hal", "sell 0.5 @ 99")
    assert scenario.venue.next_timer_ns() == scenario.now_ns + 10_000_000_000
    assert scenario.order("a").held_units > 0
    scenario.now_ns += 60_000_000_000
    scenario.do("bob", "buy 1 @ 50")  # Any command brings the time on first.
    rows = [event for event in scenario.events if isinstance(event, OrderTold) and event.order is scenario.order("a")]
    assert [row.exec_type for row in rows] == ["new", "trade"]
    assert {row.time_ns for row in rows} == {scenario.now_ns - 50_000_000_000}
    assert scenario.book() == {"bids": "99 ann 0.5, 50 bob 1", "asks": ""}


@pytest.mark.parametrize(
    ("rules", "command", "said"),
    [
        (Rules(ioc_rest="expired"), "buy 2 @ 100 ioc", "ann: new, trade 1@100, expired Immediate or cancel"),
        (Rules(ioc_rest="expired"), "buy 2 @ 100 fok", "ann: new, expired Fill or kill"),
        (Rules(post_only_refused="error"), "buy 1 @ 100 post", "no EOrder:Post only order"),
        (Rules(post_only_refused="error"), "buy 1 @ 99 post", "ann: new"),
    ],
)
def test_what_occurs_in_two_forms(rules: Rules, command: str, said: str) -> None:
    scenario = Scenario(rules=rules)
    scenario.do("hal", "sell 1 @ 100")
    assert scenario.do("ann", command) == said


def test_open_orders_of_a_pair_are_limited_by_tier() -> None:
    scenario = Scenario(rules=Rules())
    scenario.accounts["ann"].tier = "starter"
    for number in range(60):
        scenario.now_ns += 10_000_000_000
        assert scenario.do("ann", f"buy 1 @ {number + 1}") == "ann: new"
    scenario.now_ns += 10_000_000_000
    assert scenario.do("ann", "buy 1 @ 1") == "no EOrder:Orders limit exceeded"
    scenario.now_ns += 10_000_000_000
    other = structs.replace(scenario.ticket("buy 1 @ 1"), symbol="ETH/USD")
    assert not hasattr(scenario.venue.add_order(scenario.accounts["ann"], other, now_ns=scenario.now_ns), "error")
    assert scenario.do("ann", "cancel all")
    assert scenario.do("ann", "buy 1 @ 1") == "ann: new"


def test_a_position_is_settled_with_own_money() -> None:
    scenario = Scenario()
    scenario.play("""
who | does                   | said                                                      | bids | asks
hal | sell 2 @ 100           |                                                           |      | 100 hal 2
ann | buy 2 market x2        | ann: new, trade 2@100, filled                             |      |
ann | sell 1 @ 120 x2 reduce | ann: new                                                  |      | 120 ann 1
ann | settle buy 1           | no EOrder:Reduce only:No position exists                  |      | 120 ann 1
ann | settle sell 0.5        | ann: new, filled                                          |      | 120 ann 1
ann | settle sell 0          | ann: new, canceled Reduce only:Position is closed, filled |      |
ann | settle sell 1          | no EOrder:Reduce only:No position exists                  |      |
ann | buy 0 market x2        | no EGeneral:Invalid arguments:volume                      |      |
""")
    assert scenario.bank.available(scenario.accounts["ann"], "BTC") == 1002 * 10**10


def test_the_last_row_of_a_settlement_has_its_sums() -> None:
    scenario = Scenario()
    scenario.do("hal", "sell 2 @ 100")
    scenario.do("ann", "buy 2 market x2")
    scenario.do("ann", "settle sell 3 #a")
    assert [(row.exec_type, row.cum_lots) for row in scenario.events if isinstance(row, OrderTold)] == [
        ("pending_new", 0),
        ("new", 0),
        ("canceled", 200),
    ]
    assert scenario.order("a").cum_cost_units == 200 * 10**4


def test_validate_stores_nothing() -> None:
    scenario = Scenario()
    assert scenario.do("ann", "buy 1 @ 99 check id=mine") == ""
    assert scenario.book() == {"bids": "", "asks": ""}
    assert scenario.accounts["ann"].orders == {}
    assert scenario.do("ann", "buy 1 @ 99 id=mine") == "ann: new"
    assert scenario.do("ann", "buy 0.01 @ 99 check") == "no EOrder:Order minimum not met"


def test_pairs_with_a_wider_tick() -> None:
    scenario = Scenario(pair=structs.replace(PLAIN, price_increment_ticks=5))
    assert scenario.do("ann", "buy 1 @ 99.3") == "no EOrder:Tick size check failed"
    assert scenario.do("ann", "buy 1 @ 99.35") == "no EOrder:Invalid price"
    assert scenario.do("ann", "buy 1 @ 99.5") == "ann: new"


def test_a_settlement_that_cannot_be_paid() -> None:
    scenario = Scenario(usd="50", btc="0")
    scenario.do("hal", "sell 1 @ 100")
    assert scenario.do("ann", "buy 1 market x5") == "ann: new, trade 1@100, filled"
    assert scenario.do("ann", "settle sell 1") == "no EOrder:Insufficient funds"
    assert len(scenario.accounts["ann"].positions) == 1


def test_cash_that_buys_too_little() -> None:
    scenario = Scenario()
    scenario.do("hal", "sell 1 @ 100")
    assert scenario.do("ann", "buy cash 9.9 market") == "no EOrder:Order minimum not met"
    assert scenario.do("ann", "buy cash 10.9 market") == "ann: new, trade 0.1@100, filled"
