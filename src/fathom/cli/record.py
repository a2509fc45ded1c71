"""`fathom record`.

Imports: run. Imported by: cli/app, by name.
"""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from fathom.run.where import Where


def record(
    *symbols: str,
    out: Path,
    channels: str = "book,trade",
    depth: int = 10,
    seconds: float | None = None,
    count: int | None = None,
    size_mib: int = 64,
    json: Annotated[bool, Parameter(negative=(), show_default=False)] = False,
    where: Annotated[Where, Parameter(name="*")] = Where(),  # noqa: B008 - It is frozen.
) -> int:
    """Record raw frames into a folder, until Ctrl-C.

    Compressed segments, by size and by day, with a manifest; started again with
    the same folder it goes on, also after a crash. Connections come back by
    themselves. At the end it says what it verified, and which gaps there were.
    Read it back with `fathom verify` or `fathom exchange --market`.

    Parameters
    ----------
    symbols
        Pairs, such as BTC/USD ETH/USD; `all` is every pair of the venue, also those that are listed later.
    out
        The folder. It may hold an earlier recording of the same venue.
    channels
        One or more of book, trade, ticker, ohlc, level3, instrument, with commas. level3 needs a key.
    depth
        Levels a side of each book: 10, 25, 100, 500 or 1000; of level3 10, 100 or 1000.
    seconds
        End after so long.
    count
        End after so many frames.
    size_mib
        A segment ends when it is that large, and with the UTC day.
    json
        One JSON object at the end, and nothing else.
    """
    from fathom.run.recording.feed import record as run  # noqa: PLC0415 - Only now: start-up time.
    from fathom.run.recording.session import RecordCommand  # noqa: PLC0415 - As above.

    return run(
        RecordCommand(
            symbols=symbols,
            out=out,
            channels=tuple(dict.fromkeys(name.strip() for name in channels.split(",") if name.strip())),
            depth=depth,
            seconds=seconds,
            count=count,
            size_mib=size_mib,
            json=json,
        ),
        where,
    )
