"""A strict cursor over one JSON text (RFC 8259): what it accepts, every strict parser accepts.

Every function stops at the first byte that breaks a rule, leaves the cursor there and says what is wrong. Two
limits are ours: nesting (NESTING_MAX) and that bytes from 0x80 on are valid UTF-8.

Pure. Imports: layout. Imported by: digits, instant, envelope, l2, l3, peek.
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
    NESTING_MAX,
    Cursor,
    Name,
    Nesting,
    Text,
    has_special,
    load8,
)
from cython.cimports.libc.stdint import int64_t, uint32_t, uint64_t
from cython.cimports.libc.string import memcmp


def start(c, at, length):
    """Set the cursor to the first byte of a text that ends with a NUL at `length`."""
    c.start = at
    c.at = at
    c.end = at + length
    c.fault = cython.NULL


def refuse(c, fault):
    """Note what is wrong where the cursor stands, and return False."""
    if c.fault == cython.NULL:
        c.fault = fault
    return False


def skip_space(c):
    """Step over white space."""
    while c.at[0] == 32 or c.at[0] == 10 or c.at[0] == 13 or c.at[0] == 9:
        c.at += 1


def skip_string(c):
    """Step over a string. `text`, `length` and `escaped` then tell what was between the quotes."""
    at: Text = c.at
    word: uint64_t
    if at[0] != 34:
        return refuse(c, b"a string was expected")
    at += 1
    c.text = at
    c.escaped = False
    while True:
        if c.end - at >= 8:
            word = load8(at)
            if not has_special(word):
                at += 8
                continue
        while at[0] >= 32 and at[0] < 128 and at[0] != 34 and at[0] != 92:
            at += 1
        if at[0] == 34:
            c.length = at - c.text
            c.at = at + 1
            return True
        c.at = at
        if at[0] == 92:
            c.escaped = True
            if not _skip_escape(c):
                return False
        elif at[0] >= 128:
            if not _skip_utf8(c):
                return False
        elif at == c.end:
            return refuse(c, b"a string does not end")
        else:
            return refuse(c, b"a control character stands in a string")
        at = c.at


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def _skip_escape(c: cython.pointer(Cursor)) -> cython.bint:
    what: cython.uchar = c.at[1]
    unit: cython.int
    if what == 117:
        unit = _hex4(c, c.at + 2)
        if unit < 0:
            return refuse(c, b"an escape is not four hexadecimal digits")
        c.at += 6
        return True
    if what == 34 or what == 92 or what == 47 or what == 98 or what == 102 or what == 110 or what == 114 or what == 116:
        c.at += 2
        return True
    return refuse(c, b"an escape is unknown")


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def _hex4(c: cython.pointer(Cursor), at: Text) -> cython.int:
    """Return the value of four hexadecimal digits, or -1. Stops at the first that is none, so never past the NUL."""
    value: cython.int = 0
    place: cython.int
    digit: cython.int
    for place in range(4):
        digit = at[place]
        if 48 <= digit <= 57:
            digit -= 48
        elif 65 <= digit <= 70:
            digit -= 55
        elif 97 <= digit <= 102:
            digit -= 87
        else:
            return -1
        value = value * 16 + digit
    return value


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def _skip_utf8(c: cython.pointer(Cursor)) -> cython.bint:
    """Step over one character of two to four bytes (RFC 3629: no overlong form, no surrogate, at most U+10FFFF)."""
    at: Text = c.at
    lead: cython.uchar = at[0]
    more: cython.int
    place: cython.int
    lowest: cython.uchar = 0x80
    highest: cython.uchar = 0xBF
    if 0xC2 <= lead <= 0xDF:
        more = 1
    elif 0xE0 <= lead <= 0xEF:
        more = 2
        if lead == 0xE0:
            lowest = 0xA0
        elif lead == 0xED:
            highest = 0x9F
    elif 0xF0 <= lead <= 0xF4:
        more = 3
        if lead == 0xF0:
            lowest = 0x90
        elif lead == 0xF4:
            highest = 0x8F
    else:
        return refuse(c, b"a byte is not UTF-8")
    for place in range(1, more + 1):
        if at[place] < lowest or at[place] > highest:
            return refuse(c, b"a byte is not UTF-8")
        lowest = 0x80
        highest = 0xBF
    c.at = at + more + 1
    return True


def skip_number(c):
    """Step over a number of any size."""
    if c.at[0] == 45:
        c.at += 1
    if c.at[0] == 48:
        c.at += 1
    elif not _skip_digits(c):
        return False
    if c.at[0] == 46:
        c.at += 1
        if not _skip_digits(c):
            return False
    if c.at[0] == 101 or c.at[0] == 69:
        c.at += 1
        if c.at[0] == 43 or c.at[0] == 45:
            c.at += 1
        if not _skip_digits(c):
            return False
    if 48 <= c.at[0] <= 57:
        return refuse(c, b"a number has a leading zero")
    return True


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def _skip_digits(c: cython.pointer(Cursor)) -> cython.bint:
    if c.at[0] < 48 or c.at[0] > 57:
        return refuse(c, b"a digit was expected")
    while 48 <= c.at[0] <= 57:
        c.at += 1
    return True


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def _skip_word(c: cython.pointer(Cursor), word: cython.p_const_char, length: cython.int) -> cython.bint:
    if c.end - c.at < length or memcmp(c.at, word, length) != 0:
        return refuse(c, b"a value was expected")
    c.at += length
    return True


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def _skip_scalar(c: cython.pointer(Cursor)) -> cython.bint:
    lead: cython.uchar = c.at[0]
    if lead == 34:
        return skip_string(c)
    if lead == 45 or 48 <= lead <= 57:
        return skip_number(c)
    if lead == 116:
        return _skip_word(c, b"true", 4)
    if lead == 102:
        return _skip_word(c, b"false", 5)
    if lead == 110:
        return _skip_word(c, b"null", 4)
    return refuse(c, b"a value was expected")


def skip_value(c):
    """Step over a value of any kind. Its nesting is kept in bits, not in calls."""
    kinds: Nesting
    depth: cython.int = 0
    bit: uint32_t
    lead: cython.uchar
    while True:
        # A value is expected here.
        lead = c.at[0]
        if lead == 123 or lead == 91:
            if depth == NESTING_MAX:
                return refuse(c, b"the text is nested too deeply")
            bit = cython.cast(uint32_t, 1) << (depth & 31)
            if lead == 123:
                kinds.objects[depth >> 5] |= bit
            else:
                kinds.objects[depth >> 5] &= ~bit
            depth += 1
            c.at += 1
            skip_space(c)
            if lead == 123 and c.at[0] != 125:
                if not _skip_name(c):
                    return False
                continue
            if lead == 91 and c.at[0] != 93:
                continue
            depth -= 1
            c.at += 1
        elif not _skip_scalar(c):
            return False
        # A value has ended here.
        while True:
            if depth == 0:
                return True
            skip_space(c)
            bit = (kinds.objects[(depth - 1) >> 5] >> ((depth - 1) & 31)) & 1
            if c.at[0] == 44:
                c.at += 1
                skip_space(c)
                if bit and not _skip_name(c):
                    return False
                break
            if c.at[0] != (125 if bit else 93):
                return refuse(c, b"a comma or a closing bracket was expected")
            c.at += 1
            depth -= 1


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def _skip_name(c: cython.pointer(Cursor)) -> cython.bint:
    """Step over a member's name, its colon, and the white space around that."""
    if not skip_string(c):
        return False
    skip_space(c)
    if c.at[0] != 58:
        return refuse(c, b"a colon was expected")
    c.at += 1
    skip_space(c)
    return True


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
    if not _skip_name(c):
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


def at_end(c):
    """Step over white space, behind which the text must end."""
    skip_space(c)
    if c.at != c.end:
        return refuse(c, b"something follows the frame")
    return True


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
            unit = _hex4(c, at + 2)
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


def check(text: bytes) -> None:
    """Read one JSON text. Raises ValueError with what is wrong and at which byte."""
    c: Cursor
    start(cython.address(c), text, len(text))
    skip_space(cython.address(c))
    if not skip_value(cython.address(c)) or not at_end(cython.address(c)):
        raise ValueError(f"{c.fault.decode('ascii')} at byte {c.at - c.start}")
