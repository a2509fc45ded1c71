"""What a recorded frame says to somebody who builds books from it: levels, a depth, precisions, or nothing.

Books of version 1 come out in version 2's form, as a channel of their own: their checksums are over other
decimals.

Pure. Imports: domain, protocol, store, precisions. Imported by: book_stream, decimals, walk, verify, run/history.
"""

from typing import Final, Literal

import msgspec

from fathom.domain import RemoteError
from fathom.protocol import book_frame, read_book
from fathom.run.recording.precisions import Precision, frame_precisions
from fathom.store import Capture

BookChannel = Literal["book", "level3", "book (v1)"]
CHANNELS: Final[dict[str, BookChannel]] = {"book": "book", "level3": "level3"}


class BookSaid(msgspec.Struct, frozen=True):
    """A frame of a book, in version 2's form. `depth` is what version 1 says in each message."""

    line: int
    frame: bytes
    channel: BookChannel
    symbol: str
    link: str
    snapshot: bool
    depth: int | None = None


class DepthSaid(msgspec.Struct, frozen=True):
    """The answer to a subscription: from the next snapshot on, the book has this depth."""

    channel: BookChannel
    symbol: str
    link: str
    depth: int


class PrecisionsSaid(msgspec.Struct, frozen=True):
    """An instrument frame."""

    precisions: dict[str, Precision]


class Refusal(msgspec.Struct, frozen=True):
    """A frame that is not what it should be, and why."""

    line: int
    why: str


class TradesSaid(msgspec.Struct, frozen=True):
    """A frame of trades, in version 2's form: no book's, but its numbers tell how many decimals a pair has."""

    symbols: frozenset[str]
    frame: bytes


Said = BookSaid | DepthSaid | PrecisionsSaid | Refusal


class _Look(msgspec.Struct):
    channel: str = ""
    type: str = ""
    method: str = ""
    success: bool = False
    data: msgspec.Raw = msgspec.Raw(b"")
    result: msgspec.Raw = msgspec.Raw(b"")


class _Row(msgspec.Struct):
    symbol: str


class _Result(msgspec.Struct):
    channel: str = ""
    symbol: str = ""
    depth: int | None = None


_look: Final = msgspec.json.Decoder(_Look)
_rows: Final = msgspec.json.Decoder(list[_Row])
_result: Final = msgspec.json.Decoder(_Result)


def said_by(capture: Capture) -> Said | None:
    """Return what the frame says, None where it says nothing about books. Never raises on a frame."""
    if capture.sent:
        return None
    try:
        if capture.frame[:1] == b"[":
            return _v1_said(capture)
        look = _look.decode(capture.frame)
        if look.channel in CHANNELS:
            return BookSaid(
                line=capture.line,
                frame=capture.frame,
                channel=CHANNELS[look.channel],
                symbol=_rows.decode(look.data)[0].symbol,
                link=capture.link,
                snapshot=look.type == "snapshot",
            )
        if look.channel == "instrument" and not look.method:
            return PrecisionsSaid(frame_precisions(capture.frame))
        if look.method == "subscribe" and look.success:
            return _answer_said(_result.decode(look.result), capture.link)
    except (ValueError, IndexError, RecursionError, RemoteError) as error:
        return Refusal(capture.line, str(error))
    return None


def _answer_said(result: _Result, link: str) -> DepthSaid | None:
    if result.channel not in CHANNELS or result.depth is None:  # Real answers of level3 have no depth.
        return None
    return DepthSaid(CHANNELS[result.channel], result.symbol, link, result.depth)


def _v1_said(capture: Capture) -> BookSaid | None:
    book = read_book(capture.frame)
    if book is None:
        return None
    return BookSaid(
        line=capture.line,
        frame=book_frame(book, symbol=book.pair),
        channel="book (v1)",
        symbol=book.pair,
        link=capture.link,
        snapshot=book.snapshot,
        depth=book.depth,
    )
