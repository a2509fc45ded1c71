from libc.stdint cimport int64_t

from fathom.kernel.layout cimport Ladder, LevelFloor, Ours, Place, QueueFloor, Row, Waits
from fathom.kernel.stepper_chain cimport Chain


cdef class Venue:
    # Without `public` or `readonly`, Python sees none of it.
    cdef Chain _chain
    cdef Place _place
    cdef Ours _ours
    cdef bint _exact
    cdef LevelFloor _levels
    cdef QueueFloor _places
    cdef Waits _waits
    cdef bint trusted
    cdef bint _anew  # A snapshot is being told.

    cdef bint busy(self) noexcept nogil
    cdef bint starving(self) noexcept nogil
    cdef int64_t due(self) noexcept nogil
    cdef int64_t now_ns(self) noexcept nogil
    cdef bint play(self, int64_t until_ns) noexcept nogil
    cdef void row(self) noexcept nogil
    cdef void _change(self, const Row* row) noexcept nogil
    cdef void _trade(self, const Row* row) noexcept nogil
    cdef bint _known_already(self, const Row* row) noexcept nogil
    cdef void skip(self, int64_t local_ns) noexcept nogil
    cdef int _need(self, int64_t time_ns) except -1
    cdef object rest(self, int64_t handle, str side, int64_t price, int64_t qty, int64_t time_ns)
    cdef list take(self, str side, int64_t qty, int64_t time_ns, object limit)
    cdef object reachable(self, str side, object limit, int64_t time_ns)
    cdef int await_price(self, int64_t handle, int64_t price, bint above, int64_t time_ns, int64_t distance) except -1
    cdef list fired(self)
    cdef object last(self)
    cdef int _is_new(self, int64_t handle) except -1
    cdef object cancel(self, int64_t handle, int64_t time_ns)
    cdef object reduce(self, int64_t handle, int64_t qty, int64_t time_ns)
    cdef object ahead(self, int64_t handle)
    cdef object ahead_orders(self, int64_t handle)
    cdef Ladder* _side(self, int side) noexcept nogil
    cdef int64_t _left(self, int64_t rank, int side) noexcept nogil
    cdef list _levels_left(self, int side, int64_t n)
    cdef list fills(self)
    cdef int waiting(self) noexcept nogil
    cdef int resting(self) noexcept nogil
    cdef tuple levels(self, int64_t n)
