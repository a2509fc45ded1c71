from libc.stdint cimport int64_t

from fathom.kernel.layout cimport Held, Text

ctypedef Py_buffer View

cdef extern from "Python.h":
    enum: VIEW_SIMPLE "PyBUF_SIMPLE"
    # Without Cython's check: the caller looks at what it returns.
    int get_view "PyObject_GetBuffer"(object frame, Py_buffer* view, int flags) noexcept

cdef int hold(object frame, Held* held) except -1
cdef bint is_plain(object frame) noexcept
cdef bint lend(Text at, int64_t length, Held* held) noexcept
cdef void let_go(Held* held) noexcept
