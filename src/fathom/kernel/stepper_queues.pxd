from libc.stdint cimport int64_t, uint32_t

from fathom.kernel.layout cimport Order, Place, Queues, Row

cdef void make_queues(Queues* queues) noexcept nogil
cdef void release_queues(Queues* queues) noexcept nogil
cdef void empty_queues(Queues* queues) noexcept nogil
cdef uint32_t number_of(Queues* queues, int64_t serial) noexcept nogil
cdef bint add_order(Queues* queues, const Row* row) noexcept nogil
cdef int64_t placed_ns(Order* order) noexcept nogil
cdef int64_t last_told_ns(Order* order) noexcept nogil
cdef void change_order(Queues* queues, uint32_t number, const Row* row) noexcept nogil
cdef void delete_order(Queues* queues, uint32_t number) noexcept nogil
cdef bint order_row(Queues* queues, const Row* row) noexcept nogil
cdef bint cut_queues(Queues* queues, int depth) noexcept nogil
cdef bint same_queues(Queues* queues, Place* place) noexcept nogil
cdef list orders_at(Queues* queues, int side, int64_t price)
