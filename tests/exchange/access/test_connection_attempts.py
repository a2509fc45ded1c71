"""150 attempts of an address in 600 s; then a ban as long."""

import pytest

from fathom.exchange.access import ConnectionAttempts
from fathom.exchange.core import Rules

SECOND_NS = 1_000_000_000


@pytest.mark.parametrize(
    ("attempts_s", "allowed"),
    [
        ([0, 0, 0], [True, True, False]),
        ([0, 300, 600], [True, True, True]),  # A rolling window.
        ([0, 300, 599, 1198, 1199, 1199], [True, True, False, False, True, True]),  # Banned from 599 to 1199.
    ],
)
def test_attempts_over_a_rolling_window(attempts_s: list[int], allowed: list[bool]) -> None:
    attempts = ConnectionAttempts(Rules(connections_max=2, connections_window_s=600))
    assert [attempts.allow("a", now_ns=at_s * SECOND_NS) for at_s in attempts_s] == allowed
    assert attempts.allow("b", now_ns=0)


def test_the_default_is_150() -> None:
    attempts = ConnectionAttempts(Rules())
    assert [attempts.allow("a", now_ns=0) for _ in range(151)] == [True] * 150 + [False]


def test_without_limits_all_pass() -> None:
    attempts = ConnectionAttempts(Rules(limits=False, connections_max=1))
    assert all(attempts.allow("a", now_ns=0) for _ in range(5))
