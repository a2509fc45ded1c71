from libc.stdint cimport int64_t, uint32_t

from fathom.kernel.layout cimport Ladder, Level, OrderEvent, Pool

cdef void add_to_queue(Pool* pool, Ladder* side, uint32_t number, OrderEvent* event, bint by_time) noexcept nogil
cdef void change_in_queue(Pool* pool, Ladder* side, uint32_t number, int64_t qty) noexcept nogil
cdef void delete_from_queue(Pool* pool, Ladder* side, uint32_t number) noexcept nogil
cdef int64_t drop_worst(Pool* pool, Ladder* side) noexcept nogil
cdef void digest_queues(Pool* pool, Ladder* side) noexcept nogil
