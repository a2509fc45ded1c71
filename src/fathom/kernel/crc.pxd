from libc.stdint cimport int64_t, uint32_t

from fathom.kernel.layout cimport Ladder

cdef uint32_t shifted(uint32_t crc, int64_t length) noexcept nogil
cdef int64_t digest(int64_t price, int64_t qty, uint32_t* crc) noexcept nogil
cdef void fold(Ladder* side) noexcept nogil
