from libc.stdint cimport int64_t


cdef class Steppers:
    # Without `public` or `readonly`, Python sees none of it.
    cdef tuple _held
    cdef void** _members  # Steppers: the same.
    cdef int* _wants
    cdef int64_t* _dues  # When each is due next.
    cdef int* _heap  # Those that are not at their ends, by that.
    cdef int _count
    cdef int _due_count
    cdef list _ears  # Of each, by why it stops: who is called.
    cdef readonly int why
    cdef readonly int64_t now_ns
    cdef readonly int64_t told
    cdef readonly int64_t told_ns
    cdef readonly list heard

    cdef int _step(self, int64_t until_ns) noexcept nogil
    cdef void _go_on(self, int first) noexcept nogil
    cdef void _line_up(self) noexcept nogil
    cdef bint _before(self, int one, int other) noexcept nogil
    cdef void _sink(self, int place) noexcept nogil
    cdef void _come_to(self, int64_t until_ns) noexcept nogil
