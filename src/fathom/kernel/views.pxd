from libc.stdint cimport int64_t, uint32_t

from fathom.kernel.layout cimport Ladder, Level

cdef uint32_t checksum_of(Ladder* bids, Ladder* asks) noexcept nogil
cdef Level* best(Ladder* side) noexcept nogil
cdef list levels_of(Ladder* side, int64_t count)
cdef object price_of(Ladder* side)
cdef int64_t qty_of(Ladder* side) noexcept nogil
cdef object microprice_of(Ladder* bids, Ladder* asks)
cdef object imbalance_of(Ladder* bids, Ladder* asks, int64_t count)
cdef tuple cost_of(Ladder* side, int64_t qty)
cdef int is_ask(str side) except -1
cdef int flaw_of_order(Ladder* bids, Ladder* asks) noexcept nogil
cdef void top_of(Ladder* side, Level* top) noexcept nogil
cdef bint is_top(Ladder* side, Level* top) noexcept nogil
