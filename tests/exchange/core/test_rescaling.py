"""core/rescaling.py: another precision while orders rest; what fits stays in its place, the rest is cancelled."""

from random import Random

import pytest
from core_scenario import Scenario
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from fathom.exchange.core import OrderTold, PairChanged, QueueMoved
from fathom.exchange.core.rescaling import Ratio


def rescale(scenario: Scenario, **precisions: int) -> str:
    old = scenario.pair
    grown = precisions.get("qty_precision", old.qty_precision) - old.qty_precision
    lots_min = max(1, int(old.qty_lots_min * 10**grown))
    changed = structs.replace(old, qty_lots_min=lots_min, **precisions)
    scenario.venue.set_pair(changed, now_ns=scenario.now_ns)
    return scenario.look()


def test_finer_prices_keep_everything() -> None:
    scenario = Scenario()
    for who, command in (("ann", "buy 2 @ 99 #a"), ("bob", "buy 1 @ 99"), ("hal", "sell 1 @ 100.5")):
        scenario.do(who, command)
    before = scenario.book()
    assert rescale(scenario, price_precision=3) == "ann: restated Precision changed; bob: restated Precision changed"
    assert scenario.book() == before == {"bids": "99 ann 2, 99 bob 1", "asks": "100.5 hal 1"}
    assert scenario.order("a").limit_ticks == 99000
    assert [(row.amend_type, row.limit_ticks) for row in scenario.order("a").amends] == [
        ("original", 99000),
        ("restated", 99000),
    ]
    changed = scenario.events[0]
    assert isinstance(changed, PairChanged)
    assert (changed.old.price_precision, changed.pair.price_precision) == (1, 3)
    assert not any(isinstance(event, QueueMoved) for event in scenario.events)
    assert scenario.do("ann", "sell 3 @ 98.999") == "ann: new, canceled Self trade prevention"


def test_coarser_prices_cancel_what_does_not_fit() -> None:
    scenario = Scenario()
    for who, command in (
        ("ann", "buy 1 @ 99 #a"),
        ("ann", "buy 1 @ 98.5 #b"),
        ("bob", "sell 1 stop 90.5"),
        ("bob", "sell 1 stop 90"),
        ("bob", "sell 1 trail 1.5% limit -0.5q"),
        ("cat", "buy 1 @ 90 close=limit,,110.5"),
        ("cat", "buy 1 @ 91 close=limit,,110"),
        ("hal", "sell 1 @ 100.5"),
    ):
        scenario.do(who, command)
    assert rescale(scenario, price_precision=0) == (
        "ann: restated Precision changed, canceled Precision changed; "
        "bob: canceled Precision changed, restated Precision changed, restated Precision changed; "
        "cat: canceled Precision changed, restated Precision changed"
    )
    assert scenario.book() == {"bids": "99 ann 1, 91 cat 1", "asks": ""}
    assert scenario.order("a").limit_ticks == 99
    assert (scenario.order("b").status, scenario.order("b").limit_ticks, scenario.order("b").held_units) == (
        "canceled",
        98,
        0,
    )


def test_quantities() -> None:
    scenario = Scenario()
    scenario.do("ann", "sell 2 @ 99 shows 0.5 #a")
    scenario.do("bob", "sell 1.25 @ 99")
    scenario.do("cat", "buy 0.5 @ 99 #c")
    scenario.do("ann", "sell 1 @ 101 #d")
    scenario.do("cat", "buy 0.25 @ 101 x2 #p")
    rescale(scenario, qty_precision=1)
    assert scenario.book() == {"bids": "", "asks": "99 ann 0.5+1, 101 ann 1"}
    assert (scenario.order("a").qty_lots, scenario.order("a").cum_lots) == (20, 5)
    assert scenario.order("c").cum_lots == 5
    fills = [(fill.price_ticks, fill.qty_lots) for fill in scenario.accounts["ann"].fills]
    assert fills == [(990, 5)]
    rescale(scenario, qty_precision=4)
    assert scenario.book() == {"bids": "", "asks": "99 ann 0.5+1, 101 ann 1"}
    assert scenario.venue.markets[scenario.symbol].trades[0].qty_lots == 5000


def test_the_last_price_and_triggers_go_along() -> None:
    scenario = Scenario()
    scenario.do("hal", "sell 1 @ 100")
    scenario.do("hal", "buy 1 @ 80")
    scenario.do("bob", "buy 1 @ 100")
    scenario.do("ann", "index 101.5")
    scenario.do("ann", "sell 1 trail 10q #a")
    rescale(scenario, price_precision=2)
    market = scenario.venue.markets[scenario.symbol]
    assert (market.last_ticks, market.index_ticks) == (10000, 10150)
    trigger = scenario.order("a").trigger
    assert trigger is not None
    assert (trigger.actual_ticks, trigger.peak_ticks) == (9000, 10000)
    scenario.do("hal", "buy 1 @ 89.99")
    assert scenario.do("bob", "sell 1 @ 89.99") == (
        "bob: new, trade 1@89.99, filled; ann: triggered, trade 1@80, filled"
    )


def test_what_waits_is_looked_at_afterwards() -> None:
    scenario = Scenario()
    scenario.do("ann", "buy 1 @ 99 at 10")
    scenario.do("ann", "pair post_only")
    scenario.do("ann", "wait 10")
    scenario.venue.set_pair(structs.replace(scenario.pair, status="online", price_precision=2), now_ns=scenario.now_ns)
    assert scenario.look() == "ann: restated Precision changed"
    assert scenario.do("ann", "wait 0") == "ann: begun"


def test_minima_alone_change_no_order() -> None:
    scenario = Scenario()
    scenario.do("ann", "buy 1 @ 99")
    scenario.venue.set_pair(structs.replace(scenario.pair, qty_lots_min=500), now_ns=scenario.now_ns)
    assert scenario.look() == ""
    assert scenario.do("ann", "buy 1 @ 99") == "no EOrder:Order minimum not met"


@pytest.mark.parametrize(
    ("ratio", "units", "fits", "scaled"),
    [(Ratio(100, 10), 5, True, 50), (Ratio(10, 100), 50, True, 5), (Ratio(10, 100), 55, False, 5)],
)
def test_ratio(ratio: Ratio, units: int, fits: bool, scaled: int) -> None:
    assert (ratio.fits(units), ratio.of(units), ratio.of_some(units)) == (fits, scaled, scaled)
    assert ratio.fits(None)
    assert ratio.of_some(None) is None


@settings(max_examples=15, deadline=None)
@given(st.integers(min_value=0, max_value=2**32))
def test_money_and_books_hold_through_changes(seed: int) -> None:
    rng = Random(seed)
    scenario = Scenario()
    for _ in range(12):
        for _ in range(15):
            qty = rng.choice(("0.3", "1", "2", "5"))
            form = rng.choice(("", "shows 0.2", "x2", "close=limit,,50", "close=stop-loss,-3%,", "ioc", "post"))
            side, price = rng.choice(("buy", "sell")), rng.randint(95, 105)
            scenario.do(rng.choice(("ann", "bob", "cat")), f"{side} {qty} @ {price} {form}".replace("0.3 @", "1 @"))
            scenario.do(rng.choice(("ann", "bob")), f"{side} 1 {rng.choice(('stop', 'profit'))} {price}")
        rescale(scenario, price_precision=rng.randint(0, 3), qty_precision=rng.randint(1, 3))
    for name in ("ann", "bob", "cat"):
        scenario.do(name, "cancel all")
        assert not any(scenario.accounts[name].held.values())


def test_rows_say_restated() -> None:
    scenario = Scenario()
    scenario.do("ann", "buy 1 @ 99")
    rescale(scenario, price_precision=2)
    (row,) = [event for event in scenario.events if isinstance(event, OrderTold)]
    assert (row.exec_type, row.status, row.reason) == ("restated", "new", "Precision changed")
