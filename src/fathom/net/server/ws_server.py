"""A WebSocket server: upgrades in, one conversation a connection, frames both ways.

It knows no message; who opens the conversation does. picows calls back for each frame; replies are written at once.

Imports: domain, protocol. Imported by: the front door of server.
"""

import asyncio
import ssl
import time
from collections.abc import Callable
from http import HTTPStatus
from typing import Final

from multidict import CIMultiDict
from picows import (
    WSCloseCode,
    WSFrame,
    WSListener,
    WSMsgType,
    WSTransport,
    WSUpgradeRequest,
    WSUpgradeResponse,
    WSUpgradeResponseWithListener,
    ws_create_server,
)

from fathom.domain import LocalError
from fathom.net.server.server_log import server_log
from fathom.protocol import Conversation, HttpAnswer, Role, Upgrade, Wire

FRAME_BYTES_MAX: Final = 1_048_576  # A longer message closes the connection with 1009.
# Of a longer frame picows' `send` gives the loop the head by reference, and writes the next frame's head over it while
# the loop still waits to send it: the client reads a head that belongs to another frame. So longer ones go another way.
COPIED_BYTES_MAX: Final = 8192
HEAD_BYTES_MAX: Final = 14  # Room that picows wants before the payload.
CLOSE_S_MAX: Final = 2.0  # A client that does not answer our close frame is cut off after so long.
PART_BYTES: Final = 64  # What a part of a message in several frames counts besides its bytes: empty ones add up too.
Opened = Conversation | HttpAnswer
_DATA: Final = (WSMsgType.TEXT, WSMsgType.BINARY)


class WsServer:
    """Serves one role on one port. `open_(upgrade, wire, now_ns=...)` gives a conversation, or refuses with HTTP.

    `after(now_ns=...)` is called after each frame that came in: what follows from it is due.
    """

    def __init__(
        self,
        open_: Callable[..., Opened],
        *,
        role: Role,
        tls: ssl.SSLContext | None = None,
        check: Callable[..., HttpAnswer | None] | None = None,
    ) -> None:
        self._open = open_
        self._check = check
        self._role: Role = role
        self._tls = tls
        self._server: asyncio.Server | None = None
        self._links: set[_Link] = set()
        self.port = 0

    async def start(self, *, host: str, port: int) -> None:
        """Listen; `port` 0 takes a free one. Raises LocalError where it is taken."""
        try:
            self._server = await ws_create_server(
                self._accept,
                host,
                port,
                ssl=self._tls,
                max_frame_size=FRAME_BYTES_MAX,
                websocket_handshake_timeout=5,
                enable_auto_pong=False,  # It would not tell the conversation; we answer ourselves.
                disconnect_on_exception=True,
                logger_name=server_log(),
                use_aiofastnet=False,
                backlog=1024,
            )
        except OSError as error:
            raise LocalError("port", f"cannot listen on {host}:{port}: {error.strerror or error}") from None
        self.port = int(self._server.sockets[0].getsockname()[1])

    async def stop(self) -> None:
        """Close the port, say goodbye on every connection, and wait for them a little."""
        if self._server is None:
            return
        self._server.close()
        for link in list(self._links):
            link.close(1001, "server going away")
        deadline = asyncio.get_running_loop().time() + CLOSE_S_MAX
        while self._links and asyncio.get_running_loop().time() < deadline:
            await asyncio.sleep(0.01)
        for link in list(self._links):
            link.close(1006)
        self._server = None

    def _accept(self, request: WSUpgradeRequest) -> WSListener | WSUpgradeResponseWithListener | None:
        upgrade = Upgrade(
            role=self._role,
            path=request.path.decode("latin-1"),
            host=request.headers.get("Host", ""),
            peer="",
        )
        if self._check is not None:
            refusal = self._check(upgrade, now_ns=time.time_ns())
            if refusal is not None:
                return WSUpgradeResponseWithListener(_refused(refusal), None)
        return _Link(self, upgrade)


class _Link(WSListener):
    """One connection: the `Wire` that the conversation writes to."""

    def __init__(self, server: WsServer, upgrade: Upgrade) -> None:
        super().__init__()
        self._server = server
        self._upgrade = upgrade
        self._transport: WSTransport | None = None
        self._conversation: Conversation | None = None
        self._parts: list[bytes] = []  # Of a message that comes in several frames.
        self._parts_bytes = 0

    # -- Wire: what the conversation calls ------------------------------------------------------------------

    def send(self, frame: bytes) -> None:
        """Write one text frame."""
        transport = self._transport
        if transport is None:
            return
        if len(frame) <= COPIED_BYTES_MAX:
            transport.send(WSMsgType.TEXT, frame)
        else:
            transport.send_reuse_external_bytearray(WSMsgType.TEXT, bytearray(HEAD_BYTES_MAX) + frame, HEAD_BYTES_MAX)

    def close(self, code: int, reason: str = "") -> None:
        """Close; 1006 without a word."""
        transport = self._transport
        if transport is None:
            return
        if code == WSCloseCode.ABNORMAL_CLOSURE.value:
            transport.underlying_transport.abort()
            return
        transport.send_close(WSCloseCode(code), reason.encode()[:120])
        asyncio.get_running_loop().call_later(CLOSE_S_MAX, self._cut)

    def backlog(self) -> int:
        """Return the bytes that the socket has not taken yet."""
        transport = self._transport
        return 0 if transport is None else int(transport.underlying_transport.get_write_buffer_size())

    def _cut(self) -> None:
        if self._transport is not None:
            self._transport.disconnect(graceful=False)

    # -- picows -----------------------------------------------------------------------------------------------

    def on_ws_connected(self, transport: WSTransport) -> None:
        """The upgrade is done."""
        self._transport = transport
        self._server._links.add(self)  # noqa: SLF001 - The link is the server's own.
        peer = transport.underlying_transport.get_extra_info("peername")
        upgrade = Upgrade(
            role=self._upgrade.role,
            path=self._upgrade.path,
            host=self._upgrade.host,
            peer=str(peer[0]) if peer else "",
        )
        opened = self._server._open(upgrade, self, now_ns=time.time_ns())  # noqa: SLF001 - As above.
        if isinstance(opened, HttpAnswer):
            self.close(1008, "refused")
            return
        self._conversation = opened

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        """One frame, of any kind."""
        conversation = self._conversation
        if conversation is None:
            return
        kind = frame.msg_type
        if kind in _DATA and frame.fin and not self._parts:
            conversation.received(frame.get_payload_as_bytes(), now_ns=time.time_ns())
        elif kind == WSMsgType.CLOSE:
            if not transport.is_close_frame_sent:
                transport.send_close(frame.get_close_code())
            transport.disconnect()
        elif kind == WSMsgType.PING:
            transport.send_pong(frame.get_payload_as_bytes())
            conversation.alive(now_ns=time.time_ns())
        elif kind == WSMsgType.PONG:
            conversation.alive(now_ns=time.time_ns())
        else:
            self._continue(conversation, frame)

    def on_ws_disconnected(self, transport: WSTransport) -> None:  # noqa: ARG002 - picows gives it.
        """The socket is gone."""
        self._transport = None
        self._server._links.discard(self)  # noqa: SLF001 - As above.
        conversation, self._conversation = self._conversation, None
        if conversation is not None:
            conversation.closed(now_ns=time.time_ns())

    def _continue(self, conversation: Conversation, frame: WSFrame) -> None:
        """Put a message together that comes in several frames."""
        part = frame.get_payload_as_bytes()
        self._parts_bytes += PART_BYTES + len(part)
        self._parts.append(part)
        if self._parts_bytes > FRAME_BYTES_MAX:
            self.close(1009, "message too big")
            self._parts.clear()
            self._conversation = None
            conversation.closed(now_ns=time.time_ns())
            return
        if frame.fin:
            message = b"".join(self._parts)
            self._parts, self._parts_bytes = [], 0
            conversation.received(message, now_ns=time.time_ns())


def _refused(answer: HttpAnswer) -> WSUpgradeResponse:
    response = WSUpgradeResponse()
    response.version = b"HTTP/1.1"
    response.status = _status(answer.status)
    response.headers = CIMultiDict({"Content-Type": answer.content_type, **answer.headers})
    response.body = answer.body
    return response


def _status(code: int) -> HTTPStatus:
    try:
        return HTTPStatus(code)
    except ValueError:  # Cloudflare's own, such as 520.
        return HTTPStatus.BAD_GATEWAY


__all__ = ["Wire", "WsServer"]
