"""core/cancelling.py: by each kind of id, in lists, all at once; what it costs and when it is refused."""

import pytest
from core_scenario import SECOND_NS, Scenario

from fathom.exchange.core import Refusal, Rules

TABLES = {
    "one": """
who | does                 | said                         | bids
ann | buy 1 @ 99 #a        | ann: new                     | 99 ann 1
bob | cancel a             | no EOrder:Unknown order      | 99 ann 1
ann | cancel a             | ann: canceled User requested |
ann | cancel a             | no EOrder:Unknown order      |
ann | sell 1 stop 90 #s    | ann: new                     |
ann | cancel s             | ann: canceled User requested |
ann | sell 1 @ 90 at 10 #t | ann: pending_new             |
ann | cancel t             | ann: canceled User requested |
ann | wait 10              |                              |
""",
    "all that carry a tag": """
who | does             | said                                        | bids
ann | buy 1 @ 99 tag=7 | ann: new                                    | 99 ann 1
ann | buy 1 @ 98 tag=7 | ann: new                                    | 99 ann 1, 98 ann 1
ann | buy 1 @ 97 tag=8 | ann: new                                    | 99 ann 1, 98 ann 1, 97 ann 1
bob | buy 1 @ 96 tag=7 | bob: new                                    | 99 ann 1, 98 ann 1, 97 ann 1, 96 bob 1
ann | cancel tag=7     | ann: canceled User requested, canceled User | 97 ann 1, 96 bob 1
    |                  | requested                                   |
ann | cancel tag=7     | no EOrder:Unknown order                     | 97 ann 1, 96 bob 1
ann | cancel all       | ann: canceled User requested                | 96 bob 1
ann | cancel all       |                                             | 96 bob 1
""",
    "by the state of the engine and of the pair": """
who | does               | said                         | bids
ann | buy 1 @ 99 #a      | ann: new                     | 99 ann 1
ann | system maintenance |                              | 99 ann 1
ann | cancel a           | no EService:Unavailable      | 99 ann 1
ann | cancel all         | no EService:Unavailable      | 99 ann 1
ann | switch 10          | no EService:Unavailable      | 99 ann 1
ann | system online      |                              | 99 ann 1
ann | pair maintenance   |                              | 99 ann 1
ann | cancel a           | no EService:Unavailable      | 99 ann 1
ann | cancel all         |                              | 99 ann 1
ann | pair cancel_only   |                              | 99 ann 1
ann | cancel a           | ann: canceled User requested |
""",
}


@pytest.mark.parametrize("name", TABLES)
def test_tables(name: str) -> None:
    Scenario().play(TABLES[name])


@pytest.mark.parametrize(
    ("age_s", "points"), [(0, 8), (4.9, 8), (5, 6), (7, 6), (10, 5), (15, 4), (45, 2), (90, 1), (300, 0)]
)
def test_what_it_costs(age_s: float, points: int) -> None:
    scenario = Scenario()
    scenario.do("ann", "buy 2 @ 99 #a")
    scenario.now_ns += 1000 * SECOND_NS
    scenario.order("a").changed_ns = scenario.now_ns - int(age_s * SECOND_NS)
    scenario.do("ann", "cancel a")
    assert scenario.venue.rates.count(scenario.accounts["ann"], scenario.symbol, scenario.now_ns) == points


def test_the_official_example() -> None:
    # Add, amend at 7 s, cancel 36 s after: 1 + (1 + 2) + 4, here with the decay of a starter, who starts from 0 again.
    scenario = Scenario(rules=Rules())
    account, rates = scenario.accounts["ann"], scenario.venue.rates
    account.tier = "starter"
    scenario.do("ann", "buy 2 @ 99 #a")
    assert rates.count(account, scenario.symbol, scenario.now_ns) == 1
    scenario.now_ns += 7 * SECOND_NS
    scenario.do("ann", "amend a qty 1")
    assert rates.count(account, scenario.symbol, scenario.now_ns) == 3
    scenario.now_ns += 36 * SECOND_NS
    scenario.do("ann", "cancel a")
    assert rates.count(account, scenario.symbol, scenario.now_ns) == 4


@pytest.mark.parametrize(
    ("rules", "said"),
    [
        (Rules(), "no EOrder:Rate limit exceeded"),
        (Rules(cancels_limited=False), "ann: canceled User requested, canceled User requested"),
        (Rules(limits=False), "ann: canceled User requested, canceled User requested"),
    ],
)
def test_above_the_rate(rules: Rules, said: str) -> None:
    scenario = Scenario(rules=rules)
    scenario.do("ann", "buy 1 @ 99 tag=1")
    scenario.do("ann", "buy 1 @ 98 tag=1")
    scenario.venue.rates.charge(scenario.accounts["ann"], scenario.symbol, scenario.now_ns, half_points=2 * 163)
    assert scenario.do("ann", "cancel tag=1") == said


def cancel_batch(scenario: Scenario, ids: list[str], client_ids: list[str]) -> int | Refusal:
    done = scenario.venue.cancel_batch(scenario.accounts["ann"], ids, client_ids, now_ns=scenario.now_ns)
    scenario.look()
    return done


def test_a_list_of_ids_tags_and_client_ids() -> None:
    scenario = Scenario()
    for command in ("buy 1 @ 99 #a", "buy 1 @ 98 tag=-7", "buy 1 @ 97 id=mine", "buy 1 @ 96 tag=-7", "buy 1 @ 95"):
        scenario.do("ann", command)
    scenario.do("bob", "buy 1 @ 94 tag=-7")
    order_id = scenario.order("a").order_id
    assert cancel_batch(scenario, [order_id, order_id, "-7", "x", "99999999999"], ["mine", "yours"]) == 4
    assert scenario.book()["bids"] == "95 ann 1, 94 bob 1"
    assert cancel_batch(scenario, [order_id, "-7"], []) == 0


@pytest.mark.parametrize(("ids", "client_ids"), [(1, 0), (0, 1), (51, 0), (40, 11), (0, 0)])
def test_a_list_has_2_to_50(ids: int, client_ids: int) -> None:
    scenario = Scenario()
    asked = cancel_batch(scenario, ["x"] * ids, ["y"] * client_ids)
    assert asked == Refusal("EGeneral:Invalid arguments:orders")


def test_a_list_is_done_even_above_the_rate_and_counts() -> None:
    scenario = Scenario(rules=Rules())
    account, rates = scenario.accounts["ann"], scenario.venue.rates
    scenario.do("ann", "buy 1 @ 99 tag=1")
    scenario.do("ann", "buy 1 @ 98 tag=2")
    rates.charge(account, scenario.symbol, scenario.now_ns, half_points=2 * 178)
    assert cancel_batch(scenario, ["1", "2"], []) == 2
    assert rates.count(account, scenario.symbol, scenario.now_ns) == 196
    assert scenario.do("ann", "buy 1 @ 99") == "no EOrder:Rate limit exceeded"
    scenario.now_ns += 5 * SECOND_NS
    assert scenario.do("ann", "buy 1 @ 99") == "ann: new"


def test_a_list_in_a_maintenance() -> None:
    scenario = Scenario()
    scenario.do("ann", "buy 1 @ 99 tag=1")
    scenario.do("ann", "system maintenance")
    assert cancel_batch(scenario, ["1", "2"], []) == Refusal("EService:Unavailable")


def test_all_at_once_costs_nothing() -> None:
    scenario = Scenario(rules=Rules())
    scenario.do("ann", "buy 1 @ 99")
    scenario.do("ann", "cancel all")
    assert scenario.venue.rates.count(scenario.accounts["ann"], scenario.symbol, scenario.now_ns) == 1
