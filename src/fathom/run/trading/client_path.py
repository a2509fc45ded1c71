"""Order requests by the client of `net`: its rate ledger, its checks, its other path when one is down.

Imports: domain, net, protocol; order_path. Imported by: live_world.
"""

from collections.abc import Callable
from typing import Final

from fathom.domain import FathomError
from fathom.net import Kraken, OrderAdded, OrderAmended, OrdersCanceled, RequestTiming
from fathom.protocol import messages
from fathom.run.trading.order_path import Request, Sent

Result = OrderAdded | OrderAmended | OrdersCanceled


# For room in the rate ledger. What waits longer goes out at a price from before: whoever wants it still wants it anew.
# Cancels have a reserve of their own.
ROOM_S_MAX: Final = 2.0


class ClientPath:
    """Sends each request within the call, where nothing is in the way, and tells what came of it."""

    def __init__(self, kraken: Kraken) -> None:
        self._kraken = kraken

    def send(self, request: Request, on_sent: Callable[[Sent], None]) -> None:
        """Send one request; the answer is told when it comes."""

        def told(result: Result | FathomError, timing: RequestTiming) -> None:
            on_sent(_sent(result, timing))

        try:
            orders = self._kraken.orders
            match request:
                case messages.AddOrder() | messages.AmendOrder():
                    orders.submit(request, told, wait_s=ROOM_S_MAX)
                case messages.CancelOrder():
                    orders.submit(request, told, reduces_risk=True)
        except FathomError as error:  # Nothing was sent: a rule of Kraken's, or the client is closed.
            on_sent(Sent(error=error))


def _sent(result: Result | FathomError, timing: RequestTiming) -> Sent:
    error = result if isinstance(result, FathomError) else None
    return Sent(
        error=error,
        venue_order_id=result.order_id if isinstance(result, OrderAdded) else None,
        missing=isinstance(result, OrdersCanceled) and bool(result.missing),
        encoded_ns=timing.encoded_ns,
        sent_ns=timing.sent_ns or 0,
        received_ns=timing.received_ns or 0,
        time_in_ns=timing.time_in_ns,
        time_out_ns=timing.time_out_ns,
    )
