"""Orders that are placed: sent once, and looked up by their client ids where no answer came.

Imports: domain, protocol, link; means, ours, paths, results. Imported by: orders.
"""

from collections.abc import Sequence

from msgspec import structs

from fathom.domain import FathomError, LinkError, Refused, Unsure
from fathom.net.client.ordering.means import Means
from fathom.net.client.ordering.ours import new_client_id
from fathom.net.client.ordering.paths import Answered
from fathom.net.client.ordering.results import BatchAdded, BatchItem, OrderAdded
from fathom.net.clock import clock_ns
from fathom.net.link import Answers, RequestTiming
from fathom.protocol import budget, rest, translate
from fathom.protocol.messages import (
    AddOrder,
    AddOrderParams,
    AddOrderResponse,
    BatchAdd,
    BatchAddResponse,
    Execution,
)


class Adding:
    """Places one order."""

    __slots__ = ("_means", "_names", "_params", "action", "request", "timing")
    trades = True
    success = AddOrderResponse

    def __init__(self, means: Means, request: AddOrder) -> None:
        """Raise LocalError for what Kraken is known to refuse. An order without an id gets one."""
        params = request.params
        if params.cl_ord_id is None and params.order_userref is None:
            params = structs.replace(params, cl_ord_id=new_client_id())
            request = AddOrder(params=params)
        means.check(request, symbol=params.symbol)
        self._means = means
        self._params = params
        self._names: tuple[str, ...] = () if params.cl_ord_id is None else (params.cl_ord_id,)
        self.request = request
        self.timing = RequestTiming()
        self.action = budget.Action(
            method="add_order", symbol=params.symbol, orders=self._names, validate=bool(params.validate)
        )

    def begins(self) -> None:
        """From now on it may be ours."""
        if not self._params.validate:
            self._means.ours.sent(*self._names)

    async def went(self, charge: budget.Charge, first: Answers | Unsure | None) -> OrderAdded:
        """Send it once; without an answer, find out what became of it."""
        params, timing = self._params, self.timing
        begun_ns = clock_ns()
        try:
            answered = await self._means.paths.send(self.request, self._by_rest, timing=timing, first=first)
            answered.only(AddOrderResponse, rest.OrderPlaced)
        except (Unsure, Refused) as error:
            if not params.validate and (isinstance(error, Unsure) or error.order_may_exist):
                return await self._recovered(charge, error, sent_ns=timing.sent_ns or begun_ns)
            given_up(self._means, charge, error)
            raise
        except BaseException as error:
            unanswered(self._means, charge, self._names, error)
            raise
        return self.finished(charge, answered)

    def finished(self, charge: budget.Charge, answered: Answered) -> OrderAdded:
        """It was taken."""
        means, params = self._means, self._params
        said = answered.only(AddOrderResponse, rest.OrderPlaced)
        if isinstance(said, AddOrderResponse):
            order_id, warnings = said.result.order_id, said.result.warnings
        else:
            order_id, warnings = (said.txid[0] if said.txid else None), ()
        means.rates.settled(charge, order_id)
        if not _rests(params):
            means.rates.gone(order_id, *self._names)
        means.untold.placed(order_id)
        means.ours.made(order_id)
        return OrderAdded(
            path=answered.path,
            timing=self.timing,
            order_id=order_id,
            cl_ord_id=params.cl_ord_id,
            order_userref=params.order_userref,
            warnings=warnings,
        )

    def _by_rest(self) -> rest.RestRequest[rest.OrderPlaced]:
        return translate.add_by_rest(self.request, leverage=self._means.leverage(self._params.symbol))

    async def _recovered(self, charge: budget.Charge, error: Unsure | Refused, *, sent_ns: int) -> OrderAdded:
        """Find out what became of an order in doubt."""
        cl_ord_id = self._params.cl_ord_id
        self._means.rates.lost(charge)
        self._means.doubt("add_order", cl_ord_id, str(error))
        if cl_ord_id is None:  # Only a userref, which is not unique: nobody could tell it from another.
            raise Unsure("add_order") from None
        symbol = self._params.symbol
        looked = await found(self._means, [cl_ord_id], method="add_order", symbol=symbol, sent_ns=sent_ns)
        order = looked[cl_ord_id]
        if order is None:
            raise not_placed(error, cl_ord_id) from None
        return OrderAdded(path="rest", recovered=True, timing=self.timing, order_id=order.order_id, cl_ord_id=cl_ord_id)


class AddingBatch:
    """Places 2 to 15 orders of one pair."""

    __slots__ = ("_means", "_names", "action", "request", "timing")
    trades = True
    success = BatchAddResponse

    def __init__(self, means: Means, request: BatchAdd) -> None:
        """Raise LocalError for what Kraken is known to refuse. Orders without an id get one."""
        params = request.params
        orders = tuple(
            order
            if order.cl_ord_id is not None or order.order_userref is not None
            else structs.replace(order, cl_ord_id=new_client_id())
            for order in params.orders
        )
        request = BatchAdd(params=structs.replace(params, orders=orders))
        means.check(request, symbol=params.symbol)
        self._means = means
        self._names = tuple(order.cl_ord_id or "" for order in orders)
        self.request = request
        self.timing = RequestTiming()
        self.action = budget.Action(
            method="batch_add",
            symbol=params.symbol,
            orders=self._names if all(self._names) else (),
            count=len(orders),
            validate=bool(params.validate),
        )

    def begins(self) -> None:
        """From now on they may be ours."""
        if not self.request.params.validate:
            self._means.ours.sent(*filter(None, self._names))

    async def went(self, charge: budget.Charge, first: Answers | Unsure | None) -> BatchAdded:
        """Send it once; without an answer, find out what became of each."""
        timing, validate = self.timing, self.request.params.validate
        begun_ns = clock_ns()
        try:
            answered = await self._means.paths.send(self.request, self._by_rest, timing=timing, first=first)
            answered.only(BatchAddResponse, rest.BatchResult)
        except (Unsure, Refused) as error:
            if not validate and (isinstance(error, Unsure) or error.order_may_exist):
                return await self._recovered(charge, error, sent_ns=timing.sent_ns or begun_ns)
            given_up(self._means, charge, error)
            raise
        except BaseException as error:
            unanswered(self._means, charge, tuple(filter(None, self._names)), error)
            raise
        return self.finished(charge, answered)

    def finished(self, charge: budget.Charge, answered: Answered) -> BatchAdded:
        """It was taken, though single orders may have been refused."""
        said = answered.only(BatchAddResponse, rest.BatchResult)
        rows: Sequence[tuple[str | None, str | None]]
        if isinstance(said, BatchAddResponse):
            rows = [(item.order_id, item.error) for item in said.items]
        else:
            rows = [(item.txid, item.error) for item in said.orders]
        items = tuple(
            BatchItem(order_id=order_id, cl_ord_id=order.cl_ord_id, error=error)
            for order, (order_id, error) in zip(self.request.params.orders, rows, strict=False)
        )
        order_ids = [item.order_id for item in items]
        self._means.rates.settled(charge, *order_ids)
        self._means.untold.placed(*order_ids)
        self._means.ours.made(*order_ids)
        return BatchAdded(path=answered.path, timing=self.timing, items=items)

    def _by_rest(self) -> rest.RestRequest[rest.BatchResult]:
        return translate.batch_by_rest(self.request, leverage=self._means.leverage(self.request.params.symbol))

    async def _recovered(self, charge: budget.Charge, error: Unsure | Refused, *, sent_ns: int) -> BatchAdded:
        names, symbol = self._names, self.request.params.symbol
        self._means.rates.lost(charge)
        self._means.doubt("batch_add", names[0] or None, str(error))
        if not all(names):
            raise Unsure("batch_add") from None
        looked = await found(self._means, names, method="batch_add", symbol=symbol, sent_ns=sent_ns)
        items = [
            BatchItem(
                order_id=None if order is None else order.order_id,
                cl_ord_id=name,
                error=None if order is not None else "was not placed",
            )
            for name, order in looked.items()
        ]
        if all(item.order_id is None for item in items):
            raise not_placed(error, names[0]) from None
        return BatchAdded(path="rest", recovered=True, timing=self.timing, items=tuple(items))


def given_up(means: Means, charge: budget.Charge, error: Unsure | Refused) -> None:
    """It is over, and made no order."""
    if isinstance(error, Refused):
        means.rates.refused(charge, error)
    else:
        means.rates.lost(charge)


def unanswered(means: Means, charge: budget.Charge, names: Sequence[str], error: BaseException) -> None:
    """Nothing was sent, or nobody waits for the answer any more: then the orders may be there."""
    means.rates.lost(charge)
    if isinstance(error, FathomError):
        means.rates.gone(*names)
    else:
        means.ours.doubted(names)


async def found(
    means: Means, names: Sequence[str], *, method: str, symbol: str, sent_ns: int
) -> dict[str, Execution | None]:
    """Look orders in doubt up; the rate ledger learns of it. Raises Unsure where nobody can say."""
    means.ours.doubted(names)
    outcomes = await means.lookup.orders(names, method=method, symbol=symbol, sent_ns=sent_ns)
    known: dict[str, Execution | None] = {}
    for name, outcome in outcomes.items():
        if isinstance(outcome, Unsure):
            continue
        known[name] = outcome
        means.ours.cleared(name)
        if outcome is None:
            means.rates.gone(name)
        else:
            means.rates.seen([outcome])
            means.ours.made(outcome.order_id)
    for outcome in outcomes.values():
        if isinstance(outcome, Unsure):
            raise outcome
    return known


def not_placed(error: Unsure | Refused, cl_ord_id: str) -> Refused | LinkError:
    """Return what to raise for an order that the venue surely does not have."""
    if isinstance(error, Refused):
        error.order_may_exist = False
        return error
    return LinkError(
        f"no answer came, and the venue has no order {cl_ord_id}: it was not placed; send it again if wanted"
    )


def _rests(order: AddOrderParams) -> bool:
    """Tell whether an order may be open after it was taken: the others have filled by then, or are over."""
    at_once = order.order_type == "market" or order.time_in_force in {"ioc", "fok"}
    return not at_once or order.effective_time is not None
