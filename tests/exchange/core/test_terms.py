"""core/terms.py: what an amend makes of an order, before anybody looks whether it may."""

from decimal import Decimal

from core_scenario import Scenario

from fathom.exchange.core import Amendment, Refusal
from fathom.exchange.core.terms import Terms, amended_terms, put_terms, terms_of


def test_what_is_not_asked_for_stays() -> None:
    scenario = Scenario()
    scenario.do("ann", "sell 2 @ 99 shows 1 #a")
    order, market = scenario.order("a"), scenario.venue.markets[scenario.symbol]
    before = terms_of(order)
    assert before == Terms(
        qty_lots=200, display_lots=100, limit_ticks=990, limit_offset=None, limit_price_type="static", trigger=None
    )
    assert amended_terms(market, order, Amendment()) == before
    changed = amended_terms(market, order, Amendment(order_qty=Decimal(3), limit_price=Decimal(98)))
    assert isinstance(changed, Terms)
    assert (changed.qty_lots, changed.limit_ticks, changed.display_lots) == (300, 980, 100)
    assert terms_of(order) == before  # Nothing happened to the order.
    put_terms(order, changed)
    assert (order.qty_lots, order.limit_ticks) == (300, 980)


def test_a_trailing_stop_trails_on_from_its_peak() -> None:
    scenario = Scenario()
    scenario.do("hal", "sell 1 @ 100")
    scenario.do("hal", "buy 1 @ 96")
    scenario.do("bob", "buy 1 @ 100")
    scenario.do("ann", "sell 1 trail 10q #a")
    scenario.do("bob", "sell 1 @ 96")
    order, market = scenario.order("a"), scenario.venue.markets[scenario.symbol]
    changed = amended_terms(market, order, Amendment(trigger_price=Decimal(5), trigger_price_type="pct"))
    assert isinstance(changed, Terms)
    assert changed.trigger is not None
    assert (changed.trigger.peak_ticks, changed.trigger.actual_ticks) == (1000, 950)
    fixed = amended_terms(market, order, Amendment(trigger_price=Decimal(5), trigger_price_type="static"))
    assert fixed == Refusal("EGeneral:Invalid arguments:price")


def test_a_type_without_a_price_says_nothing() -> None:
    scenario = Scenario()
    scenario.do("ann", "sell 1 stop 90 limit 89 #a")
    order, market = scenario.order("a"), scenario.venue.markets[scenario.symbol]
    invalid = Refusal("EGeneral:Invalid arguments:price")
    assert amended_terms(market, order, Amendment(trigger_price_type="pct")) == invalid
    assert amended_terms(market, order, Amendment(limit_price_type="pct")) == invalid
