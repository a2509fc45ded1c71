from collections import deque
from decimal import Decimal
from fractions import Fraction

import pytest

from fathom.portfolio.lots import METHODS, Lot, LotMethod, Lots, join_last

D = Decimal


def lot(price: int, name: str = "", qty: int = 1) -> Lot:
    return Lot(D(qty), D(price * qty), D(price), name)


def waiting(method: LotMethod, *lots: Lot, long: bool = True) -> list[str]:
    held: Lots = deque()
    for one in lots:
        METHODS[method](held, one, long=long)
    return [one.exec_id for one in held]


@pytest.mark.parametrize(
    ("method", "long", "order"),
    [
        ("fifo", True, "abcd"),
        ("fifo", False, "abcd"),
        ("lifo", True, "dcba"),
        ("lifo", False, "dcba"),
        ("hifo", True, "bdca"),  # The dearest first; of equals the older.
        ("hifo", False, "acbd"),
    ],
)
def test_a_method_is_the_place_at_which_a_lot_waits(method: LotMethod, long: bool, order: str) -> None:
    assert "".join(waiting(method, lot(1, "a"), lot(3, "b"), lot(2, "c"), lot(3, "d"), long=long)) == order


def test_the_average_is_one_lot() -> None:
    held: Lots = deque()
    for one in (lot(1, "a", qty=1), lot(4, "b", qty=2)):
        METHODS["average"](held, one, long=True)
    (only,) = held
    assert (only.qty, only.cost, only.price, only.exec_id) == (3, 9, 3, "a")


def test_a_part_that_is_rounded_leaves_its_crumb_in_the_rest() -> None:
    one = Lot(D(3), D(10), D("3.33"), "a")
    assert one.take(D(1), decimals=2) == D("3.33")
    assert (one.qty, one.cost) == (2, D("6.67"))
    assert Fraction(one.take(D(1), decimals=2)) + Fraction(one.cost) == Fraction(667, 100)


def test_the_two_that_would_close_last_are_joined() -> None:
    held = deque([lot(1, "a"), lot(2, "b"), lot(4, "c", qty=3)])
    join_last(held)
    assert [(one.exec_id, one.qty, one.cost) for one in held] == [("a", 1, 1), ("b", 4, 14)]
