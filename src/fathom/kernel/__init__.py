"""The compiled room: bytes and ints in, ints out. Books of level 2 and 3 with their checksums, `peek`, and the desk.

Every module but this one is Cython in Python's syntax. It trusts no byte: a frame that is not what it should be is
refused with what is wrong and where, and the book stays as it was.
"""

from fathom.kernel.desk import APPLIED, BROKEN, PASSED, TOP, Desk, Seat
from fathom.kernel.l2 import L2Book
from fathom.kernel.l3 import L3Book
from fathom.kernel.peek import peek
from fathom.kernel.verdict import (
    CROSSED,
    MISMATCH,
    OUT_OF_ORDER,
    TOO_DEEP,
    UNCHECKED,
    UNKNOWN_ORDER,
    VERIFIED,
    FrameRefused,
)

__all__ = [
    "APPLIED",
    "BROKEN",
    "CROSSED",
    "MISMATCH",
    "OUT_OF_ORDER",
    "PASSED",
    "TOO_DEEP",
    "TOP",
    "UNCHECKED",
    "UNKNOWN_ORDER",
    "VERIFIED",
    "Desk",
    "FrameRefused",
    "L2Book",
    "L3Book",
    "Seat",
    "peek",
]
