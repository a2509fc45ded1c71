"""Makes the bundled recordings of src/fathom/run/recordings out of other projects' recorded messages.

    python tools/make_recordings.py FIXTURES

FIXTURES is a folder with python-kraken-sdk/orderbook-v2.json and cryptofeed/KRAKEN.ws.48.0 and .50.0; where they come
from stands in the recordings' README.md, with what is changed here.
"""

from __future__ import annotations

import heapq
import sys
from collections.abc import Iterator
from decimal import Decimal
from operator import attrgetter
from pathlib import Path

import msgspec

from fathom.domain import to_units, units_text
from fathom.protocol import checksum, parse_time
from fathom.protocol.v1_book import V1Book, V1Translator, read_book
from fathom.store import Capture, CaptureReader, write_capture

RECORDINGS = Path(__file__).resolve().parents[1] / "src" / "fathom" / "run" / "recordings"
ZSTD_LEVEL = 19
BTC_USD = {"price": 1, "qty": 8}  # The pair's precisions on that day: every checksum agrees with them.


class Row(msgspec.Struct):
    """A book message's one element, its numbers exact."""

    symbol: str
    bids: list[dict[str, Decimal]]
    asks: list[dict[str, Decimal]]
    checksum: int
    timestamp: str | None = None


class Book(msgspec.Struct):
    """A book message."""

    type: str
    data: tuple[Row]


def padded(levels: list[dict[str, Decimal]]) -> str:
    """Return the levels as Kraken writes them, with the zeros that floats lost."""
    return ",".join(
        "{"
        + ",".join(
            f'"{name}":{units_text(to_units(level[name], precision=precision), precision=precision)}'
            for name, precision in BTC_USD.items()
        )
        + "}"
        for level in levels
    )


def btc_usd(source: Path) -> Iterator[Capture]:
    """Yield the frames of python-kraken-sdk, laid out and padded as on the wire."""
    books = [msgspec.json.decode(capture.frame, type=Book) for capture in CaptureReader(source)]
    times = [book.data[0].timestamp for book in books]
    assert times[0] is None
    assert None not in times[1:]
    for line, book in enumerate(books, start=1):
        row = book.data[0]
        when = row.timestamp or times[1]
        assert when is not None
        stamp = "" if row.timestamp is None else f',"timestamp":"{row.timestamp}"'
        frame = (
            f'{{"channel":"book","type":"{book.type}","data":[{{"symbol":"{row.symbol}","bids":[{padded(row.bids)}],'
            f'"asks":[{padded(row.asks)}],"checksum":{row.checksum}{stamp}}}]}}'
        )
        yield Capture(parse_time(when), "", frame.encode(), line)


def digits(text: str) -> int:
    """Return a padded number without its point: ticks or lots."""
    return int(text.replace(".", ""))


def snapshot_checksum(book: V1Book) -> int:
    """Compute what version 1 does not send: the checksum of a snapshot."""
    asks, bids = ([(digits(level[0]), digits(level[1])) for level in side] for side in (book.asks, book.bids))
    return checksum(asks, bids)


def translated(source: Path, *, channel: str) -> Iterator[Capture]:
    """Yield the frames of cryptofeed that are of `channel` (with the subscription's answer, for books)."""
    translator = V1Translator(renamed=True)
    for capture in CaptureReader(source):
        if capture.sent or capture.time_ns is None:
            continue
        crc = None
        if capture.frame.startswith(b"[") and (book := read_book(capture.frame)) is not None and book.snapshot:
            crc = snapshot_checksum(book)
        frame = translator.translate(capture.frame, time_ns=capture.time_ns, checksum=crc)
        if frame is not None and (
            frame.startswith(b'{"channel":"%s"' % channel.encode())
            or (channel == "book" and frame.startswith(b'{"method":"subscribe"'))
        ):
            yield Capture(capture.time_ns, "", frame, capture.line)


def main(fixtures: Path) -> None:
    """Make both recordings."""
    books = translated(fixtures / "cryptofeed" / "KRAKEN.ws.50.0", channel="book")
    trades = translated(fixtures / "cryptofeed" / "KRAKEN.ws.48.0", channel="trade")
    for name, captures in (
        ("btc-usd-2023-07-30", btc_usd(fixtures / "python-kraken-sdk" / "orderbook-v2.json")),
        ("ten-pairs-2021-04-17", heapq.merge(books, trades, key=attrgetter("time_ns"))),
    ):
        path = RECORDINGS / f"{name}.jsonl.zst"
        count = write_capture(path, captures, level=ZSTD_LEVEL)
        print(f"{path.name}: {count} frames, {path.stat().st_size} bytes")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
