"""`fathom resume`.

Imports: run. Imported by: cli/app, by name.
"""

from pathlib import Path
from typing import Literal

Mode = Literal["rehearsal", "paper", "live"]


def resume(bot: Path, limit: str = "", *, reason: str = "fathom resume", mode: Mode | None = None) -> int:
    """Let a halted bot trade again.

    For breakers that wait for a person. After `fathom kill`, use
    `fathom kill --resume`, which is for every bot.

    Parameters
    ----------
    bot
        The bot's file, or the folder of its journal.
    limit
        The breaker, as `fathom status` names it; all of them by default.
    reason
        Kept in the log.
    mode
        Which of its runs, where several modes run at once.
    """
    from fathom.net import run_loop  # noqa: PLC0415 - Only now: start-up time.
    from fathom.run import asking  # noqa: PLC0415 - As above.

    return run_loop(asking.resume_trading(bot, mode, limit, reason))
