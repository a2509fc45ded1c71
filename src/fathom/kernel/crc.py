"""CRC-32 of a book without writing its text (book-checksum.md 1).

CRC-32 is linear, and that is used three times. A digit's share of a text's CRC depends only on the digit and on how
many bytes follow it, so the digits of a level are looked up as they fall out of a division, in any order. The CRC of
A before B is that of A pushed through as many zero bytes as B has, xor that of B, so the levels of a side are folded
without their text. And what was folded of the best levels stays good until one of them changes.

Pure. Imports: layout. Imported by: l3_queue, views.
"""

import cython
from cython.cimports.fathom.kernel.layout import CHECKED_LEVELS, CRC_POLYNOMIAL, Level
from cython.cimports.libc.stdint import UINT32_MAX, int64_t, uint32_t, uint64_t

# Pushing through 1 to 63, 64 to 63 * 64, and 4096 to 63 * 4096 zero bytes: four tables of 256 each, one for each
# byte of the CRC.
_PUSH = cython.declare(uint32_t[3 * 64 * 1024])
# The share of one digit, and of two, that have so many digits behind them; and of the initial value.
_ONE = cython.declare(uint32_t[40 * 10])
_TWO = cython.declare(uint32_t[40 * 100])
_NONE = cython.declare(uint32_t[42])


@cython.cfunc
@cython.inline
@cython.nogil
@cython.exceptval(check=False)
def _push(table: cython.int, crc: uint32_t) -> uint32_t:
    row: cython.pointer(uint32_t) = cython.address(_PUSH[table * 1024])
    return row[crc & 255] ^ row[256 + ((crc >> 8) & 255)] ^ row[512 + ((crc >> 16) & 255)] ^ row[768 + (crc >> 24)]


def shifted(crc, length):
    """Return the CRC pushed through `length` zero bytes."""
    while length >= 64 * 4096:
        crc = _push(128 + 63, crc)
        length -= 63 * 4096
    if length & 63:
        crc = _push(length & 63, crc)
    length >>= 6
    if length:
        if length & 63:
            crc = _push(64 + (length & 63), crc)
        if length >> 6:
            crc = _push(128 + (length >> 6), crc)
    return crc


def digest(price, qty, crc):
    """Set `crc` to that of the digits of `price` and `qty`, both above zero; return how many those are."""
    count: cython.int = 0
    shares: uint32_t = 0
    rest: uint64_t = qty
    hundreds: uint64_t
    for _ in range(2):
        while rest >= 100:
            hundreds = rest // 100
            shares ^= _TWO[count * 100 + cython.cast(cython.int, rest - hundreds * 100)]
            count += 2
            rest = hundreds
        if rest >= 10:
            shares ^= _TWO[count * 100 + cython.cast(cython.int, rest)]
            count += 2
        else:
            shares ^= _ONE[count * 10 + cython.cast(cython.int, rest)]
            count += 1
        rest = price
    crc[0] = shares ^ _NONE[count]
    return count


def fold(side):
    """Bring the prefixes of the best levels up to date."""
    rank: int64_t = side.folded
    last: int64_t = min(CHECKED_LEVELS, side.count)
    level: cython.pointer(Level) = side.levels + (side.first + side.count - 1 - rank)
    crc: uint32_t = side.prefix_crc[rank]
    length: uint32_t = side.prefix_length[rank]
    while rank < last:
        if level.length == 0:
            level.length = cython.cast(uint32_t, digest(level.key * side.sign, level.qty, cython.address(level.crc)))
        crc = (_push(level.length, crc) if level.length < 64 else shifted(crc, level.length)) ^ level.crc
        length += level.length
        rank += 1
        side.prefix_crc[rank] = crc
        side.prefix_length[rank] = length
        level -= 1
    side.folded = last


@cython.cfunc
def _fill() -> cython.void:
    """Make the tables: each from the one before."""
    entry: cython.int
    table: cython.int
    count: cython.int
    digit: cython.int
    crc: uint32_t
    for entry in range(1024):
        _PUSH[entry] = cython.cast(uint32_t, entry & 255) << (8 * (entry >> 8))
    for entry in range(256):
        crc = entry
        for _ in range(8):
            crc = (crc >> 1) ^ (CRC_POLYNOMIAL if crc & 1 else 0)
        _PUSH[1024 + entry] = crc
    for table in range(1, 192):
        for entry in range(1024):
            if table == 1:
                crc = _PUSH[entry]
                crc = (crc >> 8) ^ _PUSH[1024 + (crc & 255)]
            elif table in {64, 128}:
                # The first of a group is the identity; the second adds one byte to the last of the group before.
                crc = _PUSH[entry]
            elif table in {65, 129}:
                crc = _push(64 * (table // 64) - 63 if table == 65 else 65, _PUSH[(table - 2) * 1024 + entry])
            else:
                crc = _push(1 if table < 64 else (table // 64) * 64 + 1, _PUSH[(table - 1) * 1024 + entry])
            _PUSH[table * 1024 + entry] = crc
    for count in range(39):
        # A digit with `count` behind it goes through one byte of its own and so many zeros.
        for digit in range(10):
            _ONE[count * 10 + digit] = _push(count + 1, 48 + digit)
    for count in range(38):
        for digit in range(100):
            _TWO[count * 100 + digit] = _ONE[(count + 1) * 10 + digit // 10] ^ _ONE[count * 10 + digit % 10]
    for count in range(40):
        _NONE[count] = _push(count, UINT32_MAX) ^ UINT32_MAX


_fill()


def of_level(price: int, qty: int) -> int:
    """Return the CRC-32 of the digits of two positive ints."""
    crc: uint32_t = 0
    digest(price, qty, cython.address(crc))
    return crc


def joined(first: int, second: int, second_length: int) -> int:
    """Return the CRC-32 of two texts one behind the other, from those of each."""
    return shifted(first, second_length) ^ cython.cast(uint32_t, second)
