"""`fathom new`.

Imports: run. Imported by: cli/app, by name.
"""

import sys
from pathlib import Path


def new(name: str, /) -> int:
    """Write a strategy that works, with its bot.toml and its test.

    Nothing is written over: a folder of that name must be empty, or not there.

    Parameters
    ----------
    name
        Up to 12 small letters, digits or underscores: the folder, the file and the strategy are called so.
    """
    from fathom.run.new_bot import new_bot  # noqa: PLC0415 - Only now: start-up time.

    for path in new_bot(name, parent=Path()):
        sys.stdout.write(f"wrote {path}\n")
    sys.stdout.write(f"try it:  cd {name} && python -m pytest && fathom check bot.toml\n")
    return 0
