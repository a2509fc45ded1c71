"""`fathom data query`.

Imports: run. Imported by: cli/data, by name.
"""

import sys
from collections.abc import Iterator
from itertools import chain, islice
from typing import Annotated, Any, Final, Literal

from cyclopts import Parameter

OK: Final = 0
PIPED: Final = 4_000  # Columns of a line that nobody has to read in a terminal.
SHOWN_MAX: Final = 100  # Rows of a table; whoever wants all of them wants no table.


def query(
    data: str,
    sql: str,
    /,
    *,
    form: Annotated[Literal["table", "json", "csv"], Parameter(name="--form")] = "table",
) -> int:
    """Ask recorded markets with SQL (duckdb's).

    Tables: l2, l3, trades, candles, instruments, gaps. `price`, `qty` and
    `..._time` stand beside the exact ints. What did not verify is left out of l2
    and l3; l2_all and l3_all have it.

    Parameters
    ----------
    data
        The folder of recorded markets, here or elsewhere (s3://bucket/data, with s3fs installed).
    sql
        A statement, such as "SELECT symbol, count(*) FROM trades GROUP BY symbol".
    form
        A table of the first 100 rows, or all of them as JSON lines or CSV.
    """
    from fathom.run.history.query import ask  # noqa: PLC0415 - Only now: start-up time.

    answer = ask(data, sql)
    if form == "json":
        import msgspec  # noqa: PLC0415 - Only now: start-up time.

        encoder = msgspec.json.Encoder(enc_hook=str, decimal_format="number")
        for row in answer.rows:
            sys.stdout.write(encoder.encode(dict(zip(answer.columns, row, strict=True))).decode() + "\n")
    elif form == "csv":
        import csv  # noqa: PLC0415 - Only now: start-up time.

        csv.writer(sys.stdout, lineterminator="\n").writerows(chain([answer.columns], answer.rows))
    else:
        _table(answer.columns, answer.rows)
    return OK


def _table(columns: tuple[str, ...], rows: Iterator[tuple[Any, ...]]) -> None:
    from rich.console import Console  # noqa: PLC0415 - Only now: start-up time.
    from rich.table import Table  # noqa: PLC0415 - As above.

    table = Table(box=None, padding=(0, 2, 0, 0))
    shown = list(islice(rows, SHOWN_MAX))
    for place, name in enumerate(columns):
        is_number = all(isinstance(row[place], int | float) for row in shown)
        table.add_column(name, justify="right" if is_number and shown else "left", no_wrap=True)
    for row in shown:
        table.add_row(*("" if value is None else str(value) for value in row))
    console = Console(width=None if sys.stdout.isatty() else PIPED)
    console.print(table, markup=False)
    if next(rows, None) is not None:
        console.print(f"The first {SHOWN_MAX} rows. `--form csv` or `--form json` gives all of them.")
