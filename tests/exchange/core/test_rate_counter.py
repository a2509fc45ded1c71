"""core/rate_counter.py: points, their decay, exactly; the official example."""

from decimal import Decimal

import pytest
from core_scenario import SECOND_NS, START_NS

from fathom.exchange.bank import Account, Tier
from fathom.exchange.core import RateCounters
from fathom.exchange.core.rate_counter import AMEND_COSTS, CANCEL_COSTS, EDIT_COSTS, age_cost


def client(tier: Tier) -> Account:
    return Account(name="ann", number="ANN", tier=tier)


def test_the_official_example() -> None:
    # 50 adds, then 10 s on Intermediate: 50 - 10 x 2.34 = 26.6.
    rates, account = RateCounters(limits=True), client("intermediate")
    for _ in range(50):
        assert rates.charge(account, "BTC/USD", START_NS, half_points=2)
    assert rates.count(account, "BTC/USD", START_NS + 10 * SECOND_NS) == Decimal("26.6")


@pytest.mark.parametrize(("tier", "threshold"), [("starter", 60), ("intermediate", 125), ("pro", 180)])
def test_thresholds(tier: Tier, threshold: int) -> None:
    rates, account = RateCounters(limits=True), client(tier)
    for _ in range(threshold):
        assert rates.charge(account, "BTC/USD", START_NS, half_points=2)
    assert not rates.charge(account, "BTC/USD", START_NS, half_points=2)
    assert not rates.has_room(account, "BTC/USD", START_NS, half_points=1)
    assert rates.count(account, "BTC/USD", START_NS) == threshold
    assert rates.charge(account, "ETH/USD", START_NS, half_points=2)  # Each pair has its own.
    assert rates.charge(account, "BTC/USD", START_NS + SECOND_NS, half_points=2)


@pytest.mark.parametrize(
    ("tier", "wait_ns"), [("starter", 1_000_000_000), ("pro", 266_666_667), ("intermediate", 427_350_428)]
)
def test_decay_to_the_ns(tier: Tier, wait_ns: int) -> None:
    rates, account = RateCounters(limits=True), client(tier)
    rates.charge(account, "BTC/USD", START_NS, half_points=2 * 1000, always=True)
    rates.charge(
        account, "BTC/USD", START_NS, half_points=-2 * 1000 + 2 * {"starter": 60, "intermediate": 125, "pro": 180}[tier]
    )
    assert not rates.charge(account, "BTC/USD", START_NS + wait_ns - 1, half_points=2)
    assert rates.charge(account, "BTC/USD", START_NS + wait_ns, half_points=2)


def test_without_limits_it_only_counts() -> None:
    rates, account = RateCounters(limits=False), client("starter")
    assert all(rates.charge(account, "BTC/USD", START_NS, half_points=2) for _ in range(100))
    assert str(rates.count(account, "BTC/USD", START_NS)) == "100"


def test_it_ends_at_zero() -> None:
    rates, account = RateCounters(limits=True), client("pro")
    rates.charge(account, "BTC/USD", START_NS, half_points=3)
    assert str(rates.count(account, "BTC/USD", START_NS)) == "1.5"
    assert rates.count(account, "BTC/USD", START_NS + SECOND_NS) == 0


@pytest.mark.parametrize(
    ("age_s", "amend", "edit", "cancel"),
    [
        (0, 3, 6, 8),
        (4.999, 3, 6, 8),
        (5, 2, 5, 6),
        (7, 2, 5, 6),
        (10, 1, 4, 5),
        (15, 0, 2, 4),
        (44.9, 0, 2, 4),
        (45, 0, 1, 2),
        (90, 0, 0, 1),
        (299, 0, 0, 1),
        (300, 0, 0, 0),
    ],
)
def test_young_orders_cost_more(age_s: float, amend: int, edit: int, cancel: int) -> None:
    age_ns = int(age_s * SECOND_NS)
    assert [age_cost(costs, age_ns) for costs in (AMEND_COSTS, EDIT_COSTS, CANCEL_COSTS)] == [amend, edit, cancel]
