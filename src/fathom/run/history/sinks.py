"""Where the rows of one symbol, kind and day go: a part of a table, and a tape beside it.

I/O: writes files through store. Imports: domain, kernel, store. Imported by: book_stretch, compiling.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any, Final, Literal

from fathom.store.history import (
    Kind,
    PartitionWriter,
    TapeHead,
    TapeWriter,
    book_columns,
    order_columns,
    part_path,
    plain_columns,
    tape_path,
)

BookKind = Literal["l2", "l3"]
ROWS_MAX: Final = 65_536  # Held in memory of one part; then they are written.


class BookSink:
    """One symbol's book and trades of one day. `counts` are of its frames, by verdict."""

    def __init__(self, data: Path, kind: BookKind, symbol: str, day: date, *, source: str, origin: str) -> None:
        self.kind = kind
        self.day = day
        self.symbol = symbol
        self.source = source
        self.origin = origin
        self.counts: Counter[str] = Counter()
        self.first_ns = self.last_ns = 0
        self._part = PartitionWriter(part_path(data, kind, symbol, day, source), kind)
        self._tape = TapeWriter(tape_path(data, kind, symbol, day, source))

    def write(self, rows: bytes, names: bytes, precisions: tuple[int, int]) -> None:
        """Take what the kernel wrote down since the last time."""
        if not rows:
            return
        table: Any = (
            book_columns(rows, precisions=precisions)
            if self.kind == "l2"
            else order_columns(rows, names, precisions=precisions)
        )
        self._part.write(table)
        self._tape.write(rows)

    def close(self, *, whole: bool) -> None:
        """Give both files their names."""
        counts = self.counts
        head = TapeHead(
            symbol=self.symbol, kind=self.kind, date=str(self.day), source=self.source, rows=self._tape.rows,
            frames=counts["frames"], verified=counts["verified"], mismatched=counts["mismatched"],
            unchecked=counts["unchecked"], trades=counts["trades"], gaps=counts["gaps"], first_ns=self.first_ns,
            last_ns=self.last_ns, whole=whole,
        )  # fmt: skip
        self._tape.close(head)
        told = {name: counts[name] for name in ("frames", "verified", "mismatched", "unchecked", "gaps")}
        span = {"first_ns": self.first_ns, "last_ns": self.last_ns}
        if not self._part.rows:  # Trades alone: the tape has them.
            self._part.abandon()
            return
        self._part.close(head_words({"source": self.source, "origin": self.origin, "whole": whole, **span, **told}))

    def abandon(self) -> None:
        """Leave nothing of either."""
        self._part.abandon()
        self._tape.abandon()


class TableSink:
    """One symbol's trades, candles, instruments or gaps of one day: rows that are mappings."""

    def __init__(self, data: Path, kind: Kind, symbol: str, day: date, *, source: str, origin: str) -> None:
        self.kind = kind
        self.source = source
        self.origin = origin
        self._part = PartitionWriter(part_path(data, kind, symbol, day, source), kind)
        self._held: list[Mapping[str, Any]] = []

    def add(self, row: Mapping[str, Any]) -> None:
        """Take a row."""
        self._held.append(row)
        if len(self._held) >= ROWS_MAX:
            self._flush()

    def _flush(self) -> None:
        self._part.write(plain_columns(self.kind, self._held))
        self._held = []

    def close(self, *, whole: bool) -> None:
        """Give the file its name."""
        self._flush()
        self._part.close(head_words({"source": self.source, "origin": self.origin, "whole": whole}))

    def abandon(self) -> None:
        """Leave nothing of it."""
        self._part.abandon()


def head_words(said: Mapping[str, Any]) -> dict[str, str]:
    """Return what a part says of itself as words, as Parquet keeps it."""
    return {name: str(value).lower() if isinstance(value, bool) else str(value) for name, value in said.items()}
