from libc.stdint cimport int64_t, uint32_t

from fathom.kernel.layout cimport (
    Cursor,
    Envelope,
    Ladder,
    Level,
    OrderEvent,
    OrderEvents,
    OrderReading,
    Pool,
    Refusal,
    Text,
)

cdef OrderReading* orders_read() noexcept nogil


# Without `public` or `readonly`, Python sees none of it: `rows` does.
cdef class L3Book:
    cdef Ladder bid_side
    cdef Ladder ask_side
    cdef Pool pool
    cdef readonly int depth
    cdef readonly int price_precision
    cdef readonly int qty_precision
    cdef readonly int flaws
    cdef readonly bint top_changed
    cdef int64_t told_ns
    cdef int64_t _bid_total
    cdef int64_t _ask_total
    cdef uint32_t _message
    cdef uint32_t _serial  # Of the order that was added last.
    cdef bint anew  # The last frame was one.

    cdef bint _read(self, Cursor* c, Envelope* envelope) noexcept
    cdef bint _fits(self, Cursor* c, bint snapshot) noexcept
    cdef int apply_text(self, Text text, int64_t length, Refusal* refusal) noexcept
    cdef bint _change(self, bint snapshot) noexcept
    cdef void _do(self, int number, OrderEvent* event, bint snapshot) noexcept
    cdef void _delete(self, uint32_t number) noexcept
    cdef uint32_t _checksum(self) noexcept
    cdef void _empty(self) noexcept
    cdef Level* _level(self, str side, int64_t price_ticks) except? NULL
