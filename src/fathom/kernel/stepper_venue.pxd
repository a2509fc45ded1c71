from libc.stdint cimport int64_t

from fathom.kernel.layout cimport LevelFloor, Ours, Place, Row, Waits
from fathom.kernel.stepper_chain cimport Chain


cdef class Venue:
    # Without `public` or `readonly`, Python sees none of it.
    cdef Chain _chain
    cdef Place _place
    cdef Ours _ours
    cdef LevelFloor _levels
    cdef Waits _waits
    cdef bint trusted
    cdef bint _anew  # A snapshot is being told.

    cdef bint busy(self) noexcept nogil
    cdef bint starving(self) noexcept nogil
    cdef int64_t due(self) noexcept nogil
    cdef int64_t now_ns(self) noexcept nogil
    cdef bint play(self, int64_t until_ns) noexcept nogil
    cdef void row(self) noexcept nogil
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
    cdef list fills(self)
    cdef int waiting(self) noexcept nogil
    cdef int resting(self) noexcept nogil
    cdef tuple levels(self, int64_t n)
