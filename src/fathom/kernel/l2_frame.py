"""The levels of a level 2 frame: from text to entries (websocket-v2.md 6.2).

The usual layout has a path of its own, as strict as the general one, which is taken whenever the first gives up.

Pure. Imports: digits, envelope, instant, layout, scan, walk. Imported by: l2.
"""

import cython
from cython.cimports.fathom.kernel.digits import read_uint32, read_units
from cython.cimports.fathom.kernel.envelope import read_envelope
from cython.cimports.fathom.kernel.instant import read_instant
from cython.cimports.fathom.kernel.layout import (
    ASKS,
    BIDS,
    ENTRIES_MAX,
    NAME_END,
    NAME_FAULT,
    NAME_PRICE,
    NAME_QTY,
    Cursor,
    Entries,
    Entry,
    Envelope,
    Lead,
    LevelReading,
    Name,
    Text,
)
from cython.cimports.fathom.kernel.scan import refuse, skip_value, start
from cython.cimports.fathom.kernel.walk import next_item, next_name, open_with
from cython.cimports.libc.stdint import int64_t
from cython.cimports.libc.stdlib import realloc
from cython.cimports.libc.string import memcmp, memcpy


def read_l2(c, reading, lead, envelope):
    """Read a whole frame, in the usual layout or in another."""
    first: Text = c.start
    length: int64_t = c.end - first
    if _read_usual(c, reading, lead, envelope):
        return True
    start(c, first, length)
    reading.sides[BIDS].count = 0
    reading.sides[ASKS].count = 0
    return read_envelope(c, b"book", _read_levels, reading, envelope)


@cython.cfunc
@cython.inline
@cython.nogil
@cython.exceptval(check=False)
def _has_lead(c: cython.pointer(Cursor), lead: cython.pointer(Lead)) -> cython.bint:
    """Tell whether the frame starts as the usual update before it."""
    length: cython.int = lead.length
    return length > 0 and c.end - c.at >= length and memcmp(c.at, lead.text, length) == 0


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def _learn_lead(c: cython.pointer(Cursor), lead: cython.pointer(Lead)) -> cython.bint:
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
    lead.length = cython.cast(cython.int, at - c.at)
    memcpy(lead.text, c.at, lead.length)
    return True


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def _read_usual(
    c: cython.pointer(Cursor),
    reading: cython.pointer(LevelReading),
    lead: cython.pointer(Lead),
    envelope: cython.pointer(Envelope),
) -> cython.bint:
    """Read an update as Kraken lays it out. The bytes up to its bids are those of the update before."""
    at: Text = c.at
    if not _has_lead(c, lead) and not _learn_lead(c, lead):
        return False
    c.at = at + lead.length
    if not _read_levels(c, BIDS, reading):
        return False
    if c.end - c.at < 9 or memcmp(c.at, b',"asks":[', 9) != 0:
        return False
    c.at += 9
    if not _read_levels(c, ASKS, reading):
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
        if seen & (1 << name) and name in {NAME_PRICE, NAME_QTY}:
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


def out_of_order(entries, sign):
    """Tell whether a snapshot's side does not go strictly from best to worst."""
    place: int64_t
    for place in range(1, entries.count):
        if entries.entries[place].price * sign >= entries.entries[place - 1].price * sign:
            return True
    return False
