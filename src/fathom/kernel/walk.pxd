from libc.stdint cimport int64_t

from fathom.kernel.layout cimport Cursor, Fault, Name

cdef bint open_with(Cursor* c, unsigned char bracket, Fault fault) noexcept nogil
cdef Name next_name(Cursor* c, bint first) noexcept nogil
cdef int next_item(Cursor* c, bint first) noexcept nogil
cdef int64_t short_text(Cursor* c) noexcept nogil
