from libc.stdint cimport int64_t

from fathom.kernel.layout cimport Ours, Own, QueueFloor, Row

cdef bint make_places(QueueFloor* floor) noexcept nogil
cdef void release_places(QueueFloor* floor) noexcept nogil
cdef void empty_places(QueueFloor* floor) noexcept nogil
cdef void end_message(QueueFloor* floor, int depth) noexcept nogil
cdef bint order_told(QueueFloor* floor, Ours* ours, const Row* row) noexcept nogil
cdef void order_traded(QueueFloor* floor, Ours* ours, const Row* row) noexcept nogil
cdef void join_queue(QueueFloor* floor, Own* own, int64_t now_ns) noexcept nogil
cdef int64_t ahead_of(QueueFloor* floor, Ours* ours, Own* own, int64_t* count) noexcept nogil
cdef int64_t left_at(QueueFloor* floor, Ours* ours, int64_t rank, int side) noexcept nogil
cdef int64_t take_orders_at(QueueFloor* floor, Ours* ours, int64_t rank, int side, int64_t qty) noexcept nogil
cdef bint any_taken(QueueFloor* floor) noexcept nogil
