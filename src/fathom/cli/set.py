"""`fathom set`.

Imports: run. Imported by: cli/app, by name.
"""

from pathlib import Path
from typing import Literal

Mode = Literal["rehearsal", "paper", "live"]


def set_limits(bot: Path, *changes: str, mode: Mode | None = None) -> int:
    """Change limits of a bot while it runs.

    Each change is an event in its log. They last until its journal ends: put
    them in the file too, where they are to stay.

    Parameters
    ----------
    bot
        The bot's file, or the folder of its journal.
    changes
        NAME=VALUE, such as order_value_max=500; names as `fathom check` shows them.
    mode
        Which of its runs, where several modes run at once.
    """
    from fathom.net import run_loop  # noqa: PLC0415 - Only now: start-up time.
    from fathom.run import asking  # noqa: PLC0415 - As above.

    return run_loop(asking.set_limits(bot, mode, changes))
