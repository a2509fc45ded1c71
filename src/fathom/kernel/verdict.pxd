from fathom.kernel.layout cimport Refusal

cdef str words_of(Refusal* refusal)
cdef object error_of(Refusal* refusal)
