"""Walking through objects and arrays: the next member by name, the next item.

Pure. Imports: layout, scan. Imported by: envelope, l2_frame, l3_frame, peek.
"""

import cython
from cython.cimports.fathom.kernel.layout import (
    NAME_ASKS,
    NAME_BIDS,
    NAME_CHANNEL,
    NAME_CHECKSUM,
    NAME_DATA,
    NAME_END,
    NAME_EVENT,
    NAME_FAULT,
    NAME_LIMIT_PRICE,
    NAME_MAX,
    NAME_ORDER_ID,
    NAME_ORDER_QTY,
    NAME_OTHER,
    NAME_PRICE,
    NAME_QTY,
    NAME_SYMBOL,
    NAME_TIMESTAMP,
    NAME_TYPE,
    Cursor,
    Name,
    Text,
)
from cython.cimports.fathom.kernel.scan import hex4, refuse, skip_name, skip_space, skip_value, start
from cython.cimports.libc.stdint import int64_t
from cython.cimports.libc.string import memcmp

_WORDS = (
    "",
    "",
    "other",
    "channel",
    "type",
    "data",
    "symbol",
    "bids",
    "asks",
    "checksum",
    "timestamp",
    "price",
    "qty",
    "event",
    "order_id",
    "limit_price",
    "order_qty",
)


def open_with(c, bracket, fault):
    """Step over an opening bracket and the white space behind it."""
    if c.at[0] != bracket:
        return refuse(c, fault)
    c.at += 1
    skip_space(c)
    return True


def next_name(c, first):
    """Step to the next value of an object and return its name, or to the object's end."""
    if c.at[0] == 125 and first:
        c.at += 1
        return NAME_END
    if not first:
        skip_space(c)
        if c.at[0] == 125:
            c.at += 1
            return NAME_END
        if c.at[0] != 44:
            refuse(c, b"a comma or a closing bracket was expected")
            return NAME_FAULT
        c.at += 1
        skip_space(c)
    if not skip_name(c):
        return NAME_FAULT
    return _known_name(c)


def next_item(c, first):
    """Step to the next value of an array: 1 when there is one, 0 at its end, -1 when something else stands there."""
    if c.at[0] == 93 and first:
        c.at += 1
        return 0
    if not first:
        skip_space(c)
        if c.at[0] == 93:
            c.at += 1
            return 0
        if c.at[0] != 44:
            refuse(c, b"a comma or a closing bracket was expected")
            return -1
        c.at += 1
        skip_space(c)
    return 1


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def _known_name(c: cython.pointer(Cursor)) -> Name:
    text: Text = c.text
    length: int64_t = c.length
    if c.escaped:
        length = short_text(c)
        text = c.name
    if length == 3:
        return NAME_QTY if memcmp(text, b"qty", 3) == 0 else NAME_OTHER
    if length == 4:
        if memcmp(text, b"bids", 4) == 0:
            return NAME_BIDS
        if memcmp(text, b"asks", 4) == 0:
            return NAME_ASKS
        if memcmp(text, b"type", 4) == 0:
            return NAME_TYPE
        return NAME_DATA if memcmp(text, b"data", 4) == 0 else NAME_OTHER
    if length == 5:
        if memcmp(text, b"price", 5) == 0:
            return NAME_PRICE
        return NAME_EVENT if memcmp(text, b"event", 5) == 0 else NAME_OTHER
    if length == 6:
        return NAME_SYMBOL if memcmp(text, b"symbol", 6) == 0 else NAME_OTHER
    if length == 7:
        return NAME_CHANNEL if memcmp(text, b"channel", 7) == 0 else NAME_OTHER
    if length == 8:
        if memcmp(text, b"checksum", 8) == 0:
            return NAME_CHECKSUM
        return NAME_ORDER_ID if memcmp(text, b"order_id", 8) == 0 else NAME_OTHER
    if length == 9:
        if memcmp(text, b"timestamp", 9) == 0:
            return NAME_TIMESTAMP
        return NAME_ORDER_QTY if memcmp(text, b"order_qty", 9) == 0 else NAME_OTHER
    if length == 11:
        return NAME_LIMIT_PRICE if memcmp(text, b"limit_price", 11) == 0 else NAME_OTHER
    return NAME_OTHER


def short_text(c):
    """Resolve the escapes of the last string into `name`; return its length, or -1 where it is no short ASCII text."""
    at: Text = c.text
    end: Text = c.text + c.length
    length: int64_t = 0
    unit: cython.int
    while at < end:
        if length == NAME_MAX:
            return -1
        if at[0] != 92:
            unit = at[0]
            at += 1
        elif at[1] == 117:
            unit = hex4(at + 2)
            at += 6
        else:
            unit = _plain_escape(at[1])
            at += 2
        if unit >= 128:
            return -1
        c.name[length] = cython.cast(cython.uchar, unit)
        length += 1
    return length


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def _plain_escape(what: cython.uchar) -> cython.int:
    if what == 98:
        return 8
    if what == 102:
        return 12
    if what == 110:
        return 10
    if what == 114:
        return 13
    if what == 116:
        return 9
    return what


def names(text: bytes) -> list[str]:
    """Return the kernel's word for each name of the JSON object `text`. Raises ValueError where it is no object."""
    c = cython.declare(Cursor)
    name: Name
    found: list = []
    start(cython.address(c), text, len(text))
    if open_with(cython.address(c), 123, b"an object was expected"):
        while True:
            name = next_name(cython.address(c), not found)
            if name == NAME_END:
                return found
            if name == NAME_FAULT or not skip_value(cython.address(c)):
                break
            found.append(_WORDS[name])
    raise ValueError(f"{c.fault.decode('ascii')} at byte {c.at - c.start}")
