"""`fathom stop`.

Imports: run. Imported by: cli/app, by name.
"""

from pathlib import Path
from typing import Literal

Mode = Literal["rehearsal", "paper", "live"]


def stop(bot: Path, *, mode: Mode | None = None) -> int:
    """End a bot in good order, as SIGTERM does.

    Its open orders are handled as [stop] of its file says.

    Parameters
    ----------
    bot
        The bot's file, or the folder of its journal.
    mode
        Which of its runs, where several modes run at once.
    """
    from fathom.net import run_loop  # noqa: PLC0415 - Only now: start-up time.
    from fathom.run import asking  # noqa: PLC0415 - As above.

    return run_loop(asking.stop_bot(bot, mode))
