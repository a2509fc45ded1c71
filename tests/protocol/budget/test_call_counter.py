from decimal import Decimal

import pytest

from fathom.protocol.budget import INTERMEDIATE, PARTS, PRO, STARTER, CallCounter, Tier, call_parts

S = 10**9
T = 1_000 * S


@pytest.mark.parametrize(
    ("endpoint", "cost"),
    [("TradesHistory", 4), ("Ledgers", 4), ("ClosedOrders", 4), ("AddOrder", 0), ("CancelAll", 0), ("Balance", 1)],
)
def test_what_a_call_costs(endpoint: str, cost: int) -> None:
    assert call_parts(endpoint) == cost * PARTS


@pytest.mark.parametrize(("tier", "left"), [(STARTER, "11.7"), (INTERMEDIATE, "15"), (PRO, "10")])
def test_ten_seconds_after_it_was_full(tier: Tier, left: str) -> None:
    counter = CallCounter.private(tier)
    counter.raise_to(counter.calls_max, T)
    assert Decimal(counter.parts(T + 10 * S)) / PARTS == Decimal(left)


def test_a_refusal_keeps_us_away_for_some_seconds() -> None:
    counter = CallCounter.private(PRO)
    counter.send(1, PARTS, T)
    counter.limited(1, T)
    assert counter.parts(T + 4 * S) > counter.calls_max
    assert counter.parts(T + 7 * S) + PARTS <= counter.calls_max


def test_another_tier_goes_on_from_here() -> None:
    counter = CallCounter.private(STARTER)
    counter.raise_to(10 * PARTS, T)
    counter.adopt(PRO, T)
    assert counter.calls_max == 20 * PARTS
    assert counter.parts(T + S) == 9 * PARTS


def test_public_calls_are_about_one_a_second() -> None:
    counter = CallCounter.public()
    counter.raise_to(counter.calls_max, T)
    assert counter.parts(T + S) == counter.calls_max - PARTS
