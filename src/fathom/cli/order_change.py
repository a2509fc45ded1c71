"""`fathom order amend` and `edit`.

Imports: run; order_options. Imported by: cli/order, by name.
"""

from typing import Annotated

from cyclopts import Parameter

from fathom.cli.order_options import At, Flag, Signed, Yes
from fathom.run.where import Where


def amend(
    order_: Annotated[str, Parameter(name="ORDER")],
    /,
    *,
    qty: str | None = None,
    limit_price: Annotated[str | None, Parameter(name=("--limit-price", "-p"), allow_leading_hyphen=True)] = None,
    limit_price_type: str | None = None,
    trigger_price: Annotated[str | None, Signed] = None,
    trigger_price_type: str | None = None,
    display_qty: str | None = None,
    post_only: Annotated[bool, Flag] = False,
    deadline: str | None = None,
    symbol: str | None = None,
    yes: Yes = False,
    json: Annotated[bool, Flag] = False,
    where: At = Where(),  # noqa: B008 - It is frozen.
) -> int:
    """Change an order in place; it keeps its id and its fills.

    Parameters
    ----------
    order_
        Kraken's id or yours.
    qty
        The new total, fills included. Less of it keeps the place in the queue.
    limit_price
        The new limit price.
    limit_price_type
        static, pct or quote: of a trailing-stop-limit.
    trigger_price
        The new trigger price, before it triggered.
    trigger_price_type
        static (the default), pct or quote.
    display_qty
        What of an iceberg is shown.
    post_only
        Refuse the change where the order would take.
    deadline
        Later than this it is not done: RFC 3339, or +SECONDS from now, 0.5 to 60.
    symbol
        The pair, of what is not crypto.
    yes
        Do not ask.
    json
        The answer as one JSON object.
    """
    from fathom.run.ending import run_command  # noqa: PLC0415 - As above.
    from fathom.run.ordering import command as orders  # noqa: PLC0415 - Only now: start-up time.
    from fathom.run.ordering.forms import OrderWords  # noqa: PLC0415 - As above.

    words = OrderWords(
        qty=qty,
        limit_price=limit_price,
        limit_price_type=limit_price_type,
        trigger_price=trigger_price,
        trigger_price_type=trigger_price_type,
        display_qty=display_qty,
        post_only=post_only,
        deadline=deadline,
    )
    command = orders.OrderCommand(yes=yes, json=json, where=where)
    return run_command(orders.amend(command, order_, words, symbol=symbol))


def edit(
    order_: Annotated[str, Parameter(name="ORDER")],
    /,
    *,
    symbol: str | None = None,
    qty: str | None = None,
    limit_price: Annotated[str | None, Parameter(name=("--limit-price", "-p"))] = None,
    trigger_price: Annotated[str | None, Signed] = None,
    trigger_price_type: str | None = None,
    trigger_reference: str | None = None,
    display_qty: str | None = None,
    post_only: Annotated[bool, Flag] = False,
    reduce_only: Annotated[bool, Flag] = False,
    fee_preference: str | None = None,
    userref: Annotated[int | None, Signed] = None,
    deadline: str | None = None,
    validate: Annotated[bool, Flag] = False,
    yes: Yes = False,
    json: Annotated[bool, Flag] = False,
    where: At = Where(),  # noqa: B008 - It is frozen.
) -> int:
    """Cancel an order and place another in its stead. Rather use `amend`: it keeps the place in the queue.

    Parameters
    ----------
    order_
        Kraken's id.
    symbol
        Its pair, where the order is not among the open ones.
    qty
        The new quantity.
    limit_price
        The new limit price.
    trigger_price
        The new trigger price.
    trigger_price_type
        static (the default), pct or quote.
    trigger_reference
        last (the default) or index.
    display_qty
        What of an iceberg is shown.
    post_only
        Say it again: flags are not kept.
    reduce_only
        Say it again: flags are not kept.
    fee_preference
        base or quote.
    userref
        Of the new order.
    deadline
        Later than this it is not done: RFC 3339, or +SECONDS from now, 0.5 to 60.
    validate
        Only let the venue look at it.
    yes
        Do not ask.
    json
        The answer as one JSON object.
    """
    from fathom.run.ending import run_command  # noqa: PLC0415 - As above.
    from fathom.run.ordering import command as orders  # noqa: PLC0415 - Only now: start-up time.
    from fathom.run.ordering.forms import OrderWords  # noqa: PLC0415 - As above.

    words = OrderWords(
        qty=qty,
        limit_price=limit_price,
        trigger_price=trigger_price,
        trigger_price_type=trigger_price_type,
        trigger_reference=trigger_reference,
        display_qty=display_qty,
        post_only=post_only,
        reduce_only=reduce_only,
        fee_preference=fee_preference,
        userref=userref,
        deadline=deadline,
    )
    command = orders.OrderCommand(yes=yes, json=json, where=where)
    return run_command(orders.edit(command, order_, words, symbol=symbol, validate=validate))
