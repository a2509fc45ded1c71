from libc.stdint cimport int64_t

from fathom.kernel.layout cimport Cursor

cdef bint read_units(Cursor* c, int precision, int64_t* units) noexcept nogil
cdef bint read_uint32(Cursor* c, int64_t* number) noexcept nogil
