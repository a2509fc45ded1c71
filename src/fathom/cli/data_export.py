"""`fathom data export`.

Imports: run. Imported by: cli/data, by name.
"""

import sys
from datetime import date
from pathlib import Path
from typing import Annotated, Final

from cyclopts import Parameter

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
            first=_day("--from", first),
            last=_day("--to", last),
            doubted=doubted,
        )
    )
    sys.stdout.write(f"{done.file}: {done.rows:,} rows, {done.size:,} bytes\n")
    return OK


def _day(name: str, text: str | None) -> date | None:
    from fathom.domain import LocalError  # noqa: PLC0415 - Only now: start-up time.

    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise LocalError(name, f"must be a day, such as 2026-11-30, not {text}") from None
