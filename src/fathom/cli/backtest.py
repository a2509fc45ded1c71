"""`fathom backtest`.

Imports: run. Imported by: cli/app, by name.
"""

from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter


def backtest(
    bot: Path,
    *,
    data: Path,
    from_: Annotated[str | None, Parameter(name="--from")] = None,
    to: str | None = None,
    source: str | None = None,
    queue: Literal["pessimistic", "proportional", "trades"] | None = None,
    latency: str | None = None,
    tier: Literal["starter", "intermediate", "pro"] | None = None,
    journal: Path | None = None,
    html: Path | None = None,
    json: Annotated[bool, Parameter(negative=())] = False,
) -> int:
    """Run a bot over recorded markets.

    The same strategies, risk and execution as live, in virtual time, against
    a venue with the recorded queues and Kraken's rules. docs/backtest.md says
    what is assumed. The exit status is 0 where it came to its end.

    Parameters
    ----------
    bot
        The bot's file, as for `fathom run`.
    data
        The folder of recorded markets: `fathom data ls DATA` shows what it holds.
    from_
        The first day or moment (UTC): 2026-11-30 or 2026-11-30T09:30. Without: where the recording begins.
    to
        Up to this day's beginning or moment. Without: where the recording ends.
    source
        Of days that several recordings tell, this one. Without: the one with the most frames that verified.
    queue
        How an order of ours comes forward where level 2 alone tells of the queue.
    latency
        Each way: 20ms, 5ms..80ms, or the journal of a live run to draw from.
    tier
        The account's tier: how fast requests may come, and how many orders may be open.
    journal
        Where the run's log goes. Without: a new folder under ./runs.
    html
        Write the report there too, as one page that needs no network.
    json
        One JSON object instead of tables.
    """
    from fathom.run.backtest.asked import Asked  # noqa: PLC0415 - Only now: start-up time.
    from fathom.run.backtest.command import BacktestCommand, backtest_bot  # noqa: PLC0415 - As above.

    return backtest_bot(
        BacktestCommand(
            bot=bot, data=data, first=from_, last=to, journal=journal, html=html, json=json,
            asked=Asked(source=source, queue=queue, tier=tier, latency=latency),
        )
    )  # fmt: skip
