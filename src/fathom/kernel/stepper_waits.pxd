from libc.stdint cimport int64_t

from fathom.kernel.layout cimport Waits

cdef bint make_waits(Waits* waits) noexcept nogil
cdef void release_waits(Waits* waits) noexcept nogil
cdef int find_wait(Waits* waits, int64_t handle) noexcept nogil
cdef void remove_wait(Waits* waits, int place) noexcept nogil
cdef bint last_traded(Waits* waits, int64_t price, int64_t now_ns) noexcept nogil
