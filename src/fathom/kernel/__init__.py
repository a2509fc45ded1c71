"""The compiled room: bytes and ints in, ints out. Level 2 and level 3 books with their checksums, and `peek`.

Every module but this one is Cython in Python's syntax. It trusts no byte: a frame that is not what it should be is
refused with what is wrong and where, and the book stays as it was.
"""

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
    "CROSSED",
    "MISMATCH",
    "OUT_OF_ORDER",
    "TOO_DEEP",
    "UNCHECKED",
    "UNKNOWN_ORDER",
    "VERIFIED",
    "FrameRefused",
    "L2Book",
    "L3Book",
    "peek",
]
