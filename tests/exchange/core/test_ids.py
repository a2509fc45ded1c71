"""core/ids.py: the form of ids, and that none comes twice."""

import re

import pytest

from fathom.exchange.core import Ids

MAKERS = {"order": "O", "execution": "T", "ledger": "L", "position": "T", "amend": "T"}


@pytest.mark.parametrize(("maker", "letter"), MAKERS.items())
def test_form_and_uniqueness(maker: str, letter: str) -> None:
    ids, twin = Ids(7), Ids(7)
    made = [getattr(ids, maker)() for _ in range(20_000)]
    assert all(re.fullmatch(rf"{letter}[A-Z0-9]{{5}}-[A-Z0-9]{{5}}-[A-Z0-9]{{6}}", one) for one in made)
    assert len(set(made)) == len(made)
    assert made == [getattr(twin, maker)() for _ in range(20_000)]
    assert set("".join(made)) >= set("0123456789ABC")


def test_another_seed_makes_others() -> None:
    assert Ids(1).order() != Ids(2).order()


def test_kinds_do_not_depend_on_each_other() -> None:
    ids, twin = Ids(7), Ids(7)
    for _ in range(5):
        ids.execution()
    assert ids.order() == twin.order()


def test_the_row_that_began_an_order_is_named_after_it() -> None:
    one, other = Ids(7).order(), Ids(8).order()
    assert Ids.original(one) == Ids.original(one) != Ids.original(other)
    assert re.fullmatch(r"T[A-Z0-9]{5}-[A-Z0-9]{5}-[A-Z0-9]{6}", Ids.original(one))
