"""The bytes of a frame with a NUL behind them, which is where every scan stops, without making an object of them.

Bytes of Python have their NUL. A view of a socket's buffer has the next frame behind it, so it is copied into one piece
of memory that is used again for every frame: nobody else runs while a frame is applied. A frame that is longer gets
memory of its own, which is given back.

Pure. Imports: layout. Imported by: desk, l2, l3, peek.
"""

import cython
from cython.cimports.cpython.buffer import PyBuffer_Release
from cython.cimports.cpython.bytes import PyBytes_AS_STRING, PyBytes_GET_SIZE
from cython.cimports.cpython.exc import PyErr_Clear
from cython.cimports.fathom.kernel.held import VIEW_SIMPLE, View, get_view
from cython.cimports.fathom.kernel.layout import Held, Text
from cython.cimports.libc.stdint import int64_t
from cython.cimports.libc.stdlib import free, malloc
from cython.cimports.libc.string import memcpy

_ROOM = cython.declare(int64_t, 1 << 18)
_room = cython.declare(cython.uchar[1 << 18])


def hold(frame, held):
    """Hold the bytes of anything that has some; `let_go` of them before Python code runs. Raises where it has none."""
    view = cython.declare(View)
    copied: cython.bint
    held.memory = cython.NULL
    if type(frame) is bytes:
        held.text = cython.cast(Text, PyBytes_AS_STRING(frame))
        held.length = PyBytes_GET_SIZE(frame)
        return 0
    if is_plain(frame) and get_view(frame, cython.address(view), VIEW_SIMPLE) == 0:
        copied = lend(cython.cast(Text, view.buf), view.len, held)
        PyBuffer_Release(cython.address(view))
    else:
        copied = _hold_other(frame, held)
    if not copied:
        raise MemoryError("there is no memory for the frame")
    return 0


@cython.cfunc
@cython.exceptval(-1)
def _hold_other(frame: object, held: cython.pointer(Held)) -> cython.int:
    """Hold what does not lie in one piece, or may run Python code of its own; or raise what is wrong with it."""
    PyErr_Clear()
    joined: bytes = bytes(memoryview(frame))
    return lend(cython.cast(Text, PyBytes_AS_STRING(joined)), PyBytes_GET_SIZE(joined), held)


def is_plain(frame):
    """Tell whether no Python code runs when its bytes are looked at and let go."""
    return type(frame) is memoryview or type(frame) is bytearray


def lend(at, length, held):
    """Hold a copy; False when there is no memory."""
    target: cython.pointer(cython.uchar) = _room
    held.memory = cython.NULL
    if length >= _ROOM:
        held.memory = malloc(length + 1)
        if held.memory == cython.NULL:
            return False
        target = cython.cast(cython.pointer(cython.uchar), held.memory)
    memcpy(target, at, length)
    target[length] = 0
    held.text = target
    held.length = length
    return True


def let_go(held):
    """Give back what was taken."""
    if held.memory != cython.NULL:
        free(held.memory)
        held.memory = cython.NULL


def copied(frame: object) -> bytes:
    """Return the bytes that would be read. Raises TypeError or ValueError where there are none."""
    held = cython.declare(Held)
    hold(frame, cython.address(held))
    found: bytes = held.text[: held.length]
    followed: cython.bint = held.text[held.length] != 0
    let_go(cython.address(held))
    assert not followed, "no NUL is behind the frame"
    return found
