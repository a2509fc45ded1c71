"""Orders that are cancelled: what takes risk away, and may always be repeated.

Imports: domain, protocol, link; means, paths, repeating, results. Imported by: orders.
"""

from collections.abc import Sequence
from typing import Final

from fathom.domain import Refused, Unsure
from fathom.net.client.ordering.means import Means
from fathom.net.client.ordering.paths import Answered
from fathom.net.client.ordering.repeating import repeated
from fathom.net.client.ordering.results import OrdersCanceled
from fathom.net.link import Answers, RequestTiming
from fathom.protocol import budget, refusals, rest, translate
from fathom.protocol.messages import (
    BatchCancel,
    BatchCancelResponse,
    CancelAll,
    CancelAllResponse,
    CancelOrder,
    CancelOrderParams,
    CancelOrderResponse,
)

UNKNOWN_ORDER: Final = "EOrder:Unknown order"


class Cancelling:
    """Cancels what goes by one id: of a userref there may be several. One that is not open any more is no error."""

    __slots__ = ("_means", "_name", "_open_before", "action", "request", "timing")
    trades = False
    success = CancelOrderResponse

    def __init__(self, means: Means, request: CancelOrder, *, reduces_risk: bool) -> None:
        """Take a request that was checked, and has one id."""
        (self._name,) = names_of(request.params)
        symbol = means.symbol_of(self._name)
        self._means = means
        self._open_before = 0
        self.request = request
        self.timing = RequestTiming()
        self.action = budget.Action(
            method="cancel_order",
            symbol=symbol,
            orders=() if symbol is None else (self._name,),
            reduces_risk=reduces_risk,
        )

    def begins(self) -> None:
        """Remember whether it was open."""
        self._open_before = self._open()

    async def went(self, charge: budget.Charge, first: Answers | Unsure | None) -> OrdersCanceled:
        """Send it, and again where no answer comes."""
        try:
            answered = await repeated(self._means, self.request, self._by_rest, charge, timing=self.timing, first=first)
        except Refused as refusal:
            row = refusals.row_of(refusal.text)
            if row is None or row.prefix != UNKNOWN_ORDER:
                raise
            return self._was_gone()
        return self._read(answered)

    def finished(self, charge: budget.Charge, answered: Answered) -> OrdersCanceled:
        """It was done."""
        self._means.rates.settled(charge)
        return self._read(answered)

    def _by_rest(self) -> rest.CancelOrder:
        return translate.cancels_by_rest(self.request)[0]

    def _read(self, answered: Answered) -> OrdersCanceled:
        said = answered.first(CancelOrderResponse, rest.Cancelled)
        self._means.untold.over(self._name)
        return OrdersCanceled(
            path=answered.path,
            recovered=answered.repeated,
            timing=self.timing,
            count=said.count if isinstance(said, rest.Cancelled) else max(1, self._open_before),
        )

    def _was_gone(self) -> OrdersCanceled:
        order = self._means.account.order(self._name)
        # Just now, and the answer to that was lost.
        ours = self._open_before > 0 and order is not None and order.order_status == "canceled"
        self._means.untold.over(self._name)
        return OrdersCanceled(
            path=self._means.running.options.orders_over,
            recovered=ours,
            timing=self.timing,
            count=int(ours),
            missing=() if ours else (self._name,),
        )

    def _open(self) -> int:
        """Return how many open orders go by the name, as far as we heard."""
        account, name = self._means.account, self._name
        if not self.request.params.order_userref:
            order = account.order(name)
            return int(order is not None and order.order_id in account.orders)
        return sum(name == str(order.order_userref or "") for order in account.orders.values())


class CancellingBatch:
    """Cancels 2 to 50 orders with one request."""

    __slots__ = ("_means", "action", "request", "timing")
    trades = False
    success = BatchCancelResponse

    def __init__(self, means: Means, request: BatchCancel, *, reduces_risk: bool) -> None:
        """Raise LocalError for what Kraken is known to refuse."""
        means.check(request, symbol=None)
        names = (*request.params.orders, *request.params.cl_ord_id)
        self._means = means
        self.request = request
        self.timing = RequestTiming()
        self.action = budget.Action(method="batch_cancel", orders=names, reduces_risk=reduces_risk)

    def begins(self) -> None:
        """There is nothing to remember."""

    async def went(self, charge: budget.Charge, first: Answers | Unsure | None) -> OrdersCanceled:
        """Send it, and again where no answer comes."""
        answered = await repeated(
            self._means,
            self.request,
            lambda: translate.batch_cancel_by_rest(self.request),
            charge,
            timing=self.timing,
            first=first,
        )
        return self._read(answered)

    def finished(self, charge: budget.Charge, answered: Answered) -> OrdersCanceled:
        """It was done."""
        self._means.rates.settled(charge)
        return self._read(answered)

    def _read(self, answered: Answered) -> OrdersCanceled:
        said = answered.only(BatchCancelResponse, rest.Cancelled)
        self._means.untold.over(*self.action.orders)
        return OrdersCanceled(
            path=answered.path, recovered=answered.repeated, timing=self.timing, count=said.count or 0
        )


class CancellingAll:
    """Cancels every order of the account."""

    __slots__ = ("_means", "_open_before", "action", "request", "timing")
    trades = False
    success = CancelAllResponse

    def __init__(self, means: Means, request: CancelAll) -> None:
        """Raise AuthError without a key."""
        means.check(request, symbol=None)
        self._means = means
        self._open_before: tuple[str, ...] = ()
        self.request = request
        self.timing = RequestTiming()
        self.action = budget.Action(method="cancel_all", reduces_risk=True)

    def begins(self) -> None:
        """Remember what is open."""
        self._open_before = tuple(self._means.account.orders)

    async def went(self, charge: budget.Charge, first: Answers | Unsure | None) -> OrdersCanceled:
        """Send it, and again where no answer comes."""
        answered = await repeated(
            self._means,
            self.request,
            lambda: translate.cancel_all_by_rest(self.request),
            charge,
            timing=self.timing,
            first=first,
        )
        return self._read(answered)

    def finished(self, charge: budget.Charge, answered: Answered) -> OrdersCanceled:
        """It was done."""
        self._means.rates.settled(charge)
        return self._read(answered)

    def _read(self, answered: Answered) -> OrdersCanceled:
        said = answered.only(CancelAllResponse, rest.Cancelled)
        self._means.untold.over(*self._open_before)
        return OrdersCanceled(
            path=answered.path,
            recovered=answered.repeated,
            timing=self.timing,
            count=said.result.count if isinstance(said, CancelAllResponse) else said.count,
        )


def cancellings(means: Means, request: CancelOrder, *, reduces_risk: bool) -> list[Cancelling]:
    """Return a cancel for each id of a request. Raises LocalError for what Kraken is known to refuse."""
    means.check(request, symbol=None)
    params = request.params
    alone = [request] if len(names_of(params)) == 1 else [
        *(CancelOrder(params=CancelOrderParams(order_id=(name,))) for name in params.order_id),
        *(CancelOrder(params=CancelOrderParams(cl_ord_id=(name,))) for name in params.cl_ord_id),
        *(CancelOrder(params=CancelOrderParams(order_userref=(ref,))) for ref in params.order_userref),
    ]  # fmt: skip
    return [Cancelling(means, one, reduces_risk=reduces_risk) for one in alone]


def together(results: Sequence[OrdersCanceled]) -> OrdersCanceled:
    """Return what came of several cancels as one."""
    if len(results) == 1:
        return results[0]
    done = [result for result in results if not result.missing]
    last = done[-1] if done else results[-1]
    return OrdersCanceled(
        path=last.path,
        recovered=any(result.recovered for result in results),
        timing=last.timing,
        count=sum(result.count for result in results),
        missing=tuple(name for result in results for name in result.missing),
    )


def names_of(params: CancelOrderParams) -> tuple[str, ...]:
    """Return every id of a cancel."""
    return (*params.order_id, *params.cl_ord_id, *(str(ref) for ref in params.order_userref))
