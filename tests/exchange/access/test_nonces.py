"""Nonces rise; with a window a late one is good once."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fathom.exchange.access import Nonces
from fathom.exchange.access.nonces import NONCE_MAX, REMEMBERED_MAX

CASES = [
    # window, nonces in order, which are good
    (0, [5, 6, 6, 5, 7], [True, True, False, False, True]),
    (0, [0, -1, NONCE_MAX + 1, NONCE_MAX, NONCE_MAX], [False, False, False, True, False]),
    (0, [1_616_492_376_594_000, 1_616_492_376_595], [True, False]),  # Never back to milliseconds.
    (10, [100, 95, 95, 90, 91, 101, 92, 91], [True, True, False, False, True, True, True, False]),
    (10, [100, 100], [True, False]),
]


@pytest.mark.parametrize(("window", "nonces", "good"), CASES)
def test_which_nonces_are_good(window: int, nonces: list[int], good: list[bool]) -> None:
    used = Nonces(window=window)
    assert [used.use(nonce) for nonce in nonces] == good


@given(st.integers(0, 50), st.lists(st.integers(1, 200), max_size=200))
def test_no_nonce_is_good_twice(window: int, nonces: list[int]) -> None:
    used = Nonces(window=window)
    accepted = [nonce for nonce in nonces if used.use(nonce)]
    assert len(accepted) == len(set(accepted))
    assert used.highest == max(accepted, default=0)


def test_forgotten_nonces_count_as_used() -> None:
    used = Nonces(window=10**6)
    for nonce in range(1, REMEMBERED_MAX + 3):
        assert used.use(nonce)
    assert not used.use(1)
    assert not used.use(2)


@given(st.integers(0, 50), st.lists(st.integers(1, 200), max_size=100), st.lists(st.integers(1, 250), max_size=100))
def test_nonces_that_were_written_down_go_on(window: int, before: list[int], after: list[int]) -> None:
    used = Nonces(window=window)
    for nonce in before:
        used.use(nonce)
    again = Nonces(window=used.window, highest=used.highest, floor=used.floor, used=used.used)
    assert [again.use(nonce) for nonce in after] == [used.use(nonce) for nonce in after]
    assert (again.used, again.floor) == (used.used, used.floor)
