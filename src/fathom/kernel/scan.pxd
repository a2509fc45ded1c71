from fathom.kernel.layout cimport Cursor, Fault, Text

cdef void start(Cursor* c, Text at, Py_ssize_t length) noexcept nogil
cdef bint refuse(Cursor* c, Fault fault) noexcept nogil
cdef void skip_space(Cursor* c) noexcept nogil
cdef bint skip_string(Cursor* c) noexcept nogil
cdef bint skip_number(Cursor* c) noexcept nogil
cdef bint skip_value(Cursor* c) noexcept nogil
cdef bint skip_name(Cursor* c) noexcept nogil
cdef bint at_end(Cursor* c) noexcept nogil
cdef int hex4(Text at) noexcept nogil
