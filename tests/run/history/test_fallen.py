"""A book of one's own, kept from rows without knowing a depth, is the kernel's."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Any

import numpy as np
import pytest

from fathom.kernel import rows as tape
from fathom.kernel.stepper import END, FRAME, Stepper
from fathom.run.history import fallen
from fathom.run.history.fallen import with_fallen
from fathom.store.history import row_type

DEPTH = 4
Book = list[dict[int, dict[int, int]]]  # Side -> price -> order -> quantity


class Written:
    """Rows of messages."""

    def __init__(self) -> None:
        self.rows: list[tuple[int, ...]] = []
        self.frame = 0

    def say(self, *rows: tuple[int, int, int, int], clear: bool = False) -> None:
        """(kind, price, qty, order) of each row of a message; `clear`: of a snapshot."""
        self.frame += 1
        told = [(tape.CLEAR, 1, 2, DEPTH)] * clear + list(rows)
        for place, (kind, price, qty, order) in enumerate(told):
            flags = 1 | tape.SNAPSHOT * clear | (tape.LAST if place == len(told) - 1 else 0)
            at = self.frame * 1000
            self.rows.append((at, at, at + place, price, qty, order, self.frame, kind, flags, 0))

    def table(self) -> Any:
        return np.array(self.rows, row_type())


def levels_of(seed: int) -> Any:
    """Levels that come and go about a price that wanders, so that some fall out and are seen again."""
    random, written, mid = Random(seed), Written(), 1000
    for _ in range(120):
        mid += random.choice([-2, -1, 0, 0, 1, 2])
        if random.random() < 0.05 or not written.rows:
            sides = [(tape.LEVEL + side, mid + (side * 2 - 1) * step, 5, 0) for side in (0, 1) for step in range(1, 4)]
            written.say(*sides, clear=True)
        if random.random() < 0.1:
            written.say((tape.TRADE, mid, 3, 77))
        changes = []
        for _ in range(random.randrange(1, 4)):
            side = random.randrange(2)
            price = mid + (side * 2 - 1) * random.randrange(1, 7)
            changes.append((tape.LEVEL + side, price, random.choice([0, 1, 2]), 0))
        written.say(*changes)
    return written.table()


def orders_of(seed: int) -> Any:
    """Orders that come, shrink and go; of some that fell out it is told again."""
    random, written, mid, last = Random(seed), Written(), 1000, 0
    for _ in range(150):
        mid += random.choice([-2, -1, 0, 0, 1, 2])
        if random.random() < 0.04 or not written.rows:
            written.say((tape.ADD, mid - 1, 5, last + 1), (tape.ADD + 1, mid + 1, 5, last + 2), clear=True)
            last += 2
        side, what = random.randrange(2), random.random()
        price = mid + (side * 2 - 1) * random.randrange(1, 6)
        if what < 0.6:
            last += 1
            written.say((tape.ADD + side, price, random.randrange(1, 9), last))
        else:
            kind = tape.MODIFY if what < 0.75 else tape.DELETE
            written.say((kind + side, price, random.randrange(1, 9), random.randrange(max(1, last - 12), last + 1)))
    return written.table()


def kept(rows: Any) -> Iterator[Book]:
    """The book after each message, of whoever knows no depth."""
    book: Book = [{}, {}]
    where: dict[int, tuple[int, int]] = {}
    for place, row in enumerate(rows):
        what, side, price, qty, order = (int(row[name]) for name in ("kind", "kind", "price", "qty", "order"))
        what, side = what & ~1, side & 1
        if what == tape.CLEAR:
            book, where = [{}, {}], {}
        elif what == tape.LEVEL:
            book[side].pop(price, None)
            if qty:
                book[side][price] = {0: qty}
        elif what != tape.TRADE:
            at_side, at_price = where.get(order, (side, price))
            if what == tape.MODIFY:
                if order in where:
                    book[at_side][at_price][order] = qty
            else:
                book[at_side].get(at_price, {}).pop(order, None)
                where.pop(order, None)
            if what == tape.ADD:
                where[order] = (side, price)
                book[side].setdefault(price, {})[order] = qty
            book = [{price: at for price, at in one.items() if at} for one in book]
        ends = place + 1 == len(rows) or rows[place + 1]["frame"] != row["frame"]
        if ends and what != tape.TRADE:
            yield [{price: dict(at) for price, at in one.items()} for one in book]


def stepped(rows: Any, *, level3: bool) -> Iterator[Book]:
    """The same by the kernel, which cuts."""
    stepper = Stepper(rows.tobytes(), level3=level3)
    while stepper.step(wants=FRAME) != END:
        sides: Book = []
        for side, levels in (("buy", stepper.bids(99)), ("sell", stepper.asks(99))):
            orders = {price: dict(stepper.orders(side, price)) if level3 else {0: qty} for price, qty in levels}
            sides.append({price: {int(name): qty for name, qty in at.items()} for price, at in orders.items()})
        yield sides


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("level3", [False, True])
def test_a_book_without_a_depth_is_the_kernels(seed: int, level3: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fallen, "AT_ONCE", 64)
    rows = orders_of(seed) if level3 else levels_of(seed)
    told = with_fallen(rows)
    assert len(told) > len(rows)
    truth = list(stepped(rows, level3=level3))
    assert list(kept(told)) == truth
    assert list(kept(rows)) != truth
    assert (np.diff(told["local_ns"]) >= 0).all()


def test_what_fell_out_goes_at_the_end_of_its_message() -> None:
    written = Written()
    written.say(*((tape.LEVEL, 100 - step, 5, 0) for step in range(DEPTH)), clear=True)
    written.say((tape.LEVEL, 101, 7, 0), (tape.LEVEL, 102, 7, 0))
    written.say((tape.TRADE, 102, 1, 9))
    told = with_fallen(written.table())
    columns = ("kind", "price", "qty", "local_ns", "frame")
    assert [tuple(int(row[name]) for name in columns) for row in told[5:]] == [
        (tape.LEVEL, 101, 7, 2000, 2),
        (tape.LEVEL, 102, 7, 2000, 2),
        (tape.LEVEL, 97, 0, 2000, 2),
        (tape.LEVEL, 98, 0, 2000, 2),
        (tape.TRADE, 102, 1, 3000, 3),
    ]


def test_where_nothing_falls_out_the_rows_are_as_they_were() -> None:
    written = Written()
    assert len(with_fallen(written.table())) == 0
    written.say((tape.LEVEL, 100, 5, 0), clear=True)
    rows = written.table()
    assert with_fallen(rows) is rows
