"""core/amend_history.py: the original stays, the oldest changes are forgotten."""

import pytest
from core_scenario import Scenario


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
