"""Numbers: from JSON's decimal text to ticks and lots, exactly or not at all.

Pure. Imports: layout, scan. Imported by: envelope, l2_frame, l3_frame.
"""

import cython
from cython.cimports.fathom.kernel.layout import (
    INT64_MAX,
    ZEROS,
    Cursor,
    Text,
    eight_digits,
    load8,
    others,
    trailing_zeros,
)
from cython.cimports.fathom.kernel.scan import refuse, skip_number, start
from cython.cimports.libc.stdint import UINT32_MAX, int64_t, uint64_t

_EXPONENT_MAX = cython.declare(int64_t, 1000000000000)  # Beyond it no frame has digits enough to make up for it.
_TENS = cython.declare(uint64_t[20])


@cython.cfunc
def _fill_tens() -> cython.void:
    power: cython.int
    _TENS[0] = 1
    for power in range(1, 20):
        _TENS[power] = _TENS[power - 1] * 10


_fill_tens()


@cython.cfunc
@cython.inline
@cython.nogil
@cython.exceptval(check=False)
def _run(at: Text, value: cython.pointer(int64_t)) -> cython.int:
    """Read the digits at `at`, at most eight; return how many. Eight bytes must be there."""
    word: uint64_t = load8(at) ^ ZEROS
    end: uint64_t = others(word)
    count: cython.int
    if end == 0:
        value[0] = eight_digits(word)
        return 8
    count = trailing_zeros(end) >> 3
    if count == 0:
        value[0] = 0
        return 0
    value[0] = eight_digits(word << (64 - 8 * count))
    return count


def read_units(c, precision, units):
    """Read a number as an int of 10^-precision and step over it; refuse what is negative, finer, or too large."""
    at: Text = c.at
    whole: int64_t = 0
    part: int64_t = 0
    whole_count: cython.int
    part_count: cython.int = 0
    # As Kraken writes them: up to eight digits, a point, up to eight digits, at full precision.
    if c.end - at >= 24 and precision <= 10:
        whole_count = _run(at, cython.address(whole))
        if whole_count > 0 and (at[0] != 48 or whole_count == 1):
            at += whole_count
            if at[0] == 46:
                part_count = _run(at + 1, cython.address(part))
                at += part_count + 1
            if part_count <= precision and (part_count > 0 or (at - 1)[0] != 46) and (at[0] == 44 or at[0] == 125):
                c.at = at
                if part_count == precision:
                    units[0] = whole * cython.cast(int64_t, _TENS[precision]) + part
                else:
                    units[0] = (whole * cython.cast(int64_t, _TENS[part_count]) + part) * cython.cast(
                        int64_t, _TENS[precision - part_count]
                    )
                return True
    return _read_any(c, precision, units)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def _read_any(c: cython.pointer(Cursor), precision: cython.int, units: cython.pointer(int64_t)) -> cython.bint:
    """Read a number of any form: its digits, without zeros at either end, and the power of ten of the last."""
    first: Text = c.at
    at: Text = c.at
    value: uint64_t = 0
    count: int64_t = 0  # Digits in value.
    zeros: int64_t = 0  # Zeros since its last digit: they join it when another digit follows.
    power: int64_t = 0
    behind_point: cython.bint = False
    if not skip_number(c):
        return False
    if at[0] == 45:
        c.at = first
        return refuse(c, b"a number is negative")
    while at < c.at and at[0] != 101 and at[0] != 69:
        if at[0] == 46:
            behind_point = True
        else:
            power -= behind_point
            if at[0] == 48:
                zeros += 1
            else:
                if count > 0:
                    count += zeros
                    if count <= 18:
                        value *= _TENS[zeros]
                zeros = 0
                count += 1
                if count <= 19:
                    value = value * 10 + (at[0] - 48)
        at += 1
    power += zeros
    if at < c.at:
        power += _exponent(at + 1, c.at)
    if count == 0:
        units[0] = 0
        return True
    power += precision
    if power < 0:
        c.at = first
        return refuse(c, b"a number is finer than the precision")
    if count > 19 or power > 18 or value > INT64_MAX // _TENS[power]:
        c.at = first
        return refuse(c, b"a number does not fit 64 bits")
    units[0] = cython.cast(int64_t, value * _TENS[power])
    return True


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def _exponent(at: Text, end: Text) -> int64_t:
    exponent: int64_t = 0
    down: cython.bint = at[0] == 45
    if at[0] == 45 or at[0] == 43:
        at += 1
    while at < end:
        if exponent < _EXPONENT_MAX:
            exponent = exponent * 10 + (at[0] - 48)
        at += 1
    return -exponent if down else exponent


def read_uint32(c, number):
    """Read an unsigned int of 32 bits and step over it."""
    at: Text = c.at
    value: int64_t = 0
    while at[0] >= 48 and at[0] <= 57 and at - c.at < 11:
        value = value * 10 + (at[0] - 48)
        at += 1
    if at == c.at or (c.at[0] == 48 and at - c.at > 1) or value > UINT32_MAX:
        return refuse(c, b"an unsigned int of 32 bits was expected")
    if at[0] == 46 or at[0] == 101 or at[0] == 69:
        return refuse(c, b"an unsigned int of 32 bits was expected")
    c.at = at
    number[0] = value
    return True


def units(text: bytes, precision: int) -> int:
    """Return the JSON number `text` as an int of 10^-precision. Raises ValueError where it is not exactly one."""
    c = cython.declare(Cursor)
    value: int64_t = 0
    start(cython.address(c), text, len(text))
    if not read_units(cython.address(c), precision, cython.address(value)):
        raise ValueError(f"{c.fault.decode('ascii')} at byte {c.at - c.start}")
    if c.at != c.end and c.at[0] != 44:
        raise ValueError(f"something follows the number at byte {c.at - c.start}")
    return value


def uint32(text: bytes) -> int:
    """Return the JSON number `text` as an int. Raises ValueError where it is no unsigned int of 32 bits."""
    c = cython.declare(Cursor)
    value: int64_t = 0
    start(cython.address(c), text, len(text))
    if not read_uint32(cython.address(c), cython.address(value)) or c.at != c.end:
        raise ValueError(f"an unsigned int of 32 bits was expected at byte {c.at - c.start}")
    return value
