"""`fathom exchange`: the exchange and its sockets, joined.

Imports: domain, exchange, net, store. Imported by: cli.
"""

import asyncio
import gc
import signal
import ssl
import sys
import time
import traceback
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from typing import Any, Final, TypeVar

from fathom.domain import FathomError
from fathom.exchange import Exchange, FaultSpec, Recorded, Settings
from fathom.net import HttpServer, WsServer
from fathom.protocol import HttpAnswer, HttpRequest, Upgrade
from fathom.run.local_exchange.metrics import metrics_text
from fathom.run.local_exchange.venue_urls import VenueUrls, control_host

WAKE_S_MAX: Final = 0.02  # So long at most until the exchange is asked again what is due.
BUGS_SHOWN_MAX: Final = 10  # Tracebacks on stderr; the exchange goes on after each.
START_S_MAX: Final = 10.0
KEEP_S: Final = 10.0  # How often the state is written: so much is lost at most where the machine stops.
_BUG: Final = HttpAnswer(body=b'{"error":["EGeneral:Internal error"]}')
_CONTROL_BUG: Final = HttpAnswer(status=500, body=b'{"error":"this is a bug in fathom: stderr shows where"}')
_UPGRADE_BUG: Final = HttpAnswer(status=500, body=b"internal error", content_type="text/plain")

A = TypeVar("A")


class ExchangeServer:
    """An exchange on five ports of this machine: REST, the three WebSocket hosts, and its control API.

    `port` 0 takes free ports; otherwise REST has `port` and the others the four after it.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        tls: ssl.SSLContext | None = None,
        faults: Sequence[FaultSpec] = (),
        recording: Iterable[Recorded] | None = None,
        state: bytes | None = None,
    ) -> None:
        self.exchange = Exchange(settings, machine_ns=time.time_ns(), faults=faults, recording=recording, state=state)
        self._host = host
        self._port = port
        self._tls = tls
        self._bugs = 0
        self._timer: asyncio.Handle | None = None
        self._rest = HttpServer(self._guarded(self._answer_rest, _BUG), tls=tls)
        self._control = HttpServer(self._guarded(self._answer_control, _CONTROL_BUG))
        check = self._guarded(self._refusal, _UPGRADE_BUG)
        self._sockets = [
            # What is raised in a conversation ends that one alone: the server closes it with 1011.
            WsServer(self.exchange.open, role=role, tls=tls, check=check)
            for role in ("public", "private", "level3")
        ]
        self.urls = VenueUrls(host=host, tls=False, ports=(0, 0, 0, 0, 0))

    async def start(self) -> None:
        """Listen on every port. Raises LocalError where one is taken; then none is left open."""
        servers: list[HttpServer | WsServer] = [self._rest, *self._sockets, self._control]
        try:
            for offset, server in enumerate(servers):
                # Whoever else may trade here, only this machine steers.
                host = self._host if server is not self._control else control_host(self._host)
                await server.start(host=host, port=self._port + offset if self._port else 0)
        except BaseException:
            await self.stop()
            raise
        ports = tuple(server.port for server in servers)
        self.urls = VenueUrls(host=self._host, tls=self._tls is not None, ports=ports)
        gc.collect()
        gc.freeze()  # What is there now stays: the collector need not look at it again.
        self._wake()

    async def stop(self) -> None:
        """Say goodbye to every client and close every port."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        for socket in self._sockets:
            await socket.stop()
        await self._rest.stop()
        await self._control.stop()

    def _wake(self) -> None:
        try:
            delay_s = (self.exchange.wake(time.time_ns()) - time.time_ns()) / 1e9
        except Exception:  # noqa: BLE001 - A bug of ours must not take the market from everybody.
            self._tell_bug()
            delay_s = WAKE_S_MAX
        loop = asyncio.get_running_loop()
        self._timer = loop.call_later(min(max(delay_s, 0.0), WAKE_S_MAX), self._wake)

    def _guarded(self, answer: Callable[..., A], instead: HttpAnswer) -> Callable[..., A | HttpAnswer]:
        def guarded(asked: HttpRequest | Upgrade, *, now_ns: int) -> A | HttpAnswer:
            try:
                return answer(asked, now_ns=now_ns)
            except Exception:  # noqa: BLE001 - The client gets a few plain words, and never our traceback.
                self._tell_bug()
                return instead

        return guarded

    def _refusal(self, upgrade: Upgrade, *, now_ns: int) -> HttpAnswer | None:
        return self.exchange.refusal(upgrade, now_ns=now_ns)

    def _answer_rest(self, request: HttpRequest, *, now_ns: int) -> HttpAnswer:
        if request.path == "/fathom/venue":
            return HttpAnswer(body=self.urls.json_text().encode())
        return self.exchange.answer(request, now_ns=now_ns)

    def _answer_control(self, request: HttpRequest, *, now_ns: int) -> HttpAnswer:
        if request.path == "/metrics":
            return HttpAnswer(body=metrics_text(self.exchange.figures()), content_type="text/plain; version=0.0.4")
        return self.exchange.control(request, now_ns=now_ns)

    def _tell_bug(self) -> None:
        self._bugs += 1
        if self._bugs <= BUGS_SHOWN_MAX:
            sys.stderr.write("error: this is a bug in fathom; the exchange goes on\n" + traceback.format_exc())


async def serve_until_stopped(
    server: ExchangeServer, *, told: Callable[[], Any], keep: Callable[[bytes], None] | None = None
) -> None:
    """Serve until Ctrl-C, SIGTERM or a closed terminal.

    `told` is called once all ports listen, `keep` before that and then now and then with the state.
    """
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stopped.set)
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # Under nohup it outlives its terminal.
        loop.add_signal_handler(signal.SIGHUP, stopped.set)
    async with asyncio.timeout(START_S_MAX):
        await server.start()
    try:
        if keep is not None:  # That this run was: killed at once, its ids must not come again.
            await _keep(keep, server.exchange.state())
        told()
        while not stopped.is_set():
            with suppress(TimeoutError):
                async with asyncio.timeout(None if keep is None else KEEP_S):
                    await stopped.wait()
            if keep is not None and not stopped.is_set():
                await _keep(keep, server.exchange.state())
    finally:
        await server.stop()
        if keep is not None:
            keep(server.exchange.state())


async def _keep(keep: Callable[[bytes], None], state: bytes) -> None:
    """Write the state. Where that fails the exchange goes on, and says so; the last time, at the end, it does not."""
    try:
        await asyncio.to_thread(keep, state)
    except FathomError as error:
        sys.stderr.write(f"error: the state is not kept: {error}\n")
