"""The fast way of a raw frame in a client: one call finds its book, applies it and verifies it.

A connection hands every frame to its desk. An update of a book that sits there is done with when the call returns; the
caller goes on only where the answer says that somebody must know. Everything else passes untouched and takes the long
way, through `peek` and the session. While a frame is applied no Python code runs, so nobody finds a book half changed.

Pure. Imports: held, l2, l3, layout, verdict. Imported by: nothing in the kernel.
"""

import cython
from cython.cimports.cpython.buffer import PyBuffer_Release
from cython.cimports.cpython.bytes import PyBytes_AS_STRING, PyBytes_GET_SIZE
from cython.cimports.cpython.exc import PyErr_Clear
from cython.cimports.cpython.list import PyList_GET_ITEM, PyList_GET_SIZE
from cython.cimports.fathom.kernel import layout
from cython.cimports.fathom.kernel.desk import Place, Wanted
from cython.cimports.fathom.kernel.held import VIEW_SIMPLE, View, get_view, is_plain, lend, let_go
from cython.cimports.fathom.kernel.l2 import L2Book
from cython.cimports.fathom.kernel.l3 import L3Book
from cython.cimports.fathom.kernel.layout import Held, Text, load8, mixed, specials, trailing_zeros
from cython.cimports.fathom.kernel.verdict import words_of
from cython.cimports.libc.stdint import int64_t, uint64_t
from cython.cimports.libc.stdlib import calloc, free
from cython.cimports.libc.string import memcmp, memcpy, memset

# What `take` returns.
PASSED = layout.PASSED  # Not an update of an armed seat in the usual layout: nothing was done with it.
APPLIED = layout.APPLIED  # Applied and verified, not crossed; the best levels are as they were.
TOP = layout.TOP  # The same, and the price or quantity of a best level changed.
BROKEN = layout.BROKEN  # The book cannot be trusted: its seat was disarmed.

_USUAL_MIN = cython.declare(int64_t, 96)  # A shorter update says nothing; in this much our looks ahead stay inside.
_LEVEL_2 = cython.declare(cython.uchar, 2)
_LEVEL_3 = cython.declare(cython.uchar, 3)


@cython.cclass
class Seat:
    """One book at a desk. Only an armed seat takes frames; its owner arms it when a snapshot has verified.

    `verdict` is that of its last frame: VERIFIED, MISMATCH, UNCHECKED, or 0 for one that was refused. `frames` counts
    what it took, `verified` those after which the book was good, `moved_ns` is when the last one was applied.
    """

    def __init__(self):
        raise TypeError("a seat is made by its desk: Desk.seat")

    @property
    def book(self):
        """The book, level 2 or level 3."""
        return self.level2 if self.level2 is not None else self.level3


@cython.cclass
class Desk:
    """The books of one connection by channel and symbol."""

    def __cinit__(self):
        self._by_name = {}
        self._seats = []
        self._moved = []
        self._lay_out()

    def __dealloc__(self):
        free(self._places)

    def seat(self, channel: str, symbol: str, book) -> Seat:
        """Give a book its seat, not armed yet; whoever sat there before leaves."""
        seat: Seat = Seat.__new__(Seat)
        if channel == "book" and isinstance(book, L2Book):
            seat.level2 = book
        elif channel == "level3" and isinstance(book, L3Book):
            seat.level3 = book
        else:
            raise ValueError(f"a {type(book).__name__} is not the book of a channel {channel!r}")
        seat.channel = channel
        seat.symbol = symbol
        seat.name = bytes([_LEVEL_2 if seat.level2 is not None else _LEVEL_3]) + symbol.encode()
        seat.hash = _hash_of(seat.name)
        self.leave(channel, symbol)
        self._by_name[(channel, symbol)] = seat
        self._lay_out()
        return seat

    def leave(self, channel: str, symbol: str) -> None:
        """Take a book's seat away, if it has one, and disarm it."""
        seat: Seat = self._by_name.pop((channel, symbol), None)
        if seat is None:
            return
        seat.armed = False
        if seat.listed:
            self._moved.remove(seat)
            seat.listed = False
        if self._last is seat:
            self._last = None
        self._lay_out()

    def disarm(self) -> None:
        """Disarm every seat: what comes next is not what the books expect."""
        seat: Seat
        for seat in self._seats:
            seat.armed = False

    def drain(self) -> list:
        """Return the armed seats that moved since the last drain, each once, in the order of their first moves."""
        seat: Seat
        moved: list = self._moved
        found: list = []
        self._moved = []
        for seat in moved:
            seat.listed = False
            if seat.armed:
                found.append(seat)
        return found

    @property
    def last(self):
        """Whose frame the last `take` was; None where that passed."""
        return self._last

    @property
    def refusal(self) -> str:
        """Why the last frame was not applied, after BROKEN; "" where it was."""
        return "" if self._refusal.fault == cython.NULL else words_of(cython.address(self._refusal))

    def take(self, frame, now_ns: int64_t = 0) -> int:
        """Take a frame and its time of arrival, for who wants to know it; return PASSED, APPLIED, TOP or BROKEN."""
        view = cython.declare(View)
        if type(frame) is bytes:
            return self._take(cython.cast(Text, PyBytes_AS_STRING(frame)), PyBytes_GET_SIZE(frame), True, now_ns)
        if not is_plain(frame) or get_view(frame, cython.address(view), VIEW_SIMPLE) != 0:
            return self._take_other(frame, now_ns)
        try:
            return self._take(cython.cast(Text, view.buf), view.len, False, now_ns)
        finally:
            PyBuffer_Release(cython.address(view))

    def _take_other(self, frame, now_ns):
        """Take what does not lie in one piece, or may run Python code of its own; or raise what is wrong with it."""
        PyErr_Clear()
        joined: bytes = bytes(memoryview(frame))
        return self._take(cython.cast(Text, PyBytes_AS_STRING(joined)), PyBytes_GET_SIZE(joined), True, now_ns)

    def _take(self, text, length, ended, now_ns):
        """Do all of it; `ended` tells that a NUL is behind the text."""
        held = cython.declare(Held)
        flaws: cython.int
        top_changed: cython.bint
        seat: Seat = self._seat_of(text, length)
        self._refusal.fault = cython.NULL
        self._last = seat  # The one before is in our list still, so nothing dies of this.
        if seat is None:
            return layout.PASSED
        held.memory = cython.NULL
        held.text = text
        seat.frames += 1
        if not ended and not lend(text, length, cython.address(held)):
            self._refusal.fault = b"there is no memory for the frame"
            self._refusal.at = -1
            seat.verdict = layout.REFUSED
            seat.armed = False
            return layout.BROKEN
        if seat.level2 is not None:
            seat.verdict = seat.level2.apply_text(held.text, length, cython.address(self._refusal))
            flaws = seat.level2.flaws
            top_changed = seat.level2.top_changed
        else:
            seat.verdict = seat.level3.apply_text(held.text, length, cython.address(self._refusal))
            flaws = seat.level3.flaws
            top_changed = seat.level3.top_changed
        let_go(cython.address(held))
        if seat.verdict != layout.REFUSED:
            seat.moved_ns = now_ns
        if seat.verdict != layout.VERIFIED or flaws != 0:
            seat.armed = False
            return layout.BROKEN
        seat.verified += 1
        if not seat.listed:
            self._moved.append(seat)
            seat.listed = True
        return layout.TOP if top_changed else layout.APPLIED

    def _seat_of(self, text, length):
        """Return the armed seat that an update in the usual layout is for, or None."""
        wanted = cython.declare(Wanted)
        place: cython.pointer(Place)
        seat: Seat
        name: Text
        at: int64_t
        if not _find_wanted(text, length, cython.address(wanted)) or self._seats is None:
            return None
        at = wanted.hash & self._mask
        while True:
            place = self._places + at
            if place.number == 0 or place.number > PyList_GET_SIZE(self._seats):
                return None
            if place.hash == wanted.hash:
                seat = cython.cast(Seat, PyList_GET_ITEM(self._seats, place.number - 1))
                name = cython.cast(Text, PyBytes_AS_STRING(seat.name))
                if (
                    PyBytes_GET_SIZE(seat.name) == wanted.length + 1
                    and name[0] == wanted.channel
                    and memcmp(name + 1, wanted.symbol, wanted.length) == 0
                ):
                    return seat if seat.armed else None
            at = (at + 1) & self._mask

    def _lay_out(self):
        """Make list and table anew, the table at most a quarter full."""
        seat: Seat
        number: int64_t
        capacity: int64_t = 16
        at: int64_t
        places: cython.pointer(Place)
        while capacity < 4 * len(self._by_name):
            capacity *= 2
        places = cython.cast(cython.pointer(Place), calloc(capacity, cython.sizeof(Place)))
        if places == cython.NULL:
            raise MemoryError("there is no memory for another seat")
        free(self._places)
        self._places = places
        self._mask = capacity - 1
        self._seats = list(self._by_name.values())
        for number, seat in enumerate(self._seats, 1):
            at = seat.hash & self._mask
            while places[at].number != 0:
                at = (at + 1) & self._mask
            places[at].hash = seat.hash
            places[at].number = number
        return 0


@cython.cfunc
@cython.inline
@cython.nogil
@cython.exceptval(check=False)
def _find_wanted(text: Text, length: int64_t, wanted: cython.pointer(Wanted)) -> cython.bint:
    """Find channel and symbol of an update in the usual layout, as `peek` does. Looks at nothing behind the frame."""
    at: Text = text
    digits: Text
    word: uint64_t
    marks: uint64_t
    plain: cython.int
    if length < _USUAL_MIN:
        return False
    if memcmp(at, b'{"channel":"book","type":"update","data":[{"symbol":"', 53) == 0:
        wanted.channel = _LEVEL_2
        at += 53
    elif memcmp(at, b'{"channel":"level3","type":"update","data":[{', 45) == 0:
        wanted.channel = _LEVEL_3
        at += 45
        if memcmp(at, b'"checksum":', 11) == 0:
            at += 11
            if at[0] < 49 or at[0] > 57:
                return False
            digits = at
            # Ten digits at most: the shortest frame does not end before we stop.
            while 48 <= at[0] <= 57 and at - digits < 10:
                at += 1
            if at[0] != 44:
                return False
            at += 1
        if memcmp(at, b'"symbol":"', 10) != 0:
            return False
        at += 10
    else:
        return False
    wanted.symbol = at
    wanted.hash = wanted.channel
    while text + length - at >= 8:
        word = load8(at)
        marks = specials(word)
        if marks != 0:
            plain = trailing_zeros(marks) >> 3
            wanted.hash = mixed(wanted.hash ^ (word & ((cython.cast(uint64_t, 1) << (8 * plain)) - 1)))
            wanted.length = at + plain - wanted.symbol
            return at[plain] == 34
        wanted.hash = mixed(wanted.hash ^ word)
        at += 8
    return False


@cython.cfunc
def _hash_of(name: bytes) -> uint64_t:
    """Return what `_find_wanted` finds for the name of a seat."""
    text: Text = cython.cast(Text, PyBytes_AS_STRING(name))
    left: int64_t = PyBytes_GET_SIZE(name) - 1
    tail = cython.declare(cython.uchar[8])
    word: uint64_t = text[0]
    text += 1
    while left >= 8:
        word = mixed(word ^ load8(text))
        text += 8
        left -= 8
    memset(tail, 0, 8)
    memcpy(tail, text, left)
    return mixed(word ^ load8(tail))
