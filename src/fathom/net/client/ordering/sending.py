"""The way of an order request: leave to trade, room in the rate ledger, the sending, its result.

`go` waits for all of it. `submit` hands the frame to the socket before it returns, where nothing is in the way, and
calls back; all that takes longer, and all that went wrong, goes the way of `go` in a task of its own.

Imports: domain, protocol, link; callbacks, means, paths. Imported by: orders.
"""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Final, Protocol, TypeVar

from fathom.domain import FathomError, LinkError, LocalError, Unsure
from fathom.net.client.feeds.callbacks import called
from fathom.net.client.ordering.means import Means
from fathom.net.client.ordering.paths import Answered
from fathom.net.link import Answers, RequestTiming
from fathom.protocol import OrderRequest, budget

R = TypeVar("R")
R_co = TypeVar("R_co", covariant=True)
OnResult = Callable[[R | FathomError, RequestTiming], object]
CLOSED: Final = "the client was closed, and nothing was sent"


class Errand(Protocol[R_co]):
    """One request whose rules were checked: how it is charged, how it goes on, what its answer means."""

    @property
    def request(self) -> OrderRequest:
        """What goes over WebSocket."""

    @property
    def action(self) -> budget.Action:
        """What the rate ledger is charged with."""

    @property
    def timing(self) -> RequestTiming:
        """When it went its way."""

    @property
    def trades(self) -> bool:
        """Whether the key must have leave to trade: what only cancels never waits for that."""

    @property
    def success(self) -> type:
        """The type of the answer that says yes."""

    def begins(self) -> None:
        """It may be sent from now on."""

    def finished(self, charge: budget.Charge, answered: Answered) -> R_co:
        """Read a yes, which there must be."""

    async def went(self, charge: budget.Charge, first: Answers | Unsure | None) -> R_co:
        """Go all the way, from the sending on, or from what came of the first sending over WebSocket.

        Raises Refused, Unsure where nobody can say, LinkError where it was surely not done.
        """


class Sending:
    """Sends errands."""

    def __init__(self, means: Means) -> None:
        self._means = means

    async def go(self, errand: Errand[R], *, wait_s: float | None) -> R:
        """Send it; `wait_s` is for room, None: as long as the options say.

        Raises LocalError where there is no room, with nothing sent, and what the errand's own way raises.
        """
        return await self._way(errand, wait_s, None, None)

    def submit(self, errand: Errand[R], on_result: OnResult[R], *, wait_s: float | None) -> bool:
        """Send it now, and return whether that was possible. `on_result` is called once, later."""
        means = self._means
        charge: budget.Charge | None = None
        if (not errand.trades or means.permit.given) and (link := means.paths.ready()) is not None:
            charge = means.rates.take(errand.action)
            if charge is not None:
                errand.begins()
                try:
                    link.post(
                        errand.request,
                        partial(self._answered, errand, charge, on_result),
                        timeout_ns=means.paths.answer_ns_max,
                        timing=errand.timing,
                    )
                except LocalError:  # Nothing was sent: another way may carry it.
                    pass
                else:
                    return True
        self._follow(errand, on_result, wait_s=wait_s, charge=charge)
        return False

    async def _way(
        self,
        errand: Errand[R],
        wait_s: float | None,
        charge: budget.Charge | None,
        first: Answers | Unsure | None,
    ) -> R:
        """Go all the way, from where it is: charged or not, sent or not."""
        means = self._means
        if charge is None:
            if errand.trades and not means.permit.given:
                await means.permit.ask()
            errand.begins()
            charge = means.rates.take(errand.action)
            if charge is None:
                wait_s = means.running.options.room_s_max if wait_s is None else wait_s
                charge = await means.rates.room(errand.action, wait_s=wait_s)
        return await errand.went(charge, first)

    def _answered(
        self, errand: Errand[R], charge: budget.Charge, on_result: OnResult[R], answers: Answers | Unsure
    ) -> None:
        """What came of the first sending: a yes is told at once."""
        if isinstance(answers, list) and len(answers) == 1 and type(answers[0]) is errand.success:
            result = errand.finished(charge, Answered("websocket", answers=answers))
            self.tell(on_result, result, errand.timing)
        else:
            self._follow(errand, on_result, charge=charge, first=answers)

    def _follow(
        self,
        errand: Errand[R],
        on_result: OnResult[R],
        *,
        wait_s: float | None = None,
        charge: budget.Charge | None = None,
        first: Answers | Unsure | None = None,
    ) -> None:
        """Go on in a task, and tell what came of it: also where the client is closed before."""
        results: list[R | FathomError] = []

        async def follow() -> None:
            try:
                results.append(await self._way(errand, wait_s, charge, first))
            except FathomError as error:
                results.append(error)

        def told(_: object = None) -> None:
            if results:
                self.tell(on_result, results[0], errand.timing)
            elif errand.timing.sent_ns is None:
                self.tell(on_result, LinkError(CLOSED), errand.timing)
            else:
                method = str(errand.request.__struct_config__.tag)
                name = errand.action.orders[0] if len(errand.action.orders) == 1 else None
                self.tell(on_result, Unsure(method, name), errand.timing)

        task = self._means.running.start(follow(), name="order")
        if task is None:
            asyncio.get_running_loop().call_soon(told)
        else:
            task.add_done_callback(told)

    def tell(self, on_result: OnResult[R], result: R | FathomError, timing: RequestTiming) -> None:
        """Call back; what that raises is the user's."""
        if (error := called(on_result, result, timing)) is not None:
            self._means.running.callback_failed("orders", error)
