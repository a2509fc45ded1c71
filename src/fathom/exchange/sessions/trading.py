"""The eight order methods (websocket-v2.md 8): parameters in, the core asked, answers out.

Pure. Imports: core, orders_in, answers, texts. Imported by: session.
"""

from collections.abc import Callable, Iterable
from random import Random
from typing import Any, Final

from fathom.exchange.bank import Account, Refusal
from fathom.exchange.connection import RequestFaults
from fathom.exchange.core import Order, Rules, Venue
from fathom.exchange.core.batches import BATCH_MAX
from fathom.exchange.core.ticket import Ticket
from fathom.exchange.sessions.answers import Asked, bare_success, failure, success
from fathom.exchange.sessions.orders_in import (
    missing,
    to_amendment,
    to_batch,
    to_replacement,
    to_ticket,
)
from fathom.exchange.sessions.texts import invalid, spoken
from fathom.protocol import time_text

Read = dict[str, Any]


# Those whose fixed part is not 0 (rate-limits.md 2).
_CHARGED: Final = frozenset({"add_order", "amend_order", "edit_order", "batch_add"})


class _FormRefused(Exception):
    """A request that does not reach the core."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.error)
        self.refusal = refusal


class Trading:
    """Does what the order methods ask, for any account."""

    def __init__(self, *, venue: Venue, rules: Rules, random: Random, faults: RequestFaults) -> None:
        self._venue = venue
        self._faults = faults
        self._rules = rules
        self._random = random
        self._methods: dict[str, Callable[[Asked, Read, Account, int], list[bytes]]] = {
            "add_order": self._add,
            "amend_order": self._amend,
            "edit_order": self._edit,
            "cancel_order": self._cancel,
            "cancel_all": self._cancel_all,
            "cancel_all_orders_after": self._cancel_all_after,
            "batch_add": self._batch_add,
            "batch_cancel": self._batch_cancel,
        }

    def answer(self, request: Asked, read: Read, account: Account, *, now_ns: int) -> list[bytes]:
        """Do it, and return the answers."""
        params = dict(read)  # As it came: reading takes it apart.
        if (refusal := missing(request.method, read)) is not None:
            self.charge_refused(request.method, params, account, now_ns=now_ns)
            return [_refused(request, refusal)]
        try:
            return self._methods[request.method](request, read, account, now_ns)
        except _FormRefused as refused:
            self.charge_refused(request.method, params, account, now_ns=now_ns)
            return [_refused(request, refused.refusal)]

    def charge_refused(self, method: str, params: Read, account: Account, *, now_ns: int) -> None:
        """Count an order that was refused for its form: its fixed part is paid where its pair is known."""
        if method not in _CHARGED:
            return
        symbol = params.get("symbol")
        if method == "amend_order":
            ids = {name: params[name] for name in ("order_id", "cl_ord_id") if type(params.get(name)) is str}
            order = self._venue.find_order(account, **ids) if len(ids) == 1 else None
            symbol = symbol if order is None else order.symbol
        if type(symbol) is not str:
            return
        half_points = 2
        if method == "batch_add":
            orders = params.get("orders")
            half_points = min(len(orders), BATCH_MAX) if type(orders) is list else 0
        self._venue.charge_refused(account, symbol, half_points=half_points, now_ns=now_ns)

    def _add(self, request: Asked, read: Read, account: Account, now_ns: int) -> list[bytes]:
        validate = read.get("validate", False)
        warned = to_ticket(read, listing=self._venue.listing)
        if isinstance(warned, Refusal):
            raise _FormRefused(warned)
        ticket = warned.ticket
        order = self._venue.add_order(account, ticket, now_ns=now_ns, validate=validate)
        if isinstance(order, Refusal):
            return [_refused(request, order, symbol=ticket.symbol)]
        return [success(request, self._added(order, ticket, warned.warnings, validate=validate))]

    def _amend(self, request: Asked, read: Read, account: Account, now_ns: int) -> list[bytes]:
        amendment = to_amendment(read)
        if isinstance(amendment, Refusal):
            raise _FormRefused(amendment)
        amended = self._venue.amend_order(account, amendment, now_ns=now_ns)
        if isinstance(amended, Refusal):
            return [_refused(request, amended)]
        result = {"amend_id": amended.row.amend_id}
        if amendment.order_id is not None:
            result["order_id"] = amendment.order_id
        if amendment.cl_ord_id is not None:
            result["cl_ord_id"] = amendment.cl_ord_id
        return [success(request, result)]

    def _edit(self, request: Asked, read: Read, account: Account, now_ns: int) -> list[bytes]:
        validate = read.get("validate", False)
        replacing = to_replacement(read, listing=self._venue.listing)
        if isinstance(replacing, Refusal):
            raise _FormRefused(replacing)
        replacement, warnings = replacing
        edited = self._venue.edit_order(account, replacement, now_ns=now_ns, validate=validate)
        if isinstance(edited, Refusal):
            return [_refused(request, edited, symbol=replacement.symbol)]
        result: Read = {"original_order_id": edited.old.order_id}
        if not validate or self._rules.validate_order_id:
            result["order_id"] = edited.new.order_id
        if warnings:
            result["warnings"] = warnings
        return [success(request, result)]

    def _cancel(self, request: Asked, read: Read, account: Account, now_ns: int) -> list[bytes]:
        """Answer once an identifier, in any order: the first asked may be answered last (8.4)."""
        named = [(kind, name) for kind in ("order_id", "cl_ord_id", "order_userref") for name in read.get(kind, ())]
        if not named:
            return [failure(request, invalid("order_id"))]
        answers = [self._cancel_one(request, account, kind, name, now_ns) for kind, name in named]
        if len(answers) > 1:
            self._random.shuffle(answers)
        return answers

    def _cancel_one(self, request: Asked, account: Account, kind: str, name: Any, now_ns: int) -> bytes:
        keyword = "userref" if kind == "order_userref" else kind
        gone = self._venue.cancel_order(account, **{keyword: name}, now_ns=now_ns)
        return _refused(request, gone) if isinstance(gone, Refusal) else success(request, {kind: name})

    def _cancel_all(self, request: Asked, _read: Read, account: Account, now_ns: int) -> list[bytes]:
        count = self._venue.cancel_all(account, now_ns=now_ns)
        return [_refused(request, count) if isinstance(count, Refusal) else success(request, {"count": count})]

    def _cancel_all_after(self, request: Asked, read: Read, account: Account, now_ns: int) -> list[bytes]:
        trigger_ns = self._venue.cancel_all_after(account, timeout_s=read["timeout"], now_ns=now_ns)
        if isinstance(trigger_ns, Refusal):
            return [_refused(request, trigger_ns)]
        offset_ns = self._faults.clock_offset_ns(now_ns)
        trigger_time = time_text(trigger_ns + offset_ns, digits=0) if trigger_ns else "0"
        current_time = time_text(now_ns + offset_ns, digits=0)
        return [success(request, {"currentTime": current_time, "triggerTime": trigger_time})]

    def _batch_add(self, request: Asked, read: Read, account: Account, now_ns: int) -> list[bytes]:
        validate = read.get("validate", False)
        warned = to_batch(read, listing=self._venue.listing)
        if isinstance(warned, Refusal):
            raise _FormRefused(warned)
        symbol, tickets = read["symbol"], [each.ticket for each in warned]
        orders = self._venue.add_batch(account, symbol, tickets, now_ns=now_ns, validate=validate)
        if isinstance(orders, Refusal):
            return [_refused(request, orders, symbol=symbol)]
        result = [
            {"error": spoken(order.error, symbol=symbol)}
            if isinstance(order, Refusal)
            else self._added(order, each.ticket, each.warnings, validate=validate)
            for order, each in zip(orders, warned, strict=True)
        ]
        return [success(request, result)]

    def _batch_cancel(self, request: Asked, read: Read, account: Account, now_ns: int) -> list[bytes]:
        ids, cl_ord_ids = read.get("orders", []), read.get("cl_ord_id", [])
        count = self._venue.cancel_batch(account, ids, cl_ord_ids, now_ns=now_ns)
        if isinstance(count, Refusal):
            return [_refused(request, count)]
        if self._rules.batch_cancel_form == "top":
            return [bare_success(request, orders_cancelled=count)]
        return [success(request, {"count": count})]

    def _added(self, order: Order, ticket: Ticket, warnings: Iterable[str], *, validate: bool) -> Read:
        """Return the result of one order that was taken: the ids that it was given."""
        result: Read = {}
        if not validate or self._rules.validate_order_id:
            result["order_id"] = order.order_id
        if ticket.cl_ord_id is not None:
            result["cl_ord_id"] = ticket.cl_ord_id
        if ticket.userref is not None:
            result["order_userref"] = ticket.userref
        if warnings:
            result["warnings"] = list(warnings)
        return result


def _refused(request: Asked, refusal: Refusal, *, symbol: str | None = None) -> bytes:
    return failure(request, spoken(refusal.error, symbol=symbol))
