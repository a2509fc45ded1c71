"""`fathom status`.

Imports: run. Imported by: cli/app, by name.
"""

from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

Mode = Literal["rehearsal", "paper", "live"]


def status(bot: Path, *, mode: Mode | None = None, json: Annotated[bool, Parameter(negative=())] = False) -> int:
    """Say how a bot that runs is doing.

    The exit status is 1 while a breaker has halted it.

    Parameters
    ----------
    bot
        The bot's file, or the folder of its journal.
    mode
        Which of its runs, where several modes run at once.
    json
        One object of JSON.
    """
    from fathom.net import run_loop  # noqa: PLC0415 - Only now: start-up time.
    from fathom.run import asking  # noqa: PLC0415 - As above.

    return run_loop(asking.show_status(bot, mode, json=json))
