"""One side of a book: levels in order, the best at the high end of a buffer with room at both ends.

Nearly every change is near the best price, and the worst level goes when the side grows too deep: both then move a few
levels, or none. Callers reserve room before they insert, so that nothing can fail half way through a frame.

Pure. Imports: layout. Imported by: l2, l3, l3_queue.
"""

import cython
from cython.cimports.fathom.kernel.layout import Ladder, Level
from cython.cimports.libc.stdint import int64_t
from cython.cimports.libc.stdlib import free, malloc
from cython.cimports.libc.string import memcpy, memmove

_NEAR = cython.declare(int64_t, 12)  # So many of the best levels are searched one by one, the others by halves.


def reserve(side, more):
    """Make room for `more` levels; False when there is no memory. The side is unchanged either way."""
    need: int64_t = side.count + more
    # Half as much again, so that the levels seldom have to be moved back to the middle; no more than eight times
    # what is needed, so that one huge frame is not remembered for ever.
    if need + need // 2 + 16 <= side.capacity and side.capacity <= 8 * need + 512:
        return True
    capacity: int64_t = 2 * need + 32
    first: int64_t = (capacity - side.count) // 2
    levels: cython.pointer(Level) = cython.cast(cython.pointer(Level), malloc(capacity * cython.sizeof(Level)))
    if levels == cython.NULL:
        return False
    if side.count > 0:
        memcpy(levels + first, side.levels + side.first, side.count * cython.sizeof(Level))
    free(side.levels)
    side.levels = levels
    side.capacity = capacity
    side.first = first
    return True


def release(side):
    """Give the memory back."""
    free(side.levels)
    side.levels = cython.NULL
    side.capacity = 0
    side.count = 0


def empty(side):
    """Forget every level."""
    side.count = 0
    side.first = side.capacity // 2
    side.folded = 0


@cython.cfunc
@cython.inline
@cython.nogil
@cython.exceptval(check=False)
def _place(side: cython.pointer(Ladder), key: int64_t) -> cython.pointer(Level):
    """Return the best level that is not better than `key`, or what stands below the worst."""
    bottom: cython.pointer(Level) = side.levels + side.first
    level: cython.pointer(Level) = bottom + side.count - 1
    near: cython.pointer(Level) = level - _NEAR if side.count > _NEAR else bottom - 1
    half: cython.pointer(Level)
    while level > near:
        if level.key <= key:
            return level
        level -= 1
    # Levels from bottom to level are left; all above are better than key.
    while bottom <= level:
        half = bottom + (level - bottom) // 2
        if half.key <= key:
            bottom = half + 1
        else:
            level = half - 1
    return level


def seek(side, key):
    """Return the level at `key`, or NULL."""
    if side.count == 0:
        return cython.NULL
    level: cython.pointer(Level) = _place(side, key)
    if level < side.levels + side.first or level.key != key:
        return cython.NULL
    return level


def seek_or_insert(side, key):
    """Return the level at `key`; a new one has quantity 0 and no digits. Room was reserved."""
    level: cython.pointer(Level) = side.levels + side.first - 1
    if side.count > 0:
        level = _place(side, key)
        if level >= side.levels + side.first and level.key == key:
            return level
    return _insert(side, key, level + 1 - (side.levels + side.first))


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def _insert(side: cython.pointer(Ladder), key: int64_t, place: int64_t) -> cython.pointer(Level):
    """Open a gap at `place`, counted from the worst, by moving the shorter part."""
    level: cython.pointer(Level)
    above: int64_t = side.count - place
    if above <= place:
        if side.first + side.count == side.capacity:
            _recentre(side)
        level = side.levels + side.first + place
        if above > 0:
            memmove(level + 1, level, above * cython.sizeof(Level))
    else:
        if side.first == 0:
            _recentre(side)
        side.first -= 1
        level = side.levels + side.first + place
        if place > 0:
            memmove(side.levels + side.first, side.levels + side.first + 1, place * cython.sizeof(Level))
    side.count += 1
    level.key = key
    level.qty = 0
    level.length = 0
    level.head = 0
    level.tail = 0
    side.folded = min(side.folded, above)
    return level


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def _recentre(side: cython.pointer(Ladder)) -> cython.void:
    first: int64_t = (side.capacity - side.count) // 2
    memmove(side.levels + first, side.levels + side.first, side.count * cython.sizeof(Level))
    side.first = first


def remove(side, level):
    """Close the gap that `level` leaves by moving the shorter part."""
    place: int64_t = level - (side.levels + side.first)
    above: int64_t = side.count - 1 - place
    side.folded = min(side.folded, above)
    if above <= place:
        if above > 0:
            memmove(level, level + 1, above * cython.sizeof(Level))
    else:
        if place > 0:
            memmove(side.levels + side.first + 1, side.levels + side.first, place * cython.sizeof(Level))
        side.first += 1
    side.count -= 1


def touch(side, level):
    """Note that the digits of `level` changed."""
    rank: int64_t = side.levels + side.first + side.count - 1 - level
    level.length = 0
    side.folded = min(side.folded, rank)


def set_qty(side, key, qty):
    """Set the quantity at `key`; 0 deletes the level, if there is one. Room was reserved."""
    level: cython.pointer(Level)
    if qty == 0:
        level = seek(side, key)
        if level != cython.NULL:
            remove(side, level)
        return
    level = seek_or_insert(side, key)
    if level.qty != qty:
        level.qty = qty
        touch(side, level)


def truncate(side, depth):
    """Drop the worst levels until `depth` are left."""
    if side.count > depth:
        side.first += side.count - depth
        side.count = depth
        side.folded = min(side.folded, depth)


@cython.cclass
class Side:
    """A ladder on its own, to be looked at: bids as they are, or asks with `sign` -1."""

    _side: Ladder

    def __cinit__(self, sign: int = 1):
        self._side.sign = sign

    def __dealloc__(self):
        release(cython.address(self._side))

    def set(self, price: int, qty: int) -> None:
        """Set the quantity at a price; 0 deletes."""
        if not reserve(cython.address(self._side), 1):
            raise MemoryError
        set_qty(cython.address(self._side), price * self._side.sign, qty)

    def cut(self, depth: int) -> None:
        """Drop the worst levels until `depth` are left."""
        truncate(cython.address(self._side), depth)

    def clear(self) -> None:
        """Forget every level."""
        empty(cython.address(self._side))

    def qty(self, price: int) -> int:
        """Return the quantity at a price, 0 where there is none."""
        level: cython.pointer(Level) = seek(cython.address(self._side), price * self._side.sign)
        return 0 if level == cython.NULL else level.qty

    def levels(self) -> list:
        """Return (price, qty) of every level, best first."""
        rank: cython.Py_ssize_t
        found: list = []
        for rank in range(self._side.count):
            level: cython.pointer(Level) = self._side.levels + (self._side.first + self._side.count - 1 - rank)
            found.append((level.key * self._side.sign, level.qty))
        return found

    @property
    def capacity(self) -> int:
        """Levels that the buffer has room for."""
        return self._side.capacity
