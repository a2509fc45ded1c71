"""core/matching.py: price and time, icebergs, self-trade prevention, orders that only reduce."""

import pytest
from core_scenario import Scenario

TABLES = {
    "the best price first, then the oldest": """
who | does          | said                                          | bids        | asks
bob | sell 2 @ 101  | bob: new                                      |             | 101 bob 2
cat | sell 1 @ 100  | cat: new                                      |             | 100 cat 1, 101 bob 2
bob | sell 1 @ 100  | bob: new                                      |             | 100 cat 1, 100 bob 1, 101 bob 2
ann | buy 1.5 @ 100 | ann: new, trade 1@100, trade 0.5@100, filled; |             | 100 bob 0.5, 101 bob 2
    |               | cat: trade 1@100, filled; bob: trade 0.5@100  |             |
ann | buy 1 @ 100   | ann: new, trade 0.5@100; bob: trade 0.5@100,  | 100 ann 0.5 | 101 bob 2
    |               | filled                                        |             |
""",
    "a taker gets the maker's price": """
who | does        | said                                                  | bids     | asks
bob | buy 1 @ 99  | bob: new                                              | 99 bob 1 |
ann | sell 1 @ 90 | ann: new, trade 1@99, filled; bob: trade 1@99, filled |          |
""",
    "at the market": """
who | does              | said                                                     | bids | asks
hal | sell 1 @ 100      |                                                          |      | 100 hal 1
hal | sell 1 @ 105      |                                                          |      | 100 hal 1, 105 hal 1
ann | buy 1.5 market    | ann: new, trade 1@100, trade 0.5@105, filled             |      | 105 hal 0.5
ann | buy 1 market      | ann: new, trade 0.5@105, canceled Insufficient liquidity |      |
ann | buy 1 market      | ann: new, canceled Insufficient liquidity                |      |
ann | sell 1 market ioc | ann: new, canceled Insufficient liquidity                |      |
""",
    "for cash": """
who | does                  | said                                                     | bids | asks
hal | sell 1 @ 100          |                                                          |      | 100 hal 1
hal | sell 1 @ 110          |                                                          |      | 100 hal 1, 110 hal 1
ann | buy cash 155.5 market | ann: new, trade 1@100, trade 0.5@110, filled             |      | 110 hal 0.5
ann | buy cash 100 market   | ann: new, trade 0.5@110, canceled Insufficient liquidity |      |
ann | buy cash 100 market   | ann: new, canceled Insufficient liquidity                |      |
""",
    "an iceberg shows a slice, and loses its place with each": """
who | does                 | said                                                  | bids | asks
bob | sell 3 @ 100 shows 1 | bob: new                                              |      | 100 bob 1+2
cat | sell 1 @ 100         | cat: new                                              |      | 100 bob 1+2, 100 cat 1
ann | buy 1.5 @ 100        | ann: new, trade 1@100, trade 0.5@100, filled; bob:    |      | 100 cat 0.5, 100 bob 1+1
    |                      | trade 1@100, iceberg_refill; cat: trade 0.5@100       |      |
ann | buy 2 @ 100          | ann: new, trade 0.5@100, trade 1@100, trade 0.5@100,  |      | 100 bob 0.5
    |                      | filled; cat: trade 0.5@100, filled; bob: trade 1@100, |      |
    |                      | iceberg_refill, trade 0.5@100                         |      |
""",
    "an iceberg takes with all it has, then shows a slice": """
who | does                     | said                  | bids      | asks
hal | buy 1 @ 100              |                       | 100 hal 1 |
bob | sell 3.5 @ 100 shows 0.5 | bob: new, trade 1@100 |           | 100 bob 0.5+2
""",
    "one does not trade with oneself: the newest goes": """
who | does         | said                                                        | bids | asks
bob | sell 1 @ 100 | bob: new                                                    |      | 100 bob 1
ann | sell 1 @ 100 | ann: new                                                    |      | 100 bob 1, 100 ann 1
ann | buy 3 @ 100  | ann: new, trade 1@100, canceled Self trade prevention; bob: |      | 100 ann 1
    |              | trade 1@100, filled                                         |      |
""",
    "the oldest goes": """
who | does                   | said                                            | bids      | asks
ann | sell 1 @ 100           | ann: new                                        |           | 100 ann 1
bob | sell 1 @ 100           | bob: new                                        |           | 100 ann 1, 100 bob 1
ann | buy 2 @ 100 stp=oldest | ann: new, canceled Self trade prevention, trade | 100 ann 1 |
    |                        | 1@100; bob: trade 1@100, filled                 |           |
""",
    "both go": """
who | does                 | said                                                          | bids | asks
ann | sell 1 @ 100         | ann: new                                                      |      | 100 ann 1
ann | buy 2 @ 100 stp=both | ann: new, canceled Self trade prevention, canceled Self trade |      |
    |                      | prevention                                                    |      |
""",
    "traders of one account may tell themselves apart": """
who | does                 | said                                               | bids | asks
ann | sell 1 @ 100 sub=one | ann: new                                           |      | 100 ann 1
ann | buy 1 @ 100 sub=two  | ann: new, trade 1@100, trade 1@100, filled, filled |      |
ann | sell 1 @ 100 sub=one | ann: new                                           |      | 100 ann 1
ann | buy 1 @ 100 sub=one  | ann: new, canceled Self trade prevention           |      | 100 ann 1
""",
    "what only reduces ends with the position: no rest stands in the book for what cannot trade": """
who | does                   | said                                                      | bids      | asks
hal | sell 2 @ 100           |                                                           |           | 100 hal 2
ann | buy 2 market x2        | ann: new, trade 2@100, filled                             |           |
ann | sell 5 @ 110 x2 reduce | ann: new                                                  |           | 110 ann 5
hal | buy 1 @ 110            | ann: trade 1@110                                          |           | 110 ann 4
hal | buy 1 @ 110            | ann: trade 1@110, canceled Reduce only:Position is closed |           |
hal | buy 2 @ 110            |                                                           | 110 hal 2 |
""",
    "the house trades with itself": """
who | does         | said | bids      | asks
hal | sell 1 @ 100 |      |           | 100 hal 1
hal | buy 2 @ 100  |      | 100 hal 1 |
""",
}


@pytest.mark.parametrize("name", TABLES)
def test_tables(name: str) -> None:
    Scenario().play(TABLES[name])


def test_an_order_remembers_its_latest_fills(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fathom.exchange.core.matching.FILL_IDS_MAX", 3)
    scenario = Scenario()
    scenario.do("ann", "buy 2 @ 99 #a")
    for _ in range(5):
        scenario.do("hal", "sell 0.1 @ 99")
    fills = [fill.exec_id for fill in scenario.accounts["ann"].fills]
    assert scenario.order("a").fill_ids == fills[2:]


def test_orders_that_would_have_closed_a_position_must_be_covered_once_it_is_gone() -> None:
    scenario = Scenario(usd="150", btc="0")
    scenario.do("hal", "sell 2 @ 100")
    scenario.do("ann", "buy 2 market x2")
    scenario.do("ann", "sell 1 stop 70 x2")
    scenario.do("ann", "sell 1.5 @ 110 x2")
    scenario.do("hal", "buy 2 @ 80")
    holds = scenario.accounts["ann"].margin_holds
    assert len(holds) == 1  # Of the two together half a lot would open.
    said = "ann: new, trade 2@80, canceled Insufficient initial margin, filled"
    assert scenario.do("ann", "sell 2 market x2 reduce") == said
    assert list(holds) == list(scenario.accounts["ann"].orders)
    assert scenario.book()["asks"] == ""
