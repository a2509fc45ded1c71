"""Order requests by the client of `net`: its rate ledger, its checks, its other path when one is down.

Imports: domain, net, protocol; order_path. Imported by: run/trading/live_world.
"""

import asyncio
import time
from collections.abc import Callable
from typing import Any

from msgspec import structs

from fathom.domain import FathomError
from fathom.net import Kraken, OrderAdded, OrderAmended, OrdersCanceled
from fathom.protocol import messages
from fathom.run.trading.order_path import Request, Sent


class ClientPath:
    """Sends each request on its own, and tells what came of it."""

    def __init__(self, kraken: Kraken) -> None:
        self._kraken = kraken
        self._going: set[asyncio.Task[None]] = set()

    def send(self, request: Request, on_sent: Callable[[Sent], None]) -> None:
        """Send one request; the answer is told when it comes."""
        task = asyncio.get_running_loop().create_task(self._send(request, on_sent))
        self._going.add(task)
        task.add_done_callback(self._going.discard)

    async def _send(self, request: Request, on_sent: Callable[[Sent], None]) -> None:
        sent_ns = time.time_ns()
        try:
            result = await self._sent(request)
        except FathomError as error:
            on_sent(Sent(error=error))
            return
        received_ns = time.time_ns()
        match result:
            case OrderAdded():
                on_sent(Sent(venue_order_id=result.order_id, sent_ns=sent_ns, received_ns=received_ns))
            case OrderAmended():
                on_sent(Sent(sent_ns=sent_ns, received_ns=received_ns))
            case OrdersCanceled():
                on_sent(Sent(missing=bool(result.missing), sent_ns=sent_ns, received_ns=received_ns))

    async def _sent(self, request: Request) -> OrderAdded | OrderAmended | OrdersCanceled:
        kraken = self._kraken
        match request:
            case messages.AddOrder():
                return await kraken.add_order(**_fields(request.params))
            case messages.AmendOrder():
                return await kraken.amend_order(**_fields(request.params))
            case messages.CancelOrder():
                params = request.params
                return await kraken.cancel_order(*params.order_id, cl_ord_ids=params.cl_ord_id, reduces_risk=True)


def _fields(params: messages.AddOrderParams | messages.AmendOrderParams) -> dict[str, Any]:
    return {name: value for name, value in structs.asdict(params).items() if value is not None}
