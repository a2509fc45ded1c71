from fathom.kernel.layout cimport Cursor, Envelope, OrderReading

cdef bint read_orders(Cursor* c, int side, void* into) noexcept nogil
cdef bint check_orders(Cursor* c, OrderReading* reading, bint snapshot) noexcept nogil
