from libc.stdint cimport int64_t

from fathom.kernel.layout cimport Ours

cdef bint make_ours(Ours* ours) noexcept nogil
cdef void release_ours(Ours* ours) noexcept nogil
cdef int find_own(Ours* ours, int64_t handle) noexcept nogil
cdef int next_own(Ours* ours, int side, int64_t price, int after) noexcept nogil
cdef void fill_own(Ours* ours, int place, int64_t qty) noexcept nogil
cdef int64_t fill_by_newcomer(Ours* ours, int side, int64_t price, int64_t qty) noexcept nogil
cdef void sweep_ours(Ours* ours) noexcept nogil
cdef void remove_own(Ours* ours, int place) noexcept nogil
