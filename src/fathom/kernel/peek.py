"""What a frame is, without decoding it: its channel, its type, its first symbol. Every frame is routed by this.

It reads as far as it must: what stands behind the symbol is not looked at. The strings it answers with are made once.

Pure. Imports: held, layout, scan, walk. Imported by: nothing in the kernel.
"""

import json

import cython
from cython.cimports.fathom.kernel.held import hold, let_go
from cython.cimports.fathom.kernel.layout import (
    KNOWN_MAX,
    NAME_CHANNEL,
    NAME_DATA,
    NAME_END,
    NAME_FAULT,
    NAME_SYMBOL,
    NAME_TYPE,
    Cursor,
    Held,
    Known,
    Name,
    Part,
    Parts,
    Text,
    load8,
    mixed,
)
from cython.cimports.fathom.kernel.scan import at_end, skip_space, skip_string, skip_value, start
from cython.cimports.fathom.kernel.walk import next_item, next_name, open_with
from cython.cimports.libc.stdint import int64_t, uint64_t
from cython.cimports.libc.string import memcmp, memcpy

_NOTHING = ("", "", "")

# What was answered before, by the bytes it was made of; an entry gives way to the next that wants its place.
_known = cython.declare(Known[KNOWN_MAX])
_answers: list = [None] * KNOWN_MAX


def peek(frame) -> tuple:
    """Return (channel, type, symbol) of a frame; "" for each that it does not have.

    The symbol is that of the first object in `data`. A name that comes twice counts the first time. What is not a
    frame at all is ("", "", ""): nothing is raised.
    """
    held = cython.declare(Held)
    answer: tuple
    try:
        hold(frame, cython.address(held))
    except TypeError:
        return _NOTHING
    try:
        answer = _look(cython.address(held))
    finally:
        let_go(cython.address(held))
    return answer


@cython.cfunc
def _look(held: cython.pointer(Held)) -> tuple:
    c = cython.declare(Cursor)
    parts = cython.declare(Parts)
    start(cython.address(c), held.text, held.length)
    if not _find_usual(cython.address(c), cython.address(parts)):
        c.at = c.start
        if not _find(cython.address(c), cython.address(parts)):
            return _NOTHING
    return _answer(cython.address(parts))


@cython.cfunc
@cython.inline
@cython.nogil
@cython.exceptval(check=False)
def _plain_string(c: cython.pointer(Cursor), part: cython.pointer(Part)) -> cython.bint:
    """Step over the rest of a string of plain ASCII, and its closing quote."""
    at: Text = c.at
    while at[0] >= 32 and at[0] < 128 and at[0] != 34 and at[0] != 92:
        at += 1
    if at[0] != 34:
        return False
    part.text = c.at
    part.length = at - c.at
    part.escaped = False
    c.at = at + 1
    return True


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def _find_usual(c: cython.pointer(Cursor), parts: cython.pointer(Parts)) -> cython.bint:
    """Find the parts in a frame of a market channel as Kraken lays it out."""
    if c.end - c.at < 64 or memcmp(c.at, b'{"channel":"', 12) != 0:
        return False
    c.at += 12
    if not _plain_string(c, cython.address(parts.channel)):
        return False
    if c.end - c.at < 32 or memcmp(c.at, b',"type":"', 9) != 0:
        return False
    c.at += 9
    if not _plain_string(c, cython.address(parts.type)):
        return False
    if c.end - c.at < 32 or memcmp(c.at, b',"data":[{', 10) != 0:
        return False
    c.at += 10
    if memcmp(c.at, b'"checksum":', 11) == 0:
        c.at += 11
        if c.at[0] < 49 or c.at[0] > 57:
            return False
        while 48 <= c.at[0] <= 57:
            c.at += 1
        if c.end - c.at < 16 or c.at[0] != 44:
            return False
        c.at += 1
    if memcmp(c.at, b'"symbol":"', 10) != 0:
        return False
    c.at += 10
    return _plain_string(c, cython.address(parts.symbol))


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def _find(c: cython.pointer(Cursor), parts: cython.pointer(Parts)) -> cython.bint:
    """Find the parts in any frame; False where it is not JSON as far as it must be read."""
    name: Name
    first: cython.bint = True
    data_seen: cython.bint = False
    parts.channel.text = cython.NULL
    parts.type.text = cython.NULL
    parts.symbol.text = cython.NULL
    skip_space(c)
    if not open_with(c, 123, b"an object was expected"):
        return False
    while True:
        name = next_name(c, first)
        first = False
        if name == NAME_FAULT:
            return False
        if name == NAME_END:
            return at_end(c)
        if name == NAME_CHANNEL:
            if not _string_or_skip(c, cython.address(parts.channel)):
                return False
        elif name == NAME_TYPE:
            if not _string_or_skip(c, cython.address(parts.type)):
                return False
        elif name == NAME_DATA and c.at[0] == 91 and not data_seen:
            data_seen = True
            if not _find_symbol(c, parts):
                return False
        elif not skip_value(c):
            return False
        if _complete(parts):
            return True


@cython.cfunc
@cython.inline
@cython.nogil
@cython.exceptval(check=False)
def _complete(parts: cython.pointer(Parts)) -> cython.bint:
    return parts.channel.text != cython.NULL and parts.type.text != cython.NULL and parts.symbol.text != cython.NULL  # noqa: PLR1714 - pointers, one by one


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def _string_or_skip(c: cython.pointer(Cursor), part: cython.pointer(Part)) -> cython.bint:
    """Read a string into `part`, unless that is found already; step over anything else."""
    if c.at[0] != 34 or part.text != cython.NULL:
        return skip_value(c)
    if not skip_string(c):
        return False
    part.text = c.text
    part.length = c.length
    part.escaped = c.escaped
    return True


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def _find_symbol(c: cython.pointer(Cursor), parts: cython.pointer(Parts)) -> cython.bint:
    """Step over an array; the first of its values may be an object with the symbol."""
    name: Name
    item: cython.int
    first: cython.bint = True
    if not open_with(c, 91, b"an array was expected"):
        return False
    if c.at[0] == 123:
        if not open_with(c, 123, b"an object was expected"):
            return False
        while True:
            name = next_name(c, first)
            first = False
            if name == NAME_FAULT:
                return False
            if name == NAME_END:
                break
            if name == NAME_SYMBOL:
                if not _string_or_skip(c, cython.address(parts.symbol)):
                    return False
                if _complete(parts):
                    return True
            elif not skip_value(c):
                return False
        first = False
    while True:
        item = next_item(c, first)
        first = False
        if item <= 0:
            return item == 0
        if not skip_value(c):
            return False


@cython.cfunc
@cython.inline
@cython.nogil
@cython.exceptval(check=False)
def _hash(part: cython.pointer(Part), seed: uint64_t) -> uint64_t:
    """Mix in the bytes of a part: by eights, then the rest one by one."""
    at: Text = part.text
    left: int64_t = part.length
    while left >= 8:
        seed = mixed(seed ^ load8(at))
        at += 8
        left -= 8
    while left > 0:
        seed = (seed << 8) ^ (seed >> 56) ^ at[0]
        at += 1
        left -= 1
    return mixed(seed)


@cython.cfunc
def _answer(parts: cython.pointer(Parts)) -> tuple:
    known: cython.pointer(Known)
    place: int64_t
    answer: tuple
    total: int64_t = 0
    usual: cython.bint = _complete(parts)
    if usual:
        total = parts.channel.length + parts.type.length + parts.symbol.length
        usual = total <= 61 and not (parts.channel.escaped or parts.type.escaped or parts.symbol.escaped)
    if not usual:
        return _made(parts)
    place = _hash(
        cython.address(parts.symbol), _hash(cython.address(parts.type), _hash(cython.address(parts.channel), 0))
    ) & (KNOWN_MAX - 1)
    known = cython.address(_known[place])
    if (
        known.lengths[0] == parts.channel.length + 1
        and known.lengths[1] == parts.type.length
        and known.lengths[2] == parts.symbol.length
        and memcmp(known.text, parts.channel.text, parts.channel.length) == 0
        and memcmp(known.text + parts.channel.length, parts.type.text, parts.type.length) == 0
        and memcmp(known.text + (total - parts.symbol.length), parts.symbol.text, parts.symbol.length) == 0
    ):
        return cython.cast(tuple, _answers[place])
    answer = _made(parts)
    known.lengths[0] = parts.channel.length + 1  # An entry never used has 0 here.
    known.lengths[1] = parts.type.length
    known.lengths[2] = parts.symbol.length
    memcpy(known.text, parts.channel.text, parts.channel.length)
    memcpy(known.text + parts.channel.length, parts.type.text, parts.type.length)
    memcpy(known.text + (total - parts.symbol.length), parts.symbol.text, parts.symbol.length)
    _answers[place] = answer
    return answer


@cython.cfunc
def _made(parts: cython.pointer(Parts)) -> tuple:
    return (
        _text(cython.address(parts.channel)),
        _text(cython.address(parts.type)),
        _text(cython.address(parts.symbol)),
    )


@cython.cfunc
def _text(part: cython.pointer(Part)) -> str:
    raw: bytes
    if part.text == cython.NULL:
        return ""
    raw = part.text[: part.length]
    return json.loads(b'"' + raw + b'"') if part.escaped else raw.decode()
