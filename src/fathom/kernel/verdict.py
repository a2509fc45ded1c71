"""What the kernel answers: verdicts on a frame, the flaws of a book, and the refusal of a frame.

Pure. Imports: layout. Imported by: desk, l2, l3.
"""

import cython
from cython.cimports.fathom.kernel import layout
from cython.cimports.fathom.kernel.layout import Refusal

# What `apply` returns.
VERIFIED = layout.VERIFIED  # The book is what the frame's checksum says.
MISMATCH = layout.MISMATCH  # It is not: take a new snapshot.
UNCHECKED = layout.UNCHECKED  # The frame has no checksum.

# Bits of `flaws`.
CROSSED = layout.CROSSED  # The best bid is not below the best ask.
OUT_OF_ORDER = layout.OUT_OF_ORDER  # The last snapshot's sides did not go from best to worst.
TOO_DEEP = layout.TOO_DEEP  # The last snapshot held more levels a side than the book's depth.
UNKNOWN_ORDER = layout.UNKNOWN_ORDER  # The last frame changed or deleted an order that we do not hold.


class FrameRefused(ValueError):
    """A frame that is not what it should be. The text says what is wrong, and at which byte; the book is unchanged."""


@cython.cfunc
def words_of(refusal: cython.pointer(Refusal)) -> str:
    """Say what is wrong, and at which byte."""
    fault: str = refusal.fault.decode("ascii")
    return fault if refusal.at < 0 else f"{fault} at byte {refusal.at}"


@cython.cfunc
def error_of(refusal: cython.pointer(Refusal)) -> object:
    """Return what `apply` raises."""
    words: str = words_of(refusal)
    return MemoryError(words) if refusal.at < 0 else FrameRefused(words)
