"""What happens to our orders and the dead man's switch when a client closes, in little time.

Imports: domain, protocol; orders, running, switch. Imported by: kraken.
"""

import asyncio
from typing import Final

from fathom.domain import FathomError, LinkError
from fathom.net.client.orders import Orders
from fathom.net.client.running import Running
from fathom.net.client.switch import DeadMansSwitch
from fathom.protocol import rules, time_text
from fathom.protocol.messages import BatchCancel, BatchCancelParams, CancelOrder, CancelOrderParams, Execution

LEAVE_S_MAX: Final = 1.2  # For all of it: a program that was told to stop ends within 2 s.


async def left_in_order(running: Running, orders: Orders, switch: DeadMansSwitch | None) -> None:
    """Cancel the orders of this client where it was asked to, then disarm the switch.

    Raises LinkError where that could not be done in time, saying what the venue will do by itself.
    """
    try:
        async with asyncio.timeout(LEAVE_S_MAX):
            if running.options.cancel_on_close:
                await _cancel(orders, orders.still_open())
            if switch is not None:
                await switch.disarm()
    except (TimeoutError, FathomError) as error:
        open_now = len(orders.still_open()) if running.options.cancel_on_close else 0
        raise LinkError(_left_behind(open_now, switch, error)) from None


async def _cancel(orders: Orders, ours: list[Execution]) -> None:
    most = rules.BATCH_CANCEL_MAX
    for start in range(0, len(ours), most):
        ids = tuple(order.order_id for order in ours[start : start + most])
        if len(ids) == 1:
            await orders.cancels.cancel(CancelOrder(params=CancelOrderParams(order_id=ids)), reduces_risk=True)
        else:
            await orders.cancels.cancel_batch(BatchCancel(params=BatchCancelParams(orders=ids)), reduces_risk=True)


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
