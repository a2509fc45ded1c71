"""Order requests, over WebSocket or REST, whichever is wanted and works; an unsure one is never sent again blind.

The way of a request: checked by Kraken's rules, room in the rate ledger, sent over the first path that carries it, its
answer read. A path that surely sent nothing gives way to the other. Without an answer, an order is looked up by its
client id; what may be repeated (cancels, amends) is asked for again.

Imports: domain, protocol, link; adding, amending, cancels, means, repeating, results, running, sending. Imported by:
changing, kraken, leaving.
"""

import asyncio
from collections.abc import Collection
from functools import partial
from typing import Any, overload

from fathom.domain import FathomError, LocalError
from fathom.net.client.ordering.adding import Adding, AddingBatch
from fathom.net.client.ordering.amending import Amending, Editing
from fathom.net.client.ordering.cancels import CancellingAll, CancellingBatch, cancellings, together
from fathom.net.client.ordering.means import Means
from fathom.net.client.ordering.repeating import repeated
from fathom.net.client.ordering.results import (
    BatchAdded,
    OrderAdded,
    OrderAmended,
    OrderEdited,
    OrdersCanceled,
    SwitchSet,
)
from fathom.net.client.ordering.sending import Errand, OnResult, Sending
from fathom.net.client.running import Running
from fathom.net.link import RequestTiming
from fathom.protocol import OrderRequest, parse_time, rest, translate
from fathom.protocol.messages import (
    AddOrder,
    AmendOrder,
    BatchAdd,
    BatchCancel,
    CancelAll,
    CancelAllOrdersAfter,
    CancelAllOrdersAfterResponse,
    CancelAllParams,
    CancelOrder,
    EditOrder,
)


class Orders:
    """Every order request, as a message of `fathom.protocol.messages`; numbers in it are `Decimal`.

    `await` a method for its result; `submit` sends at once and calls back.
    """

    def __init__(self, running: Running) -> None:
        self._means = Means(running)
        self._sending = Sending(self._means)

    # -- What is ours ----------------------------------------------------------------------------------------

    def still_open(self) -> list[str]:
        """Return Kraken's ids of the orders that this client has placed and that are open, as far as we heard."""
        return self._means.ours.still_open()

    @property
    def in_doubt(self) -> Collection[str]:
        """Client ids of orders of which nobody could say what became."""
        return self._means.ours.in_doubt

    def hurry(self, answer_s_max: float) -> None:
        """Wait no longer than this for an answer over WebSocket, from now on."""
        self._means.paths.answer_ns_max = int(answer_s_max * 1e9)

    async def permitted(self) -> None:
        """Ask now whether the key may trade, so that the first order does not wait for it."""
        await self._means.permit.ask()

    def check_add(self, request: AddOrder) -> None:
        """Raise LocalError where an order could not be added."""
        self._means.check(request, symbol=request.params.symbol)

    # -- Sending, and waiting for the result -------------------------------------------------------------------

    async def add(self, request: AddOrder, *, wait_s: float | None = None) -> OrderAdded:
        """Place one order."""
        return await self._sending.go(Adding(self._means, request), wait_s=wait_s)

    async def add_batch(self, request: BatchAdd, *, wait_s: float | None = None) -> BatchAdded:
        """Place 2 to 15 orders of one pair."""
        return await self._sending.go(AddingBatch(self._means, request), wait_s=wait_s)

    async def amend(self, request: AmendOrder, *, wait_s: float | None = None) -> OrderAmended:
        """Change an order in place."""
        return await self._sending.go(Amending(self._means, request), wait_s=wait_s)

    async def edit(self, request: EditOrder, *, wait_s: float | None = None) -> OrderEdited:
        """Replace an order. Without an answer it raises Unsure."""
        return await self._sending.go(Editing(self._means, request), wait_s=wait_s)

    async def cancel(self, request: CancelOrder, *, reduces_risk: bool = False) -> OrdersCanceled:
        """Cancel some orders, each answered alone."""
        each = cancellings(self._means, request, reduces_risk=reduces_risk)
        return together([await self._sending.go(one, wait_s=None) for one in each])

    async def cancel_batch(self, request: BatchCancel, *, reduces_risk: bool = False) -> OrdersCanceled:
        """Cancel 2 to 50 orders with one request."""
        errand = CancellingBatch(self._means, request, reduces_risk=reduces_risk)
        return await self._sending.go(errand, wait_s=None)

    async def cancel_all(self) -> OrdersCanceled:
        """Cancel every order of the account."""
        errand = CancellingAll(self._means, CancelAll(params=CancelAllParams()))
        return await self._sending.go(errand, wait_s=None)

    async def cancel_all_after(self, request: CancelAllOrdersAfter) -> SwitchSet:
        """Set the dead man's switch: it costs nothing, and may be repeated."""
        self._means.check(request, symbol=None)
        timing = RequestTiming()
        answered = await repeated(
            self._means, request, lambda: translate.cancel_after_by_rest(request), None, timing=timing
        )
        said = answered.only(CancelAllOrdersAfterResponse, rest.DeadMansSwitch)
        if isinstance(said, rest.DeadMansSwitch):
            now_ns, trigger_ns = int(said.current), int(said.trigger)
        else:
            trigger = str(said.result.triggerTime)
            now_ns = parse_time(said.result.currentTime)
            trigger_ns = 0 if trigger == "0" else parse_time(trigger)
        return SwitchSet(path=answered.path, timing=timing, now_ns=now_ns, trigger_ns=trigger_ns)

    # -- Sending at once, and being called back ----------------------------------------------------------------

    @overload
    def submit(self, request: AddOrder, on_result: OnResult[OrderAdded], *, wait_s: float | None = None) -> bool: ...
    @overload
    def submit(self, request: BatchAdd, on_result: OnResult[BatchAdded], *, wait_s: float | None = None) -> bool: ...
    @overload
    def submit(
        self, request: AmendOrder, on_result: OnResult[OrderAmended], *, wait_s: float | None = None
    ) -> bool: ...
    @overload
    def submit(self, request: EditOrder, on_result: OnResult[OrderEdited], *, wait_s: float | None = None) -> bool: ...
    @overload
    def submit(
        self,
        request: CancelOrder | BatchCancel | CancelAll,
        on_result: OnResult[OrdersCanceled],
        *,
        reduces_risk: bool = False,
    ) -> bool: ...
    def submit(
        self,
        request: OrderRequest,
        on_result: OnResult[Any],
        *,
        wait_s: float | None = None,
        reduces_risk: bool = False,
    ) -> bool:
        """Send it now, within this call, and return whether that was possible: call it from any callback of the loop.

        It is possible where the key has leave to trade, orders go over WebSocket, the private connection is up, and the
        rate ledger has room at once. Else it goes as the other methods go, waiting and giving way as they do.
        `on_result(result, timing)` is called once, later, never within this call: with what the method of that name
        returns, or the FathomError that it raises. An order without an answer is looked up before.

        Raises nothing for what is wrong with the request: that is told to `on_result` too.
        """
        try:
            errands = self._errands(request, reduces_risk=reduces_risk)
        except FathomError as error:
            asyncio.get_running_loop().call_soon(self._sending.tell, on_result, error, RequestTiming())
            return False
        if len(errands) == 1:
            return self._sending.submit(errands[0], on_result, wait_s=wait_s)
        gathered = _Gathered(len(errands), partial(self._sending.tell, on_result))
        sent = [self._sending.submit(one, gathered.one, wait_s=wait_s) for one in errands]
        return all(sent)

    def _errands(self, request: OrderRequest, *, reduces_risk: bool) -> list[Errand[Any]]:
        means = self._means
        match request:
            case AddOrder():
                return [Adding(means, request)]
            case AmendOrder():
                return [Amending(means, request)]
            case CancelOrder():
                return [*cancellings(means, request, reduces_risk=reduces_risk)]
            case BatchCancel():
                return [CancellingBatch(means, request, reduces_risk=reduces_risk)]
            case BatchAdd():
                return [AddingBatch(means, request)]
            case CancelAll():
                return [CancellingAll(means, request)]
            case EditOrder():
                return [Editing(means, request)]
            case _:
                method = request.__struct_config__.tag
                raise LocalError("request", f"{method} is not submitted: await the method of that name")


class _Gathered:
    """Several cancels that are told as one, once all of them are over: the first error, or the sum."""

    def __init__(self, count: int, tell: Any) -> None:
        self._left = count
        self._tell = tell
        self._results: list[OrdersCanceled] = []
        self._error: FathomError | None = None

    def one(self, result: OrdersCanceled | FathomError, timing: RequestTiming) -> None:
        """Take one result in."""
        self._left -= 1
        if isinstance(result, FathomError):
            self._error = self._error or result
        else:
            self._results.append(result)
        if not self._left:
            self._tell(self._error or together(self._results), timing)
