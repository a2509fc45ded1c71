"""How deep a book is of which a recording does not say it, as level 3's never are: its checksums tell.

A second reader runs ahead of the writing, only where somebody asks, and only until one depth is left of those that the
snapshot fits; of a book that never shows it, the least that was never wrong.

I/O: reads files through store. Imports: store, run/recording. Imported by: compile_command.
"""

from collections import Counter
from pathlib import Path
from typing import Final

from fathom.run.recording.book_stream import BookStream
from fathom.run.recording.decimals import Decimals
from fathom.run.recording.recorded_books import BookSaid
from fathom.run.recording.walk import Stream, Walk, stream_of
from fathom.store import Capture, CaptureReader

UNKNOWN: Final = 10  # Of a book whose snapshot cannot be read.


class Depths:
    """Asked once for each snapshot of which nobody says the depth, in their order."""

    def __init__(self, path: Path, decimals: Decimals) -> None:
        """`decimals` are its own: they are as far as this reader is."""
        self._walk = Walk(decimals, depth=None)
        self._captures = iter(CaptureReader(path))
        self._streams: dict[Stream, BookStream] = {}  # Those of which more than one depth is left.
        self._begun: Counter[Stream] = Counter()
        self._asked: Counter[Stream] = Counter()
        self._found: dict[tuple[Stream, int], int] = {}  # By stream and the number of its snapshot.

    def of(self, said: BookSaid) -> int:
        """Return the depth of the book that begins with this snapshot."""
        key = stream_of(said)
        self._asked[key] += 1
        wanted = (key, self._asked[key])
        while wanted not in self._found:
            capture = next(self._captures, None)
            if capture is not None:
                self._hear(capture)
                continue
            for stream in list(self._streams):
                self._settle(stream)
            self._found.setdefault(wanted, UNKNOWN)
        return self._found.pop(wanted)

    def _hear(self, capture: Capture) -> None:
        said = self._walk.hear(capture)
        if not isinstance(said, BookSaid):
            return
        key = stream_of(said)
        if said.snapshot:
            self._settle(key)
            if self._walk.depth_of(said) is None:
                self._begun[key] += 1
                self._streams[key] = BookStream(said)
        stream = self._streams.get(key)
        if stream is None:
            return
        precision, precision_from = self._walk.decimals.of(said)
        stream.take(said, precision=precision, precision_from=precision_from, depth=None, depth_from="")
        if stream.settled:
            self._settle(key)

    def _settle(self, key: Stream) -> None:
        stream = self._streams.pop(key, None)
        if stream is not None:
            self._found[key, self._begun[key]] = stream.report.depth or UNKNOWN
