"""A strict cursor over one JSON text (RFC 8259): what it accepts, every strict parser accepts.

Every function stops at the first byte that breaks a rule, leaves the cursor there and says what is wrong. Two
limits are ours: nesting (NESTING_MAX) and that bytes from 0x80 on are valid UTF-8.

Pure. Imports: layout. Imported by: digits, envelope, instant, l2, l2_frame, l3, l3_frame, peek, walk.
"""

import cython
from cython.cimports.fathom.kernel.layout import NESTING_MAX, Cursor, Nesting, Text, load8, specials, trailing_zeros
from cython.cimports.libc.stdint import uint32_t, uint64_t
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
            word = specials(load8(at))
            if word == 0:
                at += 8
                continue
            at += trailing_zeros(word) >> 3
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
        unit = hex4(c.at + 2)
        if unit < 0:
            return refuse(c, b"an escape is not four hexadecimal digits")
        c.at += 6
        return True
    if what in {34, 92, 47, 98, 102, 110, 114, 116}:
        c.at += 2
        return True
    return refuse(c, b"an escape is unknown")


def hex4(at):
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
    kinds = cython.declare(Nesting)
    depth: cython.int = 0
    bit: uint32_t
    lead: cython.uchar
    while True:
        # A value is expected here.
        lead = c.at[0]
        if lead in {123, 91}:
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
                if not skip_name(c):
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
                if bit and not skip_name(c):
                    return False
                break
            if c.at[0] != (125 if bit else 93):
                return refuse(c, b"a comma or a closing bracket was expected")
            c.at += 1
            depth -= 1


def skip_name(c):
    """Step over a member's name, its colon, and the white space around that."""
    if not skip_string(c):
        return False
    skip_space(c)
    if c.at[0] != 58:
        return refuse(c, b"a colon was expected")
    c.at += 1
    skip_space(c)
    return True


def at_end(c):
    """Step over white space, behind which the text must end."""
    skip_space(c)
    if c.at != c.end:
        return refuse(c, b"something follows the frame")
    return True


def check(text: bytes) -> None:
    """Read one JSON text. Raises ValueError with what is wrong and at which byte."""
    c = cython.declare(Cursor)
    start(cython.address(c), text, len(text))
    skip_space(cython.address(c))
    if not skip_value(cython.address(c)) or not at_end(cython.address(c)):
        raise ValueError(f"{c.fault.decode('ascii')} at byte {c.at - c.start}")
