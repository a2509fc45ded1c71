"""`fathom ws`.

Imports: run. Imported by: cli/app, by name.
"""

from typing import Annotated

from cyclopts import Parameter

from fathom.run.where import Where


def ws(
    channel: str,
    /,
    *symbols: str,
    depth: int | None = None,
    interval: int | None = None,
    trigger: str | None = None,
    history: Annotated[bool, Parameter(name=("--history", "--snapshot"), negative=(), show_default=False)] = False,
    json: Annotated[bool, Parameter(negative=(), show_default=False)] = False,
    plain: Annotated[bool, Parameter(negative=(), show_default=False)] = False,
    seconds: float | None = None,
    count: int | None = None,
    where: Annotated[Where, Parameter(name="*")] = Where(),  # noqa: B008 - It is frozen.
) -> int:
    """Watch a channel of the WebSocket.

    Books are a live ladder in a terminal, each frame verified; everything else,
    and books that are piped, are plain lines. Connections come back by
    themselves, and gaps are told on stderr. It ends with Ctrl-C.

    Parameters
    ----------
    channel
        ticker, book, trade, ohlc, instrument or status; or, with a key, level3, executions or balances.
    symbols
        Pairs such as BTC/USD ETH/USD; status, executions and balances have none, instrument all where none is named.
    depth
        Levels a side: 10, 25, 100, 500 or 1000 of a book, 10, 100 or 1000 of level3. Without it 10.
    interval
        Minutes of an ohlc candle: 1, 5, 15, 30, 60, 240, 1440, 10080 or 21600. Without it 1.
    trigger
        When a ticker comes: after trades (the default), or after each change of the best prices (bbo).
    history
        Begin with what was before: the last 50 trades; open orders and the last 50 fills.
    json
        The channel's raw frames, exactly as received, one a line, snapshots too.
    plain
        Plain lines in a terminal, too.
    seconds
        End after so long.
    count
        End after so many lines, frames, or updates of a ladder's books.
    """
    from fathom.run.ending import run_command  # noqa: PLC0415 - Only now: start-up time.
    from fathom.run.watching import WatchCommand, watch  # noqa: PLC0415 - As above.

    return run_command(
        watch(
            WatchCommand(
                channel=channel,
                symbols=symbols,
                depth=depth,
                interval=interval,
                trigger=trigger,
                history=history,
                json=json,
                plain=plain,
                seconds=seconds,
                count=count,
                where=where,
            )
        )
    )
