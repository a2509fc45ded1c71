"""`--market FILE`: a recording as the exchange's market, read again each time it is gone through.

Imports: domain, exchange, store. Imported by: command.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from fathom.domain import LocalError
from fathom.exchange import CsvTrades, Listing, Recorded, RecordedFrame, symbols_in
from fathom.store import BROKEN, CaptureReader, open_plain

_SHOWN_MAX: Final = 12  # So many pairs of a recording are named in an error.


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
        """Return the listed pairs it has, by v2's symbols. Raises LocalError where there are none."""
        recorded = symbols_in(self)
        if not recorded:
            what = "rows of time, price and volume" if is_csv(self._path) else "book, level3 or trade frames"
            raise LocalError("market", f"{self._path} has no {what} that can be played")
        listed = Listing().pairs
        symbols = tuple(symbol for symbol in recorded if symbol in listed)
        if not symbols:
            shown = ", ".join(recorded[:_SHOWN_MAX])
            raise LocalError("market", f"no pair of {self._path} is listed here: it has {shown}")
        return symbols

    def _frames(self) -> Iterator[Recorded]:
        for capture in CaptureReader(self._path):
            if not capture.sent:
                yield RecordedFrame(time_ns=capture.time_ns, frame=capture.frame)

    def _trades(self) -> Iterator[Recorded]:
        symbol = self._symbol
        if symbol is None:
            raise LocalError("pairs", "name the one pair that a CSV of trades is of, such as --pairs BCH/EUR")
        try:
            with open_plain(self._path) as lines:
                yield from CsvTrades(lines, symbol=symbol)
        except OSError as error:
            raise LocalError("market", f"cannot read {self._path}: {error.strerror or error}") from None
        except BROKEN as error:
            raise LocalError("market", f"cannot read {self._path}: its compression is broken: {error}") from None


def is_csv(path: Path) -> bool:
    """Tell whether a file is a trade history by its name."""
    return ".csv" in [suffix.lower() for suffix in path.suffixes]
