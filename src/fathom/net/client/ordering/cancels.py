"""Cancels, and the dead man's switch: what takes risk away, and may always be repeated.

Imports: domain, protocol; repeating, results. Imported by: kraken, leaving.
"""

from functools import partial
from typing import Final

from fathom.domain import Refused
from fathom.net.client.ordering.repeating import Repeating
from fathom.net.client.ordering.results import OrdersCanceled, Path, SwitchSet
from fathom.net.clock import clock_ns
from fathom.protocol import budget, check_request, parse_time, refusals, rest, translate
from fathom.protocol.messages import (
    BatchCancel,
    BatchCancelResponse,
    CancelAll,
    CancelAllOrdersAfter,
    CancelAllOrdersAfterResponse,
    CancelAllParams,
    CancelAllResponse,
    CancelOrder,
    CancelOrderParams,
    CancelOrderResponse,
    Request,
)

UNKNOWN_ORDER: Final = "EOrder:Unknown order"


class Cancels:
    """Every method that cancels."""

    def __init__(self, repeating: Repeating) -> None:
        self._repeating = repeating
        self._running = repeating.running

    async def cancel(self, request: CancelOrder, *, reduces_risk: bool) -> OrdersCanceled:
        """Cancel some orders, each answered alone."""
        params = request.params
        self._check(request)
        names = (*params.order_id, *params.cl_ord_id, *(str(ref) for ref in params.order_userref))
        known = tuple(name for name in names if self._repeating.symbol_of(name) is not None)
        count, recovered = 0, False
        missing: list[str] = []
        path: Path = self._running.options.orders_over
        for name in names:
            one = _cancel_of(params, name)
            action = budget.Action(
                method="cancel_order",
                symbol=self._repeating.symbol_of(name),
                orders=(name,) if name in known else (),
                reduces_risk=reduces_risk,
            )
            open_before = self._open_as(name)
            try:
                answered = await self._repeating.repeated(one, partial(_one_by_rest, one), action, None)
            except Refused as refusal:
                row = refusals.row_of(refusal.text)
                if row is None or row.prefix != UNKNOWN_ORDER:
                    raise
                if open_before and self._was_cancelled(name):  # Just now, and the answer to that was lost.
                    count, recovered = count + 1, True
                else:
                    missing.append(name)
                self._repeating.untold.over(name)
                continue
            said = answered.first(CancelOrderResponse, rest.Cancelled)
            count += said.count if isinstance(said, rest.Cancelled) else max(1, open_before)
            path, recovered = answered.path, recovered or answered.repeated
            self._repeating.untold.over(name)
        return OrdersCanceled(path=path, recovered=recovered, count=count, missing=tuple(missing))

    async def cancel_batch(self, request: BatchCancel, *, reduces_risk: bool) -> OrdersCanceled:
        """Cancel 2 to 50 orders with one request."""
        self._check(request)
        names = (*request.params.orders, *request.params.cl_ord_id)
        action = budget.Action(method="batch_cancel", orders=names, reduces_risk=reduces_risk)
        answered = await self._repeating.repeated(
            request, lambda: translate.batch_cancel_by_rest(request), action, None
        )
        said = answered.only(BatchCancelResponse, rest.Cancelled)
        self._repeating.untold.over(*names)
        return OrdersCanceled(path=answered.path, recovered=answered.repeated, count=said.count or 0)

    async def cancel_all(self) -> OrdersCanceled:
        """Cancel every order of the account."""
        request = CancelAll(params=CancelAllParams())
        self._check(request)
        action = budget.Action(method="cancel_all", reduces_risk=True)
        open_before = tuple(self._running.hearing.account.orders)
        answered = await self._repeating.repeated(request, lambda: translate.cancel_all_by_rest(request), action, None)
        said = answered.only(CancelAllResponse, rest.Cancelled)
        self._repeating.untold.over(*open_before)
        count = said.result.count if isinstance(said, CancelAllResponse) else said.count
        return OrdersCanceled(path=answered.path, recovered=answered.repeated, count=count)

    async def cancel_all_after(self, request: CancelAllOrdersAfter) -> SwitchSet:
        """Set the dead man's switch."""
        self._check(request)
        answered = await self._repeating.repeated(request, lambda: translate.cancel_after_by_rest(request), None, None)
        said = answered.only(CancelAllOrdersAfterResponse, rest.DeadMansSwitch)
        if isinstance(said, rest.DeadMansSwitch):
            return SwitchSet(path=answered.path, now_ns=int(said.current), trigger_ns=int(said.trigger))
        trigger = str(said.result.triggerTime)
        return SwitchSet(
            path=answered.path,
            now_ns=parse_time(said.result.currentTime),
            trigger_ns=0 if trigger == "0" else parse_time(trigger),
        )

    def _open_as(self, name: str) -> int:
        """Return how many open orders go by a name, as far as we heard: of a userref there may be several."""
        orders = self._running.hearing.account.orders.values()
        return sum(name in (order.order_id, order.cl_ord_id, str(order.order_userref or "")) for order in orders)

    def _was_cancelled(self, name: str) -> bool:
        order = self._running.hearing.account.order(name)
        return order is not None and order.order_status == "canceled"

    def _check(self, request: Request) -> None:
        """Raise LocalError for what Kraken is known to refuse."""
        self._running.need_open()
        self._running.need_key(str(request.__struct_config__.tag))
        check_request(request, now_ns=clock_ns())


def _cancel_of(params: CancelOrderParams, name: str) -> CancelOrder:
    """Return the cancel of one of the orders."""
    if name in params.order_id:
        return CancelOrder(params=CancelOrderParams(order_id=(name,)))
    if name in params.cl_ord_id:
        return CancelOrder(params=CancelOrderParams(cl_ord_id=(name,)))
    return CancelOrder(params=CancelOrderParams(order_userref=(int(name),)))


def _one_by_rest(request: CancelOrder) -> rest.CancelOrder:
    return translate.cancels_by_rest(request)[0]
