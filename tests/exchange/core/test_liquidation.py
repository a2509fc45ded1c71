"""core/liquidation.py: positions that are no longer covered are closed at the market."""

from core_scenario import Scenario

from fathom.exchange.core import OrderTold


def leveraged(*, usd: str = "300") -> Scenario:
    """Return a venue where ann is long 10 at 100, with 300 of her own at most."""
    scenario = Scenario(usd=usd, btc="0")
    scenario.do("hal", "sell 10 @ 100")
    assert scenario.do("ann", "buy 10 market x5") == "ann: new, trade 10@100, filled"
    return scenario


def fall_to(scenario: Scenario, price: int) -> None:
    """Let the last price be so, without anybody left to trade with at it."""
    scenario.venue.print_trade(
        scenario.symbol, "sell", price_ticks=price * 10, qty_lots=1, ord_type="market", now_ns=scenario.now_ns
    )
    scenario.look()


def test_above_the_stop_nothing_happens() -> None:
    scenario = leveraged()
    scenario.do("hal", "buy 10 @ 80")
    fall_to(scenario, 90)
    assert scenario.do("ann", "wait 1") == ""
    assert len(scenario.accounts["ann"].positions) == 1


def test_below_it_the_position_goes_at_the_market() -> None:
    scenario = leveraged()
    scenario.do("hal", "buy 10 @ 75")
    fall_to(scenario, 76)
    assert scenario.do("ann", "wait 1") == "ann: new, trade 10@75, filled"
    (order,) = {event.order.order_id: event.order for event in scenario.events if isinstance(event, OrderTold)}.values()
    assert (order.liquidation, order.reduce_only, order.order_type, order.leverage) == (True, True, "market", 5)
    assert scenario.accounts["ann"].fills[-1].liquidation
    assert scenario.accounts["ann"].positions == {}


def test_the_client_s_own_orders_are_in_nobody_s_way() -> None:
    scenario = leveraged(usd="400")
    scenario.do("ann", "buy 1 @ 74")
    scenario.do("hal", "buy 10 @ 73")
    scenario.do("ann", "sell 10 @ 150 x5 reduce")
    fall_to(scenario, 65)
    said = scenario.do("ann", "wait 1")
    assert said == (
        "ann: new, canceled Self trade prevention, trade 10@73, canceled Reduce only:Position is closed, filled"
    )


def test_without_anybody_to_trade_with_it_waits() -> None:
    scenario = leveraged()
    fall_to(scenario, 70)
    assert scenario.do("ann", "wait 1") == ""
    scenario.do("hal", "buy 4 @ 69")
    assert scenario.do("ann", "wait 1") == "ann: new, trade 4@69, canceled Insufficient liquidity"
    scenario.do("hal", "buy 40 @ 68")
    assert scenario.do("ann", "wait 1") == "ann: new, trade 6@68, filled"


def test_it_waits_for_the_market_to_trade() -> None:
    scenario = leveraged()
    scenario.do("hal", "buy 40 @ 68")
    scenario.do("ann", "pair cancel_only")
    fall_to(scenario, 70)
    assert scenario.do("ann", "wait 1") == ""
    scenario.do("ann", "pair online")
    assert scenario.do("ann", "wait 1") == "ann: new, trade 10@68, filled"


def test_shorts_are_bought_back() -> None:
    scenario = Scenario(usd="300", btc="0")
    scenario.do("hal", "buy 10 @ 100")
    scenario.do("ann", "sell 10 market x5")
    scenario.do("hal", "sell 10 @ 130")
    fall_to(scenario, 125)
    assert scenario.do("ann", "wait 1") == "ann: new, trade 10@130, filled"


def test_rollover_falls_due_and_counts() -> None:
    scenario = leveraged()
    due_ns = scenario.venue.next_timer_ns()
    assert due_ns is not None
    before = scenario.accounts["ann"].balances["USD"]
    scenario.now_ns = due_ns
    scenario.do("ann", "wait 0")
    assert scenario.accounts["ann"].balances["USD"] < before
    assert scenario.accounts["ann"].ledger[-1].type == "rollover"
