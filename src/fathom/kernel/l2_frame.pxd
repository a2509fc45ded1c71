from libc.stdint cimport int64_t

from fathom.kernel.layout cimport Cursor, Entries, Envelope, Lead, LevelReading

cdef bint read_l2(Cursor* c, LevelReading* reading, Lead* lead, Envelope* envelope) noexcept nogil
cdef bint out_of_order(Entries* entries, int64_t sign) noexcept nogil
