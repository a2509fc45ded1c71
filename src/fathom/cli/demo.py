"""`fathom demo`.

Imports: domain, run. Imported by: cli/app, by name.
"""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from rich.console import Console


def demo(
    *,
    seconds: Annotated[float | None, Parameter(env_var="DEMO_SECONDS")] = None,
    journal: Path | None = None,
    recorded: Annotated[bool, Parameter(negative=())] = False,
    plain: Annotated[bool, Parameter(negative=())] = False,
) -> int:
    """Watch a bot trade on a Kraken of its own, and come through two faults.

    A market maker and a saver trade on a local exchange with a living market,
    over real sockets. On the way its connections are cut, and the answer to an
    order is lost. It ends by itself in about a minute: the bot's books are
    compared with the exchange's to the last digit, and its journal is replayed.
    Nothing leaves this machine.

    Parameters
    ----------
    seconds
        How long it takes, about; also DEMO_SECONDS. 60 unless said otherwise, 30 for --recorded.
    journal
        The folder for the journal. By default a new one under ./runs.
    recorded
        Real recorded Kraken frames instead: no exchange, fills out of the recorded market alone.
    plain
        Plain lines instead of the live table.
    """
    from fathom.domain import LocalError  # noqa: PLC0415 - Only now: start-up time.

    shortest = 0.1 if recorded else 10.0
    seconds = (30.0 if recorded else 60.0) if seconds is None else seconds
    if not shortest <= seconds <= 3600:
        raise LocalError("seconds", f"must be from {shortest:g} to 3600, not {seconds:g}")
    if journal is not None and journal.exists() and not journal.is_dir():
        raise LocalError("journal", f"{journal} is a file: name a new folder")
    console = Console(force_terminal=False if plain else None)
    if recorded:
        from fathom.run.demo import demo as play  # noqa: PLC0415 - As above.
    else:
        from fathom.run.rehearsal import rehearse as play  # noqa: PLC0415 - As above.
    return 0 if play(seconds=seconds, journal=journal, console=console) else 1
