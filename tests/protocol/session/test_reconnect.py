"""When to connect again: the waits of websocket-v2.md 2.2, as tables."""

from itertools import pairwise
from random import Random

import pytest

from fathom.protocol.session.reconnect import STANDARD, Ending, Reconnect
from fathom.protocol.times import SECOND_NS

JITTER_NS = STANDARD.jitter_max_ns


def waits(ending: Ending, count: int, *, seed: int = 1) -> list[int]:
    reconnect = Reconnect(rng=Random(seed))
    return [reconnect.ended(ending, now_ns=0) for _ in range(count)]


@pytest.mark.parametrize(
    ("ending", "least_s"),
    [
        ("dropped", [0, 0, 0, 5, 10, 20, 30, 30, 30]),
        ("maintenance", [5, 10, 20, 30, 30]),
        ("refused", [60, 120, 240, 480, 600, 600]),
    ],
)
def test_the_waits_grow_to_their_bound(ending: Ending, least_s: list[int]) -> None:
    for seed in range(20):
        for wait_ns, least in zip(waits(ending, len(least_s), seed=seed), least_s, strict=True):
            assert least * SECOND_NS <= wait_ns <= least * SECOND_NS + JITTER_NS


def test_the_first_drop_waits_for_nothing() -> None:
    assert {waits("dropped", 1, seed=seed)[0] for seed in range(20)} == {0}


def test_many_that_dropped_together_come_back_apart() -> None:
    second = sorted(waits("dropped", 2, seed=seed)[1] for seed in range(50))
    assert len(set(second)) > 40
    assert max(later - earlier for earlier, later in pairwise(second)) < JITTER_NS // 4


def test_drops_before_a_refusal_do_not_make_its_wait_longer() -> None:
    reconnect = Reconnect(rng=Random(1))
    for _ in range(5):
        reconnect.ended("dropped", now_ns=0)
    for least_s in (60, 120):
        wait_ns = reconnect.ended("refused", now_ns=0)
        assert least_s * SECOND_NS <= wait_ns <= least_s * SECOND_NS + JITTER_NS


def test_a_stable_connection_forgives_refusals() -> None:
    reconnect = Reconnect(rng=Random(1))
    for _ in range(3):
        reconnect.ended("refused", now_ns=0)
    reconnect.opened(now_ns=0)
    assert reconnect.ended("dropped", now_ns=STANDARD.stable_ns) == STANDARD.stable_ns
    wait_ns = reconnect.ended("refused", now_ns=0)
    assert wait_ns <= STANDARD.refused_wait_ns + JITTER_NS


def test_a_stable_connection_forgives() -> None:
    reconnect = Reconnect(rng=Random(1))
    for _ in range(6):
        reconnect.ended("dropped", now_ns=0)
    reconnect.opened(now_ns=0)
    assert reconnect.ended("dropped", now_ns=STANDARD.stable_ns - 1) > STANDARD.stable_ns + 5 * SECOND_NS
    reconnect.opened(now_ns=0)
    assert reconnect.ended("dropped", now_ns=STANDARD.stable_ns) == STANDARD.stable_ns
    assert reconnect.failures == 1


def test_an_attempt_that_found_nobody_is_not_a_stable_connection() -> None:
    reconnect = Reconnect(rng=Random(1))
    reconnect.opened(now_ns=0)
    reconnect.ended("dropped", now_ns=STANDARD.stable_ns)
    assert reconnect.ended("maintenance", now_ns=10 * STANDARD.stable_ns) >= 10 * STANDARD.stable_ns + 10 * SECOND_NS
    assert reconnect.failures == 2


def test_it_never_gives_up() -> None:
    assert waits("dropped", 10_000)[-1] <= STANDARD.wait_max_ns + JITTER_NS
