"""A server that speaks just as much WebSocket as a test lets it, byte by byte: for what a good one never does."""

import asyncio
import base64
import hashlib
import json
import ssl
from collections.abc import Awaitable, Callable
from contextlib import suppress
from types import TracebackType
from typing import Any, Self

TEXT, BINARY, CLOSE, PING, PONG, MORE = 0x1, 0x2, 0x8, 0x9, 0xA, 0x0
STATUS = (
    b'{"channel":"status","type":"update","data":[{"version":"2.0.10","system":"online","api_version":"v2",'
    b'"connection_id":12345678901234567890}]}'
)
HEARTBEAT = b'{"channel":"heartbeat"}'
_GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
Play = Callable[["Visit"], Awaitable[None]]


def frame(payload: bytes, *, kind: int = TEXT, fin: bool = True) -> bytes:
    """One unmasked frame, as a server sends it."""
    head = bytes([kind | (0x80 if fin else 0)])
    if len(payload) < 126:
        head += bytes([len(payload)])
    elif len(payload) < 65_536:
        head += bytes([126]) + len(payload).to_bytes(2, "big")
    else:
        head += bytes([127]) + len(payload).to_bytes(8, "big")
    return head + payload


def close_frame(code: int | None = None, reason: str = "") -> bytes:
    """A goodbye."""
    return frame(b"" if code is None else code.to_bytes(2, "big") + reason.encode(), kind=CLOSE)


class Visit:
    """One client that has connected."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, number: int) -> None:
        self.reader = reader
        self.writer = writer
        self.number = number  # 1 is the first.
        self.asked = b""  # The upgrade request.

    async def upgrade(self, *, extra: bytes = b"", accept: bytes | None = None) -> None:
        """Answer the upgrade; `extra` goes out in the same breath."""
        self.asked = await self.reader.readuntil(b"\r\n\r\n")
        at = self.asked.lower().index(b"sec-websocket-key: ") + 19
        key = self.asked[at : self.asked.index(b"\r\n", at)]
        digest = base64.b64encode(hashlib.sha1(key + _GUID).digest()) if accept is None else accept
        self.writer.write(
            b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: " + digest + b"\r\n\r\n" + extra
        )
        await self.writer.drain()

    async def send(self, *chunks: bytes) -> None:
        """Send bytes."""
        for chunk in chunks:
            self.writer.write(chunk)
        await self.writer.drain()

    async def receive(self) -> tuple[int, bytes]:
        """Return the next frame of the client's, unmasked: its kind and payload."""
        first, second = await self.reader.readexactly(2)
        assert second & 0x80, "a client must mask"
        length = second & 0x7F
        if length >= 126:
            length = int.from_bytes(await self.reader.readexactly(2 if length == 126 else 8), "big")
        mask = await self.reader.readexactly(4)
        payload = await self.reader.readexactly(length)
        return first & 0x0F, bytes(byte ^ mask[at % 4] for at, byte in enumerate(payload))

    async def receive_json(self) -> Any:
        """Return the next text frame, read."""
        kind, payload = await self.receive()
        while kind != TEXT:
            kind, payload = await self.receive()
        return json.loads(payload)

    async def rest(self) -> bytes:
        """Read until the client's end."""
        with suppress(ConnectionError):
            return await self.reader.read()
        return b""


class RawVenue:
    """Plays `play` to each visitor; then it closes that connection."""

    def __init__(self, play: Play, *, tls: ssl.SSLContext | None = None) -> None:
        self._play = play
        self._tls = tls
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[Any]] = set()
        self.visits: list[Visit] = []
        self.url = ""

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._visited, "127.0.0.1", 0, ssl=self._tls)
        port = self._server.sockets[0].getsockname()[1]
        self.url = f"{'ws' if self._tls is None else 'wss'}://127.0.0.1:{port}/v2"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._server is not None
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _visited(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        visit = Visit(reader, writer, len(self.visits) + 1)
        self.visits.append(visit)
        try:
            with suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
                await self._play(visit)
        finally:
            self._tasks.discard(task)
            writer.close()
            with suppress(ConnectionError, ssl.SSLError):
                await writer.wait_closed()
