"""`fathom data export`: what is held of one pair, in a file of another form.

| suffix | form |
|---|---|
| `.parquet` | Parquet, one file |
| `.csv`, `.csv.gz` | CSV with a head |
| `.arrow`, `.feather` | Arrow's own, as it lies in memory |
| `.npz` | the array of hftbacktest, of `l2` or `l3` with the trades between |

The file appears whole or not at all.

I/O: reads and writes files. Imports: domain, store, hft_form, query. Imported by: cli.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any, Final

import msgspec

from fathom.domain import JournalError, LocalError
from fathom.run.history.hft_form import events_of
from fathom.run.history.query import tables
from fathom.store.history import KINDS, Tape, need_history, partitions, symbol_folder

ROWS_A_TIME: Final = 65_536
_WANTED: Final = "SELECT * FROM {} WHERE symbol = ? AND date BETWEEN ? AND ? ORDER BY {}"
ORDERED_BY: Final = {"candles": "begin_ns", "gaps": "from_ns"}  # Others by when they came.
SUFFIXES: Final = (".parquet", ".csv", ".csv.gz", ".arrow", ".feather", ".npz")


class ExportCommand(msgspec.Struct, frozen=True, kw_only=True):
    """What is wanted. Days are of UTC, both included; None: from the first, to the last."""

    data: Path
    symbol: str
    kind: str
    out: Path
    first: date | None = None
    last: date | None = None
    doubted: bool = False  # Also what did not verify.


class Exported(msgspec.Struct):
    """What came of it."""

    file: str
    rows: int
    size: int  # Bytes


def export(command: ExportCommand) -> Exported:
    """Write the file. Raises LocalError where nothing is held or known, JournalError where the disk refuses."""
    symbol_folder(command.symbol)
    if command.kind not in KINDS:
        raise LocalError("kind", f"must be one of {', '.join(KINDS)}, not {command.kind}")
    suffix = next((one for one in SUFFIXES if command.out.name.lower().endswith(one)), None)
    if suffix is None:
        raise LocalError("out", f"must end with one of {', '.join(SUFFIXES)}: that says the form")
    if suffix == ".npz":
        return _export_events(command)
    write = {".parquet": _write_parquet, ".csv": _write_csv, ".csv.gz": _write_csv}.get(suffix, _write_arrow)
    return _export_table(command, write)


def _export_table(command: ExportCommand, write: Callable[[Path, Any, Iterator[Any]], None]) -> Exported:
    name = f"{command.kind}_all" if command.doubted and command.kind in {"l2", "l3"} else command.kind
    order = ORDERED_BY.get(command.kind, "local_ns")
    with tables(command.data) as connection:
        wanted = _WANTED.format(name, order + (", frame" if command.kind in {"l2", "l3"} else ""))
        days = [command.first or date.min, command.last or date.max]
        reader = connection.sql(wanted, params=[command.symbol, *days]).to_arrow_reader(ROWS_A_TIME)
        rows = 0

        def counted() -> Iterator[Any]:
            nonlocal rows
            for batch in reader:
                rows += batch.num_rows
                yield batch

        with _whole(command.out) as half:
            write(half, reader.schema, counted())
            if not rows:
                raise _nothing(command)
    return Exported(str(command.out), rows, command.out.stat().st_size)


def _export_events(command: ExportCommand) -> Exported:
    """Write the tapes of the kind as hftbacktest's array."""
    np = need_history("numpy")
    if command.kind not in {"l2", "l3"}:
        raise LocalError("kind", f"must be l2 or l3 for .npz, not {command.kind}: the trades are among them")
    first, last = command.first or date.min, command.last or date.max
    tapes = [
        Tape(one.path)
        for one in partitions(command.data)
        if one.kind == "tape" and one.symbol == command.symbol and first <= one.day <= last
        and one.source.endswith(f".{command.kind}")
    ]  # fmt: skip
    if not tapes:
        raise _nothing(command)
    events = events_of((tape.rows for tape in sorted(tapes, key=lambda tape: tape.head.first_ns)), cut=True)
    with _whole(command.out) as half, half.open("wb") as file:
        np.savez_compressed(file, data=events)
    return Exported(str(command.out), len(events), command.out.stat().st_size)


@contextmanager
def _whole(path: Path) -> Iterator[Path]:
    """Yield where to write; the file takes its name when that is done."""
    half = path.with_name(path.name + ".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            yield half
            half.replace(path)
        finally:
            half.unlink(missing_ok=True)
    except OSError as error:
        raise JournalError(f"Cannot write {path}: {error.strerror or error}") from error


def _write_parquet(path: Path, schema: Any, batches: Iterator[Any]) -> None:
    parquet = need_history("pyarrow.parquet")
    with parquet.ParquetWriter(path, schema, compression="zstd") as writer:
        for batch in batches:
            writer.write_batch(batch)


def _write_arrow(path: Path, schema: Any, batches: Iterator[Any]) -> None:
    pa = need_history("pyarrow")
    with pa.OSFile(str(path), "wb") as file, pa.ipc.new_file(file, schema) as writer:
        for batch in batches:
            writer.write_batch(batch)


def _write_csv(path: Path, schema: Any, batches: Iterator[Any]) -> None:
    pa, csv = need_history("pyarrow"), need_history("pyarrow.csv")
    packed = "gzip" if path.name.lower().endswith(".gz.part") else None
    plain = pa.schema([field.with_type(_plain(pa, field.type)) for field in schema])
    with pa.output_stream(str(path), compression=packed) as file, csv.CSVWriter(file, plain) as writer:
        for batch in batches:
            writer.write_batch(batch.cast(plain))


def _plain(pa: Any, kind: Any) -> Any:
    """Return the type as which CSV can be written."""
    return kind.value_type if pa.types.is_dictionary(kind) else kind


def _nothing(command: ExportCommand) -> LocalError:
    days = f" from {command.first or 'the first day'} to {command.last or 'the last'}"
    return LocalError(str(command.data), f"holds no {command.kind} of {command.symbol}{days}")
