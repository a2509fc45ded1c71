"""Too many errors of one address lock it out for 15 minutes."""

import pytest

from fathom.exchange.access import Lockout
from fathom.exchange.core import Rules

SECOND_NS = 1_000_000_000
RULES = Rules(lockout_errors_max=3, lockout_window_s=60, lockout_s=900)


@pytest.mark.parametrize(
    ("errors_s", "asked_s", "locked"),
    [
        ([0, 1], 2, False),
        ([0, 1, 2], 3, True),
        ([0, 1, 2], 901.9, True),
        ([0, 1, 2], 902, False),
        ([0, 30, 60], 61, False),  # Not within one window.
        ([0, 30, 60, 61], 62, True),
    ],
)
def test_when_an_address_is_locked_out(errors_s: list[int], asked_s: float, locked: bool) -> None:
    lockout = Lockout(RULES)
    for error_s in errors_s:
        lockout.erred("1.2.3.4", now_ns=error_s * SECOND_NS)
    assert lockout.locked("1.2.3.4", now_ns=int(asked_s * SECOND_NS)) is locked
    assert not lockout.locked("5.6.7.8", now_ns=int(asked_s * SECOND_NS))


def test_after_it_counting_begins_anew() -> None:
    lockout = Lockout(RULES)
    for _ in range(3):
        lockout.erred("a", now_ns=0)
    assert not lockout.locked("a", now_ns=900 * SECOND_NS)
    lockout.erred("a", now_ns=900 * SECOND_NS)
    assert not lockout.locked("a", now_ns=900 * SECOND_NS)


def test_without_limits_nobody_is_locked_out() -> None:
    lockout = Lockout(Rules(limits=False, lockout_errors_max=1))
    lockout.erred("a", now_ns=0)
    assert not lockout.locked("a", now_ns=0)


def test_addresses_are_remembered_up_to_a_bound() -> None:
    lockout = Lockout(Rules(lockout_errors_max=1))
    for number in range(10_001):
        lockout.erred(str(number), now_ns=0)
    assert not lockout.locked("0", now_ns=1)
    assert lockout.locked("1", now_ns=1)
