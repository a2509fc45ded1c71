"""The firehose, as a process: a client subscribes, hears acknowledgements and snapshots, then rounds without end."""

import asyncio
import json
from pathlib import Path
from typing import Any

import firehose
import pytest
from firehose_process import Playing
from firehose_process import firehose as playing
from picows import WSFrame, WSListener, WSMsgType, WSTransport, ws_connect
from reel import Reel

from fathom.kernel import BROKEN, PASSED, VERIFIED, Desk, L2Book, peek
from fathom.net.link import tls_context

DEADLINE_S = 60.0
UPDATES = 300


@pytest.mark.parametrize("length", [0, 125, 126, 65_535, 65_536])
def test_a_frame_says_how_long_it_is(length: int) -> None:
    frame = firehose.framed(b"x" * length)
    head = len(frame) - length
    said = {2: frame[1], 4: int.from_bytes(frame[2:4], "big"), 10: int.from_bytes(frame[2:10], "big")}
    assert (head, said[head]) == (2 if length < 126 else 4 if length < 65_536 else 10, length)


def test_no_piece_cuts_a_frame() -> None:
    frames = [("A" if number % 3 else "B", b"%d" % number * 300) for number in range(3_000)]
    some = firehose.pieces(Reel(updates=frames), frozenset({"A"}))
    assert len(some) > 3
    whole = [firehose.framed(frame) for symbol, frame in frames if symbol == "A"]
    for piece in some:
        size = 0
        while size < len(piece):
            size += len(whole.pop(0))
        assert size == len(piece)
    assert not whole


class Client(WSListener):
    """Keeps verified books, and sees when it has heard enough."""

    def __init__(self, depth: int, enough: int) -> None:
        super().__init__()
        self.depth, self.enough = depth, enough
        self.desk = Desk()
        self.pairs: dict[str, Any] = {}
        self.acknowledged: list[str] = []
        self.broken = self.taken = 0
        self.ready, self.done = asyncio.Event(), asyncio.Event()
        self.pong: Any = None

    def on_ws_connected(self, transport: WSTransport) -> None:
        self.transport = transport

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        said = self.desk.take(frame.get_payload_as_memoryview(), 1)
        if said == PASSED:
            self.long_way(frame.get_payload_as_bytes())
            return
        self.broken += said == BROKEN
        self.taken += 1
        if self.taken == self.enough:
            self.done.set()

    def long_way(self, frame: bytes) -> None:
        channel, _, symbol = peek(frame)
        if channel == "instrument":
            self.pairs = {pair["symbol"]: pair for pair in json.loads(frame)["data"]["pairs"]}
            self.ready.set()
        elif channel == "book":
            pair = self.pairs[symbol]
            seat = self.desk.seat("book", symbol, L2Book(self.depth, pair["price_precision"], pair["qty_precision"]))
            seat.armed = seat.book.apply(frame) == VERIFIED
        elif not channel:
            answer = json.loads(frame)
            if answer["method"] == "pong":
                self.pong = answer
            elif answer["result"]["channel"] == "book":
                assert answer["success"]
                self.acknowledged.append(answer["result"]["symbol"])

    def ask(self, method: str, **params: Any) -> None:
        self.transport.send(WSMsgType.TEXT, json.dumps({"method": method, "params": params, "req_id": 7}).encode())


async def listen(hose: Playing, depth: int) -> Client:
    """Subscribe to some pairs, and to the others while those are playing; hear some rounds of all."""
    context = None if hose.authority is None else tls_context(Path(hose.authority))
    client = Client(depth, 5 * UPDATES)
    await ws_connect(lambda: client, hose.ws_public, ssl_context=context)
    async with asyncio.timeout(DEADLINE_S):
        client.ask("subscribe", channel="instrument")
        await client.ready.wait()
        client.ask("subscribe", channel="book", depth=depth, symbol=hose.symbols[:4])
        await client.done.wait()
        client.done.clear()
        client.enough = client.taken + 20 * UPDATES
        client.ask("subscribe", channel="book", depth=depth, symbol=hose.symbols[4:])
        client.ask("ping")
        while len(client.acknowledged) < len(hose.symbols):
            await client.done.wait()
            client.done.clear()
            client.enough = client.taken + 5 * UPDATES
        await client.done.wait()
    client.transport.disconnect(False)
    return client


@pytest.mark.parametrize("tls", [False, True])
def test_a_client_verifies_every_frame(tls: bool) -> None:
    with playing(tls=tls, updates=UPDATES) as hose:
        for depth in (10, 100):
            client = asyncio.run(listen(hose, depth))
            assert client.broken == 0
            assert sorted(client.acknowledged) == hose.symbols
            assert {seat.symbol for seat in client.desk.drain()} == set(hose.symbols)
            assert (client.pong["method"], client.pong["req_id"]) == ("pong", 7)
