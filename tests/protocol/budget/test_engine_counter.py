from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fathom.protocol.budget import INTERMEDIATE, PARTS, PRO, STARTER, EngineCounter, Step, room_at_ns

S = 10**9
T = 1_000 * S


def at(parts: int) -> EngineCounter:
    counter = EngineCounter(STARTER)
    counter.raise_to(parts, T)
    return counter


def test_fifty_adds_then_ten_seconds_on_intermediate() -> None:
    """The page's example: 50 - 10 x 2.34 = 26.6."""
    counter = EngineCounter(INTERMEDIATE)
    for key in range(50):
        counter.send(key, PARTS, T)
        counter.settle(key, T)
    assert Decimal(counter.parts(T + 10 * S)) / PARTS == Decimal("26.6")


@pytest.mark.parametrize(("ratecount", "most"), [("12", 13), ("12.5", Decimal("12.6")), ("12.34", Decimal("12.35"))])
def test_a_count_may_have_been_cut_at_its_last_digit(ratecount: str, most: Decimal | int) -> None:
    counter = at(50 * PARTS)
    counter.seen(Decimal(ratecount), T)
    assert Decimal(counter.parts(T)) / PARTS == most


@pytest.mark.parametrize("nonsense", ["NaN", "Infinity", "-3"])
def test_what_is_no_count_changes_nothing(nonsense: str) -> None:
    counter = at(50 * PARTS)
    counter.seen(Decimal(nonsense), T)
    assert counter.parts(T) == 50 * PARTS


def test_a_refusal_for_the_rate_fills_it() -> None:
    counter = at(0)
    counter.send(1, 9 * PARTS, T)
    counter.limited(1, T, fixed=PARTS)
    assert counter.parts(T) == 60 * PARTS


def test_refusals_do_not_fill_it_without_end() -> None:
    counter = at(0)
    for key in range(1_000):
        counter.send(key, PARTS, T)
        counter.limited(key, T, fixed=PARTS)
    assert counter.parts(T) <= 120 * PARTS


def test_another_tier_goes_on_from_here() -> None:
    counter = at(50 * PARTS)
    counter.adopt(PRO, T + 10 * S)
    assert counter.parts(T + 10 * S) == 40 * PARTS, "until now it fell as it did"
    assert counter.parts(T + 12 * S) == 40 * PARTS - 2 * S * 375
    assert counter.threshold == 180 * PARTS


def test_room_comes_by_falling_or_by_getting_cheaper() -> None:
    counter = at(60 * PARTS)
    dear, cheap = Step(T, 8 * PARTS), Step(T + 5 * S, 6 * PARTS)
    assert room_at_ns(counter, [dear], limit=60 * PARTS, now_ns=T) == T + 8 * S
    assert room_at_ns(counter, [dear, cheap], limit=60 * PARTS, now_ns=T) == T + 6 * S
    assert room_at_ns(counter, [Step(T, 61 * PARTS)], limit=60 * PARTS, now_ns=T) is None
    assert room_at_ns(counter, [], limit=60 * PARTS, now_ns=T) is None


@given(st.integers(0, 90 * PARTS), st.integers(0, 9 * PARTS), st.integers(10 * PARTS, 60 * PARTS))
def test_there_is_room_then_and_not_before(count: int, cost: int, limit: int) -> None:
    at_ns = room_at_ns(at(count), [Step(T, cost)], limit=limit, now_ns=T)
    assert at_ns is not None
    assert at(count).parts(at_ns) + cost <= limit
    assert at_ns == T or at(count).parts(at_ns - 1) + cost > limit
