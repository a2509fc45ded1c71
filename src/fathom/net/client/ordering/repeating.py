"""Room in the rate ledger, and requests that may be sent again where no answer came.

Imports: domain, protocol; events, paths, running, untold. Imported by: orders, cancels.
"""

from typing import Final

from fathom.domain import LinkError, Refused, Unsure
from fathom.net.client.events import RequestInDoubt
from fathom.net.client.ordering.paths import Answered, ByRest, Paths
from fathom.net.client.ordering.untold import Untold
from fathom.net.client.running import Running
from fathom.net.clock import clock_ns
from fathom.protocol import OrderRequest, budget

REPEATS_MAX: Final = 3  # Of what may be repeated, when no answer came.


class Repeating:
    """What adding, changing and cancelling have in common."""

    def __init__(self, running: Running) -> None:
        self.running = running
        self.paths = Paths(running)
        self.untold = Untold(running)

    async def room(self, action: budget.Action, wait_s: float | None) -> budget.Charge:
        """Wait for room: so long, or as long as the options say."""
        wait_s = self.running.options.room_s_max if wait_s is None else wait_s
        return await self.running.rates.room(action, wait_s=wait_s)

    def symbol_of(self, name: str) -> str | None:
        """Return the pair of an order that we know by one of its ids."""
        order = self.running.hearing.account.order(name)
        return order.symbol if order is not None else None

    async def repeated(
        self, request: OrderRequest, by_rest: ByRest, action: budget.Action | None, wait_s: float | None
    ) -> Answered:
        """Send what may be repeated, and repeat it where no answer came: over the other path, if there is one."""
        charge = None if action is None else await self.room(action, wait_s)
        in_doubt: Unsure | None = None
        for again in range(REPEATS_MAX):
            try:
                answered = await self.paths.send(request, by_rest, turn=again)
                answered.raise_refusal()
            except Unsure as unsure:
                in_doubt = unsure
                self.doubt(str(request.__struct_config__.tag), None, str(unsure))
                if again == REPEATS_MAX - 1:
                    if charge is not None:
                        self.running.rates.lost(charge)
                    raise
            except Refused as refusal:
                if refusal.order_may_exist and refusal.retry == "later" and again < REPEATS_MAX - 1:
                    continue
                if charge is not None:
                    self.running.rates.refused(charge, refusal)
                raise
            except BaseException as error:
                if charge is not None:
                    self.running.rates.lost(charge)
                if in_doubt is not None and isinstance(error, LinkError):
                    raise in_doubt from None  # This time nothing was sent, but the first time it was.
                raise
            else:
                if charge is not None:
                    self.running.rates.settled(charge)
                answered.repeated = again > 0
                return answered
        raise AssertionError("the last turn returns or raises")

    def doubt(self, method: str, cl_ord_id: str | None, reason: str) -> None:
        """Tell that nobody knows what became of a request."""
        self.running.tell(RequestInDoubt(time_ns=clock_ns(), method=method, cl_ord_id=cl_ord_id, reason=reason))
