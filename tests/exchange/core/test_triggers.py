"""core/triggers.py: stops, profits and trailing orders, on the last price and on the index."""

import pytest
from core_scenario import Scenario

TABLES = {
    "a stop sells below": """
who | does              | said
hal | buy 5 @ 95        |
ann | sell 1 stop 95 #a | ann: new
bob | sell 1 @ 95       | bob: new, trade 1@95, filled; ann: triggered, trade 1@95, filled
""",
    "a stop buys above": """
who | does             | said
hal | sell 5 @ 105     |
ann | buy 1 stop 105   | ann: new
ann | buy 1 stop 105.1 | ann: new
bob | buy 1 @ 105      | bob: new, trade 1@105, filled; ann: triggered, trade 1@105,
    |                  | filled
""",
    "a profit sells above and buys below": """
who | does              | said
hal | sell 5 @ 105      |
hal | buy 5 @ 95        |
ann | sell 1 profit 105 | ann: new
cat | buy 1 profit 95   | cat: new
bob | buy 1 @ 105       | bob: new, trade 1@105, filled; ann: triggered, trade 1@95,
    |                   | filled; cat: triggered, trade 1@105, filled
""",
    "what is reached already is set off at once": """
who | does            | said
hal | sell 1 @ 100    |
hal | buy 5 @ 95      |
bob | buy 1 @ 100     | bob: new, trade 1@100, filled
ann | sell 1 stop 101 | ann: new, triggered, trade 1@95, filled
""",
    "before any trade nothing is reached": """
who | does            | said
hal | buy 5 @ 95      |
ann | sell 1 stop 101 | ann: new
""",
    "a stop with a limit rests where it cannot trade": """
who | does                    | said                                         | bids               | asks
hal | buy 1 @ 95              |                                              | 95 hal 1           |
hal | buy 5 @ 90              |                                              | 95 hal 1, 90 hal 5 |
ann | sell 1 stop 95 limit 94 | ann: new                                     | 95 hal 1, 90 hal 5 |
bob | sell 1 @ 95             | bob: new, trade 1@95, filled; ann: triggered | 90 hal 5           | 94 ann 1
""",
    "post only still holds when it is set off": """
who | does                         | said
hal | buy 5 @ 95                   |
ann | sell 1 stop 95 limit 94 post | ann: new
bob | sell 1 @ 95                  | bob: new, trade 1@95, filled; ann: triggered, canceled Post only
    |                              | order
""",
    "offsets count from the price at entry": """
who | does               | said
hal | sell 3 @ 100       |
hal | buy 5 @ 98         |
hal | buy 5 @ 97         |
bob | buy 1 @ 100        | bob: new, trade 1@100, filled
ann | sell 1 stop -2% #a | ann: new
ann | sell 1 stop -3q #b | ann: new
bob | buy 1 @ 100        | bob: new, trade 1@100, filled
bob | sell 5 @ 98        | bob: new, trade 5@98, filled; ann: triggered, trade 1@97,
    |                    | triggered, filled, trade 1@97, filled
""",
    "a trailing stop follows the best price": """
who | does             | said
hal | sell 1 @ 100     |
hal | sell 1 @ 110     |
hal | sell 1 @ 120     |
hal | buy 9 @ 90       |
bob | buy 1 @ 100      | bob: new, trade 1@100, filled
ann | sell 1 trail 10% | ann: new
bob | buy 1 @ 110      | bob: new, trade 1@110, filled; ann: trigger 99
bob | buy 1 @ 120      | bob: new, trade 1@120, filled; ann: trigger 108
hal | buy 1 @ 108      |
bob | sell 1 @ 108     | bob: new, trade 1@108, filled; ann: triggered, trade 1@90,
    |                  | filled
""",
    "a trailing buy follows it down": """
who | does            | said
hal | sell 9 @ 105    |
hal | buy 1 @ 100     |
hal | buy 1 @ 90      |
bob | sell 1 @ 100    | bob: new, trade 1@100, filled
ann | buy 1 trail 20q | ann: new
bob | sell 1 @ 90     | bob: new, trade 1@90, filled; ann: trigger 110
hal | sell 1 @ 110    |
bob | buy 10 @ 110    | bob: new, trade 9@105, trade 1@110, filled; ann: triggered,
    |                 | canceled Insufficient liquidity
""",
    "a trailing stop with a limit": """
who | does                      | said                               | bids                | asks
hal | buy 1 @ 100               |                                    | 100 hal 1           |
hal | buy 1 @ 95                |                                    | 100 hal 1, 95 hal 1 |
bob | sell 1 @ 100              | bob: new, trade 1@100, filled      | 95 hal 1            |
ann | sell 1 trail 5q limit -1q | ann: new                           | 95 hal 1            |
cat | sell 1 trail 4q limit +2% | cat: new                           | 95 hal 1            |
bob | sell 1 @ 95               | bob: new, trade 1@95, filled; cat: |                     | 94 ann 1, 97.9 cat 1
    |                           | triggered; ann: triggered          |                     |
""",
    "a limit that its trigger has trailed away from": """
who | does                       | said
hal | buy 1 @ 50                 |
hal | buy 1 @ 10                 |
hal | buy 1 @ 8                  |
bob | sell 1 @ 50                | bob: new, trade 1@50, filled
ann | buy 1 trail 20% limit -11q | ann: new
bob | sell 1 @ 8                 | bob: new, trade 1@10, filled; ann: trigger 12
bob | sell 1 @ 8                 | bob: new, trade 1@8, filled; ann: trigger 9.6
hal | sell 1 @ 9.6               |
bob | buy 1 @ 9.6                | bob: new, trade 1@9.6, filled; ann: triggered, canceled Invalid
    |                            | price
""",
    "an amend to no price": """
who | does               | said
ann | sell 1 stop 90 #a  | ann: new
ann | amend a stop 0     | no EOrder:Invalid price
ann | amend a stop 90.55 | no EOrder:Invalid price
""",
    "on the index": """
who | does                 | said
hal | buy 5 @ 95           |
ann | sell 1 stop 90 index | ann: new
ann | index 91             |
bob | sell 1 @ 95          | bob: new, trade 1@95, filled
ann | index 90             | ann: triggered, trade 1@95, filled
""",
    "without an index feed, on the last price": """
who | does                 | said
hal | buy 5 @ 95           |
ann | sell 1 stop 95 index | ann: new
ann | index 100            |
bob | sell 1 @ 95          | bob: new, trade 1@95, filled
ann | index off            | ann: triggered, trade 1@95, filled
""",
    "one sets off the next": """
who | does           | said
hal | buy 1 @ 95     |
hal | buy 1 @ 90     |
hal | buy 1 @ 85     |
ann | sell 1 stop 95 | ann: new
cat | sell 1 stop 90 | cat: new
bob | sell 1 @ 95    | bob: new, trade 1@95, filled; ann: triggered, trade 1@90,
    |                | filled; cat: triggered, trade 1@85, filled
""",
    "the first price of a sweep counts as well as its last": """
who | does            | said
hal | sell 1 @ 110    |
bob | buy 1 @ 110     | bob: new, trade 1@110, filled
hal | sell 1 @ 100    |
hal | sell 1 @ 109    |
hal | buy 9 @ 90      |
ann | sell 1 stop 105 | ann: new
bob | buy 2 @ 109     | bob: new, trade 1@100, trade 1@109, filled; ann: triggered,
    |                 | trade 1@90, filled
""",
    "what a sweep passes first goes first, then the oldest": """
who | does            | said
hal | buy 1 @ 100     |
bob | sell 1 @ 100    | bob: new, trade 1@100, filled
hal | buy 1 @ 95      |
hal | buy 1 @ 90      |
hal | buy 1 @ 80      |
hal | buy 1 @ 70      |
ann | sell 1 stop 91  | ann: new
cat | sell 1 stop 96  | cat: new
bob | sell 2 @ 90     | bob: new, trade 1@95, trade 1@90, filled; cat: triggered, trade 1@80,
    |                 | filled; ann: triggered, trade 1@70, filled
""",
    "money is kept aside at the trigger price": """
who | does              | said
hal | sell 100 @ 19000  |
ann | buy 99 stop 10000 | ann: new
ann | buy 99 stop 10000 | no EOrder:Insufficient funds
bob | buy 1 @ 19000     | bob: new, trade 1@19000, filled; ann: triggered, canceled
    |                   | Insufficient funds
""",
    "an offset may lead to no price": """
who | does              | said
ann | sell 1 stop -100% | no EOrder:Invalid price
ann | sell 1 trail 0q   | no EOrder:Invalid price
ann | sell 1 trail -1q  | no EOrder:Invalid price
ann | sell 1 trail 100q | no EOrder:Invalid price
ann | sell 1 trail 5    | no EGeneral:Invalid arguments:price
""",
    "nothing is set off while not everybody may trade": """
who | does                 | said
hal | buy 5 @ 95           |
ann | sell 1 stop 90 index | ann: new
ann | system limit_only    |
ann | index 80             |
ann | system online        | ann: triggered, trade 1@95, filled
""",
}


@pytest.mark.parametrize("name", TABLES)
def test_tables(name: str) -> None:
    Scenario().play(TABLES[name])


def test_a_trigger_remembers_what_set_it_off() -> None:
    scenario = Scenario()
    scenario.do("hal", "buy 5 @ 94")
    scenario.do("ann", "sell 1 stop 95 limit 99 #a")
    scenario.do("bob", "sell 1 @ 94")
    trigger = scenario.order("a").trigger
    assert trigger is not None
    assert (trigger.triggered, trigger.last_ticks, trigger.time_ns) == (True, 940, scenario.now_ns)
    market = scenario.venue.markets[scenario.symbol]
    assert (market.watch_last.orders, market.watch_index.orders) == ({}, {})
