"""`fathom data export`.

Imports: data_days, run. Imported by: cli/data, by name.
"""

import sys
from pathlib import Path
from typing import Annotated, Final

from cyclopts import Parameter

from fathom.cli.data_days import day_of

OK: Final = 0


def export(
    data: Path,
    symbol: str,
    kind: str,
    /,
    *,
    out: Path,
    first: Annotated[str | None, Parameter(name="--from")] = None,
    last: Annotated[str | None, Parameter(name="--to")] = None,
    doubted: Annotated[bool, Parameter(negative=())] = False,
) -> int:
    """Write what is held of a pair into a file of another form.

    The file's name says which: .parquet, .csv, .csv.gz, .arrow, .feather, or
    .npz for hftbacktest's array (of l2 or l3, with the trades between).

    Parameters
    ----------
    data
        The folder of recorded markets.
    symbol
        The pair, such as BTC/USD.
    kind
        l2, l3, trades, candles, instruments or gaps.
    out
        The file.
    first
        The first day (UTC), such as 2026-11-30.
    last
        The last day, included.
    doubted
        Also what did not verify; never for .npz.
    """
    from fathom.run.history.export_command import ExportCommand  # noqa: PLC0415 - Only now: start-up time.
    from fathom.run.history.export_command import export as run  # noqa: PLC0415 - As above.

    done = run(
        ExportCommand(
            data=data,
            symbol=symbol,
            kind=kind,
            out=out,
            first=day_of("--from", first),
            last=day_of("--to", last),
            doubted=doubted,
        )
    )
    sys.stdout.write(f"{done.file}: {done.rows:,} rows, {done.size:,} bytes\n")
    return OK
