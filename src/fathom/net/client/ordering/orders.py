"""Order requests, over WebSocket or REST, whichever is wanted and works; an unsure one is never sent again blind.

The way of a request: checked by Kraken's rules, room in the rate ledger, sent over the first path that carries it, its
answer read. A path that surely sent nothing gives way to the other. Without an answer, an order is looked up by its
client id; what may be repeated (cancels, amends) is asked for again.

Imports: domain, protocol; lookup, paths, results, running. Imported by: kraken.
"""

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from os import urandom
from typing import Final

from msgspec import structs

from fathom.domain import FathomError, Instrument, LinkError, LocalError, Refused, Unsure
from fathom.net.client.feeds.pairs import unknown_pair
from fathom.net.client.ordering.cancels import Cancels
from fathom.net.client.ordering.lookup import Lookup
from fathom.net.client.ordering.permit import Permit
from fathom.net.client.ordering.repeating import Repeating
from fathom.net.client.ordering.results import (
    BatchAdded,
    BatchItem,
    OrderAdded,
    OrderAmended,
    OrderEdited,
)
from fathom.net.client.running import Running
from fathom.net.clock import clock_ns
from fathom.protocol import budget, check_request, rest, translate
from fathom.protocol.messages import (
    AddOrder,
    AddOrderParams,
    AddOrderResponse,
    AmendOrder,
    AmendOrderParams,
    AmendOrderResponse,
    BatchAdd,
    BatchAddResponse,
    EditOrder,
    EditOrderResponse,
    Execution,
    Request,
)

PLACED_MAX: Final = 20_000  # Orders of ours that are remembered as such: more than an account may have open.
# One of 32 signs for each byte of chance, all alike often.
_SIGNS: Final = b"0123456789abcdefghijklmnopqrstuv" * 8


def new_client_id() -> str:
    """Return an order id of our own, 18 characters: every order that we send can be looked up by it."""
    return "f-" + urandom(16).translate(_SIGNS).decode()


class Orders:
    """Every order method."""

    def __init__(self, running: Running) -> None:
        self._running = running
        self._repeating = Repeating(running)
        self.cancels = Cancels(self._repeating)
        self._lookup = Lookup(running)
        self._permit = Permit(running)
        self._placed: OrderedDict[str, None] = OrderedDict()  # Ids of ours, both kinds, the oldest first.
        self._unheard: OrderedDict[str, None] = OrderedDict()  # Kraken's ids that the stream has not named yet.
        self.in_doubt: OrderedDict[str, None] = OrderedDict()  # Client ids of which nobody could say what became.

    def still_open(self) -> list[str]:
        """Return Kraken's ids of the orders that this client has placed and that are open, as far as we heard."""
        account = self._running.hearing.account
        heard = [order.order_id for order in account.orders.values() if self._is_ours(order)]
        return [*heard, *(name for name in self._unheard if account.order(name) is None)]

    def _is_ours(self, order: Execution) -> bool:
        return order.order_id in self._placed or order.cl_ord_id in self._placed

    def _remember(self, *names: str | None) -> None:
        _note(self._placed, names)

    def _remember_made(self, *order_ids: str | None) -> None:
        """Kraken named orders of ours: by these ids they are cancelled, should the stream be late."""
        account = self._running.hearing.account
        self._remember(*order_ids)
        for name in [name for name in self._unheard if account.order(name) is not None]:
            del self._unheard[name]
        _note(self._unheard, [name for name in order_ids if name is not None and account.order(name) is None])

    def hurry(self, answer_s_max: float) -> None:
        """Wait no longer than this for an answer over WebSocket, from now on."""
        self._repeating.paths.answer_s_max = answer_s_max

    async def permitted(self) -> None:
        """Ask now whether the key may trade, so that the first order does not wait for it."""
        await self._permit.ask()

    # -- Adding ----------------------------------------------------------------------------------------------

    async def add(self, request: AddOrder, *, wait_s: float | None) -> OrderAdded:
        """Place one order."""
        params = request.params
        if params.cl_ord_id is None and params.order_userref is None:
            params = structs.replace(params, cl_ord_id=new_client_id())
            request = structs.replace(request, params=params)
        self.check(request, symbol=params.symbol)
        await self._permit.ask()
        names = (params.cl_ord_id,) if params.cl_ord_id is not None else ()
        if not params.validate:
            self._remember(*names)
        action = budget.Action(method="add_order", symbol=params.symbol, orders=names, validate=bool(params.validate))
        charge = await self._repeating.room(action, wait_s)
        sent_ns = clock_ns()
        try:
            leverage = self._leverage(params.symbol)
            answered = await self._repeating.paths.send(
                request, lambda: translate.add_by_rest(request, leverage=leverage)
            )
            said = answered.only(AddOrderResponse, rest.OrderPlaced)
        except (Unsure, Refused) as error:
            if not params.validate and (isinstance(error, Unsure) or error.order_may_exist):
                return await self._recovered(params, charge, error, sent_ns=sent_ns)
            self._given_up(charge, error)
            raise
        except BaseException as error:
            self._unanswered(charge, names, error)
            raise
        if isinstance(said, AddOrderResponse):
            order_id, warnings = said.result.order_id, said.result.warnings
        else:
            order_id, warnings = (said.txid[0] if said.txid else None), ()
        self._running.rates.settled(charge, order_id)
        if not _rests(params):
            self._running.rates.gone(order_id, *names)
        self._repeating.untold.placed(order_id)
        self._remember_made(order_id)
        return OrderAdded(
            path=answered.path,
            order_id=order_id,
            cl_ord_id=params.cl_ord_id,
            order_userref=params.order_userref,
            warnings=warnings,
        )

    async def add_batch(self, request: BatchAdd, *, wait_s: float | None) -> BatchAdded:
        """Place 2 to 15 orders of one pair."""
        params = request.params
        orders = tuple(
            order
            if order.cl_ord_id is not None or order.order_userref is not None
            else structs.replace(order, cl_ord_id=new_client_id())
            for order in params.orders
        )
        request = structs.replace(request, params=structs.replace(params, orders=orders))
        self.check(request, symbol=params.symbol)
        await self._permit.ask()
        names = tuple(order.cl_ord_id or "" for order in orders)
        if not params.validate:
            self._remember(*filter(None, names))
        action = budget.Action(
            method="batch_add",
            symbol=params.symbol,
            orders=names if all(names) else (),
            count=len(orders),
            validate=bool(params.validate),
        )
        charge = await self._repeating.room(action, wait_s)
        sent_ns = clock_ns()
        try:
            leverage = self._leverage(params.symbol)
            answered = await self._repeating.paths.send(
                request, lambda: translate.batch_by_rest(request, leverage=leverage)
            )
            said = answered.only(BatchAddResponse, rest.BatchResult)
        except (Unsure, Refused) as error:
            if not params.validate and (isinstance(error, Unsure) or error.order_may_exist):
                return await self._batch_recovered(names, params.symbol, charge, error, sent_ns=sent_ns)
            self._given_up(charge, error)
            raise
        except BaseException as error:
            self._unanswered(charge, tuple(filter(None, names)), error)
            raise
        rows: Sequence[tuple[str | None, str | None]]
        if isinstance(said, BatchAddResponse):
            rows = [(item.order_id, item.error) for item in said.items]
        else:
            rows = [(item.txid, item.error) for item in said.orders]
        items = tuple(
            BatchItem(order_id=order_id, cl_ord_id=order.cl_ord_id, error=error)
            for order, (order_id, error) in zip(orders, rows, strict=False)
        )
        self._running.rates.settled(charge, *(item.order_id for item in items))
        self._repeating.untold.placed(*(item.order_id for item in items))
        self._remember_made(*(item.order_id for item in items))
        return BatchAdded(path=answered.path, items=items)

    # -- Changing --------------------------------------------------------------------------------------------

    async def amend(self, request: AmendOrder, *, wait_s: float | None) -> OrderAmended:
        """Change an order in place."""
        name = request.params.order_id or request.params.cl_ord_id or ""
        known = self._running.hearing.account.order(name)
        params = _spelled_out(request.params, known)
        request = structs.replace(request, params=params)
        self.check(request, symbol=params.symbol or self._repeating.symbol_of(name))
        await self._permit.ask()
        filled = known.cum_qty if known is not None else None
        ends = filled is not None and params.order_qty is not None and params.order_qty <= filled
        action = budget.Action(method="amend_order", symbol=self._repeating.symbol_of(name), orders=(name,), ends=ends)
        answered = await self._repeating.repeated(request, lambda: translate.amend_by_rest(request), action, wait_s)
        said = answered.only(AmendOrderResponse, rest.OrderAmended)
        amend_id = said.result.amend_id if isinstance(said, AmendOrderResponse) else said.amend_id
        return OrderAmended(
            path=answered.path,
            recovered=answered.repeated,
            amend_id=amend_id,
            order_id=params.order_id,
            cl_ord_id=params.cl_ord_id,
        )

    async def edit(self, request: EditOrder, *, wait_s: float | None) -> OrderEdited:
        """Replace an order. Without an answer it raises Unsure: a second edit would replace the replacement."""
        params = request.params
        self.check(request, symbol=params.symbol)
        await self._permit.ask()
        known = self._running.hearing.account.order(params.order_id)
        order_type = None if known is None else known.order_type
        action = budget.Action(
            method="edit_order", symbol=params.symbol, orders=(params.order_id,), validate=bool(params.validate)
        )
        charge = await self._repeating.room(action, wait_s)
        try:
            answered = await self._repeating.paths.send(
                request, lambda: translate.edit_by_rest(request, order_type=order_type)
            )
            said = answered.only(EditOrderResponse, rest.OrderEdited)
        except Refused as refusal:
            self._running.rates.refused(charge, refusal)
            raise
        except BaseException:
            self._running.rates.lost(charge)
            raise
        if isinstance(said, EditOrderResponse):
            order_id, original = said.result.order_id, said.result.original_order_id
        else:
            order_id, original = said.txid, said.originaltxid
        self._running.rates.settled(charge, order_id)
        if order_id is not None:
            self._repeating.untold.placed(order_id)
            self._repeating.untold.over(params.order_id)
        if params.order_id in self._placed or (known is not None and self._is_ours(known)):
            self._remember_made(order_id)
        return OrderEdited(path=answered.path, order_id=order_id, original_order_id=original or params.order_id)

    # -- Inside ----------------------------------------------------------------------------------------------

    def check(self, request: Request, *, symbol: str | None) -> None:
        """Raise LocalError for what Kraken is known to refuse."""
        self._running.need_open()
        self._running.need_key(str(request.__struct_config__.tag))
        instrument: Instrument | None = None
        if symbol is not None:
            instrument = self._running.hearing.market.instruments.get(symbol)
            if instrument is None:
                raise LocalError("symbol", unknown_pair(symbol, self._running.hearing.market.instruments))
        check_request(request, now_ns=clock_ns(), instrument=instrument)

    def _leverage(self, symbol: str) -> int:
        """Return what `margin` means in this pair."""
        return self._running.hearing.market.leverage.get(symbol, translate.LEVERAGE_MAX)

    def _given_up(self, charge: budget.Charge, error: Unsure | Refused) -> None:
        """It is over, and made no order."""
        if isinstance(error, Refused):
            self._running.rates.refused(charge, error)
        else:
            self._running.rates.lost(charge)

    def _unanswered(self, charge: budget.Charge, names: Sequence[str], error: BaseException) -> None:
        """Nothing was sent, or nobody waits for the answer any more: then the orders may be there."""
        self._running.rates.lost(charge)
        if isinstance(error, FathomError):
            self._running.rates.gone(*names)
        else:
            _note(self.in_doubt, names)

    async def _found(
        self, names: Sequence[str], *, method: str, symbol: str, sent_ns: int
    ) -> dict[str, Execution | None]:
        """Look orders in doubt up; the rate ledger learns of it. Raises Unsure where nobody can say."""
        _note(self.in_doubt, names)
        outcomes = await self._lookup.orders(names, method=method, symbol=symbol, sent_ns=sent_ns)
        found: dict[str, Execution | None] = {}
        for name, outcome in outcomes.items():
            if isinstance(outcome, Unsure):
                continue
            found[name] = outcome
            self.in_doubt.pop(name, None)
            if outcome is None:
                self._running.rates.gone(name)
            else:
                self._running.rates.seen([outcome])
                self._remember_made(outcome.order_id)
        for outcome in outcomes.values():
            if isinstance(outcome, Unsure):
                raise outcome
        return found

    async def _recovered(
        self, params: AddOrderParams, charge: budget.Charge, error: Unsure | Refused, *, sent_ns: int
    ) -> OrderAdded:
        """Find out what became of an order in doubt."""
        cl_ord_id = params.cl_ord_id
        self._running.rates.lost(charge)
        self._repeating.doubt("add_order", cl_ord_id, str(error))
        if cl_ord_id is None:  # Only a userref, which is not unique: nobody could tell it from another.
            raise Unsure("add_order") from None
        looked = await self._found([cl_ord_id], method="add_order", symbol=params.symbol, sent_ns=sent_ns)
        found = looked[cl_ord_id]
        if found is None:
            raise _not_placed(error, cl_ord_id) from None
        return OrderAdded(path="rest", recovered=True, order_id=found.order_id, cl_ord_id=cl_ord_id)

    async def _batch_recovered(
        self, names: Sequence[str], symbol: str, charge: budget.Charge, error: Unsure | Refused, *, sent_ns: int
    ) -> BatchAdded:
        self._running.rates.lost(charge)
        self._repeating.doubt("batch_add", names[0] or None, str(error))
        if not all(names):
            raise Unsure("batch_add") from None
        looked = await self._found(names, method="batch_add", symbol=symbol, sent_ns=sent_ns)
        items = [
            BatchItem(
                order_id=None if found is None else found.order_id,
                cl_ord_id=name,
                error=None if found is not None else "was not placed",
            )
            for name, found in looked.items()
        ]
        if all(item.order_id is None for item in items):
            raise _not_placed(error, names[0]) from None
        return BatchAdded(path="rest", recovered=True, items=tuple(items))


def _note(where: OrderedDict[str, None], names: Iterable[str | None]) -> None:
    """Add names, and let the oldest go where there are too many."""
    for name in names:
        if name is not None:
            where[name] = None
    while len(where) > PLACED_MAX:
        where.popitem(last=False)


def _rests(order: AddOrderParams) -> bool:
    """Tell whether an order may be open after it was taken: the others have filled by then, or are over."""
    at_once = order.order_type == "market" or order.time_in_force in {"ioc", "fok"}
    return not at_once or order.effective_time is not None


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


def _not_placed(error: Unsure | Refused, cl_ord_id: str) -> Refused | LinkError:
    """Return what to raise for an order that the venue surely does not have."""
    if isinstance(error, Refused):
        error.order_may_exist = False
        return error
    return LinkError(
        f"no answer came, and the venue has no order {cl_ord_id}: it was not placed; send it again if wanted"
    )
