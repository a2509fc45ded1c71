"""`fathom order cancel`, `cancel-all` and `cancel-after`.

Imports: run; order_options. Imported by: cli/order, by name.
"""

from typing import Annotated

from cyclopts import Parameter

from fathom.cli.order_options import At, Flag, Yes
from fathom.run.where import Where


def cancel(
    *orders_: Annotated[str, Parameter(name="ORDERS")],
    userref: Annotated[tuple[int, ...], Parameter(negative=(), allow_leading_hyphen=True, show_default=False)] = (),
    yes: Yes = False,
    json: Annotated[bool, Flag] = False,
    where: At = Where(),  # noqa: B008 - It is frozen.
) -> int:
    """Cancel orders. The exit status is 1 where one was not open any more.

    Parameters
    ----------
    orders_
        Kraken's ids or yours.
    userref
        Every order with this number; as often as wanted.
    yes
        Do not ask.
    json
        The answer as one JSON object.
    """
    from fathom.run.ending import run_command  # noqa: PLC0415 - As above.
    from fathom.run.ordering import command as orders  # noqa: PLC0415 - Only now: start-up time.

    return run_command(orders.cancel(orders.OrderCommand(yes=yes, json=json, where=where), orders_, userref))


def cancel_all(
    *,
    yes: Yes = False,
    json: Annotated[bool, Flag] = False,
    where: At = Where(),  # noqa: B008 - It is frozen.
) -> int:
    """Cancel every order of the account. In an emergency use `fathom kill`: it asks nothing and looks after.

    Parameters
    ----------
    yes
        Do not ask.
    json
        The answer as one JSON object.
    """
    from fathom.run.ending import run_command  # noqa: PLC0415 - As above.
    from fathom.run.ordering import command as orders  # noqa: PLC0415 - Only now: start-up time.

    return run_command(orders.cancel_all(orders.OrderCommand(yes=yes, json=json, where=where)))


def cancel_after(
    seconds: int,
    /,
    *,
    yes: Yes = False,
    json: Annotated[bool, Flag] = False,
    where: At = Where(),  # noqa: B008 - It is frozen.
) -> int:
    """Set the dead man's switch: the venue cancels every order of the account unless this comes again before.

    Parameters
    ----------
    seconds
        From now; 0 switches it off.
    yes
        Do not ask.
    json
        The answer as one JSON object.
    """
    from fathom.run.ending import run_command  # noqa: PLC0415 - As above.
    from fathom.run.ordering import command as orders  # noqa: PLC0415 - Only now: start-up time.

    return run_command(orders.cancel_after(orders.OrderCommand(yes=yes, json=json, where=where), seconds))
