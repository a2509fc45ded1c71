from libc.stdint cimport int64_t, uint32_t

from fathom.kernel.layout cimport Fill, Ladder, Own, Row, Taken


cdef class Stepper:
    # Without `public` or `readonly`, Python sees none of it.
    cdef Py_buffer _view
    cdef const Row* _rows
    cdef int64_t _count
    cdef Ladder _bids  # As whoever reads the recording sees them.
    cdef Ladder _asks
    cdef int64_t _at
    cdef bint _starving  # There was no memory for a level: nothing goes on.
    cdef readonly int64_t now_ns
    cdef readonly int64_t frames
    cdef readonly uint32_t frame
    cdef readonly bint trusted
    cdef readonly int depth
    cdef readonly int price_precision
    cdef readonly int qty_precision
    cdef readonly int64_t trade_price
    cdef readonly int64_t trade_qty
    cdef readonly int64_t trade_id
    cdef readonly bint trade_buys
    # The venue's side, ahead of ours by what a frame takes to come here.
    cdef Ladder _venue_bids
    cdef Ladder _venue_asks
    cdef int64_t _venue_at
    cdef int64_t _venue_ns
    cdef int _venue_depth
    cdef bint _venue_trusted
    cdef readonly int model
    cdef Own* _owns
    cdef int _own_count
    cdef Fill* _fills
    cdef int _fill_count
    cdef int _fill_capacity
    cdef Taken* _takens
    cdef int _taken_count

    cdef int _step(self, int64_t until_ns, int wants) noexcept nogil
    cdef int _take_frame(self) noexcept nogil
    cdef void _advance(self, int64_t until_ns) noexcept nogil
    cdef int64_t _venue_time(self) noexcept nogil
    cdef void _venue_row(self) noexcept nogil
    cdef void _venue_level(self, int side, int64_t price, int64_t qty) noexcept nogil
    cdef void _traded(self, int taker, int64_t price, int64_t qty) noexcept nogil
    cdef void _came_to_us(self, int side, int64_t price, int64_t qty) noexcept nogil
    cdef void _moved(self, Own* own, int64_t before, int64_t after) noexcept nogil
    cdef void _fill(self, int place, int64_t qty) noexcept nogil
    cdef void _sweep(self) noexcept nogil
    cdef void _remove(self, int place) noexcept nogil
    cdef int _next_own(self, int side, int64_t price, int after) noexcept nogil
    cdef void _cut(self, int side) noexcept nogil
    cdef int _hidden_count(self, int side) noexcept nogil
    cdef int _worst_hidden(self, int side) noexcept nogil
    cdef int _taken_place(self, int side, int64_t price) noexcept nogil
    cdef void _forget(self, int place) noexcept nogil
    cdef int64_t _taken_at(self, int side, int64_t price) noexcept nogil
    cdef void _note_taken(self, int side, int64_t price, int64_t qty) noexcept nogil
    cdef int64_t _still_taken(self, int side, int64_t price, int64_t after) noexcept nogil
    cdef int _find(self, int64_t handle) noexcept nogil
    cdef Ladder* _side(self, int side) noexcept nogil
    cdef int _need(self, int64_t time_ns) except -1
