"""`fathom kill`.

Imports: run. Imported by: cli/app, by name.
"""

from typing import Annotated

from cyclopts import Parameter

from fathom.run.where import Where


def kill(
    *,
    reason: str = "fathom kill",
    resume: Annotated[bool, Parameter(negative=(), show_default=False)] = False,
    where: Annotated[Where, Parameter(name="*")] = Where(),  # noqa: B008 - It is frozen.
) -> int:
    """Cancel every order now, and halt every bot.

    It asks nothing. Every order of the account is cancelled over WebSocket and
    REST at once, again until OpenOrders says that nothing is open; the exit
    status is 0 only then. Bots of this user, on this machine, do not trade
    until --resume. Positions and balances stay as they are.

    Parameters
    ----------
    reason
        Kept with the halt, for whoever finds it.
    resume
        Take the halt away, and do nothing else: bots may trade again.
    """
    from fathom.run import kill as killing  # noqa: PLC0415 - Only now: start-up time.
    from fathom.run.ending import run_command  # noqa: PLC0415 - As above.

    if resume:
        return killing.resume()
    return run_command(killing.kill(where, reason=reason))
