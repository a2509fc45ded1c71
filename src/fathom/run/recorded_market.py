"""`--market FILE`: a recording as the exchange's market, read again each time it is gone through.

Imports: domain, exchange, store. Imported by: run/exchange_command.
"""

from collections.abc import Iterator
from pathlib import Path

from fathom.domain import LocalError
from fathom.exchange import CsvTrades, Recorded, RecordedFrame, symbols_in
from fathom.store import CaptureReader, open_plain


class RecordedMarket:
    """The frames or trades of one file. Iterating reads it from its beginning."""

    def __init__(self, path: Path, *, symbol: str | None = None) -> None:
        self._path = path
        self._symbol = symbol

    def __iter__(self) -> Iterator[Recorded]:
        if is_csv(self._path):
            return self._trades()
        return self._frames()

    def symbols(self) -> tuple[str, ...]:
        """Return the pairs it has, by v2's symbols. Raises LocalError where there are none."""
        symbols = tuple(symbols_in(self))
        if not symbols:
            raise LocalError("market", f"{self._path} has no book, level3 or trade frames that can be played")
        return symbols

    def _frames(self) -> Iterator[Recorded]:
        for capture in CaptureReader(self._path):
            if not capture.sent:
                yield RecordedFrame(time_ns=capture.time_ns, frame=capture.frame)

    def _trades(self) -> Iterator[Recorded]:
        symbol = self._symbol
        if symbol is None:
            raise LocalError("pairs", "name the one pair that a CSV of trades is of, such as --pairs BCH/EUR")
        with open_plain(self._path) as lines:
            yield from CsvTrades(lines, symbol=symbol)


def is_csv(path: Path) -> bool:
    """Tell whether a file is a trade history by its name."""
    return ".csv" in path.suffixes
