"""Orders that are changed: an amend, which may be repeated, and an edit, which may not.

Imports: domain, protocol, link; adding, means, paths, repeating, results. Imported by: orders.
"""

from msgspec import structs

from fathom.domain import Refused, Unsure
from fathom.net.client.ordering.means import Means
from fathom.net.client.ordering.paths import Answered
from fathom.net.client.ordering.repeating import repeated
from fathom.net.client.ordering.results import OrderAmended, OrderEdited
from fathom.net.link import Answers, RequestTiming
from fathom.protocol import budget, rest, translate
from fathom.protocol.messages import (
    AmendOrder,
    AmendOrderParams,
    AmendOrderResponse,
    EditOrder,
    EditOrderResponse,
    Execution,
)


class Amending:
    """Changes an order in place."""

    __slots__ = ("_means", "action", "request", "timing")
    trades = True
    success = AmendOrderResponse

    def __init__(self, means: Means, request: AmendOrder) -> None:
        """Raise LocalError for what Kraken is known to refuse."""
        name = request.params.order_id or request.params.cl_ord_id or ""
        known = means.account.order(name)
        symbol = None if known is None else known.symbol
        params = _spelled_out(request.params, known)
        if params is not request.params:
            request = AmendOrder(params=params)
        means.check(request, symbol=params.symbol or symbol)
        filled = known.cum_qty if known is not None else None
        ends = filled is not None and params.order_qty is not None and params.order_qty <= filled
        self._means = means
        self.request = request
        self.timing = RequestTiming()
        self.action = budget.Action(method="amend_order", symbol=symbol, orders=(name,), ends=ends)

    def begins(self) -> None:
        """It makes no order."""

    async def went(self, charge: budget.Charge, first: Answers | Unsure | None) -> OrderAmended:
        """Send it, and again where no answer comes."""
        answered = await repeated(
            self._means,
            self.request,
            lambda: translate.amend_by_rest(self.request),
            charge,
            timing=self.timing,
            first=first,
        )
        return self._read(answered)

    def finished(self, charge: budget.Charge, answered: Answered) -> OrderAmended:
        """It was done."""
        self._means.rates.settled(charge)
        return self._read(answered)

    def _read(self, answered: Answered) -> OrderAmended:
        said = answered.only(AmendOrderResponse, rest.OrderAmended)
        return OrderAmended(
            path=answered.path,
            recovered=answered.repeated,
            timing=self.timing,
            amend_id=said.result.amend_id if isinstance(said, AmendOrderResponse) else said.amend_id,
            order_id=self.request.params.order_id,
            cl_ord_id=self.request.params.cl_ord_id,
        )


class Editing:
    """Replaces an order. Without an answer it is unsure: a second edit would replace the replacement."""

    __slots__ = ("_known", "_means", "action", "request", "timing")
    trades = True
    success = EditOrderResponse

    def __init__(self, means: Means, request: EditOrder) -> None:
        """Raise LocalError for what Kraken is known to refuse."""
        params = request.params
        means.check(request, symbol=params.symbol)
        self._means = means
        self._known = means.account.order(params.order_id)
        self.request = request
        self.timing = RequestTiming()
        self.action = budget.Action(
            method="edit_order", symbol=params.symbol, orders=(params.order_id,), validate=bool(params.validate)
        )

    def begins(self) -> None:
        """Its order has no id before Kraken names it."""

    async def went(self, charge: budget.Charge, first: Answers | Unsure | None) -> OrderEdited:
        """Send it once."""
        means, order_type = self._means, None if self._known is None else self._known.order_type
        try:
            answered = await means.paths.send(
                self.request,
                lambda: translate.edit_by_rest(self.request, order_type=order_type),
                timing=self.timing,
                first=first,
            )
            answered.only(EditOrderResponse, rest.OrderEdited)
        except Refused as refusal:
            means.rates.refused(charge, refusal)
            raise
        except BaseException:
            means.rates.lost(charge)
            raise
        return self.finished(charge, answered)

    def finished(self, charge: budget.Charge, answered: Answered) -> OrderEdited:
        """It was replaced."""
        means, params = self._means, self.request.params
        said = answered.only(EditOrderResponse, rest.OrderEdited)
        if isinstance(said, EditOrderResponse):
            order_id, original = said.result.order_id, said.result.original_order_id
        else:
            order_id, original = said.txid, said.originaltxid
        means.rates.settled(charge, order_id)
        if order_id is not None:
            means.untold.placed(order_id)
            means.untold.over(params.order_id)
        if means.is_ours(params.order_id, self._known):
            means.ours.made(order_id)
        return OrderEdited(
            path=answered.path,
            timing=self.timing,
            order_id=order_id,
            original_order_id=original or params.order_id,
        )


def _spelled_out(params: AmendOrderParams, known: Execution | None) -> AmendOrderParams:
    """Say what a trailing order's numbers are: left out, WebSocket and REST take them for different things."""
    if known is None or known.order_type is None or not known.order_type.startswith("trailing"):
        return params
    limit_type, trigger_type = params.limit_price_type, params.trigger_price_type
    if params.limit_price is not None and known.order_type == "trailing-stop-limit":
        limit_type = limit_type or "quote"
    if params.trigger_price is not None and known.triggers is not None and trigger_type is None:
        trigger_type = "pct" if known.triggers.price_type == "pct" else "quote"
    return structs.replace(params, limit_price_type=limit_type, trigger_price_type=trigger_type)
