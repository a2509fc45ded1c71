"""`fathom check`.

Imports: run. Imported by: cli/app, by name.
"""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter


def check(bot: Path, *, json: Annotated[bool, Parameter(negative=())] = False) -> int:
    """Say what a bot's file would run, and every limit in force.

    Nothing is started, and no key is read.

    Parameters
    ----------
    bot
        The bot's file.
    json
        The whole configuration as one object of JSON, defaults included.
    """
    from fathom.run.check_bot import check_bot  # noqa: PLC0415 - Only now: start-up time.

    return check_bot(bot, json=json)
