from libc.stdint cimport int64_t

from fathom.kernel.layout cimport Ladder, Lead, Refusal, Text


cdef class L2Book:
    cdef Ladder _bids
    cdef Ladder _asks
    cdef readonly int depth
    cdef readonly int price_precision
    cdef readonly int qty_precision
    cdef readonly int flaws
    cdef readonly bint top_changed
    cdef int64_t _time_ns
    cdef Lead _lead

    cdef int apply_text(self, Text text, int64_t length, Refusal* refusal) noexcept
    cdef bint _change(self, bint snapshot) noexcept
