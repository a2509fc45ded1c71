from libc.stdint cimport int64_t, uint32_t

from fathom.kernel.l3 cimport L3Book
from fathom.kernel.layout cimport Ladder, OrderEvent, OrderName, Row


cdef class Rows:
    cdef Row* _rows
    cdef OrderName* _names
    cdef int64_t _count
    cdef int64_t _capacity
    cdef int64_t _local_ns  # Of the frame whose rows are being written, as is all of the next four.
    cdef int64_t _venue_ns
    cdef uint32_t _frame
    cdef int _flags
    cdef int64_t _first
    cdef readonly bint named
    cdef public bint doubt

    cdef int _reserve(self, int64_t more) except -1
    cdef void _begin(self, int64_t local_ns, int64_t venue_ns, uint32_t frame, int verdict, bint snapshot) noexcept
    cdef void _end(self) noexcept
    cdef Row* _next(self, int kind, int64_t price, int64_t qty, int64_t order) noexcept
    cdef void _name(self, const unsigned char* text, int64_t length) noexcept
    cdef void _event(self, int side, OrderEvent* event) noexcept
    cdef void _levels(self, int side, Ladder* ladder) noexcept
    cdef void _queues(self, int side, Ladder* ladder, L3Book book) noexcept
