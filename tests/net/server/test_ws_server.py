"""A WebSocket server, on real sockets: conversations, refusals, fragments, closes, a slow reader."""

import asyncio
from collections.abc import Awaitable, Callable

import aiohttp
import pytest

from fathom.net import WsServer, run_loop
from fathom.net.server.ws_server import PART_BYTES
from fathom.protocol import Conversation, HttpAnswer, Upgrade, Wire

SIZES = (9_000, 10, 20_000, 300_000, 5, 8_190, 60_000, 70_000, 1) * 3


class Echo:
    """Sends back what it gets; knows a few words."""

    def __init__(self, wire: Wire, log: list[str]) -> None:
        self.wire = wire
        self.log = log

    def received(self, frame: bytes, *, now_ns: int) -> None:
        if frame == b"close":
            self.wire.close(1013, "Market data unavailable")
        elif frame == b"drop":
            self.wire.close(1006)
        elif frame == b"flood":
            for _ in range(400):
                self.wire.send(b"x" * 100_000)
            self.log.append(f"backlog {self.wire.backlog() > 10_000_000}")
        elif frame == b"burst":
            for size in SIZES:
                self.wire.send(b"%d" % size + b"x" * size)
        elif frame == b"bug":
            raise RuntimeError("a bug")
        else:
            self.wire.send(b"%d bytes" % len(frame) if len(frame) > 100 else b"got " + frame)

    def alive(self, *, now_ns: int) -> None:
        self.log.append("alive")

    def closed(self, *, now_ns: int) -> None:
        self.log.append("closed")


def check(upgrade: Upgrade, *, now_ns: int) -> HttpAnswer | None:
    if upgrade.path == "/busy":
        return HttpAnswer(status=429, body=b"slow down", content_type="text/html")
    return None


Use = Callable[[aiohttp.ClientSession, list[str]], Awaitable[object]]


def served(use: Use) -> tuple[object, list[str], list[Upgrade]]:
    log: list[str] = []
    upgrades: list[Upgrade] = []

    def open_(upgrade: Upgrade, wire: Wire, *, now_ns: int) -> Conversation | HttpAnswer:
        upgrades.append(upgrade)
        wire.send(b"hello")
        return Echo(wire, log)

    async def main() -> object:
        server = WsServer(open_, role="private", check=check)
        await server.start(host="127.0.0.1", port=0)
        try:
            async with asyncio.timeout(20), aiohttp.ClientSession(f"http://127.0.0.1:{server.port}") as client:
                return await use(client, log)
        finally:
            await server.stop()

    return run_loop(main()), log, upgrades


def test_frames_go_both_ways() -> None:
    async def use(client: aiohttp.ClientSession, log: list[str]) -> list[str]:
        async with client.ws_connect("/v2?x=1", headers={"Host": "ws-auth.kraken.com"}) as socket:
            await socket.send_str("one")
            await socket.ping()
            await socket.send_bytes(b"two")
            return [await socket.receive_str() for _ in range(3)]

    said, log, upgrades = served(use)
    assert said == ["hello", "got one", "got two"]
    assert log == ["alive", "closed"]
    assert [(up.role, up.path, up.host, up.peer) for up in upgrades] == [
        ("private", "/v2?x=1", "ws-auth.kraken.com", "127.0.0.1")
    ]


def test_an_upgrade_may_be_refused_in_http() -> None:
    async def use(client: aiohttp.ClientSession, log: list[str]) -> int:
        with pytest.raises(aiohttp.WSServerHandshakeError) as caught:
            await client.ws_connect("/busy")
        return caught.value.status

    said, log, upgrades = served(use)
    assert (said, log, upgrades) == (429, [], [])


@pytest.mark.parametrize(("word", "code"), [("close", 1013), ("drop", 1006)])
def test_it_closes_as_told(word: str, code: int) -> None:
    async def use(client: aiohttp.ClientSession, log: list[str]) -> int | None:
        async with client.ws_connect("/v2") as socket:
            await socket.receive_str()
            await socket.send_str(word)
            message = await socket.receive()
            assert message.type in {aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSED, aiohttp.WSMsgType.ERROR}
            return socket.close_code

    said, log, _ = served(use)
    assert said == code
    assert log == ["closed"]


def test_a_message_in_fragments_is_put_together() -> None:
    async def use(client: aiohttp.ClientSession, log: list[str]) -> str:
        async with client.ws_connect("/v2") as socket:
            await socket.receive_str()
            writer = socket._writer
            assert writer is not None
            write = writer.transport.write
            write(bytes([0x01, 0x80 | 3, 0, 0, 0, 0]) + b"one")  # FIN 0, text, masked with zeros.
            write(bytes([0x00, 0x80 | 4, 0, 0, 0, 0]) + b" two")
            write(bytes([0x80, 0x80 | 6, 0, 0, 0, 0]) + b" three")
            return await socket.receive_str()

    said, _, _ = served(use)
    assert said == "got one two three"


def test_a_message_without_end_closes_the_connection_and_nothing_else() -> None:
    async def use(client: aiohttp.ClientSession, log: list[str]) -> str:
        async with client.ws_connect("/v2") as socket:
            await socket.receive_str()
            await socket.send_bytes(b"x" * 2_000_000)
            message = await socket.receive()
            assert message.type in {aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSED, aiohttp.WSMsgType.ERROR}
        async with client.ws_connect("/v2") as socket:
            await socket.receive_str()
            await socket.send_str("still here?")
            return await socket.receive_str()

    said, _, _ = served(use)
    assert said == "got still here?"


def test_a_bug_behind_one_connection_leaves_the_others(caplog: pytest.LogCaptureFixture) -> None:
    async def use(client: aiohttp.ClientSession, log: list[str]) -> str:
        async with client.ws_connect("/v2") as well, client.ws_connect("/v2") as ill:
            await well.receive_str()
            await ill.receive_str()
            await ill.send_str("bug")
            await ill.receive()
            await well.send_str("well?")
            return await well.receive_str()

    said, _, _ = served(use)
    assert said == "got well?"


def test_what_a_slow_reader_does_not_take_is_counted() -> None:
    async def use(client: aiohttp.ClientSession, log: list[str]) -> None:
        async with client.ws_connect("/v2") as socket:
            await socket.receive_str()
            await socket.send_str("flood")
            while not log:
                await socket.receive()

    _, log, _ = served(use)
    assert log[0] == "backlog True"


def test_long_frames_keep_their_heads() -> None:
    async def use(client: aiohttp.ClientSession, log: list[str]) -> list[str]:
        async with client.ws_connect("/v2") as socket:
            await socket.receive_str()
            await socket.send_str("burst")
            return [await socket.receive_str() for _ in SIZES]

    said, _, _ = served(use)
    assert said == [f"{size}{'x' * size}" for size in SIZES]


def test_fragments_without_end_close_the_connection() -> None:
    async def use(client: aiohttp.ClientSession, log: list[str]) -> int | None:
        async with client.ws_connect("/v2") as socket:
            await socket.receive_str()
            writer = socket._writer
            assert writer is not None
            empty = bytes([0x00, 0x80, 0, 0, 0, 0])
            writer.transport.write(bytes([0x01, 0x80, 0, 0, 0, 0]) + empty * (1_048_576 // PART_BYTES + 1))
            message = await socket.receive()
            assert message.type == aiohttp.WSMsgType.CLOSE
            return socket.close_code

    said, log, _ = served(use)
    assert (said, log) == (1009, ["closed"])
