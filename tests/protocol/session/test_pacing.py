from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fathom.protocol.session.pacing import (
    BACKOFF_FIRST_NS,
    BACKOFF_MAX_NS,
    LEVEL3_COST_BY_DEPTH,
    LEVEL3_COUNTER_MAX,
    LEVEL3_SPAN_NS,
    REQUEST_SYMBOLS_MAX,
    REQUESTS_PER_SECOND_MAX,
    Pacing,
    Window,
    backoff_ns,
)
from fathom.protocol.times import SECOND_NS


@given(tries=st.integers(1, 10_000), seed=st.integers())
def test_a_wait_doubles_up_to_a_minute_and_is_drawn_from_its_upper_half(tries: int, seed: int) -> None:
    full_ns = min(BACKOFF_MAX_NS, BACKOFF_FIRST_NS * 2 ** min(tries - 1, 60))
    assert full_ns // 2 <= backoff_ns(tries, rng=Random(seed)) <= full_ns


def test_a_window_frees_what_was_spent_longer_ago() -> None:
    window = Window(budget=10, span_ns=100)
    window.spend(4, now_ns=0)
    window.spend(6, now_ns=50)
    assert window.room(now_ns=99) == 0
    assert window.room_at_ns(4, now_ns=99) == 100
    assert window.room_at_ns(5, now_ns=99) == 150
    assert window.room(now_ns=100) == 4
    assert window.room_at_ns(4, now_ns=100) == 100


@given(steps=st.lists(st.tuples(st.integers(1, 10), st.integers(0, 60)), max_size=100))
def test_no_span_ever_holds_more_than_the_budget(steps: list[tuple[int, int]]) -> None:
    window, now_ns = Window(budget=10, span_ns=100), 0
    spent: list[tuple[int, int]] = []
    for cost, wait_ns in steps:
        now_ns = window.room_at_ns(cost, now_ns=now_ns + wait_ns)
        assert window.room(now_ns=now_ns) >= cost
        window.spend(cost, now_ns=now_ns)
        spent.append((now_ns, cost))
        assert sum(cost for time_ns, cost in spent if time_ns > now_ns - 100) <= 10


def test_requests_have_a_rate() -> None:
    pacing = Pacing()
    for _ in range(REQUESTS_PER_SECOND_MAX):
        assert pacing.symbols_max(level3_depth=None, now_ns=0) == REQUEST_SYMBOLS_MAX
        assert pacing.next_ns(level3_depth=None, now_ns=0) == 0
        pacing.spend(symbols=50, level3_depth=None, now_ns=0)
    assert pacing.symbols_max(level3_depth=None, now_ns=0) == 0
    assert pacing.symbols_max(level3_depth=10, now_ns=0) == 0
    assert pacing.next_ns(level3_depth=None, now_ns=0) == SECOND_NS


@pytest.mark.parametrize(("depth", "symbols"), [(10, 40), (100, 8), (1000, 2)])  # rate-limits.md 3
def test_level3_has_a_counter(depth: int, symbols: int) -> None:
    pacing = Pacing()
    assert pacing.symbols_max(level3_depth=depth, now_ns=0) == symbols
    assert symbols * LEVEL3_COST_BY_DEPTH[depth] == LEVEL3_COUNTER_MAX
    pacing.spend(symbols=symbols, level3_depth=depth, now_ns=0)
    assert pacing.symbols_max(level3_depth=depth, now_ns=SECOND_NS) == 0
    assert pacing.next_ns(level3_depth=depth, now_ns=0) == LEVEL3_SPAN_NS
    assert pacing.symbols_max(level3_depth=None, now_ns=0) == REQUEST_SYMBOLS_MAX
