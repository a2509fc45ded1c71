"""`fathom data import`.

Imports: run. Imported by: cli/data, by name.
"""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

from cyclopts import Parameter

if TYPE_CHECKING:
    from fathom.run.history.import_command import Imported

OK: Final = 0


def import_archives(
    files: list[Path],
    /,
    *,
    into: Path,
    symbol: str | None = None,
    interval: int | None = None,
    instruments: Path | None = None,
    json: Annotated[bool, Parameter(negative=())] = False,
) -> int:
    """Import Kraken's downloadable archives: trades and candles.

    Files of CSV as they lie in Kraken's archives: XBTUSD.csv (time, price,
    volume), XBTUSD_60.csv (time, open, high, low, close, volume, trades); plain
    or gzip. Their names say the pair and the minutes of a candle.

    Parameters
    ----------
    files
        The files.
    into
        The folder of recorded markets; made where it is missing.
    symbol
        The pair, where a file's name does not say.
    interval
        Minutes of a candle, where a file of candles does not say in its name.
    instruments
        A file that says how many decimals pairs have; without it, as many as the file's numbers have.
    json
        JSON lines, one a file.
    """
    from fathom.run.history.archives import archive_of  # noqa: PLC0415 - Only now: start-up time.
    from fathom.run.history.import_command import import_archive  # noqa: PLC0415 - As above.
    from fathom.run.history.progress import progress_of  # noqa: PLC0415 - As above.
    from fathom.run.recording.precisions import read_precisions  # noqa: PLC0415 - As above.

    given = read_precisions(instruments) if instruments else {}
    archives = [archive_of(path, symbol=symbol, interval_min=interval) for path in files]
    for archive in archives:
        with progress_of(str(archive.path)) as progress:
            done = import_archive(archive, into, instruments=given, progress=progress)
        _tell(done, json=json)
    return OK


def _tell(done: "Imported", *, json: bool) -> None:
    import msgspec  # noqa: PLC0415 - Only now: start-up time.

    if json:
        sys.stdout.write(msgspec.json.encode(done).decode() + "\n")
        return
    of = done.kind if done.interval_s is None else f"candles of {done.interval_s // 60} min"
    sys.stdout.write(
        f"{done.file}: {done.rows:,} {of} of {done.symbol}, {done.first} to {done.last}, in {done.parts:,} parts; "
        f"prices with {done.price_precision} decimals, volumes with {done.qty_precision}\n"
    )
