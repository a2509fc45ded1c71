"""core/amending.py: what keeps its place in the queue and what loses it, and what may not be amended."""

import pytest
from core_scenario import Scenario

from fathom.exchange.core import OrderTold, Rules

TABLES = {
    "less keeps the place, more loses it": """
who | does            | said         | bids                 | asks
ann | buy 2 @ 99 #a   | ann: new     | 99 ann 2             |
bob | buy 1 @ 99      | bob: new     | 99 ann 2, 99 bob 1   |
ann | amend a qty 1.5 | ann: amended | 99 ann 1.5, 99 bob 1 |
ann | amend a qty 3   | ann: amended | 99 bob 1, 99 ann 3   |
ann | amend a qty 3   | ann: amended | 99 bob 1, 99 ann 3   |
""",
    "another price is another queue's end": """
who | does                     | said         | bids                           | asks
ann | buy 1 @ 99 #a            | ann: new     | 99 ann 1                       |
bob | buy 1 @ 99               | bob: new     | 99 ann 1, 99 bob 1             |
bob | buy 1 @ 98               | bob: new     | 99 ann 1, 99 bob 1, 98 bob 1   |
ann | amend a price 98         | ann: amended | 99 bob 1, 98 bob 1, 98 ann 1   |
ann | amend a price 99         | ann: amended | 99 bob 1, 99 ann 1, 98 bob 1   |
ann | amend a price 99 qty 0.5 | ann: amended | 99 bob 1, 99 ann 0.5, 98 bob 1 |
""",
    "an iceberg's size shows from the next slice on": """
who | does                   | said                                           | bids | asks
ann | sell 3 @ 99 shows 1 #a | ann: new                                       |      | 99 ann 1+2
bob | sell 1 @ 99            | bob: new                                       |      | 99 ann 1+2, 99 bob 1
ann | amend a shows 0.5      | ann: amended                                   |      | 99 ann 1+2, 99 bob 1
ann | amend a shows 2        | ann: amended                                   |      | 99 ann 1+2, 99 bob 1
ann | amend a qty 2.5        | ann: amended                                   |      | 99 ann 1+1.5, 99 bob 1
cat | buy 1 @ 99             | cat: new, trade 1@99, filled; ann: trade 1@99, |      | 99 bob 1, 99 ann 1.5
    |                        | iceberg_refill                                 |      |
ann | amend a qty 1.9        | ann: amended                                   |      | 99 bob 1, 99 ann 0.9
ann | amend a qty 40         | no EGeneral:Invalid arguments:displayvol       |      | 99 bob 1, 99 ann 0.9
ann | amend a shows 0.01     | no EGeneral:Invalid arguments:displayvol       |      | 99 bob 1, 99 ann 0.9
""",
    "to a price that takes": """
who | does                   | said                      | bids      | asks
hal | sell 1 @ 100           |                           |           | 100 hal 1
ann | buy 3 @ 99 #a          | ann: new                  | 99 ann 3  | 100 hal 1
ann | amend a price 100 post | no EOrder:Post only order | 99 ann 3  | 100 hal 1
ann | amend a price 100      | ann: amended, trade 1@100 | 100 ann 2 |
ann | amend a price 101 post | ann: amended              | 101 ann 2 |
""",
    "a post-only order stays one": """
who | does               | said                      | bids       | asks
hal | sell 1 @ 100       |                           |            | 100 hal 1
ann | buy 3 @ 99 post #a | ann: new                  | 99 ann 3   | 100 hal 1
ann | amend a price 100  | no EOrder:Post only order | 99 ann 3   | 100 hal 1
ann | amend a price 99.9 | ann: amended              | 99.9 ann 3 | 100 hal 1
""",
    "below what is filled": """
who | does            | said                                  | bids       | asks
ann | buy 3 @ 99 #a   | ann: new                              | 99 ann 3   |
hal | sell 2 @ 99     | ann: trade 2@99                       | 99 ann 1   |
ann | amend a qty 2.1 | ann: amended                          | 99 ann 0.1 |
ann | amend a qty 1   | ann: amended, canceled User requested |            |
ann | amend a qty 1   | no EOrder:Unknown order               |            |
""",
    "what is asked must be good": """
who | does                        | said                                     | bids
ann | buy 1 @ 99 #a               | ann: new                                 | 99 ann 1
ann | amend a                     | no EGeneral:Invalid arguments            | 99 ann 1
ann | amend a qty 0               | no EGeneral:Invalid arguments:volume     | 99 ann 1
ann | amend a qty 1.001           | no EGeneral:Invalid arguments:volume     | 99 ann 1
ann | amend a qty 0.09            | no EOrder:Order minimum not met          | 99 ann 1
ann | amend a price 1             | ann: amended                             | 1 ann 1
ann | amend a price 0.4           | no EOrder:Cost minimum not met           | 1 ann 1
ann | amend a price -1            | no EOrder:Invalid price                  | 1 ann 1
ann | amend a price 1.01          | no EOrder:Invalid price                  | 1 ann 1
ann | amend a price 1%            | no EGeneral:Invalid arguments:price      | 1 ann 1
ann | amend a shows 0.5           | no EGeneral:Invalid arguments:displayvol | 1 ann 1
ann | amend a stop 90             | no EGeneral:Invalid arguments:price      | 1 ann 1
ann | amend a qty 900000          | ann: amended                             | 1 ann 900000
ann | amend a price 2             | no EOrder:Insufficient funds             | 1 ann 900000
bob | amend a qty 1               | no EOrder:Unknown order                  | 1 ann 900000
ann | buy 1 @ 1 close=limit,,2 #c | ann: new                                 | 1 ann 900000, 1 ann 1
""",
    "not with a conditional close": """
who | does                           | said
ann | buy 1 @ 99 close=limit,,110 #a | ann: new
ann | amend a qty 2                  | no EOrder:Order not editable
""",
    "triggers": """
who | does                       | said
hal | buy 1 @ 100                |
hal | buy 1 @ 95                 |
hal | buy 1 @ 90                 |
bob | sell 1 @ 100               | bob: new, trade 1@100, filled
ann | sell 1 stop 80 limit 97 #a | ann: new
ann | amend a stop 90            | ann: amended
ann | amend a stop -6%           | ann: amended
ann | amend a price 98           | ann: amended
ann | sell 1 trail 20q #t        | ann: new
ann | amend t stop 5%            | ann: amended
ann | amend t stop 0%            | no EOrder:Invalid price
ann | amend t price 5            | no EGeneral:Invalid arguments:price
bob | sell 1 @ 95                | bob: new, trade 1@95, filled; ann: triggered, trade 1@90,
    |                            | triggered, filled
ann | amend a stop 80            | no EOrder:Order not editable
ann | amend a price 99           | ann: amended
ann | amend a stop 100           | no EOrder:Order not editable
""",
    "a trigger that is reached by the amend": """
who | does              | said
hal | buy 5 @ 100       |
bob | sell 1 @ 100      | bob: new, trade 1@100, filled
ann | sell 1 stop 80 #a | ann: new
ann | amend a stop 101  | ann: amended, triggered, trade 1@100, filled
""",
    "a trailing stop's limit": """
who | does                         | said                                         | asks
hal | buy 1 @ 100                  |                                              |
hal | buy 1 @ 90                   |                                              |
bob | sell 1 @ 100                 | bob: new, trade 1@100, filled                |
ann | sell 1 trail 5q limit -1q #a | ann: new                                     |
ann | amend a price +2q            | ann: amended                                 |
ann | amend a price -100q          | no EOrder:Invalid price                      |
bob | sell 1 @ 90                  | bob: new, trade 1@90, filled; ann: triggered | 97 ann 1
ann | amend a price 96             | ann: amended                                 | 96 ann 1
ann | amend a price +1q            | no EGeneral:Invalid arguments:price          | 96 ann 1
""",
    "by the state of the engine": """
who | does               | said                                   | bids     | asks
ann | buy 1 @ 99 #a      | ann: new                               | 99 ann 1 |
hal | sell 1 @ 100       |                                        | 99 ann 1 | 100 hal 1
ann | system cancel_only |                                        | 99 ann 1 | 100 hal 1
ann | amend a qty 2      | no EService:Market in cancel_only mode | 99 ann 1 | 100 hal 1
ann | system maintenance |                                        | 99 ann 1 | 100 hal 1
ann | amend a qty 2      | no EService:Unavailable                | 99 ann 1 | 100 hal 1
ann | system post_only   |                                        | 99 ann 1 | 100 hal 1
ann | amend a price 100  | no EService:Market in post_only mode   | 99 ann 1 | 100 hal 1
ann | amend a price 98   | ann: amended                           | 98 ann 1 | 100 hal 1
""",
}


@pytest.mark.parametrize("name", TABLES)
def test_tables(name: str) -> None:
    Scenario().play(TABLES[name])


def test_the_history_begins_with_the_original() -> None:
    scenario = Scenario()
    scenario.do("ann", "buy 2 @ 99 #a")
    scenario.do("hal", "sell 0.5 @ 99")
    scenario.now_ns += 5
    scenario.do("ann", "amend a qty 1.5 price 98")
    scenario.do("ann", "amend a price 97 post")
    order = scenario.order("a")
    assert order.amended
    assert order.changed_ns == scenario.now_ns
    told = [
        (row.amend_type, row.order_lots, row.remaining_lots, row.limit_ticks, row.reason, row.post_only)
        for row in order.amends
    ]
    assert told == [
        ("original", 200, 200, 990, None, False),
        ("user", 150, 100, 980, "User requested", False),
        ("user", 150, 100, 970, "User requested", True),
    ]
    assert [row.time_ns for row in order.amends] == [scenario.now_ns - 5, scenario.now_ns, scenario.now_ns]
    assert len({row.amend_id for row in order.amends}) == 3


def test_the_house_amends_too_but_nobody_is_told() -> None:
    scenario = Scenario()
    order = scenario.venue.add_order(scenario.accounts["hal"], scenario.ticket("buy 2 @ 99"), now_ns=scenario.now_ns)
    scenario.orders["h"] = order  # type: ignore[assignment] # it was taken
    assert scenario.do("hal", "amend h qty 1") == ""
    assert scenario.book()["bids"] == "99 hal 1"
    assert scenario.order("h").amends == []


@pytest.mark.parametrize(
    ("age_s", "command", "points"),
    [
        (0, "amend a qty 3", 4),
        (5, "amend a qty 3", 3),
        (10, "amend a qty 3", 2),
        (15, "amend a qty 3", 1),
        (0, "amend a qty 0.5", 9),  # Below what is filled: a cancel.
        (20, "amend a qty 0.5", 5),
        (0, "amend a qty 0", 1),  # Wrong: the fixed part alone.
    ],
)
def test_what_it_costs(age_s: int, command: str, points: int) -> None:
    scenario = Scenario()
    scenario.do("ann", "buy 2 @ 99 #a")
    scenario.do("hal", "sell 1 @ 99")
    scenario.now_ns += 1000 * 1_000_000_000
    scenario.order("a").changed_ns = scenario.now_ns - age_s * 1_000_000_000
    scenario.do("ann", command)
    assert scenario.venue.rates.count(scenario.accounts["ann"], scenario.symbol, scenario.now_ns) == points


def test_above_the_rate_it_is_refused_and_costs_nothing() -> None:
    scenario = Scenario(rules=Rules())
    scenario.do("ann", "buy 2 @ 99 #a")
    account = scenario.accounts["ann"]
    rates = scenario.venue.rates
    rates.charge(account, scenario.symbol, scenario.now_ns, half_points=2 * 176)
    assert rates.count(account, scenario.symbol, scenario.now_ns) == 177
    assert scenario.do("ann", "amend a qty 3") == "no EOrder:Rate limit exceeded"
    assert rates.count(account, scenario.symbol, scenario.now_ns) == 177
    scenario.now_ns += 266_666_667
    assert scenario.do("ann", "amend a qty 3") == "ann: amended"


def test_a_refused_amend_leaves_the_hold() -> None:
    scenario = Scenario()
    scenario.do("ann", "buy 2 @ 99 #a")
    held = scenario.order("a").held_units
    assert scenario.do("ann", "amend a qty 100000") == "no EOrder:Insufficient funds"
    assert (scenario.order("a").held_units, scenario.order("a").qty_lots, scenario.order("a").amends) == (held, 200, [])


def test_rows_of_an_amend_say_why() -> None:
    scenario = Scenario()
    scenario.do("ann", "buy 2 @ 99 #a")
    scenario.do("ann", "amend a qty 1")
    (row,) = [event for event in scenario.events if isinstance(event, OrderTold)]
    assert (row.exec_type, row.status, row.reason) == ("amended", "new", "User requested")
