"""Tests of one side of a book: sorted, and as large as it needs to be."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fathom.kernel.ladder import Side

CHANGES = st.lists(st.tuples(st.integers(1, 60), st.integers(0, 3)), max_size=120)


@given(CHANGES, st.integers(1, 40), st.sampled_from([1, -1]))
def test_it_is_a_sorted_dict_cut_to_the_depth(changes: list[tuple[int, int]], depth: int, sign: int) -> None:
    side, plain = Side(sign), dict[int, int]()
    for price, qty in changes:
        side.set(price, qty)
        plain[price] = qty
        if not qty:
            del plain[price]
        if len(plain) > depth:
            side.cut(depth)
            plain = dict(sorted(plain.items(), reverse=sign > 0)[:depth])
        assert side.levels() == sorted(plain.items(), reverse=sign > 0)
        assert side.qty(price) == plain.get(price, 0)


@pytest.mark.parametrize("drift", [1, -1])
def test_a_market_that_drifts_does_not_make_it_grow(drift: int) -> None:
    side, random = Side(), Random(1)
    price = 10**6
    for _ in range(30_000):
        price += drift
        if drift < 0:
            side.set(price + 1 + random.randrange(3), 0)
        side.set(price, 1)
        side.cut(100)
    assert side.capacity < 1500
    assert len(side.levels()) == 100


def test_one_huge_frame_is_not_remembered_for_ever() -> None:
    side = Side()
    for price in range(1, 50_001):
        side.set(price, 1)
    assert side.capacity > 50_000
    side.cut(10)
    side.set(60_000, 1)
    assert side.capacity < 1000
    assert side.levels()[:2] == [(60_000, 1), (50_000, 1)]


def test_clear_forgets() -> None:
    side = Side(-1)
    side.set(5, 1)
    side.clear()
    assert (side.levels(), side.qty(5)) == ([], 0)
    side.set(6, 2)
    assert side.levels() == [(6, 2)]
