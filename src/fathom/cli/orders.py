"""`fathom orders`.

Imports: run. Imported by: cli/app, by name.
"""

from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

Mode = Literal["rehearsal", "paper", "live"]


def orders(
    bot: Path,
    order_id: str | None = None,
    *,
    mode: Mode | None = None,
    json: Annotated[bool, Parameter(negative=())] = False,
) -> int:
    """Show the open orders of a bot that runs, or the life of one order.

    Prices in quote currency, quantities in base. The life of an order is read from the journal: the bot need not run.

    Parameters
    ----------
    bot
        The bot's file, or the folder of its journal.
    order_id
        An order, open or over, such as mm-812-1.
    mode
        Which of its runs, where several modes run at once.
    json
        JSON: one list of what is open, or an object for each entry about the order.
    """
    from fathom.net import run_loop  # noqa: PLC0415 - Only now: start-up time.
    from fathom.run import asking, explaining  # noqa: PLC0415 - As above.

    if order_id is not None:
        return explaining.explain_order(bot, mode, order_id, json=json)
    return run_loop(asking.show_orders(bot, mode, json=json))
