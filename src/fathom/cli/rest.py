"""`fathom rest`.

Imports: domain, run. Imported by: cli/app, by name.
"""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from fathom.run.where import Where


def rest(
    endpoint: str | None = None,
    /,
    *params: str,
    list_: Annotated[bool, Parameter(name="--list", negative=(), show_default=False)] = False,
    yes: Annotated[bool, Parameter(name=("--yes", "-y"), negative=(), show_default=False)] = False,
    output: Path | None = None,
    where: Annotated[Where, Parameter(name="*")] = Where(),  # noqa: B008 - It is frozen.
) -> int:
    """Call an endpoint of the REST API.

    The result is printed as Kraken wrote it, pretty in a terminal and on one
    line in a pipe; warnings go to stderr. Private calls are signed, and wait
    for room in the rate counter. What changes orders or moves money asks first.

    Parameters
    ----------
    endpoint
        Kraken's name, such as Ticker, OpenOrders or Earn/Allocate.
    params
        name=value each, by Kraken's names: pair=BTC/USD count=5. Lists have commas, close[price]=1 nests, lists of
        orders are JSON.
    list_
        The endpoints with the permission that each needs and what it costs; with a name, its parameters.
    yes
        Do not ask.
    output
        Write the result to a file: exports are zip archives.
    """
    if list_:
        from fathom.run.rest_call import parameters_of, print_endpoints  # noqa: PLC0415 - Only now: start-up time.

        if endpoint is None:
            return print_endpoints()
        print(parameters_of(endpoint))
        return 0
    if endpoint is None:
        from fathom.domain import LocalError  # noqa: PLC0415 - Only for the error.

        raise LocalError("endpoint", "name one, such as `fathom rest Time`; `fathom rest --list` shows all")
    from fathom.run.ending import run_command  # noqa: PLC0415 - Only now: start-up time.
    from fathom.run.rest_call import RestCommand, call_rest  # noqa: PLC0415 - As above.

    command = RestCommand(endpoint=endpoint, params=params, yes=yes, output=output, where=where)
    return run_command(call_rest(command))
