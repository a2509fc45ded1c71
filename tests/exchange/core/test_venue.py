"""core/venue.py: time, states, what is told; and what holds whatever happens."""

from decimal import Decimal

import pytest
from core_chaos import COMMANDS, Chaos
from core_scenario import SECOND_NS, START_NS, Scenario
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from fathom.exchange.core import (
    Fill,
    OrderTold,
    PairChanged,
    Posted,
    QueueMoved,
    Refusal,
    Rules,
    SystemChanged,
    TradeDone,
)

TABLES = {
    "the dead man's switch": """
who | does           | said                                                        | bids               | asks
ann | buy 1 @ 99     | ann: new                                                    | 99 ann 1           |
bob | buy 1 @ 98     | bob: new                                                    | 99 ann 1, 98 bob 1 |
ann | sell 1 stop 90 | ann: new                                                    | 99 ann 1, 98 bob 1 |
ann | switch 60      |                                                             | 99 ann 1, 98 bob 1 |
ann | wait 59        |                                                             | 99 ann 1, 98 bob 1 |
ann | switch 60      |                                                             | 99 ann 1, 98 bob 1 |
ann | wait 59        |                                                             | 99 ann 1, 98 bob 1 |
ann | wait 1         | ann: canceled Dead man's switch, canceled Dead man's switch | 98 bob 1           |
ann | buy 1 @ 99     | ann: new                                                    | 99 ann 1, 98 bob 1 |
ann | wait 1000      |                                                             | 99 ann 1, 98 bob 1 |
ann | switch 10      |                                                             | 99 ann 1, 98 bob 1 |
ann | switch 0       |                                                             | 99 ann 1, 98 bob 1 |
ann | wait 1000      |                                                             | 99 ann 1, 98 bob 1 |
ann | switch 86400   | no EGeneral:Invalid arguments:timeout                       | 99 ann 1, 98 bob 1 |
ann | switch -1      | no EGeneral:Invalid arguments:timeout                       | 99 ann 1, 98 bob 1 |
""",
    "in a maintenance time stands still": """
who | does               | said                                                        | bids               | asks
ann | buy 1 @ 99 gtd 10  | ann: new                                                    | 99 ann 1           |
bob | buy 1 @ 98         | bob: new                                                    | 99 ann 1, 98 bob 1 |
bob | switch 20          |                                                             | 99 ann 1, 98 bob 1 |
cat | buy 1 @ 97 at 15   | cat: pending_new                                            | 99 ann 1, 98 bob 1 |
ann | system maintenance |                                                             | 99 ann 1, 98 bob 1 |
ann | wait 100           |                                                             | 99 ann 1, 98 bob 1 |
ann | system cancel_only | ann: expired Order expired; bob: canceled Dead man's switch |                    |
ann | system online      | cat: begun                                                  | 97 cat 1           |
""",
    "what is scheduled waits until its pair trades": """
who | does                | said                         | bids
ann | buy 1 @ 99 at 10 #a | ann: pending_new             |
bob | buy 1 @ 98 at 10    | bob: pending_new             |
ann | pair post_only      |                              |
ann | wait 10             |                              |
ann | cancel a            | ann: canceled User requested |
ann | pair online         | bob: begun                   | 98 bob 1
""",
}


@pytest.mark.parametrize("name", TABLES)
def test_tables(name: str) -> None:
    Scenario().play(TABLES[name])


def test_the_switch_says_when_it_fires() -> None:
    scenario = Scenario()
    account, venue = scenario.accounts["ann"], scenario.venue
    assert venue.cancel_all_after(account, timeout_s=60, now_ns=START_NS) == START_NS + 60 * SECOND_NS
    assert venue.next_timer_ns() == START_NS + 60 * SECOND_NS
    assert venue.cancel_all_after(account, timeout_s=0, now_ns=START_NS) == 0
    assert venue.next_timer_ns() is None


def test_the_switch_fires_by_hand() -> None:
    scenario = Scenario()
    scenario.do("ann", "buy 1 @ 99")
    assert scenario.venue.fire_switch(scenario.accounts["ann"], now_ns=START_NS) == 1
    assert scenario.look() == "ann: canceled Dead man's switch"


def test_time_never_goes_back() -> None:
    scenario = Scenario()
    scenario.venue.advance(START_NS + 5)
    scenario.venue.advance(START_NS)
    assert scenario.venue.now_ns == START_NS + 5


def test_what_falls_due_is_stamped_with_its_own_time() -> None:
    scenario = Scenario()
    scenario.do("ann", "buy 1 @ 99 gtd 10")
    scenario.do("bob", "buy 1 @ 98 gtd 5")
    scenario.do("ann", "wait 60")
    told = [(e.order.account.name, e.time_ns - START_NS) for e in scenario.events if isinstance(e, OrderTold)]
    assert told == [("bob", 5 * SECOND_NS), ("ann", 10 * SECOND_NS)]


def test_the_events_of_a_trade_in_their_order() -> None:
    scenario = Scenario()
    scenario.do("ann", "sell 2 @ 100 #a")
    scenario.do("bob", "buy 1 @ 100")
    told = [
        (type(e), e.kind if isinstance(e, QueueMoved) else e.exec_type if isinstance(e, OrderTold) else None)
        for e in scenario.events
    ]
    assert told == [
        (OrderTold, "pending_new"),
        (OrderTold, "new"),
        (TradeDone, None),
        (QueueMoved, "modify"),
        (OrderTold, "trade"),
        (OrderTold, "trade"),
        *[(Posted, None)] * 4,
        (OrderTold, "filled"),
    ]
    trade = next(e for e in scenario.events if isinstance(e, TradeDone))
    assert trade == TradeDone(scenario.symbol, 1, "buy", 1000, 100, "limit", START_NS)
    moved = next(e for e in scenario.events if isinstance(e, QueueMoved))
    order = scenario.order("a")
    assert moved == QueueMoved(scenario.symbol, "sell", "modify", order.order_id, 1000, 100, order.queued_ns)


def test_both_sides_of_a_trade_know_it() -> None:
    scenario = Scenario()
    scenario.do("ann", "sell 2 @ 100 #a")
    scenario.do("bob", "buy 1 market #b")
    for name, maker in (("a", True), ("b", False)):
        order = scenario.order(name)
        (fill,) = order.account.fills
        assert isinstance(fill, Fill)
        assert (fill.order_id, fill.maker, fill.trade_id) == (order.order_id, maker, 1)
        assert order.fill_ids == [fill.exec_id]
        assert (order.cum_lots, order.cum_cost_units, order.cum_fee_units) == (100, fill.cost_units, fill.fee_units)
        assert order.last_trade_ns == START_NS
    market = scenario.venue.markets[scenario.symbol]
    assert (market.last_ticks, market.last_trade_ns, len(market.trades)) == (1000, START_NS, 1)
    assert next(e for e in scenario.events if isinstance(e, TradeDone)).ord_type == "market"


def test_of_the_house_nothing_private_is_told() -> None:
    scenario = Scenario()
    scenario.do("hal", "sell 2 @ 100 #h")
    scenario.do("hal", "buy 1 @ 100")
    assert {type(event) for event in scenario.events} == {TradeDone, QueueMoved}
    scenario.do("hal", "cancel h")
    hal = scenario.accounts["hal"]
    assert (hal.orders, len(hal.closed), len(hal.fills), len(hal.ledger)) == ({}, 0, 0, 0)


def test_closed_orders_are_found() -> None:
    scenario = Scenario()
    ann, bob = scenario.accounts["ann"], scenario.accounts["bob"]
    scenario.do("ann", "buy 1 @ 99 id=x #a")
    order, venue = scenario.order("a"), scenario.venue
    for _ in range(2):  # Open, then closed.
        assert venue.find_order(ann, order_id=order.order_id) is order
        assert venue.find_order(ann, cl_ord_id="x") is order
        assert venue.find_order(bob, order_id=order.order_id) is None
        assert venue.find_order(bob, cl_ord_id="x") is None
        scenario.do("ann", "cancel a")
    assert list(ann.closed) == [order]
    assert venue.find_order(ann) is None


def test_states_are_told() -> None:
    scenario = Scenario()
    scenario.do("ann", "system post_only")
    assert scenario.events == [SystemChanged("post_only", START_NS)]
    assert scenario.venue.system == "post_only"
    scenario.do("ann", "system post_only")
    assert scenario.events == []
    old = scenario.pair
    scenario.do("ann", "pair limit_only")
    assert scenario.events == [PairChanged(structs.replace(old, status="limit_only"), old, START_NS)]


def test_a_recorded_trade_moves_the_last_price() -> None:
    scenario = Scenario()
    scenario.do("hal", "buy 1 @ 90")
    scenario.do("ann", "sell 1 stop 95")
    scenario.venue.print_trade(
        scenario.symbol, "sell", price_ticks=940, qty_lots=300, ord_type="market", now_ns=START_NS
    )
    assert scenario.look() == "ann: triggered, trade 1@90, filled"
    assert scenario.events[0] == TradeDone(scenario.symbol, 1, "sell", 940, 300, "market", START_NS)


def test_events_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fathom.exchange.core.venue.EVENTS_MAX", 10)
    scenario = Scenario()
    for _ in range(100):
        scenario.venue.add_order(scenario.accounts["hal"], scenario.ticket("buy 1 @ 99"), now_ns=START_NS)
    assert len(scenario.venue.take_events()) <= 12


def test_open_orders_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fathom.exchange.core.venue.OPEN_MAX", 1)
    scenario = Scenario()
    scenario.do("hal", "buy 1 @ 99")
    assert scenario.do("hal", "buy 1 @ 99") == "no EService:Busy"
    made = scenario.venue.add_batch(scenario.accounts["ann"], scenario.symbol, [], now_ns=START_NS)
    assert made == Refusal("EService:Busy")


def test_adds_are_refused_above_the_rate() -> None:
    scenario = Scenario(rules=Rules())
    account = scenario.accounts["ann"]
    scenario.venue.rates.charge(account, scenario.symbol, START_NS, half_points=2 * 180)
    assert scenario.do("ann", "buy 1 @ 99") == "no EOrder:Rate limit exceeded"
    assert scenario.venue.rates.count(account, scenario.symbol, START_NS) == 180


def test_the_volume_of_fees_ages_though_nobody_trades() -> None:
    scenario = Scenario()
    account, bank = scenario.accounts["ann"], scenario.bank
    scenario.do("hal", "sell 300 @ 100")
    scenario.do("ann", "buy 300 market")
    assert bank.fee_rates(account, scenario.symbol) == (200_000, 350_000)
    scenario.do("ann", f"wait {30 * 86_400}")
    assert bank.volume_usd(account) == 0
    assert bank.fee_rates(account, scenario.symbol) == (250_000, 400_000)


# -- Whatever happens ----------------------------------------------------------------------------------------


@settings(max_examples=12, deadline=None)
@given(st.integers(min_value=0, max_value=2**32))
def test_money_and_books_hold_whatever_happens(seed: int) -> None:
    Chaos(seed).run(250)


def test_the_same_seed_tells_the_same() -> None:
    def told(seed: int) -> list[str]:
        chaos = Chaos(seed)
        lines: list[str] = []
        for _ in range(200):
            chaos.rng.choice(COMMANDS)(chaos)
            chaos.scenario.look()
            lines += [
                repr(structs.asdict(event))
                for event in chaos.scenario.events
                if isinstance(event, QueueMoved | TradeDone)
            ]
        return lines

    assert told(5) == told(5)
    assert told(5) != told(6)


def test_what_a_door_refuses_is_counted_up_to_the_threshold() -> None:
    scenario = Scenario(rules=Rules())
    scenario.do("ann", "buy 1 @ 90 #a")
    order = scenario.order("a")
    venue, account, symbol = scenario.venue, order.account, order.symbol
    now_ns = venue.now_ns
    before = venue.rates.count(account, symbol, now_ns)
    venue.charge_refused(account, symbol, half_points=3, now_ns=now_ns)
    assert venue.rates.count(account, symbol, now_ns) - before == Decimal("1.5")
    venue.charge_refused(account, "NO/PAIR", now_ns=now_ns)
    assert venue.rates.count(account, "NO/PAIR", now_ns) == 0
    for _ in range(1000):
        venue.charge_refused(account, symbol, now_ns=now_ns)
    assert venue.rates.count(account, symbol, now_ns) <= 180
