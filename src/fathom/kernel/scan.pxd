from libc.stdint cimport int64_t

from fathom.kernel.layout cimport Cursor, Fault, Name, Text

cdef void start(Cursor* c, Text at, Py_ssize_t length) noexcept nogil
cdef bint refuse(Cursor* c, Fault fault) noexcept nogil
cdef void skip_space(Cursor* c) noexcept nogil
cdef bint skip_string(Cursor* c) noexcept nogil
cdef bint skip_number(Cursor* c) noexcept nogil
cdef bint skip_value(Cursor* c) noexcept nogil
cdef bint open_with(Cursor* c, unsigned char bracket, Fault fault) noexcept nogil
cdef Name next_name(Cursor* c, bint first) noexcept nogil
cdef int next_item(Cursor* c, bint first) noexcept nogil
cdef bint at_end(Cursor* c) noexcept nogil
cdef int64_t short_text(Cursor* c) noexcept nogil

