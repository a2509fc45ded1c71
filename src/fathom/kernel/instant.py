"""Instants: from RFC 3339 text to ns since 1970.

Pure. Imports: layout, scan. Imported by: envelope, l2_frame, l3_frame.
"""

import cython
from cython.cimports.fathom.kernel.layout import MINUTE_NS, NOT_DIGITS, ZEROS, Cursor, Text, eight_digits, load8, others
from cython.cimports.fathom.kernel.scan import refuse, start
from cython.cimports.libc.stdint import int64_t, uint64_t

# Frames come in order of time: most share their date, hour and minute with the one before. One holder of the
# interpreter's lock at a time runs this, so one memory serves every book.
_last_date = cython.declare(uint64_t, 0)
_last_minute = cython.declare(uint64_t, 0)
_last_minute_ns = cython.declare(int64_t, 0)


def read_instant(c, time_ns):
    """Read a string such as "2024-05-19T16:45:24.204654Z" and step over it. Up to nine digits of a second."""
    global _last_date, _last_minute, _last_minute_ns  # noqa: PLW0603 - a memory of one minute
    at: Text = c.at
    date: uint64_t
    minute: uint64_t
    word: uint64_t
    minute_ns: int64_t = 0
    seconds: int64_t
    ns: int64_t = 0
    if at[0] != 34:
        return refuse(c, b"a time was expected")
    if c.end - at < 22:
        return refuse(c, b"a time is malformed")
    date = load8(at + 1)
    minute = load8(at + 9)
    if date == _last_date and minute == _last_minute:
        minute_ns = _last_minute_ns
    else:
        minute_ns = _minute_ns(at + 1)
        if minute_ns < 0:
            return refuse(c, b"a time is malformed")
        _last_date = date
        _last_minute = minute
        _last_minute_ns = minute_ns
    seconds = _two(at + 18)
    # A leap second counts as the first of the next minute, as in POSIX.
    if at[17] != 58 or seconds < 0 or seconds > 60:
        return refuse(c, b"a time is malformed")
    at += 20
    if at[0] == 46:
        at += 1
        word = load8(at) ^ ZEROS if c.end - at > 8 else NOT_DIGITS
        if others(word) == 0 and 48 <= at[8] <= 57:
            ns = eight_digits(word) * 10 + (at[8] - 48)
            at += 9
        elif others(word << 16) == 0 and at[6] == 90:
            ns = eight_digits(word << 16) * 1000
            at += 6
        elif not _fraction(cython.address(at), cython.address(ns)):
            return refuse(c, b"a time is malformed")
    if at[0] == 90 or at[0] == 122:
        at += 1
    elif not _offset(cython.address(at), cython.address(minute_ns)):
        return refuse(c, b"a time is malformed")
    if at[0] != 34:
        return refuse(c, b"a time is malformed")
    c.at = at + 1
    time_ns[0] = minute_ns + seconds * 1000000000 + ns
    return True


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def _fraction(at: cython.pointer(Text), ns: cython.pointer(int64_t)) -> cython.bint:
    """Read one to nine digits."""
    value: int64_t = 0
    count: cython.int = 0
    while 48 <= at[0][0] <= 57 and count < 9:
        value = value * 10 + (at[0][0] - 48)
        count += 1
        at[0] += 1
    if count == 0:
        return False
    while count < 9:
        value *= 10
        count += 1
    ns[0] = value
    return True


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def _offset(at: cython.pointer(Text), minute_ns: cython.pointer(int64_t)) -> cython.bint:
    """Read "+hh:mm" or "-hh:mm" and take it off the time."""
    sign: int64_t
    hours: int64_t
    minutes: int64_t
    if at[0][0] == 43:
        sign = 1
    elif at[0][0] == 45:
        sign = -1
    else:
        return False
    hours = _two(at[0] + 1)
    if hours < 0 or hours > 23 or at[0][3] != 58:
        return False
    minutes = _two(at[0] + 4)
    if minutes < 0 or minutes > 59:
        return False
    minute_ns[0] -= sign * (hours * 60 + minutes) * MINUTE_NS
    at[0] += 6
    return minute_ns[0] >= 0


@cython.cfunc
@cython.inline
@cython.nogil
@cython.exceptval(check=False)
def _two(at: Text) -> int64_t:
    """Return the value of two digits, or -1. Looks at the second only when the first is one."""
    if at[0] < 48 or at[0] > 57 or at[1] < 48 or at[1] > 57:
        return -1
    return (at[0] - 48) * 10 + (at[1] - 48)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def _minute_ns(at: Text) -> int64_t:
    """Return the time of "2024-05-19T16:45", or -1. From 1970 to 2261: what 64 bits of ns hold."""
    century: int64_t = _two(at)
    year: int64_t = _two(at + 2)
    month: int64_t = _two(at + 5)
    day: int64_t = _two(at + 8)
    hour: int64_t = _two(at + 11)
    minute: int64_t = _two(at + 14)
    leap: cython.bint
    if century < 0 or year < 0 or at[4] != 45 or at[7] != 45 or at[13] != 58:
        return -1
    if at[10] != 84 and at[10] != 116:
        return -1
    year += century * 100
    if year < 1970 or year > 2261 or month < 1 or month > 12 or day < 1 or hour < 0 or hour > 23:
        return -1
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    if minute < 0 or minute > 59 or day > _month_days(month, leap):
        return -1
    # Days since 1970-01-01, counting years from March so that the leap day comes last.
    if month <= 2:
        year -= 1
        month += 12
    day += 365 * year + year // 4 - year // 100 + year // 400 + (153 * (month - 3) + 2) // 5 - 719469
    return ((day * 24 + hour) * 60 + minute) * MINUTE_NS


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def _month_days(month: int64_t, leap: cython.bint) -> int64_t:
    if month == 2:
        return 29 if leap else 28
    return 30 if month in {4, 6, 9, 11} else 31


def time_ns(text: bytes) -> int:
    """Return the instant that the JSON string `text` tells, as ns since 1970. Raises ValueError where it tells none."""
    c = cython.declare(Cursor)
    value: int64_t = 0
    start(cython.address(c), text, len(text))
    if not read_instant(cython.address(c), cython.address(value)) or c.at != c.end:
        raise ValueError(f"a time is malformed at byte {c.at - c.start}")
    return value
