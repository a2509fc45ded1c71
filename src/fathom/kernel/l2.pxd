from libc.stdint cimport int64_t

from fathom.kernel.layout cimport Cursor, Envelope, Ladder


cdef class L2Book:
    cdef Ladder _bids
    cdef Ladder _asks
    cdef readonly int depth
    cdef readonly int price_precision
    cdef readonly int qty_precision
    cdef readonly int flaws
    cdef readonly bint top_changed
    cdef int64_t _time_ns
    cdef int _lead_length
    cdef unsigned char _lead[96]

    cdef bint _read(self, Cursor* c, Envelope* envelope) noexcept
    cdef bint _read_usual(self, Cursor* c, Envelope* envelope) noexcept
    cdef bint _learn_lead(self, Cursor* c) noexcept
    cdef int _change(self, bint snapshot) except -1
