"""Captures of the real thing as what both programs play on: compiled as `fathom data compile` does, a tape a pair.

A pair's trades may stand in a capture of their own: they are put in their place among the rows of the book.
Imports: fathom. Imported by: compare_hft.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median
from typing import NamedTuple

import hft_ours
from hft_rules import LEVEL, ROW, rows_of
from msgspec import structs

from fathom.domain import Instrument
from fathom.run.history.compile_command import compile_recording
from fathom.store.history import Tape, partitions


class Captured(NamedTuple):
    """One pair of some captures. Times are ours, of its first and its last row."""

    symbol: str
    tape: bytes
    instrument: Instrument
    first_ns: int
    last_ns: int
    qty_lots: int  # What half of its levels have at least.


def compiled(paths: Sequence[Path], depth: int) -> Iterator[Captured]:
    """Yield the pairs of captures that have a book."""
    with tempfile.TemporaryDirectory(prefix="fathom-hft-") as folder:
        data = Path(folder)
        for path in paths:
            compile_recording(path, data, depth=depth)
        pieces: dict[str, list[bytes]] = {}
        for one in partitions(data):
            if one.kind == "tape" and one.path.name.endswith(".l2.tape"):
                with Tape(one.path) as tape:
                    pieces.setdefault(one.symbol, []).append(bytes(tape.rows))
    for symbol, tapes in sorted(pieces.items()):
        whole = b"".join(tapes)
        rows = rows_of(whole)
        levels = [row.qty for row in rows if row.kind == LEVEL and row.qty]
        clears = [row for row in rows if row.kind == 0]
        if levels and clears:
            instrument = structs.replace(
                hft_ours.INSTRUMENT, price_precision=clears[0].price, qty_precision=clears[0].qty
            )
            packed = sorted((whole[at : at + ROW.size] for at in range(0, len(whole), ROW.size)), key=_local_ns)
            times = _local_ns(packed[0]), _local_ns(packed[-1])
            yield Captured(symbol, b"".join(packed), instrument, *times, int(median(levels)))


def _local_ns(row: bytes) -> int:
    return int.from_bytes(row[:8], "little")
