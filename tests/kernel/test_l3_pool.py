"""Tests of the pool of orders and its table of ids."""

from __future__ import annotations

from random import Random

import pytest

from fathom.kernel.l3_pool import Orders


@pytest.mark.parametrize("seed", range(3))
def test_ids_are_found_while_they_are_held(seed: int) -> None:
    random, orders, held = Random(seed), Orders(), dict[bytes, int]()
    for step in range(20_000):
        if held and random.random() < (0.4 if step < 10_000 else 0.6):
            name = random.choice(list(held)[:50])
            orders.give(held.pop(name))
            assert orders.find(name) == 0
        else:
            name = random.randbytes(random.randrange(1, 37))
            if name not in held:
                held[name] = orders.take(name)
        if step % 1000 == 0:
            assert {name: orders.find(name) for name in held} == held
            assert len(set(held.values())) == len(held) == orders.held
            assert 0 not in held.values()


def test_numbers_are_used_again() -> None:
    orders = Orders()
    for round_ in range(2000):
        numbers = [orders.take(f"O{round_}-{place}".encode()) for place in range(50)]
        for number in numbers:
            orders.give(number)
    assert orders.held == 0
    assert orders.capacity < 300


def test_forget_forgets_and_an_empty_pool_finds_nothing() -> None:
    orders = Orders()
    assert orders.find(b"A") == 0
    orders.take(b"A")
    orders.forget()
    assert (orders.find(b"A"), orders.held) == (0, 0)
    assert orders.take(b"A") == 1


def test_ids_that_start_or_end_alike_are_told_apart() -> None:
    orders = Orders()
    names = [b"A" * length for length in range(1, 37)] + [b"A" * length + b"B" for length in range(1, 36)]
    numbers = [orders.take(name) for name in names]
    assert [orders.find(name) for name in names] == numbers
    assert len(set(numbers)) == len(names)
