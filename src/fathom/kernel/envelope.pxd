from fathom.kernel.layout cimport Cursor, Envelope, SideReader

cdef bint read_envelope(Cursor* c, const char* channel, SideReader reader, void* into, Envelope* out) noexcept nogil
