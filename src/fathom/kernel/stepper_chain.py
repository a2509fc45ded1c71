"""Tapes one behind the other: whose rows are stepped over as one.

A tape begins with the book as it stood (rows flagged `seed`), so that it can be read alone. Whoever comes from the tape
before has that book already, and goes past it.

Pure. Imports: layout. Imported by: stepper, stepper_venue.
"""

import cython
from cython.cimports.cpython.buffer import PyBUF_SIMPLE, PyBuffer_Release, PyObject_CheckBuffer, PyObject_GetBuffer
from cython.cimports.fathom.kernel.layout import ROW_CLEAR, ROW_LAST, ROW_SEED, ROW_TRADE, Row, Segment
from cython.cimports.libc.stdint import int64_t
from cython.cimports.libc.stdlib import calloc, free


@cython.final
@cython.cclass
class Chain:
    """The rows of one buffer, or of a sequence of them. It holds the buffers, and changes nothing.

    Raises ValueError where one is no whole number of rows.
    """

    def __cinit__(self, tapes):
        pieces: list = [tapes] if PyObject_CheckBuffer(tapes) else list(tapes)
        view: cython.pointer(cython.typeof(self._views[0]))
        count: cython.int = len(pieces)
        self._views = cython.cast(
            cython.typeof(self._views), calloc(max(1, count), cython.sizeof(cython.typeof(self._views[0])))
        )
        self._segments = cython.cast(cython.pointer(Segment), calloc(max(1, count), cython.sizeof(Segment)))
        if self._views == cython.NULL:
            raise MemoryError
        if self._segments == cython.NULL:
            raise MemoryError
        for piece in pieces:
            view = self._views + self._count
            PyObject_GetBuffer(piece, view, PyBUF_SIMPLE)
            self._count += 1
            if view.len % cython.sizeof(Row):
                raise ValueError(f"{view.len} bytes are no whole number of rows of {cython.sizeof(Row)}")
            self._segments[self._count - 1].rows = cython.cast(cython.pointer(cython.const[Row]), view.buf)
            self._segments[self._count - 1].count = view.len // cython.sizeof(Row)

    def __dealloc__(self):
        place: cython.int
        for place in range(self._count):
            PyBuffer_Release(self._views + place)
        free(self._views)
        free(self._segments)

    def begin(self, place):
        """Stand before the first row."""
        place.segment = -1
        place.at = place.end = cython.NULL

    def more(self, place):
        """Tell whether there is a row at a place; where a tape ends, go on to the next that has any."""
        segment: cython.pointer(Segment)
        while place.at == place.end:
            if place.segment + 1 >= self._count:
                return False
            place.segment += 1
            segment = self._segments + place.segment
            place.at = segment.rows
            place.end = segment.rows + segment.count
        return True

    def left(self, place):
        """Count the rows from a place on."""
        count: int64_t = place.end - place.at
        later: cython.int
        for later in range(place.segment + 1, self._count):
            count += self._segments[later].count
        return count

    def jump(self, place, local_ns):
        """Go to the last tape that begins with its book before a time, if it lies ahead; tell whether it does."""
        later: cython.int = self._count - 1
        segment: cython.pointer(Segment)
        while later > place.segment:
            segment = self._segments + later
            if segment.count > 0 and segment.rows.kind == ROW_CLEAR and segment.rows.local_ns < local_ns:
                place.segment = later
                place.at = segment.rows
                place.end = segment.rows + segment.count
                return True
            later -= 1
        return False

    def trade_before(self, place, back):
        """Go back in `back`, a place of its own, to the trade before `place`; tell whether there is one."""
        segment: cython.pointer(Segment)
        back[0] = place[0]
        while back.segment >= 0:
            segment = self._segments + back.segment
            while back.at > segment.rows:
                back.at -= 1
                if (back.at.kind & 254) == ROW_TRADE:
                    return True
            back.segment -= 1
            if back.segment >= 0:
                segment = self._segments + back.segment
                back.at = back.end = segment.rows + segment.count
        return False


def is_seed(row):
    """Tell whether a row begins the book as it stood."""
    return row.kind == ROW_CLEAR and (row.flags & ROW_SEED) != 0


def pass_frame(place):
    """Go past the rows of the frame at a place."""
    row: cython.pointer(cython.const[Row])
    while place.at < place.end:
        row = place.at
        place.at += 1
        if row.flags & ROW_LAST:
            return
