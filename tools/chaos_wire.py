"""The two places where the client of Kraken meets the machine, in virtual time: a WebSocket opens, a REST call is made.

Everything above them is the client as it is. Imports: net, sim. Imported by: chaos_process.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from random import Random
from types import SimpleNamespace
from typing import Any, Final, Protocol, get_args
from unittest.mock import patch

from picows import WSMsgType

from fathom.net import Credentials, GivenSource, Options, RestClient, Venue, clock_ns
from fathom.net.client.running import Running
from fathom.net.keys import Found
from fathom.net.link import link as link_module
from fathom.net.link.socket import Ears, Socket, Tap, UpgradeRefused
from fathom.net.rest.nonces import NonceAuthority
from fathom.net.rest.pool import HttpReply, NoAnswerError
from fathom.protocol import HttpAnswer, HttpRequest, Role, rest
from fathom.sim import PEER, Line, RoughWorld

VENUE: Final = Venue(
    name="chaos",
    rest="http://127.0.0.1:1",
    ws_public="ws://127.0.0.1:1/public",
    ws_private="ws://127.0.0.1:1/private",
    ws_level3="ws://127.0.0.1:1/level3",
)
ROLES: Final[Mapping[str, Role]] = {f"ws://127.0.0.1:1/{role}": role for role in get_args(Role)}
OPTIONS: Final = Options()  # Made once: it reads the machine's certificates.
_NO_TLS: Final = ssl.create_default_context()
ORDER_METHODS: Final = tuple(f'"method":"{name}"'.encode() for name in ("add_order", "amend_order", "cancel_order"))


class Ear(Protocol):
    """Is shown what goes over the private link, and what REST is asked to do with orders."""

    def said(self, frame: bytes) -> None:
        """We said this."""

    def heard(self, frame: bytes) -> None:
        """The venue said this on the private link."""

    def answered(self, call: bytes, body: bytes) -> None:
        """The venue answered a call."""


class Frame:
    """One text frame as picows gives it."""

    __slots__ = ("_payload",)
    fin = True
    last_in_buffer = True
    msg_type = WSMsgType.TEXT

    def __init__(self, payload: bytes) -> None:
        self._payload = payload

    def get_payload_as_bytes(self) -> bytes:
        """Return a copy."""
        return self._payload

    def get_payload_as_memoryview(self) -> memoryview:
        """Return a look at it."""
        return memoryview(self._payload)


class Transport:
    """What picows has below a listener: here a line of the world."""

    def __init__(self, world: RoughWorld, socket: Socket, ear: Ear | None, *, random: Random) -> None:
        self.close_handshake: Any = None
        self._world = world
        self._socket = socket
        self._ear = ear
        self._random = random
        self._is_over = False
        self.line: Line | None = None
        self.underlying_transport = SimpleNamespace(get_write_buffer_size=lambda: 0)

    def send(self, _kind: WSMsgType, frame: bytes) -> None:
        """Let a frame go its way, lose it, or let it stand in a queue."""
        line, weather = self.line, self._world.weather
        if line is None or not line.is_open:
            return
        may_break = self._world.stormy and any(method in frame[:80] for method in ORDER_METHODS)
        chance = self._random.random() if may_break else 1.0
        if chance < weather.lost_request_share:
            line.lose(frame)
        elif chance < weather.lost_request_share + weather.late_request_share:
            line.post(frame, extra_ns=self._random.randint(*weather.late_request_ns))
        else:
            line.post(frame)

    def send_reuse_external_bytearray(self, kind: WSMsgType, buffer: bytearray, offset: int) -> None:
        """Send what is longer: room for a head comes first."""
        self.send(kind, bytes(buffer[offset:]))

    def send_close(self, _code: Any) -> None:
        """Leaving says it."""

    def disconnect(self, *, graceful: bool = True) -> None:  # noqa: ARG002 - Its form.
        """Leave; the socket hears of it later."""
        if self.line is not None:
            self.line.leave()
        asyncio.get_running_loop().call_soon(self._over)

    async def wait_disconnected(self) -> None:
        """It is over when this is asked."""

    def on_frame(self, frame: bytes) -> None:
        """The exchange said something."""
        if self._ear is not None:
            self._ear.heard(frame)
        self._socket.on_ws_frame(self, Frame(frame))  # type: ignore[arg-type]

    def on_closed(self, code: int, reason: str) -> None:
        """The connection is gone."""
        self.close_handshake = SimpleNamespace(recv=SimpleNamespace(code=code, reason=reason))
        self._over()

    def _over(self) -> None:
        if not self._is_over:
            self._is_over = True
            self._socket.on_ws_disconnected(self)  # type: ignore[arg-type]


@contextmanager
def sockets_of(world: RoughWorld, ear: Ear) -> Iterator[None]:
    """Let every WebSocket of the client lead to the world's exchange."""
    chance = Random(f"{world.weather.seed}/sockets")

    async def open_socket(url: str, ears: Ears, desk: Any, *, tap: Tap | None, terms: Any) -> None:
        role = ROLES[url]
        await asyncio.sleep(chance.randint(*world.weather.out_ns) / 1e9 * 3)  # TCP, TLS, the upgrade.
        socket = Socket(ears, desk, tap, frame_bytes_max=terms.frame_bytes_max)
        private = ear if role == "private" else None
        transport = Transport(world, socket, private, random=chance)
        line = world.open(role, transport.on_frame, transport.on_closed, ear.said if private else _unseen)
        if isinstance(line, HttpAnswer):
            raise UpgradeRefused(line.status)
        transport.line = line
        socket.on_ws_connected(transport)  # type: ignore[arg-type]

    # Nothing here has TLS, and to read the machine's certificates takes longer than a seed's storm.
    no_tls = patch.object(ssl, "create_default_context", lambda: _NO_TLS)
    with patch.object(link_module, "open_socket", open_socket), no_tls:
        yield


def _unseen(_: bytes) -> None:
    """Nobody looks at what is said on the public link."""


class Pool:
    """The connections to the REST door: each way takes its time, and the answer may find nobody."""

    def __init__(self, world: RoughWorld, ear: Ear, *, random: Random) -> None:
        self._world = world
        self._ear = ear
        self._random = random

    async def __aenter__(self) -> Pool:
        return self

    async def __aexit__(self, *_: object) -> None:
        """Nothing is open."""

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
        """Make one call, as the client's own pool does."""
        loop = asyncio.get_running_loop()
        answered: asyncio.Future[HttpAnswer] = loop.create_future()
        content = b"" if body is None else body.content
        request = HttpRequest(
            method=method,
            path=path,
            query=query,
            headers={name.lower(): text for name, text in headers.items()},
            body=content,
            peer=PEER,
        )
        world = self._world
        call = path.encode() + b"?" + content
        self._ear.said(call)

        def arrives() -> None:
            answer = world.rest(request)
            world.after(self._random.randint(*world.weather.rest_ns) + answer.delay_ns, lambda: tell(answer))

        def tell(answer: HttpAnswer) -> None:
            if not answered.done():
                answered.set_result(answer)

        sent_ns = clock_ns()
        world.elsewhere(self._random.randint(*world.weather.rest_ns), arrives)
        try:
            async with asyncio.timeout(timeout_s):
                answer = await answered
        except TimeoutError:
            raise NoAnswerError(f"no answer within {timeout_s:.3g} s") from None
        if answer.drop:
            raise NoAnswerError("the connection was closed without an answer")
        self._ear.answered(call, answer.body)
        return HttpReply(answer.status, dict(answer.headers), answer.body, sent_ns, clock_ns())


class Nonces(NonceAuthority):
    """Nonces without a file: there is one process, and its clock never goes back."""

    _last = 0

    async def next(self, fingerprint: str) -> int:  # noqa: ARG002 - Its form.
        """Return a nonce above all before."""
        self._last = max(self._last + 1, clock_ns())
        return self._last


def running_in(world: RoughWorld, ear: Ear, taps: list[Any], *, nonces: Nonces, options: Options) -> Running:
    """Return the inside of a client whose REST leads to the world's exchange."""
    credentials = Credentials(key=world.key.key, secret=world.key.secret)
    found = Found(credentials, GivenSource(credentials))
    running = Running(VENUE, found, options=options, taps=taps)
    seed = f"{world.weather.seed}/rest/{world.boots}"
    client = RestClient(
        VENUE,
        credentials=credentials,
        nonces=nonces,
        ledger=running.rates.ledger,
        terms=options.rest,
        random=Random(seed),
        clock_ns=clock_ns,
    )
    client._pool = Pool(world, ear, random=Random(f"{seed}/pool"))  # type: ignore[assignment]  # noqa: SLF001 - Its one way out.
    running.rest = client
    return running
