"""What happens to our orders and the dead man's switch when a client closes, in little time.

Imports: domain, protocol; orders, running, switch. Imported by: kraken.
"""

import asyncio
from collections.abc import Sequence
from typing import Final

from fathom.domain import FathomError, LinkError
from fathom.net.client.ordering.orders import Orders
from fathom.net.client.running import Running
from fathom.net.client.safety.switch import DeadMansSwitch
from fathom.protocol import rules, time_text
from fathom.protocol.messages import BatchCancel, BatchCancelParams, CancelOrder, CancelOrderParams

LEAVE_S_MAX: Final = 1.2  # For all of it: a program that was told to stop ends within 2 s.
ANSWER_S_MAX: Final = 0.5  # For one answer over WebSocket; then there is time left for REST.


async def left_in_order(
    running: Running, orders: Orders, switch: DeadMansSwitch | None, *, leave_armed: bool = False
) -> None:
    """Cancel the orders of this client where it was asked to, then disarm the switch, or leave it to fire.

    Raises LinkError where that could not be done in time, saying what the venue will do by itself.
    """
    try:
        async with asyncio.timeout(LEAVE_S_MAX):
            orders.hurry(ANSWER_S_MAX)
            if running.options.cancel_on_close:
                await _cancel(orders, (*orders.still_open(), *orders.in_doubt))
            if switch is not None and leave_armed:
                switch.let_go()
            elif switch is not None:
                await switch.disarm()
    except (TimeoutError, FathomError) as error:
        open_now = len(orders.still_open()) + len(orders.in_doubt) if running.options.cancel_on_close else 0
        raise LinkError(_left_behind(open_now, switch, error)) from None


async def _cancel(orders: Orders, names: Sequence[str]) -> None:
    """Cancel by Kraken's ids, and by ours where nobody knows Kraken's."""
    most = rules.BATCH_CANCEL_MAX
    for start in range(0, len(names), most):
        some = names[start : start + most]
        ours = tuple(name for name in some if name in orders.in_doubt)
        theirs = tuple(name for name in some if name not in orders.in_doubt)
        if len(some) == 1:
            one = CancelOrder(params=CancelOrderParams(order_id=theirs, cl_ord_id=ours))
            await orders.cancel(one, reduces_risk=True)
        else:
            several = BatchCancel(params=BatchCancelParams(orders=theirs, cl_ord_id=ours))
            await orders.cancel_batch(several, reduces_risk=True)


def _left_behind(open_now: int, switch: DeadMansSwitch | None, error: BaseException) -> str:
    said = f"closed without an answer ({str(error) or 'too late'})"
    if open_now:
        said += f"; {open_now} orders of this client may be open: look, or `fathom kill`"
    if switch is not None:
        switch.let_go()
        if switch.until_ns is not None:
            said += (
                f"; the dead man's switch is armed, and cancels everything at {time_text(switch.until_ns, digits=0)}"
            )
    return said
