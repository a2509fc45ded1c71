"""The REST client: a typed request in, its typed result out, or an error that says what may have happened.

Imports: domain, protocol, keys, venue; everything in this folder. Imported by: the front door.
"""

import asyncio
import time
from collections.abc import Callable
from random import Random
from typing import Any, Self, TypeVar

from fathom.domain import FathomError, LimitRefused, LinkError, LocalError, Refused, RemoteError
from fathom.net.keys import Credentials
from fathom.net.rest.answers import Answered, read_answer
from fathom.net.rest.lockout import Lockout
from fathom.net.rest.nonces import NonceAuthority
from fathom.net.rest.pool import HttpReply, NotSentError, Pool, SignedHeaders
from fathom.net.rest.repeating import Repeats
from fathom.net.rest.room import Room, Ticket
from fathom.net.rest.terms import RestTerms
from fathom.net.venue import Venue
from fathom.protocol import Token, budget, rest

R = TypeVar("R")


class RestClient:
    """Kraken's REST, or that of an exchange on this machine.

        async with RestClient(venue, credentials=credentials) as client:
            balances = await client.call(rest.BalanceEx())

    Clients of one process that use one key share `nonces`, and one `ledger`. Without `credentials` it makes public
    calls only.
    """

    def __init__(
        self,
        venue: Venue,
        *,
        credentials: Credentials | None = None,
        nonces: NonceAuthority | None = None,
        ledger: budget.Ledger | None = None,
        terms: RestTerms | None = None,
        random: Random | None = None,
        clock_ns: Callable[[], int] = time.time_ns,
    ) -> None:
        self.venue = venue
        self._credentials = credentials
        self._nonces = NonceAuthority() if nonces is None else nonces
        self._terms = terms or RestTerms()
        self._random = random or Random()
        self._clock_ns = clock_ns
        self._room = Room(ledger or budget.Ledger(), clock_ns=clock_ns)
        self._lockout = Lockout()
        self._lines = {private: asyncio.Lock() for private in (False, True)}  # For room in the counters.
        self._public = asyncio.Semaphore(self._terms.public_at_once_max)
        self._pool = Pool(venue, self._terms)

    async def __aenter__(self) -> Self:
        await self._pool.__aenter__()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._pool.__aexit__()

    def use(self, credentials: Credentials) -> None:
        """Sign with this key from the next try on."""
        self._credentials = credentials

    async def call(self, request: rest.RestRequest[R], *, deadline_s: float | None = None) -> R:
        """Return the result of one call.

        Raises LocalError: nothing was sent, and why. Refused: Kraken said no; its classes say whose fault. LinkError:
        the network or the host failed, and nothing was done, or nothing that matters. Unsure: nobody knows whether an
        order or a transfer was made; look before it is sent again. RemoteError: Kraken's answer cannot be read.
        """
        return (await self.ask(request, deadline_s=deadline_s)).result

    async def ask(self, request: rest.RestRequest[R], *, deadline_s: float | None = None) -> Answered[R]:
        """Return the result of one call with Kraken's warnings and the times of the try that was answered."""
        terms, facts = self._terms, request.endpoint
        patience_s = deadline_s or (terms.order_deadline_s if facts.order else terms.deadline_s)
        loop = asyncio.get_running_loop()
        until = loop.time() + patience_s
        repeats = Repeats(request, terms, self._random)
        failed: FathomError | None = None
        while True:
            try:
                return await self._try(request, until=until, failed=failed)
            except (LinkError, Refused, RemoteError) as error:
                failed = error
            if isinstance(failed, Refused) and self._lockout.heard(failed, now_ns=self._clock_ns()):
                self._lockout.check(now_ns=self._clock_ns())
            wait_s = repeats.wait_s(failed, now_ns=time.time_ns())
            if wait_s is None or loop.time() + wait_s >= until:
                final = repeats.final(failed)
                raise final from (failed if final is not failed else None)
            await asyncio.sleep(wait_s)

    async def token(self, *, deadline_s: float | None = None) -> Token:
        """Return a new token for the private WebSocket; it must be used within 15 minutes."""
        return (await self.call(rest.GetWebSocketsToken(), deadline_s=deadline_s)).token

    # -- One try -----------------------------------------------------------------------------------------------

    async def _try(self, request: rest.RestRequest[R], *, until: float, failed: FathomError | None) -> Answered[R]:
        self._lockout.check(now_ns=self._clock_ns())
        ticket = await self._counted(request.endpoint, until=until, failed=failed)
        refusal: Refused | None = None
        try:
            send = self._send_private if request.endpoint.private else self._send_public
            reply = await send(request, until)
            return read_answer(request, reply, host=self.venue.rest)
        except Refused as error:
            refusal = error
            raise
        finally:
            self._room.give(ticket, refusal)

    async def _counted(self, facts: rest.Endpoint, *, until: float, failed: FathomError | None) -> Ticket:
        """Wait until the counter has room, and count the call: who came first goes first.

        Without a line cheap calls would take each point as it comes, and one that costs four would never see four.
        """
        if facts.order:
            return self._room.take(facts)
        self._insist_in_time(facts, until, failed)
        line = self._lines[facts.private]
        try:
            async with asyncio.timeout_at(until):
                await line.acquire()
        except TimeoutError:
            if isinstance(failed, LimitRefused):
                raise failed from None
            raise LocalError(
                "rate", f"others waited for room in the counter before {facts.name}, past its deadline: call less often"
            ) from None
        try:
            while (wait_s := self._insist_in_time(facts, until, failed)) > 0:
                await asyncio.sleep(wait_s)
            return self._room.take(facts)
        finally:
            line.release()

    def _insist_in_time(self, facts: rest.Endpoint, until: float, failed: FathomError | None) -> float:
        """Return how long until there is room. Raises where that is too late."""
        wait_s = self._room.wait_s(facts)
        if wait_s > 0 and asyncio.get_running_loop().time() + wait_s >= until:
            if isinstance(failed, LimitRefused):
                raise failed
            raise LocalError(
                "rate",
                f"the counter of {'private' if facts.private else 'public'} REST calls has room for {facts.name} "
                f"in {wait_s:.1f} s, later than the deadline: call less often",
            )
        return wait_s

    async def _send_public(self, request: rest.RestRequest[Any], until: float) -> HttpReply:
        facts = request.endpoint
        try:
            async with asyncio.timeout_at(until):
                await self._public.acquire()
        except TimeoutError:
            raise _too_late(facts) from None
        try:
            query = rest.query_text(request)
            timeout_s = self._timeout_s(request, until)
            return await self._pool.send("GET", facts.path, query=query, headers={}, timeout_s=timeout_s)
        finally:
            self._public.release()

    async def _send_private(self, request: rest.RestRequest[Any], until: float) -> HttpReply:
        facts, terms = request.endpoint, self._terms
        credentials = self._credentials
        if credentials is None:
            raise LocalError("key", f"{facts.name} needs an API key, and none was given")
        turns = self._nonces.turns(credentials.fingerprint)
        try:
            turn = turns.turn(
                until=until,
                urgent=facts.urgent,
                width=terms.nonce_window_at_once_max if terms.nonce_window else 1,
                overtaken_s=terms.overtaken_s,
                inside_max=terms.private_at_once_max,
                waiting_max=terms.waiting_max,
            )
            async with turn:
                return await self._sign_and_send(request, credentials, until)
        except TimeoutError:
            raise _too_late(facts) from None

    async def _sign_and_send(self, request: rest.RestRequest[Any], credentials: Credentials, until: float) -> HttpReply:
        path = request.endpoint.path
        nonce = str(await self._nonces.next(credentials.fingerprint))
        body = rest.private_body(request, nonce=nonce, otp=credentials.otp_text())
        headers = SignedHeaders(
            {
                "API-Key": credentials.key,
                "API-Sign": credentials.sign(path=path, nonce=nonce, body=body.content),
                "Content-Type": body.content_type,
            }
        )
        timeout_s = self._timeout_s(request, until)
        return await self._pool.send("POST", path, headers=headers, body=body, timeout_s=timeout_s)

    def _timeout_s(self, request: rest.RestRequest[Any], until: float) -> float:
        """Return how long to wait for the answer: to the end, unless another try is possible."""
        left_s = until - asyncio.get_running_loop().time()
        if left_s <= 0:
            raise _too_late(request.endpoint)
        return min(left_s, self._terms.attempt_s) if rest.may_repeat(request) else left_s


def _too_late(facts: rest.Endpoint) -> NotSentError:
    return NotSentError(f"{facts.name} was not sent: its deadline passed while others were before it", again=False)
