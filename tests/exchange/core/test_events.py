"""core/events.py: what is told does not change afterwards."""

import pytest
from core_scenario import Scenario

from fathom.exchange.core import OrderTold


def test_told_is_told() -> None:
    scenario = Scenario()
    scenario.do("ann", "buy 2 @ 99")
    row = next(event for event in scenario.events if isinstance(event, OrderTold))
    scenario.do("hal", "sell 1 @ 99")
    assert (row.cum_lots, row.status, row.order.cum_lots) == (0, "pending_new", 100)
    with pytest.raises(AttributeError):
        row.cum_lots = 5  # type: ignore[misc] # that it cannot be set is the point
