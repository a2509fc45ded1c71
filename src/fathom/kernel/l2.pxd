from libc.stdint cimport int64_t

from fathom.kernel.layout cimport Ladder, Lead, LevelReading, Refusal, Text

cdef LevelReading* levels_read() noexcept nogil


# Without `public` or `readonly`, Python sees none of it: `rows` does.
cdef class L2Book:
    cdef Ladder bid_side
    cdef Ladder ask_side
    cdef readonly int depth
    cdef readonly int price_precision
    cdef readonly int qty_precision
    cdef readonly int flaws
    cdef readonly bint top_changed
    cdef int64_t told_ns
    cdef bint anew  # The last frame was one.
    cdef Lead _lead

    cdef int apply_text(self, Text text, int64_t length, Refusal* refusal) noexcept
    cdef bint _change(self, bint snapshot) noexcept
