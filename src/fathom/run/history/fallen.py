"""What falls out of a book's depth: the venue never tells, so whoever keeps a book of their own has to be told.

Kraken's client cuts its book after each message (websocket-v2.md); a program that knows no depth would hold such a
level, or order, for ever, and one day take it for the best.

Imports: kernel, store. Imported by: hft_form.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from typing import Any, Final

from fathom.kernel import rows as tape
from fathom.store.history import need_history

AT_ONCE: Final = 65_536  # Rows that are Python's numbers at a time.
SIDE: Final = 1  # The bit of a row's kind that says ask.
ALL: Final = 1 << 62  # A depth, while none is told.
END: Final = (-2, tape.GAP, 0, 0, 0)  # What comes after the last row: another frame, in which nothing is told.


class _Side:
    """The prices of one side, the worst first, and who stands there; of level 2 the only one is order 0."""

    def __init__(self, sign: int) -> None:
        self._sign = sign
        self._keys: list[int] = []
        self._at: dict[int, dict[int, int]] = {}  # Price -> order -> quantity

    def put(self, price: int, order: int, qty: int) -> None:
        """There is an order at a price, with a quantity."""
        at = self._at.get(price)
        if at is None:
            at = self._at[price] = {}
            insort(self._keys, price * self._sign)
        at[order] = qty

    def remove(self, price: int, order: int) -> None:
        """It is gone."""
        at = self._at.get(price)
        if at is None or at.pop(order, None) is None or at:
            return
        del self._at[price]
        del self._keys[bisect_left(self._keys, price * self._sign)]

    def cut(self, depth: int) -> list[tuple[int, int, int]]:
        """Forget what is beyond the depth; return it as (price, order, quantity)."""
        beyond = len(self._keys) - depth
        if beyond <= 0:
            return []
        prices = [key * self._sign for key in self._keys[:beyond]]
        del self._keys[:beyond]
        return [(price, order, qty) for price in prices for order, qty in self._at.pop(price).items()]


class _Books:
    """Both sides of a book that is told by rows."""

    def __init__(self) -> None:
        self._clear(ALL)

    def _clear(self, depth: int) -> None:
        self._depth = depth
        self._sides = (_Side(1), _Side(-1))
        self._where: dict[int, tuple[int, int]] = {}  # Order -> side and price

    def take(self, kind: int, price: int, qty: int, order: int) -> None:
        """Take in one row."""
        what, side = kind & ~SIDE, kind & SIDE
        if what == tape.CLEAR:
            self._clear(order)
        elif what == tape.LEVEL and qty:
            self._sides[side].put(price, 0, qty)
        elif what == tape.LEVEL:
            self._sides[side].remove(price, 0)
        elif what in {tape.ADD, tape.MODIFY, tape.DELETE}:
            self._order(what, side, price, qty, order)

    def _order(self, what: int, side: int, price: int, qty: int, order: int) -> None:
        known = self._where.get(order)
        if what == tape.MODIFY:
            if known is not None:
                self._sides[known[0]].put(known[1], order, qty)
            return
        if known is not None:
            self._sides[known[0]].remove(known[1], order)
            del self._where[order]
        if what == tape.ADD:
            self._where[order] = (side, price)
            self._sides[side].put(price, order, qty)

    def cut(self) -> list[tuple[int, int, int, int]]:
        """A message is over: return what fell out of the depth, as (kind, price, quantity, order)."""
        fallen = []
        for side, one in enumerate(self._sides):
            for price, order, qty in one.cut(self._depth):
                known = self._where.pop(order, None)
                fallen.append(
                    (tape.LEVEL + side, price, 0, 0) if known is None else (tape.DELETE + side, price, qty, order)
                )
        return fallen


def with_fallen(rows: Any) -> Any:
    """Return rows with a deletion more, after each message, for what it pushed out of the depth."""
    np = need_history("numpy")
    books, told = _Books(), -1  # The frame that the last row was of.
    places: list[int] = []
    found: list[tuple[int, int, int, int]] = []
    for begin in range(0, len(rows) + 1, AT_ONCE):
        some = rows[begin : begin + AT_ONCE]
        columns = [some[name].tolist() for name in ("frame", "kind", "price", "qty", "order")]
        if begin + AT_ONCE > len(rows):
            columns = [[*column, end] for column, end in zip(columns, END, strict=True)]
        for place, (frame, kind, price, qty, order) in enumerate(zip(*columns, strict=True), begin):
            if frame != told:
                fallen, told = books.cut(), frame
                found += fallen
                places += [place] * len(fallen)
            books.take(kind, price, qty, order)
    if not found:
        return rows
    more = rows[np.array(places) - 1]
    more["flags"] &= ~np.array(tape.SNAPSHOT, more["flags"].dtype)
    more["kind"], more["price"], more["qty"], more["order"] = np.array(found, dtype="i8").T
    return np.insert(rows, places, more)
