"""A bare picows echo on a free port of its own process: the yardstick for a round trip over loopback.

Prints its port. With a rate it also sends so many frames a second to every client that says `market`.

Imports: nothing of fathom. Imported by: nothing; exchange.py runs it.
"""

import asyncio
import sys

import uvloop
from picows import WSFrame, WSListener, WSMsgType, WSTransport, ws_create_server

MARKET_FRAME = b"x" * 300


class Echo(WSListener):
    """Sends each frame back."""

    def __init__(self, rate: int) -> None:
        super().__init__()
        self.rate = rate

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        if frame.msg_type == WSMsgType.CLOSE:
            transport.disconnect()
        elif frame.get_payload_as_bytes() == b"market":
            self.send_market(transport)
        else:
            transport.send(WSMsgType.TEXT, frame.get_payload_as_bytes())

    def send_market(self, transport: WSTransport) -> None:
        """Send ten milliseconds' worth, and come back."""
        if not transport.is_disconnected:
            for _ in range(self.rate // 100):
                transport.send(WSMsgType.TEXT, MARKET_FRAME)
            asyncio.get_running_loop().call_later(0.01, self.send_market, transport)


async def main() -> None:
    """Serve until killed."""
    rate = int(sys.argv[1])
    server = await ws_create_server(lambda _request: Echo(rate), "127.0.0.1", 0, use_aiofastnet=False)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await server.serve_forever()


uvloop.run(main())
