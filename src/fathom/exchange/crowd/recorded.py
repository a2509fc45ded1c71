"""What a recorded market is made of, one thing after another: frames as they came, or the rows of a trade history.

The core reads no file: whoever does hands these over, in an iterable that can be gone through again.

Pure. Imports: domain, protocol. Imported by: playback, run.
"""

from collections.abc import Iterable, Iterator
from decimal import Decimal, InvalidOperation
from typing import Final

from msgspec import Struct

from fathom.protocol import SECOND_NS

CSV_COLUMNS: Final = 3  # Seconds since 1970, price, volume: the venue's downloadable histories. More are not read.
SECONDS_MAX: Final = 10**10


class RecordedFrame(Struct, frozen=True, gc=False):
    """One public frame, version 2's or version 1's, and when the recorder had it, if it says so."""

    time_ns: int | None
    frame: bytes


class RecordedTrade(Struct, frozen=True, gc=False):
    """One row of a trade history. It does not say who took."""

    time_ns: int
    symbol: str
    price: Decimal
    qty: Decimal


Recorded = RecordedFrame | RecordedTrade


class CsvTrades:
    """The trades in the lines of a CSV file, again and again. Afterwards: `bad_count` of them were unreadable."""

    def __init__(self, lines: Iterable[bytes], *, symbol: str) -> None:
        self._lines = lines
        self._symbol = symbol
        self.bad_count = 0

    def __iter__(self) -> Iterator[RecordedTrade]:
        self.bad_count = 0
        for line in self._lines:
            if not line.strip():
                continue
            trade = _trade(line, self._symbol)
            if trade is None:
                self.bad_count += 1  # A heading is one of them.
            else:
                yield trade


def _trade(line: bytes, symbol: str) -> RecordedTrade | None:
    try:
        seconds, price, qty = (Decimal(field) for field in line.decode().strip().split(",")[:CSV_COLUMNS])
    except (ValueError, InvalidOperation):
        return None
    if not (seconds.is_finite() and price.is_finite() and qty.is_finite()):
        return None
    if not 0 <= seconds < SECONDS_MAX or price <= 0 or qty <= 0:
        return None
    return RecordedTrade(int(seconds * SECOND_NS), symbol, price, qty)
