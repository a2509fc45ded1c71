from libc.stdint cimport int64_t

from fathom.kernel.layout cimport Ladder, Level

# Whether `reserve` would find room for one more, without the call; it gives nothing back of a side that was huge.
cdef inline bint has_room(const Ladder* side) noexcept nogil:
    return side.capacity >= 2 * side.count + 24

cdef bint reserve(Ladder* side, int64_t more) noexcept nogil
cdef void release(Ladder* side) noexcept nogil
cdef void empty(Ladder* side) noexcept nogil
cdef Level* seek(Ladder* side, int64_t key) noexcept nogil
cdef Level* seek_or_insert(Ladder* side, int64_t key) noexcept nogil
cdef void remove(Ladder* side, Level* level) noexcept nogil
cdef void touch(Ladder* side, Level* level) noexcept nogil
cdef void set_qty(Ladder* side, int64_t key, int64_t qty) noexcept nogil
cdef void truncate(Ladder* side, int64_t depth) noexcept nogil
