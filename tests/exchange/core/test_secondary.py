"""core/secondary.py: each fill of an order with a conditional close makes an order on the other side."""

import pytest
from core_scenario import Scenario

TABLES = {
    "a limit order for each fill": """
who | does                        | said                         | bids     | asks
ann | buy 3 @ 99 close=limit,,110 | ann: new                     | 99 ann 3 |
hal | sell 1 @ 99                 | ann: trade 1@99, new         | 99 ann 2 | 110 ann 1
hal | sell 2 @ 99                 | ann: trade 2@99, filled, new |          | 110 ann 1, 110 ann 2
""",
    "of a taker, once it is done": """
who | does                        | said                                   | bids                         | asks
hal | buy 1 @ 99                  |                                        | 99 hal 1                     |
hal | buy 1 @ 98                  |                                        | 99 hal 1, 98 hal 1           |
hal | buy 1 @ 97                  |                                        | 99 hal 1, 98 hal 1, 97 hal 1 |
ann | sell 3 @ 98 close=limit,,90 | ann: new, trade 1@99, trade 1@98, new, | 97 hal 1, 90 ann 1, 90 ann 1 | 98 ann 1
    |                             | new                                    |                              |
""",
    "a stop": """
who | does                                   | said                                         | asks
hal | buy 1 @ 95                             |                                              |
ann | buy 1 @ 99 close=stop-loss-limit,96,96 | ann: new                                     |
hal | sell 1 @ 99                            | ann: trade 1@99, filled, new                 |
bob | sell 1 @ 95                            | bob: new, trade 1@95, filled; ann: triggered | 96 ann 1
""",
    "offsets count from the fill": """
who | does                                       | said                                                     | asks
hal | buy 1 @ 90                                 |                                                          |
ann | buy 1 @ 99 close=stop-loss,-5%,            | ann: new                                                 |
ann | buy 1 @ 98 close=trailing-stop-limit,5q,0q | ann: new                                                 |
hal | sell 2 @ 98                                | ann: trade 1@99, filled, trade 1@98, filled, new, new    |
bob | sell 1 @ 90                                | bob: new, trade 1@90, filled; ann: triggered, triggered, | 93 ann 1
    |                                            | canceled Insufficient liquidity                          |
""",
    "what cannot be paid for says so": """
who | does                           | said                                                | bids
hal | buy 1 @ 99                     |                                                     | 99 hal 1
ann | buy 9950 @ 98                  | ann: new                                            | 99 hal 1, 98 ann 9950
ann | sell 1 @ 99 close=limit,,95000 | ann: new, trade 1@99, filled, pending_new, canceled | 98 ann 9950
    |                                | Insufficient funds                                  |
""",
    "an offset that leads to no price makes none": """
who | does                             | said
bob | buy 1 @ 20                       | bob: new
cat | sell 1 @ 20                      | cat: new, trade 1@20, filled; bob: trade 1@20, filled
ann | buy 1 @ 10 close=stop-loss,-15q, | ann: new
hal | sell 1 @ 10                      | ann: trade 1@10, filled
""",
    "templates must be good": """
who | does                                          | said
ann | buy 1 @ 99 close=market,,                     | no EGeneral:Invalid arguments:close
ann | buy 1 @ 99 close=iceberg,,5                   | no EGeneral:Invalid arguments:close
ann | buy 1 @ 99 close=settle-position,,            | no EGeneral:Invalid arguments:close
ann | buy 1 @ 99 close=limit,,                      | no EGeneral:Invalid arguments:close
ann | buy 1 @ 99 close=limit,5,5                    | no EGeneral:Invalid arguments:close
ann | buy 1 @ 99 close=limit,,5%                    | no EGeneral:Invalid arguments:close
ann | buy 1 @ 99 close=limit,,5.55                  | no EOrder:Invalid price
ann | buy 1 @ 99 close=stop-loss,,                  | no EGeneral:Invalid arguments:close
ann | buy 1 @ 99 close=stop-loss,0,                 | no EOrder:Invalid price
ann | buy 1 @ 99 close=trailing-stop,5,             | no EGeneral:Invalid arguments:price
ann | buy 1 @ 99 close=trailing-stop-limit,5%,-100% | no EOrder:Invalid price
""",
    "a margin position is closed on margin": """
who | does                           | said                         | asks
ann | buy 1 @ 99 x3 close=limit,,110 | ann: new                     |
hal | sell 1 @ 99                    | ann: trade 1@99, filled, new | 110 ann 1
hal | buy 1 @ 110                    | ann: trade 1@110, filled     |
""",
}


@pytest.mark.parametrize("name", TABLES)
def test_tables(name: str) -> None:
    Scenario().play(TABLES[name])


def test_the_secondary_knows_its_primary() -> None:
    scenario = Scenario()
    scenario.do("ann", "buy 1 @ 99 x3 tag=7 close=limit,,110 #a")
    scenario.do("hal", "sell 1 @ 99")
    (made,) = scenario.accounts["ann"].orders.values()
    primary = scenario.order("a")
    assert (made.parent_id, made.userref, made.leverage, made.side) == (primary.order_id, 7, 3, "sell")
    assert scenario.accounts["ann"].margin_holds == {}  # It only closes.
