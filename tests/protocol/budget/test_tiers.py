import re
from decimal import Decimal

import pytest

from fathom.protocol.budget import INTERMEDIATE, PARTS, PRO, STARTER, TIERS, Tier, points, tier_of
from recorded import DOCUMENTS


@pytest.mark.parametrize(("count", "tier"), [(60, STARTER), (125, INTERMEDIATE), (180, PRO)])
def test_the_threshold_tells_the_tier(count: int, tier: Tier) -> None:
    assert tier_of(count) is tier


@pytest.mark.parametrize(("count", "name"), [(124, "starter"), (179, "intermediate"), (1_000, "pro")])
def test_an_unknown_threshold_is_the_best_tier_below(count: int, name: str) -> None:
    assert tier_of(count).name == name
    assert tier_of(count).threshold <= count


@pytest.mark.parametrize("count", [0, 59, -3])
def test_a_threshold_below_all_is_believed(count: int) -> None:
    assert tier_of(count).threshold == max(0, count)
    assert tier_of(count).decay == STARTER.decay


def test_points_are_exact() -> None:
    assert points(PARTS // 2) == Decimal("0.5")
    assert points(INTERMEDIATE.decay * 10**9) == Decimal("2.34")


def test_agrees_with_the_page() -> None:
    page = (DOCUMENTS / "rate-limits.md").read_text()

    def row(title: str) -> list[Decimal]:
        (line,) = re.findall(rf"^\| {title} \|(.*)\|$", page, flags=re.MULTILINE)
        return [Decimal(cell.strip()) for cell in line.split("|")]

    assert row("Threshold") == [tier.threshold for tier in TIERS]
    assert row("Decay per second") == [points(tier.decay * 10**9) for tier in TIERS]
    assert row("Max open orders per pair") == [tier.open_orders_max for tier in TIERS]
    for tier in TIERS:
        assert row(tier.name.title()) == [tier.calls_max, points(tier.calls_decay * 10**9)]
