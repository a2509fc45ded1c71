from libc.stdint cimport int64_t, uint32_t

from fathom.kernel.layout cimport Pool, Text

cdef bint reserve_orders(Pool* pool, int64_t more) noexcept nogil
cdef void release_orders(Pool* pool) noexcept nogil
cdef void forget_orders(Pool* pool) noexcept nogil
cdef uint32_t find_order(Pool* pool, Text order_id, int64_t length) noexcept nogil
cdef uint32_t take_order(Pool* pool, Text order_id, int64_t length) noexcept nogil
cdef void give_order(Pool* pool, uint32_t number) noexcept nogil
