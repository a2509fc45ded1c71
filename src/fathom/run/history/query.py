"""`fathom data query`: SQL over the columns, by duckdb. A table of each kind, a file of none.

What is not to be believed is left out: `l2` and `l3` have no rows of a book whose checksum did not agree; `l2_all` and
`l3_all` have them. `price`, `qty` and `time` stand beside the exact ints, for people.

I/O: reads files through duckdb. Imports: domain, store. Imported by: export_command, cli.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, NamedTuple

from fathom.domain import LocalError
from fathom.store.history import KINDS, SCHEMAS, Place, need_history

ROWS_A_TIME: Final = 10_000
_PRICES: Final = {"price_ticks": "price", "open_ticks": "open", "high_ticks": "high", "low_ticks": "low",
                  "close_ticks": "close"}  # fmt: skip
_QTYS: Final = {"qty_lots": "qty", "volume_lots": "volume"}
_SELECT: Final = "SELECT {} FROM {}"
_VIEW: Final = "CREATE VIEW {} AS SELECT {} FROM {}"
_TIMES: Final = ("venue_ns", "local_ns", "order_ns", "begin_ns", "from_ns", "to_ns")


class Answer(NamedTuple):
    """Columns by name, and their rows as they come."""

    columns: tuple[str, ...]
    rows: Iterator[tuple[Any, ...]]


@contextmanager
def tables(data: Path | str) -> Iterator[Any]:
    """Yield a connection with a table of each kind. Raises LocalError with duckdb's own words where it cannot."""
    duckdb = need_history("duckdb")
    if "://" not in str(data) and not Path(data).is_dir():
        raise LocalError(str(data), "is no folder of recorded markets")
    place = Place(data)
    kinds = {one.kind for one in place.held()}
    try:
        connection = duckdb.connect(":memory:")
        if not place.is_here:
            connection.register_filesystem(place.filesystem)
        for kind in KINDS:
            _make_views(connection, place.name, kind, is_there=kind in kinds)
        connection.execute("SET autoinstall_known_extensions = false")  # It fetches nothing.
        yield connection
    except duckdb.Error as error:
        raise LocalError("query", _one_line(str(error))) from error


def ask(data: Path | str, sql: str) -> Answer:
    """Run one statement over `data`. Raises LocalError with duckdb's own words where it cannot."""
    duckdb = need_history("duckdb")
    with tables(data) as connection:
        cursor: Any = connection.execute(sql)
    if cursor is None or cursor.description is None:
        raise LocalError("query", "holds no statement")
    return Answer(tuple(column[0] for column in cursor.description), _rows(cursor, duckdb.Error))


def _rows(cursor: Any, broken: type[Exception]) -> Iterator[tuple[Any, ...]]:
    try:
        while rows := cursor.fetchmany(ROWS_A_TIME):
            yield from rows
    except broken as error:
        raise LocalError("query", _one_line(str(error))) from error


def _make_views(connection: Any, data: str, kind: str, *, is_there: bool) -> None:
    """Give a kind its view, an empty one where there is no file of it."""
    names = SCHEMAS[kind].names
    more = [f"{ticks} / 10.0 ** price_precision AS {name}" for ticks, name in _PRICES.items() if ticks in names]
    more += [f"{lots} / 10.0 ** qty_precision AS {name}" for lots, name in _QTYS.items() if lots in names]
    more += [f"make_timestamp_ns({ns}) AS {ns.removesuffix('_ns')}_time" for ns in _TIMES if ns in names]
    if is_there:
        files = f"{data}/{kind}/symbol=*/date=*/*.parquet".replace("'", "''")
        read = f"read_parquet('{files}', hive_partitioning = true, hive_types = {{'symbol': VARCHAR, 'date': DATE}})"
        source = _SELECT.format("* REPLACE (replace(symbol, '-', '/') AS symbol)", read)
    else:
        empty = need_history("pyarrow").Table.from_batches([], SCHEMAS[kind])
        connection.register(f"empty_{kind}", empty)
        source = _SELECT.format("*, '' AS symbol, DATE '1970-01-01' AS date", f"empty_{kind}")
    columns = ", ".join(["symbol", "date", "* EXCLUDE (symbol, date)", *more])
    whole = f"{kind}_all" if "verdict" in names else kind
    connection.execute(_VIEW.format(whole, columns, f"({source})"))
    if whole != kind:
        connection.execute(_VIEW.format(kind, "*", f"{whole} WHERE verdict <> 'mismatch'"))


def _one_line(text: str) -> str:
    return " ".join(text.split())
