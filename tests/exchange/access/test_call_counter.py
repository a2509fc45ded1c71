"""The REST counters: 15 or 20 at most, falling with time (rate-limits.md 1)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fathom.exchange.access import CallCounters, PublicCalls
from fathom.exchange.bank import Tier
from fathom.exchange.core import Rules

SECOND_NS = 1_000_000_000


@pytest.mark.parametrize(("tier", "most"), [("starter", 15), ("intermediate", 20), ("pro", 20)])
def test_a_burst_passes_up_to_the_tiers_most(tier: Tier, most: int) -> None:
    counters = CallCounters(Rules())
    passed = [counters.spend("k", tier=tier, cost=1, now_ns=0) for _ in range(most + 1)]
    assert passed == [True] * most + [False]
    assert counters.spend("other", tier=tier, cost=1, now_ns=0)


@pytest.mark.parametrize(("tier", "seconds"), [("starter", 12.2), ("intermediate", 8.1), ("pro", 4.1)])
def test_it_falls_with_time(tier: Tier, seconds: float) -> None:
    counters = CallCounters(Rules())
    while counters.spend("k", tier=tier, cost=1, now_ns=0):
        pass
    assert not counters.spend("k", tier=tier, cost=4, now_ns=int((seconds - 0.2) * SECOND_NS))
    assert counters.spend("k", tier=tier, cost=4, now_ns=int(seconds * SECOND_NS))


def test_what_costs_nothing_always_passes() -> None:
    counters = CallCounters(Rules())
    assert all(counters.spend("k", tier="starter", cost=0, now_ns=0) for _ in range(100))


@pytest.mark.parametrize(("count_refused", "passes"), [(False, True), (True, False)])
def test_whether_refused_calls_count_is_a_setting(count_refused: bool, passes: bool) -> None:
    counters = CallCounters(Rules(refused_calls_count=count_refused))
    for _ in range(30):
        counters.spend("k", tier="pro", cost=1, now_ns=0)
    assert counters.spend("k", tier="pro", cost=1, now_ns=SECOND_NS) is passes
    assert counters.spend("k", tier="pro", cost=1, now_ns=21 * SECOND_NS)  # Never for ever.


def test_public_calls_are_counted_by_address() -> None:
    calls = PublicCalls(Rules(public_calls_max=2, public_calls_per_s=1.0))
    assert [calls.spend("a", now_ns=0) for _ in range(3)] == [True, True, False]
    assert calls.spend("b", now_ns=0)
    assert calls.spend("a", now_ns=SECOND_NS)


def test_without_limits_all_pass() -> None:
    rules = Rules(limits=False)
    assert all(PublicCalls(rules).spend("a", now_ns=0) for _ in range(100))
    assert all(CallCounters(rules).spend("a", tier="starter", cost=4, now_ns=0) for _ in range(100))


@given(st.lists(st.tuples(st.integers(0, 10 * SECOND_NS), st.sampled_from([1, 4])), max_size=60))
def test_never_more_than_the_most_and_the_decay(calls: list[tuple[int, int]]) -> None:
    counters = CallCounters(Rules())
    now_ns = passed = 0
    for wait_ns, cost in calls:
        now_ns += wait_ns
        passed += cost if counters.spend("k", tier="pro", cost=cost, now_ns=now_ns) else 0
        assert passed <= 20 + now_ns / SECOND_NS + 1e-6
