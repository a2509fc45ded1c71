"""One HTTP request and its answer, over a pool of connections that are kept open.

It knows nothing of Kraken, but what matters for orders: whether a request that failed can have arrived.

Imports: domain, protocol, link; terms. Imported by: client.
"""

import asyncio
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, Final, Self

import aiohttp
from yarl import URL

from fathom.domain import LinkError
from fathom.net.link import tls_context
from fathom.net.rest.terms import RestTerms
from fathom.net.venue import Venue
from fathom.protocol import rest
from fathom.version import VERSION

USER_AGENT: Final = f"fathom/{VERSION}"
_NAMES_S: Final = 60  # An address that was looked up is believed for so long.


class NotSentError(LinkError):
    """Nothing reached Kraken. `again` tells whether trying again may help, and after how long.

    `connected`: that it did not arrive is what the host before Kraken says of itself by its status. It is believed, but
    no order is sent again on its word.
    """

    def __init__(self, text: str, *, again: bool = True, wait_s: float = 0.0, connected: bool = False) -> None:
        super().__init__(text)
        self.again = again
        self.wait_s = wait_s
        self.connected = connected


class NoAnswerError(LinkError):
    """It was sent, or may have been, and no answer of Kraken's came. `again` as above."""

    def __init__(self, text: str, *, again: bool = True) -> None:
        super().__init__(text)
        self.again = again


class SignedHeaders(Mapping[str, str]):
    """The headers of a private call. A signature is in them, so they show nothing of themselves."""

    __slots__ = ("_headers",)

    def __init__(self, headers: Mapping[str, str]) -> None:
        self._headers = headers

    def __getitem__(self, name: str) -> str:
        return self._headers[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._headers)

    def __len__(self) -> int:
        return len(self._headers)

    def __repr__(self) -> str:
        return f"<{len(self)} headers>"


@dataclass(frozen=True, slots=True)
class HttpReply:
    """A whole answer. Times in ns since 1970."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)  # It may be a token's.
    sent_ns: int
    answered_ns: int


class Pool:
    """The connections to one venue's REST host."""

    def __init__(self, venue: Venue, terms: RestTerms) -> None:
        self._base = venue.rest
        self._tls = tls_context(venue.authority)
        self._terms = terms
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        trace = aiohttp.TraceConfig()
        trace.on_connection_create_end.append(_in_hand)
        trace.on_connection_reuseconn.append(_in_hand)
        trace.freeze()
        terms = self._terms
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(  # It sets TCP_NODELAY by itself.
                ssl=self._tls,
                limit=terms.connections_max,
                keepalive_timeout=terms.keep_alive_s,
                ttl_dns_cache=_NAMES_S,
            ),
            cookie_jar=aiohttp.DummyCookieJar(),
            headers={"User-Agent": USER_AGENT, "Accept": "application/json"},
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=terms.connect_s),
            trace_configs=[trace],
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def send(
        self,
        method: str,
        path: str,
        *,
        query: str = "",
        headers: Mapping[str, str],
        body: rest.Body | None = None,
        timeout_s: float,
    ) -> HttpReply:
        """Send one request and return the whole answer, whatever its status.

        Raises NotSentError where it surely did not go out, NoAnswerError where nobody knows.
        """
        if self._session is None:
            raise NotSentError("the REST client is closed: use it within `async with`", again=False)
        url = URL(f"{self._base}{path}?{query}" if query else self._base + path, encoded=True)
        hand = SimpleNamespace(connected=False)
        try:
            async with asyncio.timeout(timeout_s):
                sent_ns = time.time_ns()
                async with self._session.request(
                    method,
                    url,
                    data=None if body is None else body.content,
                    headers=headers,
                    allow_redirects=False,
                    trace_request_ctx=hand,
                ) as response:
                    content = await self._read(response)
                    return HttpReply(response.status, response.headers, content, sent_ns, time.time_ns())
        except asyncio.CancelledError as error:
            raise error.with_traceback(None) from None  # aiohttp's frames hold the headers, and some show locals.
        except (aiohttp.ClientError, OSError) as error:  # TimeoutError is an OSError.
            raise self._failed(error, connected=hand.connected, timeout_s=timeout_s) from None

    async def _read(self, response: aiohttp.ClientResponse) -> bytes:
        parts: list[bytes] = []
        size = 0
        async for part in response.content.iter_any():
            size += len(part)
            if size > self._terms.answer_bytes_max:
                response.close()
                raise aiohttp.ClientPayloadError(f"the answer is longer than {self._terms.answer_bytes_max} bytes")
            parts.append(part)
        return parts[0] if len(parts) == 1 else b"".join(parts)

    def _failed(self, error: aiohttp.ClientError | OSError, *, connected: bool, timeout_s: float) -> LinkError:
        """Return what to say. Not all of aiohttp's texts are for people, and some are empty."""
        if isinstance(error, aiohttp.ClientConnectorCertificateError):
            why = getattr(error.certificate_error, "verify_message", "") or error.certificate_error
            return NotSentError(f"the certificate of {self._base} is not to be trusted: {why}", again=False)
        if not connected:
            if isinstance(error, TimeoutError):
                return NotSentError(f"{self._base} could not be connected to in time: is the network up?")
            why = error.os_error.strerror if isinstance(error, aiohttp.ClientConnectorError) else str(error)
            return NotSentError(f"cannot connect to {self._base}: {why or error}: is the network up?")
        if isinstance(error, TimeoutError):
            return NoAnswerError(f"{self._base} did not answer within {timeout_s:.3g} s")
        if isinstance(error, aiohttp.ServerDisconnectedError | OSError):
            return NoAnswerError(f"{self._base} closed the connection without an answer")
        return NoAnswerError(f"{self._base} sent an answer that cannot be read: {error}")


async def _in_hand(_session: aiohttp.ClientSession, context: SimpleNamespace, _told: Any) -> None:
    """Tell the request, by what it gave along, that a connection is in hand: from now on it may be sent."""
    context.trace_request_ctx.connected = True
