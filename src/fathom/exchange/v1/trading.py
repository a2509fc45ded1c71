"""The six order events (websocket-v1.md 6): their fields in, the core asked, answers out.

Pure. Imports: core, answers, order_texts, tickets, words. Imported by: session.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final, Protocol

from fathom.exchange.bank import Account, Refusal
from fathom.exchange.core import Rules, Venue
from fathom.exchange.v1.answers import ok, refused
from fathom.exchange.v1.order_texts import describe_added
from fathom.exchange.v1.requests import Request
from fathom.exchange.v1.texts import invalid, spoken
from fathom.exchange.v1.tickets import to_amendment, to_replacement, to_ticket, userref_of
from fathom.exchange.v1.words import Words
from fathom.protocol import time_text

_IDS: Final = {"txid": "order_id", "cl_ord_id": "cl_ord_id"}

_Event = Callable[[Request, Account, int], list[bytes]]


class ClockFaults(Protocol):
    """What may be wrong on purpose with the clock that is shown."""

    def clock_offset_ns(self, now_ns: int) -> int:
        """Return by how much it is wrong."""


class Trading:
    """Does what the order events ask, for any account."""

    def __init__(self, *, venue: Venue, rules: Rules, faults: ClockFaults) -> None:
        self._venue = venue
        self._rules = rules
        self._faults = faults
        self._events: Final[Mapping[str, _Event]] = {
            "addOrder": self._add,
            "amendOrder": self._amend,
            "editOrder": self._edit,
            "cancelOrder": self._cancel,
            "cancelAll": self._cancel_all,
            "cancelAllOrdersAfter": self._cancel_all_after,
        }

    def answer(self, request: Request, account: Account, *, now_ns: int) -> list[bytes]:
        """Do it, and return the answers."""
        return self._events[request.event](request, account, now_ns)

    def _add(self, request: Request, account: Account, now_ns: int) -> list[bytes]:
        validate = _flag(request.fields, "validate")
        if isinstance(validate, Refusal):
            self._charge(request, account, now_ns=now_ns)
            return [_no(request, validate)]
        ticket = to_ticket(request.fields, venue=self._venue, now_ns=now_ns)
        if isinstance(ticket, Refusal):
            self._charge(request, account, now_ns=now_ns)
            return [_no(request, ticket)]
        order = self._venue.add_order(account, ticket, now_ns=now_ns, validate=validate)
        if isinstance(order, Refusal):
            return [_no(request, order)]
        txid = None if validate and not self._rules.validate_order_id else order.order_id
        descr = describe_added(order, self._venue.listing)
        return [ok(request, descr=descr, txid=txid, cl_ord_id=ticket.cl_ord_id)]

    def _amend(self, request: Request, account: Account, now_ns: int) -> list[bytes]:
        amendment = to_amendment(request.fields, account=account, venue=self._venue)
        if isinstance(amendment, Refusal):
            self._charge(request, account, now_ns=now_ns)
            return [_no(request, amendment)]
        amended = self._venue.amend_order(account, amendment, now_ns=now_ns)
        if isinstance(amended, Refusal):
            return [_no(request, amended)]
        amend_id = amended.row.amend_id
        return [ok(request, amend_id=amend_id, txid=amendment.order_id, cl_ord_id=amendment.cl_ord_id)]

    def _edit(self, request: Request, account: Account, now_ns: int) -> list[bytes]:
        validate = _flag(request.fields, "validate")
        if isinstance(validate, Refusal):
            self._charge(request, account, now_ns=now_ns)
            return [_no(request, validate)]
        replacement = to_replacement(request.fields, account=account, venue=self._venue)
        if isinstance(replacement, Refusal):
            self._charge(request, account, now_ns=now_ns)
            return [_no(request, replacement)]
        edited = self._venue.edit_order(account, replacement, now_ns=now_ns, validate=validate)
        if isinstance(edited, Refusal):
            return [_no(request, edited)]
        txid = None if validate and not self._rules.validate_order_id else edited.new.order_id
        descr = describe_added(edited.new, self._venue.listing)
        return [ok(request, descr=descr, txid=txid, originaltxid=edited.old.order_id)]

    def _charge(self, request: Request, account: Account, *, now_ns: int) -> None:
        """Count an order that was refused for its form: its fixed part is paid where its pair is known."""
        named = request.fields.get("pair")
        if type(named) is str:
            pair = self._venue.listing.pair_by_wsname(named)
            symbol = None if pair is None else pair.symbol
        else:
            fields = request.fields
            ids = {kind: fields[name] for name, kind in _IDS.items() if type(fields.get(name)) is str}
            order = self._venue.find_order(account, **ids) if len(ids) == 1 else None
            symbol = None if order is None else order.symbol
        if symbol is not None:
            self._venue.charge_refused(account, symbol, now_ns=now_ns)

    def _cancel(self, request: Request, account: Account, now_ns: int) -> list[bytes]:
        """Answer once an order: a userref may mean several."""
        words = Words(request.fields)
        txids, cl_ord_ids = words.names("txid"), words.names("cl_ord_id")
        if words.refusal is not None:
            return [_no(request, words.refusal)]
        if not txids and not cl_ord_ids:
            return [refused(request, invalid("txid"))]
        answers: list[bytes] = []
        for name in txids:
            userref = userref_of(name)
            named = {"order_id": name} if userref is None else {"userref": userref}
            answers += self._cancel_named(request, account, named, now_ns)
        for name in cl_ord_ids:
            answers += self._cancel_named(request, account, {"cl_ord_id": name}, now_ns)
        return answers

    def _cancel_named(self, request: Request, account: Account, named: Mapping[str, Any], now_ns: int) -> list[bytes]:
        gone = self._venue.cancel_order(account, **named, now_ns=now_ns)
        return [_no(request, gone)] if isinstance(gone, Refusal) else [ok(request) for _ in gone]

    def _cancel_all(self, request: Request, account: Account, now_ns: int) -> list[bytes]:
        count = self._venue.cancel_all(account, now_ns=now_ns)
        return [_no(request, count) if isinstance(count, Refusal) else ok(request, count=count)]

    def _cancel_all_after(self, request: Request, account: Account, now_ns: int) -> list[bytes]:
        words = Words(request.fields)
        timeout_s = words.whole("timeout", needed=True)
        if timeout_s is None:
            return [refused(request, invalid("timeout"))]
        trigger_ns = self._venue.cancel_all_after(account, timeout_s=timeout_s, now_ns=now_ns)
        if isinstance(trigger_ns, Refusal):
            return [_no(request, trigger_ns)]
        offset_ns = self._faults.clock_offset_ns(now_ns)
        trigger = time_text(trigger_ns + offset_ns, digits=0) if trigger_ns else "0"
        return [ok(request, currentTime=time_text(now_ns + offset_ns, digits=0), triggerTime=trigger)]


def _flag(fields: Mapping[str, Any], name: str) -> bool | Refusal:
    words = Words(fields)
    flag = words.flag(name)
    return words.refusal or flag


def _no(request: Request, refusal: Refusal) -> bytes:
    pair = request.fields.get("pair")
    return refused(request, spoken(refusal.error, pair=pair if isinstance(pair, str) else ""))
