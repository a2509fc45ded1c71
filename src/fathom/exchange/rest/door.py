"""One REST request: which method, who asks, may they, and what the method says (rest.md 1, 2, 10).

Pure. Imports: access, core, feeds, doors, methods, envelope, forms. Imported by: the front door.
"""

from collections.abc import Callable
from random import Random
from typing import Final, Protocol

from fathom.exchange.access import CallCounters, Fields, Keyring, PublicCalls, read_fields
from fathom.exchange.core import Rules, Venue
from fathom.exchange.doors import HttpAnswer, HttpRequest
from fathom.exchange.feeds import Hub
from fathom.exchange.rest.call import Call, PrivateCall
from fathom.exchange.rest.envelope import Refused, error_answer, result_answer
from fathom.exchange.rest.exports import Exports
from fathom.exchange.rest.forms import Form
from fathom.exchange.rest.methods import PRIVATE, PUBLIC, PrivateMethod, PublicMethod

PUBLIC_PREFIX: Final = "/0/public/"
PRIVATE_PREFIX: Final = "/0/private/"
UNKNOWN_METHOD: Final = "EGeneral:Unknown method"


class RequestFaults(Protocol):
    """What may go wrong on purpose, as this door sees it. `kind` is the method's name."""

    def request(self, kind: str, *, now_ns: int, account: str | None = None) -> str | None:
        """Return the error to answer instead of doing what was asked."""

    def answer(
        self, kind: str, answer: HttpAnswer, *, now_ns: int | None = None, account: str | None = None
    ) -> HttpAnswer:
        """Return the answer that is sent in place of this one."""

    def rest_lag_ns(self, now_ns: int) -> int:
        """Return how old the account is that REST shows."""

    def clock_offset_ns(self, now_ns: int) -> int:
        """Return by how much the clock is wrong that the venue shows."""


class RestDoor:
    """REST, whole: any request in, an answer in Kraken's form out. It never raises for what a client sent."""

    def __init__(
        self, *, venue: Venue, hub: Hub, keyring: Keyring, rules: Rules, faults: RequestFaults, started_ns: int
    ) -> None:
        self._venue = venue
        self._hub = hub
        self._keyring = keyring
        self._rules = rules
        self._faults = faults
        self._calls = CallCounters(rules)
        self._public_calls = PublicCalls(rules)
        self._exports = Exports(Random(f"{started_ns}/exports"))

    def answer(self, request: HttpRequest, *, now_ns: int) -> HttpAnswer:
        """Answer one request."""
        path = request.path
        public = PUBLIC.get(path.removeprefix(PUBLIC_PREFIX)) if path.startswith(PUBLIC_PREFIX) else None
        private = PRIVATE.get(path.removeprefix(PRIVATE_PREFIX)) if path.startswith(PRIVATE_PREFIX) else None
        # Kraken's words for a wrong HTTP method are not known: there is no such method then.
        if public is not None and request.method in {"GET", "POST"}:
            return self._answer_public(request, public, now_ns)
        if private is not None and request.method == "POST":
            return self._answer_private(request, private, now_ns)
        return error_answer(UNKNOWN_METHOD, status=200 if path.startswith("/0/") else 404)

    def _answer_public(self, request: HttpRequest, method: PublicMethod, now_ns: int) -> HttpAnswer:
        def result() -> object:
            if not self._public_calls.spend(request.peer, now_ns=now_ns):
                raise Refused("EAPI:Rate limit exceeded")
            form = Form(_public_fields(request))
            self._begin(method.name, now_ns, account=None)
            return method.handler(
                Call(
                    form=form,
                    now_ns=now_ns,
                    shown_ns=now_ns + self._faults.clock_offset_ns(now_ns),
                    venue=self._venue,
                    hub=self._hub,
                    rules=self._rules,
                )
            )

        return self._faults.answer(method.name, _answer_of(result), now_ns=now_ns)

    def _answer_private(self, request: HttpRequest, method: PrivateMethod, now_ns: int) -> HttpAnswer:
        fields = read_fields(request.body, content_type=request.headers.get("content-type", ""))
        api_key = self._keyring.authenticate(request, fields=fields or {}, now_ns=now_ns)

        def result() -> object:
            """Check key, signature, nonce, second factor, permission and counter, in this order; then do it."""
            if isinstance(api_key, str):
                raise Refused(api_key)
            if fields is None:
                raise Refused("EAPI:Bad request")
            if not (api_key.may(*method.any_of) and api_key.permissions.issuperset(method.all_of)):
                raise Refused("EGeneral:Permission denied")
            account = self._venue.bank.accounts[api_key.account]
            if not self._calls.spend(api_key.key, tier=account.tier, cost=method.calls(self._rules), now_ns=now_ns):
                raise Refused("EAPI:Rate limit exceeded")
            self._begin(method.name, now_ns, account=account.name)
            return method.handler(
                PrivateCall(
                    form=Form(fields),
                    now_ns=now_ns,
                    shown_ns=now_ns + self._faults.clock_offset_ns(now_ns),
                    venue=self._venue,
                    hub=self._hub,
                    rules=self._rules,
                    api_key=api_key,
                    account=account,
                    keyring=self._keyring,
                    exports=self._exports,
                    as_of_ns=now_ns - self._faults.rest_lag_ns(now_ns),
                )
            )

        account_name = None if isinstance(api_key, str) else api_key.account
        return self._faults.answer(method.name, _answer_of(result), now_ns=now_ns, account=account_name)

    def _begin(self, kind: str, now_ns: int, *, account: str | None) -> None:
        """Let a fault take the call's place; else let what is due happen first."""
        error = self._faults.request(kind, now_ns=now_ns, account=account)
        if error is not None:
            raise Refused(error)
        self._venue.advance(now_ns)


def _answer_of(result: Callable[[], object]) -> HttpAnswer:
    """Return the answer, or that of a refusal."""
    try:
        return result_answer(result())
    except Refused as refusal:
        return error_answer(refusal.error)


def _public_fields(request: HttpRequest) -> Fields:
    """Return the query's fields, and those of a body where a client posts what could be got."""
    query = read_fields(request.query.encode(errors="replace"))
    body = read_fields(request.body, content_type=request.headers.get("content-type", ""))
    if query is None or body is None:
        raise Refused("EAPI:Bad request")
    return query | body
