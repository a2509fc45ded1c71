"""A thin picows client for the exchange's benchmark: frames out, a callback or a count in.

Imports: nothing of fathom. Imported by: exchange.
"""

import asyncio
from collections.abc import Callable

from picows import WSFrame, WSListener, WSMsgType, WSTransport, ws_connect

Heard = Callable[[bytes], None]


class SocketClient(WSListener):
    """One connection. `hear` gets each frame; without it they are counted and dropped."""

    def __init__(self) -> None:
        super().__init__()
        self.transport: WSTransport | None = None
        self.frames = 0
        self.bytes = 0
        self.hear: Heard | None = None

    def on_ws_connected(self, transport: WSTransport) -> None:
        self.transport = transport

    def on_ws_frame(self, _transport: WSTransport, frame: WSFrame) -> None:
        if frame.msg_type == WSMsgType.TEXT:
            self.frames += 1
            self.bytes += frame.payload_size
            if self.hear is not None:
                self.hear(frame.get_payload_as_bytes())

    def send(self, frame: bytes) -> None:
        """Send one text frame."""
        assert self.transport is not None
        self.transport.send(WSMsgType.TEXT, frame)

    async def answer(self, frame: bytes, *, good: Callable[[bytes], bool]) -> bytes:
        """Send a frame and wait for the first frame that is its answer."""
        future: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()

        def hear(heard: bytes) -> None:
            if good(heard) and not future.done():
                future.set_result(heard)

        self.hear = hear
        self.send(frame)
        async with asyncio.timeout(30):
            try:
                return await future
            finally:
                self.hear = None

    def close(self) -> None:
        """Drop the connection."""
        if self.transport is not None:
            self.transport.disconnect(graceful=False)


async def connected(url: str) -> SocketClient:
    """Open one connection."""
    _, client = await ws_connect(SocketClient, url, use_aiofastnet=False)
    assert isinstance(client, SocketClient)
    return client
