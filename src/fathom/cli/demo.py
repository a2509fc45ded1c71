"""`fathom demo`.

Imports: domain, run. Imported by: cli/app, by name.
"""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from rich.console import Console

from fathom.run.demo import demo as run_demo


def demo(
    *,
    seconds: Annotated[float, Parameter(env_var="DEMO_SECONDS")] = 30.0,
    journal: Path | None = None,
    plain: Annotated[bool, Parameter(negative=())] = False,
) -> int:
    """Watch a bot trade on paper on real recorded Kraken frames.

    Market makers and a DCA strategy trade three pairs on verified books;
    risk judges each order; fills come out of the recorded market alone.
    It ends by itself with a summary, and replays its own journal.
    Nothing leaves this machine.

    Parameters
    ----------
    seconds
        How long it takes, about; also DEMO_SECONDS. The recording is 50 seconds long.
    journal
        The folder for the journal. By default a new one under ./runs.
    plain
        Plain lines instead of the live table.
    """
    if not 0.1 <= seconds <= 3600:
        from fathom.domain import LocalError  # noqa: PLC0415 - Only for the error.

        raise LocalError("seconds", f"must be from 0.1 to 3600, not {seconds:g}")
    if journal is not None and journal.exists() and not journal.is_dir():
        from fathom.domain import LocalError  # noqa: PLC0415 - Only for the error.

        raise LocalError("journal", f"{journal} is a file: name a new folder")
    console = Console(force_terminal=False if plain else None)
    return 0 if run_demo(seconds=seconds, journal=journal, console=console) else 1
