from libc.stdint cimport int64_t, uint64_t

from fathom.kernel.l2 cimport L2Book
from fathom.kernel.l3 cimport L3Book
from fathom.kernel.layout cimport Refusal, Text


cdef struct Place:
    # One entry of a desk's table: where in its list a seat is, counted from 1; 0: empty.
    uint64_t hash
    int64_t number

cdef struct Wanted:
    # Whom a frame is for.
    Text symbol
    int64_t length
    uint64_t hash
    unsigned char channel


cdef class Seat:
    # Without `public` or `readonly`: for the desk only, Python does not see them.
    cdef L2Book level2
    cdef L3Book level3
    cdef bytes name  # What the table knows it by: a byte for the channel, and the symbol.
    cdef uint64_t hash
    cdef bint listed  # Moved since the last drain.
    cdef public bint armed
    cdef readonly str channel
    cdef readonly str symbol
    cdef readonly int verdict
    cdef readonly int64_t frames
    cdef readonly int64_t verified
    cdef readonly int64_t moved_ns
    cdef public object owner


cdef class Desk:
    cdef dict _by_name
    cdef list _seats
    cdef list _moved
    cdef Seat _last
    cdef Refusal _refusal
    cdef Place* _places
    cdef int64_t _mask

    cdef int _lay_out(self) except -1
    cdef Seat _seat_of(self, Text text, int64_t length)
    cdef int _take(self, Text text, int64_t length, bint ended, int64_t now_ns) except -1
    cdef int _take_other(self, object frame, int64_t now_ns) except -1
