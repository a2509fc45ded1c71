"""The orders of a level 3 frame: from text to events, in any layout (websocket-v2.md 7.3).

Pure. Imports: digits, instant, layout, scan, walk. Imported by: l3.
"""

import cython
from cython.cimports.fathom.kernel.digits import read_units
from cython.cimports.fathom.kernel.instant import read_instant
from cython.cimports.fathom.kernel.layout import (
    ADDS_MAX,
    ENTRIES_MAX,
    EVENT_ADD,
    EVENT_DELETE,
    EVENT_MODIFY,
    EVENT_NONE,
    NAME_END,
    NAME_EVENT,
    NAME_FAULT,
    NAME_LIMIT_PRICE,
    NAME_ORDER_ID,
    NAME_ORDER_QTY,
    NAME_TIMESTAMP,
    ORDER_ID_MAX,
    Cursor,
    Name,
    OrderEvent,
    OrderEvents,
    OrderReading,
    Text,
)
from cython.cimports.fathom.kernel.scan import refuse, skip_string, skip_value
from cython.cimports.fathom.kernel.walk import next_item, next_name, open_with, short_text
from cython.cimports.libc.stdint import int64_t
from cython.cimports.libc.stdlib import realloc
from cython.cimports.libc.string import memcmp


def read_orders(c, side, into):
    """Read one side's array, from behind its bracket to behind the closing one."""
    reading: cython.pointer(OrderReading) = cython.cast(cython.pointer(OrderReading), into)
    events: cython.pointer(OrderEvents) = cython.address(reading.sides[side])
    event: cython.pointer(OrderEvent)
    first: cython.bint = True
    item: cython.int
    count: int64_t = 0
    while True:
        item = next_item(c, first)
        if item <= 0:
            break
        first = False
        if count == events.capacity and not _grow(c, events):
            return False
        event = events.events + count
        event.kind = EVENT_NONE
        event.price = 0
        event.qty = -1
        event.time_ns = -1
        event.id = cython.NULL
        if not _read_usual_order(c, reading, event) and not _read_order(c, reading, event):
            return False
        count += 1
    events.count = count
    return item == 0


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def _grow(c: cython.pointer(Cursor), events: cython.pointer(OrderEvents)) -> cython.bint:
    capacity: int64_t = events.capacity * 2 if events.capacity > 0 else 256
    if capacity > ENTRIES_MAX:
        return refuse(c, b"a side has too many orders")
    grown: cython.pointer(OrderEvent) = cython.cast(
        cython.pointer(OrderEvent), realloc(events.events, capacity * cython.sizeof(OrderEvent))
    )
    if grown == cython.NULL:
        return refuse(c, b"there is no memory for the frame")
    events.events = grown
    events.capacity = capacity
    return True


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def _read_usual_order(
    c: cython.pointer(Cursor), reading: cython.pointer(OrderReading), event: cython.pointer(OrderEvent)
) -> cython.bint:
    """Read an order as Kraken lays it out; where it is anything else, stay in front of it."""
    first: Text = c.at
    if _read_usual_fields(c, reading, event):
        return True
    c.at = first
    c.fault = cython.NULL
    event.kind = EVENT_NONE
    event.price = 0
    event.qty = -1
    event.time_ns = -1
    event.id = cython.NULL
    return False


@cython.cfunc
@cython.inline
@cython.nogil
@cython.exceptval(check=False)
def _read_usual_fields(
    c: cython.pointer(Cursor), reading: cython.pointer(OrderReading), event: cython.pointer(OrderEvent)
) -> cython.bint:
    at: Text = c.at
    if c.end - at < 100 or at[0] != 123:
        return False
    at += 1
    if memcmp(at, b'"event":"', 9) == 0:
        at += 9
        if memcmp(at, b'add",', 5) == 0:
            event.kind = EVENT_ADD
            at += 5
        elif memcmp(at, b'delete",', 8) == 0:
            event.kind = EVENT_DELETE
            at += 8
        elif memcmp(at, b'modify",', 8) == 0:
            event.kind = EVENT_MODIFY
            at += 8
        else:
            return False
    if memcmp(at, b'"order_id":"', 12) != 0:
        return False
    at += 12
    event.id = at
    # An id is at most 36 bytes and 64 are left: the loop ends inside the frame.
    while _is_plain(at[0]) and at - event.id <= ORDER_ID_MAX:
        at += 1
    event.id_length = cython.cast(cython.uint, at - event.id)
    if event.id_length == 0 or event.id_length > ORDER_ID_MAX or memcmp(at, b'","limit_price":', 16) != 0:
        return False
    c.at = at + 16
    if not read_units(c, reading.price_precision, cython.address(event.price)) or event.price == 0:
        return False
    if c.end - c.at < 13 or memcmp(c.at, b',"order_qty":', 13) != 0:
        return False
    c.at += 13
    if not read_units(c, reading.qty_precision, cython.address(event.qty)):
        return False
    if c.end - c.at < 13 or memcmp(c.at, b',"timestamp":', 13) != 0:
        return False
    c.at += 13
    if not read_instant(c, cython.address(event.time_ns)) or c.at[0] != 125:
        return False
    c.at += 1
    return True


@cython.cfunc
@cython.inline
@cython.nogil
@cython.exceptval(check=False)
def _is_plain(byte: cython.uchar) -> cython.bint:
    """Tell whether a byte is printable ASCII that needs no escape in JSON."""
    return 32 <= byte <= 126 and byte not in {34, 92}


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def _read_order(
    c: cython.pointer(Cursor), reading: cython.pointer(OrderReading), event: cython.pointer(OrderEvent)
) -> cython.bint:
    """Read an order in any layout."""
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
        if (name >= NAME_EVENT or name == NAME_TIMESTAMP) and seen & (1 << name):
            return refuse(c, b"a name comes twice")
        seen |= 1 << name
        number = c.at
        if name == NAME_EVENT:
            if not _read_kind(c, event):
                return False
        elif name == NAME_ORDER_ID:
            if not _read_id(c, event):
                return False
        elif name == NAME_LIMIT_PRICE:
            if not read_units(c, reading.price_precision, cython.address(event.price)):
                return False
            if event.price == 0:
                c.at = number
                return refuse(c, b"a price is zero")
        elif name == NAME_ORDER_QTY:
            if not read_units(c, reading.qty_precision, cython.address(event.qty)):
                return False
        elif name == NAME_TIMESTAMP:
            if not read_instant(c, cython.address(event.time_ns)):
                return False
        elif not skip_value(c):
            return False
    if event.id == cython.NULL:
        return refuse(c, b"an order has no id")
    return True


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def _read_kind(c: cython.pointer(Cursor), event: cython.pointer(OrderEvent)) -> cython.bint:
    length: int64_t
    if not skip_string(c):
        return False
    length = short_text(c)
    if length == 3 and memcmp(c.name, b"add", 3) == 0:
        event.kind = EVENT_ADD
    elif length == 6 and memcmp(c.name, b"modify", 6) == 0:
        event.kind = EVENT_MODIFY
    elif length == 6 and memcmp(c.name, b"delete", 6) == 0:
        event.kind = EVENT_DELETE
    else:
        return refuse(c, b"an event is unknown")
    return True


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def _read_id(c: cython.pointer(Cursor), event: cython.pointer(OrderEvent)) -> cython.bint:
    place: int64_t
    if not skip_string(c):
        return False
    if c.length == 0 or c.length > ORDER_ID_MAX:
        return refuse(c, b"an order id is not 1 to 36 bytes")
    for place in range(c.length):
        if not _is_plain(c.text[place]):
            return refuse(c, b"an order id is not plain ASCII")
    event.id = c.text
    event.id_length = cython.cast(cython.uint, c.length)
    return True


def check_orders(c, reading, snapshot):
    """Refuse events without what their kind needs. In a snapshot an order is an add, whether it says so or not."""
    side: cython.int
    place: int64_t
    adds: int64_t
    event: cython.pointer(OrderEvent)
    for side in range(2):
        adds = 0
        for place in range(reading.sides[side].count):
            event = cython.address(reading.sides[side].events[place])
            c.at = event.id
            if snapshot:
                if event.kind not in {EVENT_NONE, EVENT_ADD}:
                    return refuse(c, b"an order of a snapshot is no add")
                event.kind = EVENT_ADD
            elif event.kind == EVENT_NONE:
                return refuse(c, b"an order of an update has no event")
            if event.kind == EVENT_ADD:
                adds += 1
                if event.price == 0:
                    return refuse(c, b"an order has no limit_price")
                if adds > ADDS_MAX and not snapshot:
                    return refuse(c, b"an update adds too many orders")
            if event.kind != EVENT_DELETE and event.qty <= 0:
                return refuse(c, b"an order has no order_qty, or one of zero")
    return True
