from libc.stdint cimport int64_t, uint32_t

from fathom.kernel.layout cimport Place, Queues, Row
from fathom.kernel.stepper_chain cimport Chain
from fathom.kernel.stepper_venue cimport Venue


cdef class Stepper:
    # Without `public` or `readonly`, Python sees none of it.
    cdef Chain _chain
    cdef Place _place
    cdef Queues _book  # As whoever reads the recording sees it; of level 2 only the sides.
    cdef Venue _venue
    cdef bint _starving  # There was no memory for a level: nothing goes on.
    cdef int _stopped  # What the last step stopped for.
    cdef const Row* _trades  # Of the last message of trades.
    cdef int64_t _trade_count
    cdef readonly int64_t now_ns
    cdef readonly int64_t frames
    cdef readonly uint32_t frame
    cdef readonly int64_t moved_ns
    cdef readonly int64_t told_ns
    cdef readonly bint trusted
    cdef readonly int depth
    cdef readonly int price_precision
    cdef readonly int qty_precision
    cdef readonly int64_t trade_price
    cdef readonly int64_t trade_qty
    cdef readonly int64_t trade_id
    cdef readonly bint trade_buys
    cdef readonly int model
    cdef readonly bint level3

    cdef int go(self, int64_t until_ns, int wants) noexcept nogil
    cdef int64_t due(self) noexcept nogil
    cdef void come_to(self, int64_t now_ns) noexcept nogil
    cdef int _take_frame(self, bint tops) noexcept nogil
    cdef void _cut(self) noexcept nogil
    cdef bint _known_already(self, const Row* row) noexcept nogil
    cdef void _take_trades(self) noexcept nogil
    cdef void _traded(self, const Row* row) noexcept nogil
    cdef void _pass_trades(self) noexcept nogil
