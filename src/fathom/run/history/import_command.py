"""`fathom data import`: Kraken's downloadable archives become columns beside what was recorded.

Trades go into a part a day, candles into one a month, whose `date` is its first day. A part of an earlier import of the
same file is replaced.

I/O: reads and writes files through store. Imports: domain, store, archives, sinks, run/recording. Imported by: cli.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import msgspec

from fathom.domain import LocalError
from fathom.run.history.archives import BLOCK_BYTES, Archive, decimals_of, rows_of
from fathom.run.history.sinks import head_words
from fathom.run.recording.precisions import Precision
from fathom.store.history import DAY_NS, SCHEMAS, Kind, PartitionWriter, need_history, part_path, source_name

Progress = Callable[[str, int, int], None]
NS_PER_S: Final = 1_000_000_000


class Imported(msgspec.Struct):
    """What came of one archive."""

    file: str
    symbol: str
    kind: str
    interval_s: int | None
    rows: int
    parts: int
    first: str  # UTC
    last: str
    price_precision: int
    qty_precision: int


def import_archive(
    archive: Archive,
    data: Path,
    *,
    instruments: Mapping[str, Precision] | None = None,
    progress: Progress | None = None,
) -> Imported:
    """Import one archive into `data`; without `instruments` its own numbers say how many decimals there are.

    Raises LocalError where it cannot be read or is empty, JournalError where the disk refuses. A part that was begun is
    gone then; the others stay.
    """
    say = progress or (lambda _what, _done, _all: None)
    say("looking", 0, 0)
    precision = (instruments or {}).get(archive.symbol) or decimals_of(archive)
    kind: Kind = "trades" if archive.interval_s is None else "candles"
    head = {"source": source_name(archive.path), "origin": _origin(archive.path), "whole": True}
    rows = parts = 0
    first_ns = last_ns = 0
    writer: PartitionWriter | None = None
    day: date | None = None
    try:
        for found in rows_of(archive, precision):
            for part_day, piece in _by_part(found, kind):
                if part_day != day or writer is None:
                    if writer is not None:
                        writer.close(head_words(head))
                    day, parts = part_day, parts + 1
                    path = part_path(data, kind, archive.symbol, part_day, str(head["source"]))
                    writer = PartitionWriter(path, kind)
                writer.write(_table(piece, archive, precision, kind))
                first_ns = first_ns or int(piece["time"][0])
                last_ns = int(piece["time"][-1])
                rows += len(piece["time"])
                say("writing", rows, 0)
        if writer is not None:
            writer.close(head_words(head))
    except BaseException:
        if writer is not None:
            writer.abandon()
        raise
    if not rows:
        raise LocalError(str(archive.path), "holds nothing")
    return Imported(
        file=str(archive.path), symbol=archive.symbol, kind=kind, interval_s=archive.interval_s, rows=rows, parts=parts,
        first=_text(first_ns), last=_text(last_ns), price_precision=precision.price, qty_precision=precision.qty,
    )  # fmt: skip


def _by_part(found: Mapping[str, Any], kind: Kind) -> Iterator[tuple[date, dict[str, Any]]]:
    """Cut a piece where a day ends, or a month."""
    np = need_history("numpy")
    times = found["time"]
    days = (times // DAY_NS).astype("datetime64[D]")
    keys = days if kind == "trades" else days.astype("datetime64[M]")
    cuts = [0, *(np.flatnonzero(keys[1:] != keys[:-1]) + 1), len(times)]
    for start, end in pairwise(cuts):
        if start < end:
            yield keys[start].astype("datetime64[D]").item(), {name: one[start:end] for name, one in found.items()}


def _table(piece: Mapping[str, Any], archive: Archive, precision: Precision, kind: Kind) -> Any:
    pa, np = need_history("pyarrow"), need_history("numpy")
    count = len(piece["time"])
    columns: dict[str, Any] = {
        "price_precision": np.full(count, precision.price, "i1"),
        "qty_precision": np.full(count, precision.qty, "i1"),
    }
    if kind == "trades":
        columns |= {"venue_ns": piece["time"], "local_ns": piece["time"]}
        columns |= {"price_ticks": piece["price"], "qty_lots": piece["volume"]}
    else:
        columns |= {f"{name}_ticks": piece[name] for name in ("open", "high", "low", "close")}
        columns |= {"begin_ns": piece["time"], "volume_lots": piece["volume"], "trades": piece["trades"]}
        columns["interval_s"] = np.full(count, archive.interval_s, "i4")
    schema = SCHEMAS[kind]
    missing = {field.name: pa.nulls(count, field.type) for field in schema if field.name not in columns}
    return pa.table({**columns, **missing}, schema=schema)


def _origin(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.blake2b(file.read(BLOCK_BYTES), digest_size=8).hexdigest()


def _text(time_ns: int) -> str:
    return datetime.fromtimestamp(time_ns // NS_PER_S, UTC).isoformat().removesuffix("+00:00") + "Z"
