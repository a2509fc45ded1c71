"""Rows of a tape: what each frame changed, as fixed pieces of memory that a recording is stepped over by.

A frame is applied to its book, and what it said is written down with the verdict on it. Replayed into an empty book,
row by row, the rows give the same levels, queues and places: `order_ns` and `frame` are all that the order in a queue
depends on.

Pure. Imports: held, l2, l3, layout, verdict. Imported by: nothing in the kernel.
"""

import cython
from cython.cimports.cpython.bytes import PyBytes_FromStringAndSize
from cython.cimports.fathom.kernel import layout
from cython.cimports.fathom.kernel.held import hold, let_go
from cython.cimports.fathom.kernel.l2 import L2Book, levels_read
from cython.cimports.fathom.kernel.l3 import L3Book, orders_read
from cython.cimports.fathom.kernel.layout import (
    ASKS,
    EVENT_ADD,
    EVENT_DELETE,
    MISMATCH,
    REFUSED,
    ROW_ADD,
    ROW_CLEAR,
    ROW_DELETE,
    ROW_LAST,
    ROW_LEVEL,
    ROW_MODIFY,
    ROW_SEED,
    ROW_SNAPSHOT,
    Entry,
    Held,
    Level,
    LevelReading,
    Order,
    OrderName,
    OrderReading,
    Refusal,
    Row,
)
from cython.cimports.fathom.kernel.verdict import error_of
from cython.cimports.libc.stdint import int64_t, uint32_t
from cython.cimports.libc.stdlib import free, realloc
from cython.cimports.libc.string import memcpy, memset

# What a row is. Where a side is told it is added: 0 for bids and buyers, 1 for asks and sellers.
CLEAR = layout.ROW_CLEAR
GAP = layout.ROW_GAP
LEVEL = layout.ROW_LEVEL
ADD = layout.ROW_ADD
MODIFY = layout.ROW_MODIFY
DELETE = layout.ROW_DELETE
TRADE = layout.ROW_TRADE

# Bits of `flags`, beside the verdict in the two lowest.
LAST = layout.ROW_LAST
SNAPSHOT = layout.ROW_SNAPSHOT
SEED = layout.ROW_SEED

ROW_BYTES = cython.sizeof(Row)
NAME_BYTES = cython.sizeof(OrderName)


@cython.cclass
class Rows:
    """A growing piece of memory of rows; with `named` another one beside it of order ids, NUL-filled, one a row.

    While there is `doubt` every row's verdict is MISMATCH: from a checksum that fails to the next snapshot.
    """

    def __cinit__(self, named: cython.bint = False):
        self.named = named

    def __dealloc__(self):
        free(self._rows)
        free(self._names)

    def __len__(self) -> int:
        return self._count

    def take_levels(self, book: L2Book, frame, local_ns: int64_t, number: uint32_t) -> int:
        """Apply a `book` frame and write its rows; return the verdict. Raises FrameRefused: no row is written then."""
        held = cython.declare(Held)
        refusal = cython.declare(Refusal)
        reading: cython.pointer(LevelReading)
        entry: cython.pointer(Entry)
        verdict: cython.int
        side: cython.int
        place: int64_t
        hold(frame, cython.address(held))
        verdict = book.apply_text(held.text, held.length, cython.address(refusal))
        let_go(cython.address(held))
        if verdict == REFUSED:
            raise error_of(cython.address(refusal))
        reading = levels_read()
        self._reserve(reading.sides[0].count + reading.sides[1].count + 1)
        self._begin(local_ns, book.told_ns, number, verdict, book.anew)
        if book.anew:
            self._next(ROW_CLEAR, book.price_precision, book.qty_precision, book.depth)
        for side in range(2):
            for place in range(reading.sides[side].count):
                entry = reading.sides[side].entries + place
                self._next(ROW_LEVEL + side, entry.price, entry.qty, 0)
        self._end()
        return verdict

    def take_orders(self, book: L3Book, frame, local_ns: int64_t, number: uint32_t) -> int:
        """Apply a `level3` frame and write its rows; return the verdict. Raises FrameRefused: no row is written."""
        held = cython.declare(Held)
        refusal = cython.declare(Refusal)
        reading: cython.pointer(OrderReading) = orders_read()
        verdict: cython.int
        side: cython.int
        place: int64_t
        hold(frame, cython.address(held))
        verdict = book.apply_text(held.text, held.length, cython.address(refusal))
        if verdict == REFUSED:
            let_go(cython.address(held))
            raise error_of(cython.address(refusal))
        try:
            self._reserve(reading.sides[0].count + reading.sides[1].count + 1)
        except MemoryError:
            let_go(cython.address(held))
            raise
        self._begin(local_ns, book.told_ns, number, verdict, book.anew)
        if book.anew:
            self._next(ROW_CLEAR, book.price_precision, book.qty_precision, book.depth)
        for side in range(2):
            for place in range(reading.sides[side].count):
                self._event(side, reading.sides[side].events + place)
        self._end()
        let_go(cython.address(held))  # The ids lie in it.
        return verdict

    def seed_levels(self, book: L2Book, local_ns: int64_t, number: uint32_t) -> None:
        """Write the book as it stands, as a snapshot that nobody sent: a day begins."""
        self._reserve(book.bid_side.count + book.ask_side.count + 1)
        self._begin(local_ns, book.told_ns, number, 0, True)
        self._flags |= ROW_SEED
        self._next(ROW_CLEAR, book.price_precision, book.qty_precision, book.depth)
        self._levels(0, cython.address(book.bid_side))
        self._levels(ASKS, cython.address(book.ask_side))
        self._end()

    def seed_orders(self, book: L3Book, local_ns: int64_t, number: uint32_t) -> None:
        """Write the book as it stands, as a snapshot that nobody sent: a day begins."""
        self._reserve(book.pool.held + 1)
        self._begin(local_ns, book.told_ns, number, 0, True)
        self._flags |= ROW_SEED
        self._next(ROW_CLEAR, book.price_precision, book.qty_precision, book.depth)
        self._queues(0, cython.address(book.bid_side), book)
        self._queues(ASKS, cython.address(book.ask_side), book)
        self._end()

    def add(
        self,
        kind: cython.int,
        local_ns: int64_t,
        venue_ns: int64_t,
        number: uint32_t,
        *,
        price: int64_t = 0,
        qty: int64_t = 0,
        order: int64_t = 0,
    ) -> None:
        """Write one row that is a frame of its own: a gap, a trade."""
        self._reserve(1)
        self._begin(local_ns, venue_ns, number, 0, False)
        self._flags = 0  # A trade is one, whatever is thought of the book.
        self._next(kind, price, qty, order)
        self._end()

    def drain(self) -> tuple:
        """Return (the rows' bytes, the bytes of their order ids), and forget them."""
        rows: bytes = PyBytes_FromStringAndSize(
            cython.cast(cython.p_char, self._rows), self._count * cython.sizeof(Row)
        )
        names: bytes = b""
        if self.named:
            names = PyBytes_FromStringAndSize(
                cython.cast(cython.p_char, self._names), self._count * cython.sizeof(OrderName)
            )
        self._count = 0
        return (rows, names)

    def _reserve(self, more):
        """Make room. Raises MemoryError."""
        need: int64_t = self._count + more
        capacity: int64_t
        rows: cython.pointer(Row)
        names: cython.pointer(OrderName)
        if need <= self._capacity:
            return 0
        capacity = 2 * need + 1024
        rows = cython.cast(cython.pointer(Row), realloc(self._rows, capacity * cython.sizeof(Row)))
        if rows == cython.NULL:
            raise MemoryError("there is no memory for the rows")
        self._rows = rows
        if self.named:
            names = cython.cast(cython.pointer(OrderName), realloc(self._names, capacity * cython.sizeof(OrderName)))
            if names == cython.NULL:
                raise MemoryError("there is no memory for the rows")
            self._names = names
        self._capacity = capacity
        return 0

    def _begin(self, local_ns, venue_ns, frame, verdict, snapshot):
        """Note what the rows of a frame have in common."""
        if snapshot:
            self.doubt = False
        if verdict == MISMATCH:
            self.doubt = True
        if self.doubt:
            verdict = MISMATCH
        self._local_ns = local_ns
        self._venue_ns = venue_ns
        self._frame = frame
        self._flags = verdict | (ROW_SNAPSHOT if snapshot else 0)
        self._first = self._count

    def _end(self):
        """Mark the last row of a frame. A frame that said nothing has none."""
        if self._count > self._first:
            self._rows[self._count - 1].flags |= ROW_LAST

    def _next(self, kind, price, qty, order):
        """Write a row. Room was made."""
        row: cython.pointer(Row) = self._rows + self._count
        row.local_ns = self._local_ns
        row.venue_ns = self._venue_ns
        row.order_ns = -1
        row.price = price
        row.qty = qty
        row.order = order
        row.frame = self._frame
        row.kind = cython.cast(cython.uchar, kind)
        row.flags = cython.cast(cython.uchar, self._flags)
        row.spare = 0
        if self.named:
            memset(self._names + self._count, 0, cython.sizeof(OrderName))
        self._count += 1
        return row

    def _name(self, text, length):
        """Give the last row its order's id."""
        if self.named:
            memcpy((self._names + self._count - 1).text, text, length)

    def _event(self, side, event):
        """Write the row of one event of a level 3 frame."""
        kind: cython.int = ROW_MODIFY
        row: cython.pointer(Row)
        if event.kind == EVENT_ADD:
            kind = ROW_ADD
        elif event.kind == EVENT_DELETE:
            kind = ROW_DELETE
        row = self._next(kind + side, event.price, max(event.qty, 0), event.serial)
        row.order_ns = event.time_ns
        self._name(event.id, event.id_length)

    def _levels(self, side, ladder):
        """Write a side's levels, best first."""
        rank: int64_t
        level: cython.pointer(Level)
        for rank in range(ladder.count):
            level = ladder.levels + (ladder.first + ladder.count - 1 - rank)
            self._next(ROW_LEVEL + side, level.key * ladder.sign, level.qty, 0)

    def _queues(self, side, ladder, book):
        """Write a side's orders, best price first, and first in the queue first."""
        rank: int64_t
        number: uint32_t
        level: cython.pointer(Level)
        order: cython.pointer(Order)
        row: cython.pointer(Row)
        for rank in range(ladder.count):
            level = ladder.levels + (ladder.first + ladder.count - 1 - rank)
            number = level.head
            while number != 0:
                order = book.pool.orders + number
                row = self._next(ROW_ADD + side, level.key * ladder.sign, order.qty, order.serial)
                row.order_ns = order.time_ns
                self._name(order.id, order.id_length)
                number = order.after
