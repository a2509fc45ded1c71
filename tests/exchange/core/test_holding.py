"""core/holding.py: what is kept aside, by type of order."""

from decimal import Decimal

import pytest
from core_scenario import Scenario


@pytest.mark.parametrize(
    ("command", "asset", "amount"),
    [
        ("buy 2 @ 90", "USD", "180"),
        ("buy 2 @ 90 shows 1", "USD", "180"),
        ("sell 2 @ 110", "BTC", "2"),
        ("buy 2 stop 120", "USD", "240"),
        ("sell 2 stop 80", "BTC", "2"),
        ("buy 2 stop 120 limit 130", "USD", "260"),
        ("buy 2 trail 10q", "USD", "220"),
        ("buy 2 trail 10q limit 5q", "USD", "220"),  # Its limit is known only when it is set off.
        ("buy 2 market at 10", "USD", "200"),
        ("buy cash 50 market at 10", "USD", "50"),
    ],
)
def test_by_type(command: str, asset: str, amount: str) -> None:
    scenario = Scenario()
    scenario.do("hal", "sell 9 @ 100")
    scenario.do("bob", "buy 0.1 @ 100")
    assert scenario.do("ann", f"{command} #a").startswith("ann: ")
    order = scenario.order("a")
    assert order.held_asset == asset
    least = scenario.listing.asset(asset).units(Decimal(amount))
    assert least <= order.held_units <= least * 1.01  # And the fee.
    scenario.do("ann", "cancel a")
    assert order.held_units == 0
    assert not any(scenario.accounts["ann"].held.values())


def test_margin_orders_hold_no_money_but_margin() -> None:
    scenario = Scenario()
    scenario.do("ann", "buy 2 @ 100 x4 #a")
    assert scenario.order("a").held_units == 0
    assert scenario.accounts["ann"].margin_holds[scenario.order("a").order_id] >= 50 * 10_000


def test_a_triggered_trailing_stop_holds_what_its_limit_needs() -> None:
    scenario = Scenario()
    scenario.do("hal", "sell 1 @ 100")
    scenario.do("hal", "sell 1 @ 110")
    scenario.do("bob", "buy 1 @ 100")
    scenario.do("ann", "buy 2 trail 10q limit -5q #a")
    scenario.do("bob", "buy 1 @ 110")
    assert scenario.order("a").limit_ticks == 1050
    assert 210 * 10_000 <= scenario.order("a").held_units <= 212 * 10_000
