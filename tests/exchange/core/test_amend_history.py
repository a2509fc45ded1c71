"""core/amend_history.py: the original stays, the oldest changes are forgotten."""

import pytest
from core_scenario import Scenario

from fathom.exchange.core.amend_history import history


def test_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fathom.exchange.core.amend_history.AMENDS_MAX", 4)
    scenario = Scenario()
    scenario.do("ann", "sell 1 stop 90 limit 89 post #a")
    for price in range(80, 90):
        scenario.do("ann", f"amend a stop {price}")
    rows = scenario.order("a").amends
    assert [(row.amend_type, row.trigger_ticks) for row in rows] == [
        ("original", 900),
        ("user", 870),
        ("user", 880),
        ("user", 890),
    ]
    assert rows[0].post_only
    assert not rows[1].post_only


def test_an_order_that_was_never_changed_is_as_it_began() -> None:
    scenario = Scenario()
    scenario.do("ann", "buy 1 @ 90 #a")
    order = scenario.order("a")
    (began,) = history(order)
    assert (began.amend_type, began.limit_ticks, began.reason) == ("original", 900, None)
    assert order.amends == []
    scenario.do("ann", "amend a price 91")
    original, changed = history(order)
    assert original == began
    assert changed.amend_id != began.amend_id
