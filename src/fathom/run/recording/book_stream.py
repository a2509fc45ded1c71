"""One symbol's recorded book, built again frame by frame, and what its checksums say.

Where a recording does not tell its depth, every depth of Kraken's that its snapshot fits is tried at once;
those whose checksums fail are dropped, and only when none is left has the stream a mismatch. No checksum
agrees by luck.

Pure. Imports: kernel, precisions, recorded_books. Imported by: verify, cli/verify, run/history.
"""

from collections.abc import Mapping
from typing import Final

import msgspec

from fathom.kernel import MISMATCH, VERIFIED, FrameRefused, L2Book, L3Book
from fathom.run.recording.precisions import Precision
from fathom.run.recording.recorded_books import BookChannel, BookSaid, Refusal

DEPTHS: Final[Mapping[BookChannel, tuple[int, ...]]] = {
    "book": (10, 25, 100, 500, 1000),
    "book (v1)": (10, 25, 100, 500, 1000),
    "level3": (10, 100, 1000),
}

Book = L2Book | L3Book


class Mismatch(msgspec.Struct, frozen=True):
    """The first frame whose checksum is not the book's: where, what it says, and what the book gives."""

    line: int
    expected: int | None
    computed: int


class StreamReport(msgspec.Struct):
    """What was found of one symbol on one channel. `depth` is None where there was no snapshot."""

    symbol: str
    channel: BookChannel
    link: str
    frames: int = 0
    verified: int = 0
    mismatched: int = 0
    refused: int = 0
    unchecked: int = 0
    depth: int | None = None
    depth_from: str = ""
    price_precision: int | None = None
    qty_precision: int | None = None
    precision_from: str = ""
    first_mismatch: Mismatch | None = None
    first_refusal: Refusal | None = None


class _Level(msgspec.Struct):
    limit_price: msgspec.Raw = msgspec.Raw(b"")


class _Sides(msgspec.Struct):
    bids: list[_Level] = []
    asks: list[_Level] = []
    checksum: int | None = None


class _Sized(msgspec.Struct):
    data: list[_Sides]


FROM_SIZE: Final = "the snapshot's size"  # The least depth that the book fits: it may be more.
FROM_CHECKSUMS: Final = "the checksums"

_sized: Final = msgspec.json.Decoder(_Sized)


class BookStream:
    """Takes one stream's frames in and counts. Every frame is in just one of the report's four counts.

    A mismatched book stays as it is, for evidence, and its updates count as mismatched until the next
    snapshot. After a refused frame, and before the first snapshot, there is no book: updates are unchecked.
    """

    def __init__(self, said: BookSaid) -> None:
        self.report = StreamReport(said.symbol, said.channel, said.link)
        self.evidence: Book | None = None
        self._books: list[Book] = []
        self._precision: Precision | None = None

    def take(
        self, said: BookSaid, *, precision: Precision, precision_from: str, depth: int | None, depth_from: str
    ) -> None:
        """Apply one frame. `depth` is None where nothing tells it."""
        self.report.frames += 1
        try:
            if said.snapshot:
                self._begin(said, precision, depth)
                self.report.depth_from = depth_from if depth else FROM_SIZE
                self.report.price_precision, self.report.qty_precision = precision
                self.report.precision_from = precision_from
            elif self._precision is not None and precision != self._precision:
                self._books = []  # Its numbers mean something else from now on; a snapshot must come.
                self.evidence = None
            self._apply(said)
        except (FrameRefused, ValueError) as error:
            self.report.refused += 1
            self.report.first_refusal = self.report.first_refusal or Refusal(said.line, str(error))
            self._books = []
            self.evidence = None

    @property
    def settled(self) -> bool:
        """Whether nothing that comes before the next snapshot can say more of the depth."""
        return len(self._books) <= 1

    def _begin(self, said: BookSaid, precision: Precision, depth: int | None) -> None:
        self._books = []
        self.evidence = None
        self._precision = precision
        kind = L3Book if said.channel == "level3" else L2Book
        if depth is None:
            size = _size(said.frame)
            depths = tuple(fit for fit in DEPTHS[said.channel] if fit >= size) or (size,)
        else:
            depths = (depth,)
        self._books = [kind(one, *precision) for one in depths]

    def _apply(self, said: BookSaid) -> None:
        if not self._books:
            if self.evidence is None:
                self.report.unchecked += 1
            else:
                self.report.mismatched += 1
            return
        verdicts = [book.apply(said.frame) for book in self._books]
        if all(verdict == MISMATCH for verdict in verdicts):
            self._mismatched(said)
            return
        pairs = zip(self._books, verdicts, strict=True)
        self._books = [book for book, verdict in pairs if verdict != MISMATCH]
        self.report.depth = self._books[0].depth
        if self.report.depth_from == FROM_SIZE and len(self._books) == 1:
            self.report.depth_from = FROM_CHECKSUMS  # Every other depth would have mismatched by now.
        if VERIFIED in verdicts:
            self.report.verified += 1
        else:
            self.report.unchecked += 1

    def _mismatched(self, said: BookSaid) -> None:
        self.evidence = self._books[0]
        self._books = []
        self.report.mismatched += 1
        self.report.depth = self.evidence.depth
        if self.report.first_mismatch is None:
            row = _sized.decode(said.frame).data[0]
            self.report.first_mismatch = Mismatch(said.line, row.checksum, self.evidence.checksum())


def _size(frame: bytes) -> int:
    """Return how many price levels the larger side of a snapshot has."""
    row = _sized.decode(frame).data[0]
    return max(_levels(row.bids), _levels(row.asks), 1)


def _levels(side: list[_Level]) -> int:
    """Count price levels: a level3 side has an element an order."""
    prices = {bytes(level.limit_price) for level in side}
    return len(side) if prices == {b""} else len(prices)
