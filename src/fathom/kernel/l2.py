"""The level 2 book: one frame in, a verified book out (websocket-v2.md 6.2, book-checksum.md 2).

A frame is read twice over: first all of it into entries, whatever is wrong refusing it; only then is the book changed.
The usual layout has a path of its own, as strict as the general one, which is taken whenever the first gives up.

Pure. Imports: digits, envelope, instant, ladder, layout, scan, verdict, views. Imported by: nothing in the kernel.
"""

import cython
from cython.cimports.cpython.bytes import PyBytes_AS_STRING, PyBytes_GET_SIZE
from cython.cimports.fathom.kernel.digits import read_uint32, read_units
from cython.cimports.fathom.kernel.envelope import read_envelope
from cython.cimports.fathom.kernel.instant import read_instant
from cython.cimports.fathom.kernel.ladder import empty, release, reserve, seek, set_qty, truncate
from cython.cimports.fathom.kernel.layout import (
    ASKS,
    BIDS,
    ENTRIES_MAX,
    FRAME_BYTES_MAX,
    MISMATCH,
    NAME_END,
    NAME_FAULT,
    NAME_OTHER,
    NAME_PRICE,
    NAME_QTY,
    OUT_OF_ORDER,
    TOO_DEEP,
    UNCHECKED,
    VERIFIED,
    Cursor,
    Entries,
    Entry,
    Envelope,
    Ladder,
    Level,
    LevelReading,
    Name,
    Text,
)
from cython.cimports.fathom.kernel.scan import next_item, next_name, open_with, refuse, skip_space, skip_value, start
from cython.cimports.fathom.kernel.views import (
    checksum_of,
    cost_of,
    flaw_of_order,
    imbalance_of,
    is_ask,
    is_top,
    levels_of,
    microprice_of,
    price_of,
    qty_of,
    top_of,
)
from cython.cimports.libc.stdint import int64_t
from cython.cimports.libc.stdlib import realloc
from cython.cimports.libc.string import memcmp, memcpy

from fathom.kernel.verdict import FrameRefused

# What the frame being read says. One for all books: nobody else runs while a frame is applied.
_reading = cython.declare(LevelReading)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def _read_levels(c: cython.pointer(Cursor), side: cython.int, into: cython.p_void) -> cython.bint:
    """Read one side's array, from behind its bracket to behind the closing one."""
    reading: cython.pointer(LevelReading) = cython.cast(cython.pointer(LevelReading), into)
    entries: cython.pointer(Entries) = cython.address(reading.sides[side])
    entry: cython.pointer(Entry)
    first: cython.bint = True
    item: cython.int
    count: int64_t = 0
    while True:
        item = next_item(c, first)
        if item <= 0:
            break
        first = False
        if count == entries.capacity and not _grow(c, entries):
            return False
        entry = entries.entries + count
        if not _read_usual_level(c, reading, entry) and not _read_level(c, reading, entry):
            return False
        count += 1
    entries.count = count
    return item == 0


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def _grow(c: cython.pointer(Cursor), entries: cython.pointer(Entries)) -> cython.bint:
    capacity: int64_t = entries.capacity * 2 if entries.capacity > 0 else 256
    if capacity > ENTRIES_MAX:
        return refuse(c, b"a side has too many levels")
    grown: cython.pointer(Entry) = cython.cast(
        cython.pointer(Entry), realloc(entries.entries, capacity * cython.sizeof(Entry))
    )
    if grown == cython.NULL:
        return refuse(c, b"there is no memory for the frame")
    entries.entries = grown
    entries.capacity = capacity
    return True


@cython.cfunc
@cython.inline
@cython.nogil
@cython.exceptval(check=False)
def _read_usual_level(
    c: cython.pointer(Cursor), reading: cython.pointer(LevelReading), entry: cython.pointer(Entry)
) -> cython.bint:
    """Read `{"price":1.5,"qty":0.25}`; where it is anything else, stay in front of it."""
    first: Text = c.at
    if c.end - first < 24 or memcmp(first, b'{"price":', 9) != 0:
        return False
    c.at += 9
    if (
        read_units(c, reading.price_precision, cython.address(entry.price))
        and entry.price > 0
        and c.end - c.at >= 9
        and memcmp(c.at, b',"qty":', 7) == 0
    ):
        c.at += 7
        if read_units(c, reading.qty_precision, cython.address(entry.qty)) and c.at[0] == 125:
            c.at += 1
            return True
    c.at = first
    c.fault = cython.NULL
    return False


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def _read_level(
    c: cython.pointer(Cursor), reading: cython.pointer(LevelReading), entry: cython.pointer(Entry)
) -> cython.bint:
    """Read a level in any layout."""
    seen: cython.int = 0
    name: Name
    number: Text
    if not open_with(c, 123, b"an object was expected"):
        return False
    while True:
        name = next_name(c, seen == 0)
        if name == NAME_FAULT:
            return False
        if name == NAME_END:
            break
        if seen & (1 << name) and (name == NAME_PRICE or name == NAME_QTY):
            return refuse(c, b"a name comes twice")
        seen |= 1 << name
        if name == NAME_PRICE:
            number = c.at
            if not read_units(c, reading.price_precision, cython.address(entry.price)):
                return False
            if entry.price == 0:
                c.at = number
                return refuse(c, b"a price is zero")
        elif name == NAME_QTY:
            if not read_units(c, reading.qty_precision, cython.address(entry.qty)):
                return False
        elif not skip_value(c):
            return False
    if not (seen & (1 << NAME_PRICE) and seen & (1 << NAME_QTY)):
        return refuse(c, b"a level has no price or no qty")
    return True


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def _out_of_order(entries: cython.pointer(Entries), sign: int64_t) -> cython.bint:
    """Tell whether a snapshot's side does not go strictly from best to worst."""
    place: int64_t
    for place in range(1, entries.count):
        if entries.entries[place].price * sign >= entries.entries[place - 1].price * sign:
            return True
    return False


@cython.cclass
class L2Book:
    """A level 2 book of one pair. Prices are ints of 10^-price_precision, quantities of 10^-qty_precision."""

    def __cinit__(self, depth: cython.int, price_precision: cython.int, qty_precision: cython.int):
        self._bids.sign = 1
        self._asks.sign = -1
        if not 1 <= depth <= 1000:
            raise ValueError(f"depth is 1 to 1000, not {depth}")
        if not (0 <= price_precision <= 18 and 0 <= qty_precision <= 18):
            raise ValueError(f"a precision is 0 to 18, not {price_precision} and {qty_precision}")
        self.depth = depth
        self.price_precision = price_precision
        self.qty_precision = qty_precision
        self._time_ns = -1

    def __dealloc__(self):
        release(cython.address(self._bids))
        release(cython.address(self._asks))

    def apply(self, frame) -> int:
        c: Cursor
        envelope: Envelope
        verdict: cython.int = UNCHECKED
        text: bytes = frame if type(frame) is bytes else bytes(memoryview(frame))
        length: cython.Py_ssize_t = PyBytes_GET_SIZE(text)
        start(cython.address(c), cython.cast(Text, PyBytes_AS_STRING(text)), length)
        if length > FRAME_BYTES_MAX:
            refuse(cython.address(c), b"the frame is too long")
        if c.fault != cython.NULL or not self._read(cython.address(c), cython.address(envelope)):
            raise FrameRefused(f"{c.fault.decode('ascii')} at byte {c.at - c.start}")
        self._change(envelope.snapshot)
        self._time_ns = envelope.time_ns
        if envelope.checksum >= 0:
            if checksum_of(cython.address(self._bids), cython.address(self._asks)) == envelope.checksum:
                verdict = VERIFIED
            else:
                verdict = MISMATCH
        return verdict

    def _read(self, c, envelope):
        """Read a frame into the entries, in the usual layout or in another."""
        first: Text = c.start
        length: cython.Py_ssize_t = c.end - first
        _reading.price_precision = self.price_precision
        _reading.qty_precision = self.qty_precision
        if self._read_usual(c, envelope):
            return True
        start(c, first, length)
        _reading.sides[BIDS].count = 0
        _reading.sides[ASKS].count = 0
        return read_envelope(c, b"book", _read_levels, cython.address(_reading), envelope)

    def _read_usual(self, c, envelope):
        """Read an update as Kraken lays it out. The bytes up to its bids are those of the update before."""
        at: Text = c.at
        if c.end - at < self._lead_length or memcmp(at, self._lead, self._lead_length) != 0 or self._lead_length == 0:
            if not self._learn_lead(c):
                return False
        c.at = at + self._lead_length
        if not _read_levels(c, BIDS, cython.address(_reading)):
            return False
        if c.end - c.at < 9 or memcmp(c.at, b',"asks":[', 9) != 0:
            return False
        c.at += 9
        if not _read_levels(c, ASKS, cython.address(_reading)):
            return False
        if c.end - c.at < 12 or memcmp(c.at, b',"checksum":', 12) != 0:
            return False
        c.at += 12
        if not read_uint32(c, cython.address(envelope.checksum)):
            return False
        if c.end - c.at < 13 or memcmp(c.at, b',"timestamp":', 13) != 0:
            return False
        c.at += 13
        if not read_instant(c, cython.address(envelope.time_ns)):
            return False
        envelope.snapshot = False
        return c.end - c.at == 3 and memcmp(c.at, b"}]}", 3) == 0

    def _learn_lead(self, c):
        """Remember the bytes of an update up to its bids, where they are as Kraken writes them."""
        opening: cython.p_const_char = b'{"channel":"book","type":"update","data":[{"symbol":"'
        at: Text = c.at
        if c.end - at < 96 or memcmp(at, opening, 53) != 0:
            return False
        at += 53
        # A symbol of plain characters: no escape, no control character, ASCII.
        while at - c.at < 80 and at[0] > 32 and at[0] < 127 and at[0] != 34 and at[0] != 92:
            at += 1
        if memcmp(at, b'","bids":[', 10) != 0:
            return False
        at += 10
        self._lead_length = cython.cast(cython.int, at - c.at)
        memcpy(self._lead, c.at, self._lead_length)
        return True

    def _change(self, snapshot):
        """Do what the entries say. Room is made first; nothing after that can fail."""
        side: cython.pointer(Ladder)
        entries: cython.pointer(Entries)
        number: cython.int
        place: int64_t
        bid: Level
        ask: Level
        flaws: cython.int = 0
        top_of(cython.address(self._bids), cython.address(bid))
        top_of(cython.address(self._asks), cython.address(ask))
        if not (
            reserve(cython.address(self._bids), _reading.sides[BIDS].count)
            and reserve(cython.address(self._asks), _reading.sides[ASKS].count)
        ):
            raise MemoryError("there is no memory for the book")
        for number in range(2):
            side = cython.address(self._bids) if number == BIDS else cython.address(self._asks)
            entries = cython.address(_reading.sides[number])
            if snapshot:
                empty(side)
                if _out_of_order(entries, side.sign):
                    flaws |= OUT_OF_ORDER
            for place in range(entries.count):
                set_qty(side, entries.entries[place].price * side.sign, entries.entries[place].qty)
            if side.count > self.depth:
                if snapshot:
                    flaws |= TOO_DEEP
                truncate(side, self.depth)
        self.flaws = flaws | flaw_of_order(cython.address(self._bids), cython.address(self._asks))
        self.top_changed = not (
            is_top(cython.address(self._bids), cython.address(bid))
            and is_top(cython.address(self._asks), cython.address(ask))
        )
        return 0

    def clear(self) -> None:
        empty(cython.address(self._bids))
        empty(cython.address(self._asks))
        self.flaws = 0
        self.top_changed = False
        self._time_ns = -1

    def checksum(self) -> int:
        return checksum_of(cython.address(self._bids), cython.address(self._asks))

    def bids(self, n=None) -> list:
        return levels_of(cython.address(self._bids), self.depth if n is None else n)

    def asks(self, n=None) -> list:
        return levels_of(cython.address(self._asks), self.depth if n is None else n)

    def level_qty(self, side: str, price_ticks: int64_t) -> int:
        level: cython.pointer(Level)
        if is_ask(side):
            level = seek(cython.address(self._asks), -price_ticks)
        else:
            level = seek(cython.address(self._bids), price_ticks)
        return 0 if level == cython.NULL else level.qty

    def microprice(self):
        return microprice_of(cython.address(self._bids), cython.address(self._asks))

    def imbalance(self, n=None):
        count: int64_t = self.depth if n is None else n
        return imbalance_of(cython.address(self._bids), cython.address(self._asks), count)

    def cost_to_fill(self, side: str, qty_lots: int64_t) -> tuple:
        if is_ask(side):
            return cost_of(cython.address(self._bids), qty_lots)
        return cost_of(cython.address(self._asks), qty_lots)

    @property
    def best_bid(self):
        return price_of(cython.address(self._bids))

    @property
    def best_ask(self):
        return price_of(cython.address(self._asks))

    @property
    def best_bid_qty(self) -> int:
        return qty_of(cython.address(self._bids))

    @property
    def best_ask_qty(self) -> int:
        return qty_of(cython.address(self._asks))

    @property
    def bid_count(self) -> int:
        return self._bids.count

    @property
    def ask_count(self) -> int:
        return self._asks.count

    @property
    def time_ns(self):
        return None if self._time_ns < 0 else self._time_ns
