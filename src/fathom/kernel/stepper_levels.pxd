from libc.stdint cimport int64_t

from fathom.kernel.layout cimport Ladder, LevelFloor, Ours, Own, Place

cdef bint make_levels(LevelFloor* floor) noexcept nogil
cdef void release_levels(LevelFloor* floor) noexcept nogil
cdef bint same_levels(Ladder* sides, LevelFloor* floor, Place* place) noexcept nogil
cdef void empty_levels(LevelFloor* floor) noexcept nogil
cdef void settle_levels(LevelFloor* floor, Ours* ours) noexcept nogil
cdef void look_at_unknown(LevelFloor* floor, Ours* ours) noexcept nogil
cdef void level_set(LevelFloor* floor, Ours* ours, int side, int64_t price, int64_t qty) noexcept nogil
cdef void level_traded(Ours* ours, int taker, int64_t price, int64_t qty) noexcept nogil
cdef void cut_levels(LevelFloor* floor, int side) noexcept nogil
cdef void join_level(LevelFloor* floor, Own* own) noexcept nogil
cdef int64_t take_level(LevelFloor* floor, int side, int64_t qty) noexcept nogil
