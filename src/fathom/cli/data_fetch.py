"""`fathom data fetch`.

Imports: data_days, run. Imported by: cli/data, by name.
"""

import sys
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from fathom.cli.data_days import day_of
from fathom.run.where import Where


def fetch(
    symbol: str,
    /,
    *,
    into: Path,
    first: Annotated[str | None, Parameter(name="--from")] = None,
    last: Annotated[str | None, Parameter(name="--to")] = None,
    interval: int | None = None,
    pace: float = 1.0,
    json: Annotated[bool, Parameter(negative=(), show_default=False)] = False,
    where: Annotated[Where, Parameter(name="*")] = Where(),  # noqa: B008 - It is frozen.
) -> int:
    """Fetch trades or candles of a pair from REST.

    Trades day by day, from --from on; a day that was had whole is not asked for
    again, so that whatever stopped it, the same command goes on. Of candles
    (--interval) REST has the last 720; they are added to those that are there.

    Parameters
    ----------
    symbol
        The pair, such as BTC/USD.
    into
        The folder of recorded markets; made where it is missing.
    first
        The first day (UTC) of trades, such as 2026-11-30.
    last
        The last day, included; today without it.
    interval
        Candles of so many minutes: 1, 5, 15, 30, 60, 240, 1440, 10080 or 21600.
    pace
        Seconds between two calls.
    json
        One JSON object.
    """
    from fathom.run.ending import run_command  # noqa: PLC0415 - Only now: start-up time.
    from fathom.run.history.fetch_command import FetchCommand  # noqa: PLC0415 - As above.
    from fathom.run.history.fetch_command import fetch as run  # noqa: PLC0415 - As above.
    from fathom.run.history.progress import progress_of  # noqa: PLC0415 - As above.

    command = FetchCommand(
        data=into, symbol=symbol, first=day_of("--from", first), last=day_of("--to", last), interval=interval,
        pace_s=max(0.0, pace), where=where,
    )  # fmt: skip

    async def main() -> int:
        with progress_of(symbol) as progress:
            done = await run(command, progress)
        if json:
            import msgspec  # noqa: PLC0415 - Only now: start-up time.

            sys.stdout.write(msgspec.json.encode(done).decode() + "\n")
            return 0
        kept = f", days there already: {done.days_kept:,}" if done.days_kept else ""
        gaps = f", {done.gaps:,} gaps" if done.gaps else ""
        said = f"{done.rows:,} {done.kind} of {done.symbol}, {done.first} to {done.last}, in {done.calls:,} calls"
        sys.stdout.write(f"{said}{gaps}{kept}\n")
        return 0

    return run_command(main())
