"""`fathom order add` and `batch`.

Imports: run; order_options. Imported by: cli/order, by name.
"""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from fathom.cli.order_options import At, Flag, Signed, Yes
from fathom.run.where import Where


def add(
    symbol: str,
    side: str,
    qty: str | None = None,
    /,
    *,
    type_: Annotated[str, Parameter(name=("--type", "-t"))] = "limit",
    limit_price: Annotated[str | None, Parameter(name=("--limit-price", "-p"), allow_leading_hyphen=True)] = None,
    limit_price_type: str | None = None,
    cash: str | None = None,
    trigger_price: Annotated[str | None, Signed] = None,
    trigger_price_type: str | None = None,
    trigger_reference: str | None = None,
    display_qty: str | None = None,
    time_in_force: str | None = None,
    post_only: Annotated[bool, Flag] = False,
    reduce_only: Annotated[bool, Flag] = False,
    margin: Annotated[bool, Flag] = False,
    effective_time: str | None = None,
    expire_time: str | None = None,
    deadline: str | None = None,
    cl_ord_id: str | None = None,
    userref: Annotated[int | None, Signed] = None,
    close_type: str | None = None,
    close_limit_price: Annotated[str | None, Signed] = None,
    close_limit_price_type: str | None = None,
    close_trigger_price: Annotated[str | None, Signed] = None,
    close_trigger_price_type: str | None = None,
    fee_preference: str | None = None,
    stp_type: str | None = None,
    sender_sub_id: str | None = None,
    broker: str | None = None,
    validate: Annotated[bool, Flag] = False,
    yes: Yes = False,
    json: Annotated[bool, Flag] = False,
    where: At = Where(),  # noqa: B008 - It is frozen.
) -> int:
    """Place one order, and tell what became of it.

    fathom order add BTC/USD buy 0.001 --limit-price 50000 --post-only
    fathom order add BTC/USD sell 0.001 --type stop-loss --trigger-price -2 --trigger-price-type pct

    Numbers are sent with just the digits that you write. The exit status is 1
    where the order ended at once and nothing of it filled.

    Parameters
    ----------
    symbol
        The pair, such as BTC/USD.
    side
        buy or sell.
    qty
        The quantity in base currency.
    type_
        limit, market, iceberg, stop-loss, stop-loss-limit, take-profit, take-profit-limit, trailing-stop,
        trailing-stop-limit or settle-position.
    limit_price
        In quote currency; of a trailing-stop-limit the offset from the trigger.
    limit_price_type
        static, pct or quote: of a trailing-stop-limit's offset.
    cash
        In place of QTY: the amount in quote currency, of a market buy.
    trigger_price
        Of triggered types; a trailing distance, or with a type a signed relative price.
    trigger_price_type
        static (the default), pct or quote.
    trigger_reference
        last (the default) or index.
    display_qty
        What of an iceberg is shown: at least a fifteenth.
    time_in_force
        gtc (the default), gtd, ioc or fok.
    post_only
        Never take: it is cancelled in place of that.
    reduce_only
        Only reduce a margin position.
    margin
        With the pair's leverage.
    effective_time
        When it starts: RFC 3339, or +SECONDS from now.
    expire_time
        When a gtd order ends: RFC 3339, or +SECONDS from now; a month at most.
    deadline
        Later than this it is not taken: RFC 3339, or +SECONDS from now, 0.5 to 60.
    cl_ord_id
        Your own id; without it the order gets one.
    userref
        A number of your own in place of that; not unique.
    close_type
        Each fill makes an order of this type on the other side: limit, stop-loss, take-profit, trailing-stop, ...
    close_limit_price
        Of that order.
    close_limit_price_type
        Of that order.
    close_trigger_price
        Of that order.
    close_trigger_price_type
        Of that order.
    fee_preference
        base or quote: in which currency the fee is paid.
    stp_type
        Where it would trade with your own order: cancel_newest (the default), cancel_oldest or cancel_both.
    sender_sub_id
        For institutional accounts.
    broker
        A partner's number.
    validate
        Only let the venue look at it.
    yes
        Do not ask, and do not look up what it costs.
    json
        What became of it as one JSON object.
    """
    from fathom.run.ending import run_command  # noqa: PLC0415 - As above.
    from fathom.run.ordering import command as orders  # noqa: PLC0415 - Only now: start-up time.
    from fathom.run.ordering.forms import OrderWords  # noqa: PLC0415 - As above.

    words = OrderWords(
        order_type=type_,
        side=side,
        qty=qty,
        cash=cash,
        limit_price=limit_price,
        limit_price_type=limit_price_type,
        trigger_price=trigger_price,
        trigger_price_type=trigger_price_type,
        trigger_reference=trigger_reference,
        display_qty=display_qty,
        time_in_force=time_in_force,
        effective_time=effective_time,
        expire_time=expire_time,
        deadline=deadline,
        post_only=post_only,
        reduce_only=reduce_only,
        margin=margin,
        cl_ord_id=cl_ord_id,
        userref=userref,
        fee_preference=fee_preference,
        stp_type=stp_type,
        sender_sub_id=sender_sub_id,
        broker=broker,
        close_type=close_type,
        close_limit_price=close_limit_price,
        close_limit_price_type=close_limit_price_type,
        close_trigger_price=close_trigger_price,
        close_trigger_price_type=close_trigger_price_type,
    )
    command = orders.OrderCommand(yes=yes, json=json, where=where)
    return run_command(orders.add(command, symbol, words, validate=validate))


def batch(
    file: Path,
    /,
    *,
    symbol: str | None = None,
    validate: Annotated[bool, Flag] = False,
    yes: Yes = False,
    json: Annotated[bool, Flag] = False,
    where: At = Where(),  # noqa: B008 - It is frozen.
) -> int:
    """Place 2 to 15 orders of one pair with one request.

    The file is JSON ({"symbol": "BTC/USD", "orders": [{"order_type": "limit", "side": "buy", "order_qty": 0.001,
    "limit_price": 50000}, ...]}), a JSON object a line, or TOML (symbol = ..., and [[order]] tables).

    Parameters
    ----------
    file
        The orders, by the names of Kraken's batch_add.
    symbol
        The pair, where the file does not say.
    validate
        Only let the venue look at them.
    yes
        Do not ask.
    json
        What became of them as one JSON object.
    """
    from fathom.run.ending import run_command  # noqa: PLC0415 - As above.
    from fathom.run.ordering import command as orders  # noqa: PLC0415 - Only now: start-up time.

    command = orders.OrderCommand(yes=yes, json=json, where=where)
    return run_command(orders.batch(command, file, symbol=symbol, validate=validate))
