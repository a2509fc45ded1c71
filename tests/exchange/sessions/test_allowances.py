import pytest

from fathom.exchange.sessions.allowances import level3_counter_max


@pytest.mark.parametrize(
    ("tier", "rule", "most"), [("pro", 500, 500), ("intermediate", 500, 200), ("starter", 500, 200), ("pro", 50, 50)]
)
def test_the_counter_hangs_on_the_tier(tier: str, rule: int, most: int) -> None:
    assert level3_counter_max(tier=tier, rule=rule) == most
