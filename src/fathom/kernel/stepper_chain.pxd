from libc.stdint cimport int64_t

from fathom.kernel.layout cimport Place, Row, Segment


cdef class Chain:
    # Without `public` or `readonly`, Python sees none of it.
    cdef Py_buffer* _views
    cdef Segment* _segments
    cdef int _count

    cdef void begin(self, Place* place) noexcept nogil
    cdef bint more(self, Place* place) noexcept nogil
    cdef int64_t left(self, Place* place) noexcept nogil
    cdef bint jump(self, Place* place, int64_t local_ns) noexcept nogil
    cdef bint trade_before(self, Place* place, Place* back) noexcept nogil

cdef bint is_seed(const Row* row) noexcept nogil
cdef void pass_frame(Place* place) noexcept nogil
