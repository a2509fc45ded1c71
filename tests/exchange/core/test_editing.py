"""core/editing.py: a new order for an old one, whose fills stay."""

import pytest
from core_scenario import SECOND_NS, Scenario

from fathom.exchange.core import Edited, Refusal, Replacement, Rules

TABLES = {
    "the old goes, the new comes last in the queue": """
who | does             | said                              | bids
ann | buy 2 @ 99 #a    | ann: new                          | 99 ann 2
bob | buy 1 @ 99       | bob: new                          | 99 ann 2, 99 bob 1
ann | edit a qty 1     | ann: canceled Order replaced, new | 99 bob 1, 99 ann 1
ann | edit a qty 1     | no EOrder:Unknown order           | 99 bob 1, 99 ann 1
ann | edit a' price 98 | ann: canceled Order replaced, new | 99 bob 1, 98 ann 1
""",
    "what was filled is not asked for again": """
who | does             | said                              | bids
ann | buy 2 @ 99 #a    | ann: new                          | 99 ann 2
hal | sell 0.5 @ 99    | ann: trade 0.5@99                 | 99 ann 1.5
ann | edit a qty 0.4   | no EOrder:Not enough leaves qty   | 99 ann 1.5
ann | edit a qty 0.5   | no EOrder:Not enough leaves qty   | 99 ann 1.5
ann | edit a qty 3     | ann: canceled Order replaced, new | 99 ann 2.5
ann | edit a' price 98 | ann: canceled Order replaced, new | 98 ann 2.5
""",
    "flags are not inherited": """
who | does                 | said                                           | bids      | asks
hal | sell 1 @ 100         |                                                |           | 100 hal 1
ann | buy 2 @ 99 post #a   | ann: new                                       | 99 ann 2  | 100 hal 1
ann | edit a price 98 post | ann: canceled Order replaced, new              | 98 ann 2  | 100 hal 1
ann | edit a' price 100    | ann: canceled Order replaced, new, trade 1@100 | 100 ann 1 |
""",
    "an iceberg and a stop": """
who | does                       | said                              | asks
ann | sell 3 @ 99 shows 1 #a     | ann: new                          | 99 ann 1+2
ann | edit a qty 0.5             | ann: canceled Order replaced, new | 99 ann 0.5
ann | edit a' shows 0.2          | ann: canceled Order replaced, new | 99 ann 0.2+0.3
ann | sell 1 stop 80 limit 79 #s | ann: new                          | 99 ann 0.2+0.3
ann | edit s stop 85             | ann: canceled Order replaced, new | 99 ann 0.2+0.3
ann | sell 1 trail 5% #t         | ann: new                          | 99 ann 0.2+0.3
ann | edit t stop 6%             | ann: canceled Order replaced, new | 99 ann 0.2+0.3
ann | edit t' qty 0.5            | ann: canceled Order replaced, new | 99 ann 0.2+0.3
""",
    "not these": """
who | does                           | said
hal | buy 1 @ 90                     |
ann | buy 1 @ 99 close=limit,,110 #a | ann: new
ann | edit a qty 2                   | no EOrder:Order not editable
hal | sell 1 @ 99                    | ann: trade 1@99, filled, new
hal | buy 1 @ 98                     |
ann | sell 1 stop 100 limit 105 #s   | ann: new, triggered
ann | edit s qty 2                   | no EOrder:Order not editable
ann | system cancel_only             |
ann | edit s qty 2                   | no EService:Market in cancel_only mode
""",
    "what is asked must be good, and paid for": """
who | does                   | said                                 | bids
ann | buy 9000 @ 100 #a      | ann: new                             | 100 ann 9000
ann | edit a qty 0.01        | no EOrder:Order minimum not met      | 100 ann 9000
ann | edit a qty 0.001       | no EGeneral:Invalid arguments:volume | 100 ann 9000
ann | edit a price 0         | no EOrder:Invalid price              | 100 ann 9000
ann | edit a qty 18000       | no EOrder:Insufficient funds         | 100 ann 9000
ann | edit a qty 9900        | ann: canceled Order replaced, new    | 100 ann 9900
ann | edit a' qty 9000 check |                                      | 100 ann 9900
ann | edit a' stop 5         | no EGeneral:Invalid arguments:price  | 100 ann 9900
""",
    "on margin what the old one would close is the new one's to close": """
who | does                | said                              | bids | asks
hal | sell 10 @ 100       |                                   |      | 100 hal 10
ann | buy 10 market x2    | ann: new, trade 10@100, filled    |      |
ann | sell 10 @ 120 x2 #a | ann: new                          |      | 120 ann 10
ann | edit a price 110    | ann: canceled Order replaced, new |      | 110 ann 10
""",
}


@pytest.mark.parametrize("name", TABLES)
def test_tables(name: str) -> None:
    Scenario().play(TABLES[name])


def test_closing_orders_on_margin_need_no_free_margin() -> None:
    scenario = Scenario()
    scenario.do("hal", "sell 10 @ 100")
    scenario.do("ann", "buy 10 market x2")
    scenario.do("ann", "sell 10 @ 120 x2 #a")
    scenario.do("ann", "edit a price 110")
    assert scenario.accounts["ann"].margin_holds == {}


def test_the_new_order_knows_the_old_one() -> None:
    scenario = Scenario()
    scenario.do("ann", "buy 2 @ 99 tag=7 gtd 100 #a")
    old = scenario.order("a")
    scenario.do("ann", "edit a qty 1 tag=9")
    new = scenario.order("a'")
    assert (new.parent_id, new.userref, new.expire_ns) == (old.order_id, 9, old.expire_ns)
    assert (old.status, old.reason, old.held_units) == ("canceled", "Order replaced", 0)


def test_margin_moves_with_it_or_stays() -> None:
    scenario = Scenario(usd="1000", btc="0")
    scenario.do("ann", "buy 10 @ 100 x2 #a")
    old, holds = scenario.order("a"), scenario.accounts["ann"].margin_holds
    kept = holds[old.order_id]
    assert scenario.do("ann", "edit a qty 100") == "no EOrder:Insufficient initial margin"
    assert holds == {old.order_id: kept}
    assert scenario.do("ann", "edit a qty 5") == "ann: canceled Order replaced, new"
    assert list(holds) == [scenario.order("a'").order_id]


def edit(scenario: Scenario, replacement: Replacement) -> Edited | Refusal:
    return scenario.venue.edit_order(scenario.accounts["ann"], replacement, now_ns=scenario.now_ns)


def test_by_a_userref_that_is_alone() -> None:
    scenario = Scenario()
    scenario.do("ann", "buy 2 @ 99 tag=7")
    scenario.do("ann", "buy 2 @ 98 tag=8")
    scenario.do("ann", "buy 2 @ 97 tag=8")
    by_eight = Replacement(userref=8, symbol=scenario.symbol)
    assert edit(scenario, by_eight) == Refusal("EOrder:Unknown order")
    edited = edit(scenario, Replacement(userref=7, symbol=scenario.symbol))
    assert isinstance(edited, Edited)
    assert edited.new.limit_ticks == 990


def test_the_pair_must_be_the_order_s() -> None:
    scenario = Scenario()
    scenario.do("ann", "buy 2 @ 99 #a")
    wrong = Replacement(order_id=scenario.order("a").order_id, symbol="ETH/USD")
    assert edit(scenario, wrong) == Refusal("EGeneral:Invalid arguments:pair")


@pytest.mark.parametrize(("age_s", "points"), [(0, 7), (5, 6), (10, 5), (15, 3), (45, 2), (90, 1)])
def test_what_it_costs(age_s: int, points: int) -> None:
    scenario = Scenario()
    scenario.do("ann", "buy 2 @ 99 #a")
    scenario.now_ns += 1000 * SECOND_NS
    scenario.order("a").changed_ns = scenario.now_ns - age_s * SECOND_NS
    scenario.do("ann", "edit a qty 1")
    assert scenario.venue.rates.count(scenario.accounts["ann"], scenario.symbol, scenario.now_ns) == points


def test_above_the_rate_it_is_refused() -> None:
    scenario = Scenario(rules=Rules())
    scenario.do("ann", "buy 2 @ 99 #a")
    scenario.venue.rates.charge(scenario.accounts["ann"], scenario.symbol, scenario.now_ns, half_points=2 * 173)
    assert scenario.do("ann", "edit a qty 1") == "no EOrder:Rate limit exceeded"


def test_post_only_as_an_error_leaves_the_old_one() -> None:
    scenario = Scenario(rules=Rules(limits=False, post_only_refused="error"))
    scenario.do("hal", "sell 1 @ 100")
    scenario.do("ann", "buy 2 @ 99 #a")
    assert scenario.do("ann", "edit a price 100 post") == "no EOrder:Post only order"
    assert scenario.book()["bids"] == "99 ann 2"


def test_the_house_edits_without_money() -> None:
    scenario = Scenario()
    scenario.do("hal", "buy 2 @ 99 #h")
    assert scenario.do("hal", "edit h price 98") == ""
    assert scenario.book()["bids"] == "98 hal 2"
