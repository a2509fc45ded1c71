"""`fathom run`.

Imports: run. Imported by: cli/app, by name.
"""

from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter


def run(
    bot: Path,
    *,
    mode: Literal["rehearsal", "paper", "live"],
    venue: str | None = None,
    journal: Path | None = None,
    seconds: float | None = None,
    yes: Annotated[bool, Parameter(negative=())] = False,
    plain: Annotated[bool, Parameter(negative=())] = False,
    json: Annotated[bool, Parameter(negative=())] = False,
) -> int:
    """Run a bot from its file, until Ctrl-C or SIGTERM.

    The same strategies, risk and journal in every mode. Where the journal's
    folder holds a run already, that run goes on: after a crash too. The exit
    status is 0 after a clean end, 1 after a failure, 3 where orders of ours
    may still be open.

    Parameters
    ----------
    bot
        The bot's file: `fathom new` writes one, `fathom check` explains it.
    mode
        rehearsal: a `fathom exchange` on this machine. paper: Kraken's market, and fills of our own. live: real money.
    venue
        Another venue than the file names for this mode: kraken, kraken-beta, local, or the REST URL of one.
    journal
        Another folder for the journal than the file names.
    seconds
        Stop by itself after so long.
    yes
        Do not ask before real money is traded.
    plain
        Plain lines instead of the live table.
    json
        A line of JSON a second: status and news.
    """
    from fathom.net import run_loop  # noqa: PLC0415 - Only now: start-up time.
    from fathom.run.run_command import RunCommand, run_bot  # noqa: PLC0415 - As above.

    command = RunCommand(
        path=bot, mode=mode, venue=venue, journal=journal, seconds=seconds, yes=yes, plain=plain, json=json
    )
    return run_loop(run_bot(command))
