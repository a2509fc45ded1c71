from fathom.kernel.layout cimport Cursor, Envelope, SideReader

cdef bint read_usual(Cursor* c, const char* opening, SideReader reader, void* into, Envelope* out) noexcept nogil
cdef bint read_envelope(Cursor* c, const char* channel, SideReader reader, void* into, Envelope* out) noexcept nogil
