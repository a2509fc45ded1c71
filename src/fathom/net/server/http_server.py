"""A plain HTTP server: a request is read whole, answered by one function, and written.

It knows no method and no path; who answers does. Bodies and headers are bounded by aiohttp and `BODY_BYTES_MAX`.

Imports: domain, protocol. Imported by: the front door of server.
"""

import asyncio
import ssl
import time
from collections.abc import Callable
from typing import Final

from aiohttp import web

from fathom.domain import LocalError
from fathom.net.server.server_log import server_log
from fathom.protocol import HttpAnswer, HttpRequest

BODY_BYTES_MAX: Final = 1_048_576  # A longer body is refused with 413.
DELAY_S_MAX: Final = 120.0  # Nobody waits longer for an answer that is held back.
STOP_S_MAX: Final = 1.0  # Requests under way at the end get so long.


class HttpServer:
    """Serves one function on one port. `answer(request, now_ns=...)` returns at once."""

    def __init__(self, answer: Callable[..., HttpAnswer], *, tls: ssl.SSLContext | None = None) -> None:
        self._answer = answer
        self._tls = tls
        self._runner: web.ServerRunner | None = None
        self.port = 0

    async def start(self, *, host: str, port: int) -> None:
        """Listen; `port` 0 takes a free one. Raises LocalError where it is taken."""
        runner = web.ServerRunner(web.Server(self._serve, logger=server_log()), shutdown_timeout=STOP_S_MAX)
        await runner.setup()
        site = web.TCPSite(runner, host, port, ssl_context=self._tls, backlog=1024)
        try:
            await site.start()
        except OSError as error:
            await runner.cleanup()
            raise LocalError("port", f"cannot listen on {host}:{port}: {error.strerror or error}") from None
        self._runner = runner
        self.port = int(runner.addresses[0][1])

    async def stop(self) -> None:
        """Close the port and every connection."""
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def _serve(self, request: web.BaseRequest) -> web.StreamResponse:
        try:
            body = await _read_body(request)
        except _TooLongError:
            return web.Response(status=413, text="body too long")
        except web.RequestPayloadError:  # Such as a body that is not the gzip it says it is.
            return web.Response(status=400, text="malformed body")
        answer = self._answer(
            HttpRequest(
                method=request.method,
                path=request.rel_url.raw_path,
                query=request.rel_url.raw_query_string,
                headers={name.lower(): value for name, value in request.headers.items()},
                body=body,
                peer=request.remote or "",
            ),
            now_ns=time.time_ns(),
        )
        if answer.delay_ns:
            await asyncio.sleep(min(answer.delay_ns / 1e9, DELAY_S_MAX))
        if answer.drop and request.transport is not None:
            request.transport.abort()
        return web.Response(
            status=answer.status,
            body=answer.body,
            headers={"Content-Type": answer.content_type, **answer.headers},
        )


class _TooLongError(Exception):
    """The body is longer than BODY_BYTES_MAX."""


async def _read_body(request: web.BaseRequest) -> bytes:
    if not request.body_exists:
        return b""
    parts: list[bytes] = []
    size = 0
    try:
        async for part in request.content.iter_any():
            size += len(part)
            if size > BODY_BYTES_MAX:
                raise _TooLongError
            parts.append(part)
    except RuntimeError as error:  # aiohttp's word for a client that hung up before it had said all.
        raise ConnectionResetError(str(error)) from None
    return b"".join(parts)
