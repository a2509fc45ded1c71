from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fathom.risk.volatility import STEPS, MoveWatch
from market_feed import T0, S

STEP = 10 * S // STEPS


def watch() -> MoveWatch:
    return MoveWatch(window_ns=10 * S, share_max=Decimal("0.05"))


@pytest.mark.parametrize(("first", "second", "far"), [(1000, 1050, False), (1000, 1051, True), (1051, 1000, True)])
def test_a_mid_may_move_just_so_far_either_way(first: int, second: int, far: bool) -> None:
    moved = watch()
    assert not moved.see(first, now_ns=T0)
    assert moved.see(second, now_ns=T0 + S) == far
    assert moved.range == (min(first, second), max(first, second))


def test_what_a_window_ago_was_is_forgotten() -> None:
    for seconds, far in ((10, True), (11, False)):
        for first, second in ((1000, 1051), (1051, 1000)):
            moved = watch()
            moved.see(first, now_ns=T0)
            assert moved.see(second, now_ns=T0 + seconds * S) == far


def test_a_slow_move_is_none_and_a_move_back_is_one() -> None:
    moved = watch()
    assert not any(moved.see(1000 + second, now_ns=T0 + second * S) for second in range(200))
    moved = watch()
    assert not moved.see(1000, now_ns=T0)
    assert not moved.see(1040, now_ns=T0 + S)
    assert moved.see(988, now_ns=T0 + 2 * S)


@given(st.lists(st.tuples(st.integers(0, 3 * STEP), st.integers(900, 1100)), min_size=1, max_size=200))
def test_it_agrees_with_a_look_at_all_mids_of_the_window(moves: list[tuple[int, int]]) -> None:
    moved, seen, now_ns = watch(), [], T0
    for wait_ns, mid in moves:
        now_ns += wait_ns
        seen.append((now_ns // STEP, mid))
        mids = [one for step, one in seen if step >= now_ns // STEP - STEPS]
        assert moved.see(mid, now_ns=now_ns) == (max(mids) - min(mids) > Decimal("0.05") * min(mids))
        assert moved.range == (min(mids), max(mids))


def test_its_memory_is_bounded() -> None:
    moved = MoveWatch(window_ns=10 * S, share_max=Decimal(1))
    for n in range(20_000):
        moved.see(10_000_000 + n, now_ns=T0 + n * S // 1_000)
    assert len(moved._high) + len(moved._low) <= 2 * (STEPS + 1)
