"""The frame around the levels or orders of a book, in any layout that JSON allows.

`{"channel":...,"type":...,"data":[{"symbol":...,"bids":[...],"asks":[...],"checksum":...,"timestamp":...}]}`
(websocket-v2.md 4.3, 6.2, 7.3). A name we know may come once; others are skipped.

Pure. Imports: digits, instant, layout, scan, walk. Imported by: l2_frame, l3.
"""

import cython
from cython.cimports.fathom.kernel.digits import read_uint32
from cython.cimports.fathom.kernel.instant import read_instant
from cython.cimports.fathom.kernel.layout import (
    ASKS,
    BIDS,
    NAME_ASKS,
    NAME_BIDS,
    NAME_CHANNEL,
    NAME_CHECKSUM,
    NAME_DATA,
    NAME_END,
    NAME_FAULT,
    NAME_OTHER,
    NAME_SYMBOL,
    NAME_TIMESTAMP,
    NAME_TYPE,
    Cursor,
    Envelope,
    Name,
    SideReader,
)
from cython.cimports.fathom.kernel.scan import at_end, refuse, skip_space, skip_string, skip_value
from cython.cimports.fathom.kernel.walk import next_name, open_with, short_text
from cython.cimports.libc.stdint import int64_t
from cython.cimports.libc.string import memcmp, strlen


def read_usual(c, opening, reader, into, out):
    """Read a whole update that starts with `opening`, up to the brace of its data; where it does not, stay in front."""
    length: int64_t = strlen(opening)
    out.snapshot = False
    out.checksum = -1
    out.time_ns = -1
    if c.end - c.at < length or memcmp(c.at, opening, length) != 0:
        return False
    c.at += length
    return _book(c, reader, into, out) and c.end - c.at == 2 and c.at[0] == 93 and c.at[1] == 125


def read_envelope(c, channel, reader, into, out):
    """Read a whole frame. `reader` reads each side's array, from behind its bracket to behind the closing one."""
    seen: cython.int = 0
    name: Name
    out.snapshot = False
    out.checksum = -1
    out.time_ns = -1
    skip_space(c)
    if not open_with(c, 123, b"an object was expected"):
        return False
    while True:
        name = next_name(c, seen == 0)
        if name == NAME_FAULT:
            return False
        if name == NAME_END:
            break
        if not _once(c, name, cython.address(seen)):
            return False
        if name == NAME_CHANNEL:
            if not _word(c, channel):
                return refuse(c, b"the channel is another")
        elif name == NAME_TYPE:
            if not _type(c, out):
                return False
        elif name == NAME_DATA:
            if not _data(c, reader, into, out):
                return False
        elif not skip_value(c):
            return False
    if not (seen & (1 << NAME_CHANNEL) and seen & (1 << NAME_TYPE) and seen & (1 << NAME_DATA)):
        return refuse(c, b"channel, type or data is missing")
    return at_end(c)


@cython.cfunc
@cython.inline
@cython.nogil
@cython.exceptval(check=False)
def _once(c: cython.pointer(Cursor), name: Name, seen: cython.pointer(cython.int)) -> cython.bint:
    """Note a name; refuse one of ours that was there before."""
    bit: cython.int = 1 << name
    if seen[0] & bit and name > NAME_OTHER:
        return refuse(c, b"a name comes twice")
    seen[0] |= bit
    return True


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def _word(c: cython.pointer(Cursor), word: cython.p_const_char) -> cython.bint:
    """Read a string, and tell whether it is `word`."""
    length: int64_t = strlen(word)
    if not skip_string(c):
        return False
    if not c.escaped:
        return c.length == length and memcmp(c.text, word, length) == 0
    return short_text(c) == length and memcmp(c.name, word, length) == 0


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def _type(c: cython.pointer(Cursor), out: cython.pointer(Envelope)) -> cython.bint:
    length: int64_t
    if not skip_string(c):
        return False
    length = short_text(c)
    if length == 6 and memcmp(c.name, b"update", 6) == 0:
        return True
    if length == 8 and memcmp(c.name, b"snapshot", 8) == 0:
        out.snapshot = True
        return True
    return refuse(c, b"the type is neither snapshot nor update")


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def _data(
    c: cython.pointer(Cursor), reader: SideReader, into: cython.p_void, out: cython.pointer(Envelope)
) -> cython.bint:
    """Read the array of one object."""
    if not open_with(c, 91, b"an array was expected"):
        return False
    if not open_with(c, 123, b"an object was expected"):
        return False
    if not _book(c, reader, into, out):
        return False
    skip_space(c)
    if c.at[0] != 93:
        return refuse(c, b"data is not one object")
    c.at += 1
    return True


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def _book(
    c: cython.pointer(Cursor), reader: SideReader, into: cython.p_void, out: cython.pointer(Envelope)
) -> cython.bint:
    seen: cython.int = 0
    name: Name
    while True:
        name = next_name(c, seen == 0)
        if name == NAME_FAULT:
            return False
        if name == NAME_END:
            return True
        if not _once(c, name, cython.address(seen)):
            return False
        if name in {NAME_BIDS, NAME_ASKS}:
            if not open_with(c, 91, b"an array was expected"):
                return False
            if not reader(c, BIDS if name == NAME_BIDS else ASKS, into):
                return False
        elif name == NAME_CHECKSUM and c.at[0] != 110:
            if not read_uint32(c, cython.address(out.checksum)):
                return False
        elif name == NAME_TIMESTAMP:
            if not read_instant(c, cython.address(out.time_ns)):
                return False
        elif name == NAME_SYMBOL:
            if not skip_string(c):
                return False
        elif not skip_value(c):
            return False
