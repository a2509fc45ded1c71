"""Which recorded days a backtest steps over: for each pair the best that is held of it.

Orders (level 3) tell most, then levels, then trades, then candles; a day of several recordings is taken from the one
with the most frames that verified.

I/O: lists and reads files through store. Imports: domain, store, settings. Imported by: backtest.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import NamedTuple

from fathom.domain import LocalError
from fathom.run.backtest.settings import Kind, UsedTape
from fathom.store.history import DAY_NS, Partition, Tape, TapeHead, day_begins_ns, need_history, part_head, partitions


class Held(NamedTuple):
    """What is held of one kind of one symbol in a window, day by day."""

    kind: Kind
    tapes: list[UsedTape]


def held_of(
    data: Path, symbols: Iterable[str], *, first_ns: int | None, last_ns: int | None, source: str | None = None
) -> dict[str, dict[Kind, Held]]:
    """Return what is held of each symbol, by kind. Raises LocalError where of one of them nothing is."""
    if not data.is_dir():
        raise LocalError(str(data), "is no folder; make one with `fathom data compile RECORDING --into FOLDER`")
    wanted = list(symbols)
    found: dict[str, dict[Kind, dict[date, list[Partition]]]] = {symbol: defaultdict(dict) for symbol in wanted}
    for one in partitions(data):
        kind, recording = _kind_of(one)
        if one.symbol not in found or kind is None or (source is not None and recording != source):
            continue
        begins_ns = day_begins_ns(one.day)
        if (last_ns is not None and begins_ns > last_ns) or (
            first_ns is not None and begins_ns + _span(kind) < first_ns
        ):
            continue
        found[one.symbol][kind].setdefault(one.day, []).append(one)
    held: dict[str, dict[Kind, Held]] = {}
    for symbol, kinds in found.items():
        used = {kind: Held(kind, _used(data, kind, days)) for kind, days in kinds.items()}
        held[symbol] = {kind: one for kind, one in used.items() if one.tapes}
        if not held[symbol]:
            of = "" if source is None else f" from {source}"
            raise LocalError(
                symbol, f"nothing recorded of it{of} is in {data} for this time: see `fathom data ls {data}`"
            )
    return held


def span_of(tapes: Sequence[UsedTape]) -> tuple[int, int]:
    """Return when they begin and end."""
    return min(one.first_ns for one in tapes), max(one.last_ns for one in tapes)


def _kind_of(one: Partition) -> tuple[Kind | None, str]:
    if one.kind == "tape":
        for kind in ("l2", "l3"):
            if one.source.endswith(f".{kind}"):
                return kind, one.source.removesuffix(f".{kind}")
    if one.kind == "trades":
        return "trades", one.source
    return ("candles", one.source) if one.kind == "candles" else (None, one.source)


def _span(kind: Kind) -> int:
    """Return how far a part may go beyond its day's beginning: candles of an archive lie by the month."""
    return 32 * DAY_NS if kind == "candles" else DAY_NS


def _used(data: Path, kind: Kind, days: dict[date, list[Partition]]) -> list[UsedTape]:
    used = []
    for day in sorted(days):
        if kind in {"l2", "l3"}:
            heads = [(one, _head(one.path)) for one in days[day]]
            best, head = max(heads, key=lambda found: (found[1].verified + found[1].unchecked, found[1].rows))
            if head.frames:
                used.append(_tape(data, best, kind, rows=head.rows, span=(head.first_ns, head.last_ns)))
            continue
        for one in days[day] if kind == "candles" else [max(days[day], key=lambda part: _rows(part.path))]:
            first, last, rows = _times(one, kind)
            if rows:
                used.append(_tape(data, one, kind, rows=rows, span=(first, last)))
    return used


def _tape(data: Path, one: Partition, kind: Kind, *, rows: int, span: tuple[int, int]) -> UsedTape:
    path = one.path.relative_to(data).as_posix()
    return UsedTape(symbol=one.symbol, kind=kind, path=path, rows=rows, first_ns=span[0], last_ns=span[1])


def _head(path: Path) -> TapeHead:
    with Tape(path) as tape:
        return tape.head


def _rows(path: Path) -> int:
    return int(part_head(path)["rows"])


def _times(one: Partition, kind: Kind) -> tuple[int, int, int]:
    """Return when a table's first and last row are, and how many there are."""
    parquet, compute = need_history("pyarrow.parquet"), need_history("pyarrow.compute")
    column = "begin_ns" if kind == "candles" else "local_ns"
    times = parquet.read_table(one.path, columns=[column], partitioning=None)[column]
    if not len(times):
        return 0, 0, 0
    ends = compute.min_max(times).as_py()
    return ends["min"], ends["max"], len(times)
