from libc.stdint cimport int64_t

from fathom.kernel.layout cimport Cursor

cdef bint read_instant(Cursor* c, int64_t* time_ns) noexcept nogil
