"""Plays Kraken's `book` frames as fast as a client takes them: `python benchmarks/firehose.py`.

The frames are made before anybody connects, by the local exchange, and lie in memory as WebSocket frames in pieces of
256 KiB, so that the server costs next to nothing beside any client; TCP holds it back. It speaks as much of WebSocket
v2 as fathom, ccxt pro and python-kraken-sdk need to subscribe: status, `instrument`, `book` with its acknowledgements
and snapshots, `trade` without any, pongs and heartbeats. Prints one line of JSON with its URL, and plays until its
stdin ends.

When a connection has subscribed and was then silent for --settle seconds, it hears updates, round after round; what it
asks about books meanwhile is answered at the end of a round, where all books are as their snapshots say. With --rate
the updates come one by one, so many a second, and each carries the time at which it was sent: what a callback sees of
it is its latency.

Imports: reel, fathom.net. Imported by: nothing; firehose_process runs it.
"""

import argparse
import base64
import hashlib
import json
import select
import socket
import ssl
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from reel import Film, Reel, shoot

from fathom.net import make_certificate

GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
PIECE_BYTES = 1 << 18
TEXT, CLOSE, PING, PONG = 1, 8, 9, 10
HEARTBEAT_S = 1.0
BEHIND_S_MAX = 0.05
STAMP = slice(-31, -4)  # Where a frame's timestamp stands: in front of `"}]}`.


def framed(payload: bytes, kind: int = TEXT) -> bytes:
    """Return a server's WebSocket frame."""
    length = len(payload)
    if length < 126:
        head = bytes([0x80 | kind, length])
    elif length < 1 << 16:
        head = bytes([0x80 | kind, 126]) + length.to_bytes(2, "big")
    else:
        head = bytes([0x80 | kind, 127]) + length.to_bytes(8, "big")
    return head + payload


def pieces(reel: Reel, symbols: frozenset[str]) -> list[bytes]:
    """Return one round of a reel, of some of its pairs. No frame is cut: between pieces others may be sent."""
    frames = [framed(frame) for symbol, frame in reel.updates if symbol in symbols]
    found, some, size = [], [], 0
    for frame in frames:
        some.append(frame)
        size += len(frame)
        if size >= PIECE_BYTES:
            found.append(b"".join(some))
            some, size = [], 0
    return [*found, b"".join(some)]


class Connection(threading.Thread):
    """One client, from its upgrade to its end."""

    def __init__(
        self, plain: socket.socket, film: Film, *, tls: ssl.SSLContext | None, terms: argparse.Namespace
    ) -> None:
        super().__init__(daemon=True)
        self.socket, self.film, self.tls, self.terms = plain, film, tls, terms
        self.heard = bytearray()
        self.depth = 10
        self.symbols: set[str] = set()
        self.playing = False
        self.later: list[dict[str, Any]] = []  # Asked in the middle of a round.

    def run(self) -> None:
        """Serve until the client goes."""
        with suppress(OSError, EOFError), self.socket:
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if self.tls is not None:
                self.socket = self.tls.wrap_socket(self.socket, server_side=True)
            self.upgrade()
            self.socket.sendall(framed(self.film.status))
            while True:
                self.wait_for_subscriptions()
                self.playing = True
                if self.terms.rate:
                    self.play_paced()
                else:
                    self.play()
                self.playing = False
                later, self.later = self.later, []
                for asked in later:
                    self.answer(asked)

    def upgrade(self) -> None:
        """Answer the HTTP request."""
        while b"\r\n\r\n" not in self.heard:
            self.read(None)
        head, _, rest = bytes(self.heard).partition(b"\r\n\r\n")
        self.heard = bytearray(rest)
        lines = (line.partition(b":") for line in head.split(b"\r\n")[1:])
        key = {name.strip().lower(): value.strip() for name, _, value in lines}[b"sec-websocket-key"]
        accept = base64.b64encode(hashlib.sha1(key + GUID, usedforsecurity=False).digest())
        self.socket.sendall(
            b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: " + accept + b"\r\n\r\n"
        )

    # -- Playing ---------------------------------------------------------------------------------------------

    def wait_for_subscriptions(self) -> None:
        """Answer until there is something to play and the client has been silent for a while."""
        while not self.hear(self.terms.settle if self.symbols else HEARTBEAT_S) or not self.symbols:
            self.socket.sendall(framed(b'{"channel":"heartbeat"}'))

    def play(self) -> None:
        """Send round after round, until something is asked."""
        parts = pieces(self.film.reels[self.depth], frozenset(self.symbols))
        while not self.later:
            for part in parts:
                self.socket.sendall(part)
                self.hear(0.0)

    def play_paced(self) -> None:
        """Send so many updates a second, each with its own time, until something is asked."""
        updates = self.film.reels[self.depth].updates
        frames = [bytearray(framed(frame)) for symbol, frame in updates if symbol in self.symbols]
        begun_s, sent = time.perf_counter(), 0
        while not self.later:
            for frame in frames:
                while (wait_s := begun_s + sent / self.terms.rate - time.perf_counter()) > 0:
                    self.hear(wait_s if wait_s > 0.0005 or self.terms.nap else 0.0)
                if self.terms.nap and wait_s < -BEHIND_S_MAX:  # A machine with too much to do never catches up.
                    begun_s -= wait_s
                frame[STAMP] = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ").encode()
                self.socket.sendall(frame)
                sent += 1

    # -- Hearing ---------------------------------------------------------------------------------------------

    def hear(self, wait_s: float) -> bool:
        """Answer what came; return whether nothing did for so long."""
        silent = True
        more = True
        while more:
            for kind, payload in self.frames():
                silent = False
                if kind == CLOSE:
                    self.socket.sendall(framed(payload, CLOSE))
                    raise EOFError
                if kind == PING:
                    self.socket.sendall(framed(payload, PONG))
                elif kind == TEXT:
                    self.answer(json.loads(payload))
            more = self.read(wait_s if silent else 0.0)
        return silent

    def read(self, wait_s: float | None) -> bool:
        """Read what there is; False where nothing comes for so long."""
        ready = isinstance(self.socket, ssl.SSLSocket) and self.socket.pending() > 0
        if not ready and not select.select([self.socket], [], [], wait_s)[0]:
            return False
        self.socket.settimeout(0.01)  # TLS may have something of its own to read, and nothing of the client's.
        try:
            some = self.socket.recv(1 << 16)
        except TimeoutError:
            return False
        finally:
            self.socket.settimeout(None)
        if not some:
            raise EOFError
        self.heard += some
        return True

    def frames(self) -> Iterator[tuple[int, bytes]]:
        """Take the whole frames out of what was heard. A client's are masked, and short here."""
        while len(self.heard) >= 6:
            length, at = self.heard[1] & 127, 2
            if length == 126:
                length, at = int.from_bytes(self.heard[2:4], "big"), 4
            elif length == 127:
                length, at = int.from_bytes(self.heard[2:10], "big"), 10
            if len(self.heard) < at + 4 + length:
                return
            kind, mask = self.heard[0] & 15, self.heard[at : at + 4]
            payload = bytes(byte ^ mask[place & 3] for place, byte in enumerate(self.heard[at + 4 : at + 4 + length]))
            del self.heard[: at + 4 + length]
            yield kind, payload

    def answer(self, asked: dict[str, Any]) -> None:
        """Answer a request as Kraken would."""
        method, params = asked.get("method"), asked.get("params", {})
        if method == "ping":
            self.say(asked, {})
        elif method in {"subscribe", "unsubscribe"} and params.get("channel") == "instrument":
            self.say(asked, {"result": {"channel": "instrument", "snapshot": True}, "success": True})
            if method == "subscribe":
                self.socket.sendall(framed(self.film.instrument))
        elif method in {"subscribe", "unsubscribe"} and params.get("channel") == "book":
            if self.playing:
                self.later.append(asked)
                return
            self.change(asked, params, method == "subscribe")
        elif method in {"subscribe", "unsubscribe"} and params.get("channel") == "trade":
            for symbol in params["symbol"]:  # Of which there are none.
                self.say(asked, {"result": {"channel": "trade", "snapshot": True, "symbol": symbol}, "success": True})
                if method == "subscribe":
                    self.socket.sendall(framed(b'{"channel":"trade","type":"snapshot","data":[]}'))
        else:
            self.say(asked, {"error": "The firehose has nothing but book, trade and instrument", "success": False})

    def change(self, asked: dict[str, Any], params: dict[str, Any], more: bool) -> None:
        """Subscribe to books, or unsubscribe: one acknowledgement a pair."""
        depth = params.get("depth", 10)
        if depth not in self.film.reels or (self.symbols and depth != self.depth):
            self.say(asked, {"error": f"Subscription depth not supported: {depth}", "success": False})
            return
        self.depth = depth
        reel = self.film.reels[depth]
        for symbol in params["symbol"]:
            if symbol not in reel.snapshots:
                self.say(asked, {"error": f"Currency pair not supported {symbol}", "success": False, "symbol": symbol})
                continue
            result = {"channel": "book", "depth": depth, "snapshot": True, "symbol": symbol}
            self.say(asked, {"result": result, "success": True})
            if more:
                self.symbols.add(symbol)
                self.socket.sendall(framed(reel.snapshots[symbol]))
            else:
                self.symbols.discard(symbol)

    def say(self, asked: dict[str, Any], answer: dict[str, Any]) -> None:
        """Send one response, with the names and times that every response has."""
        now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        name = "pong" if asked["method"] == "ping" else asked["method"]
        req_id = {"req_id": asked["req_id"]} if "req_id" in asked else {}
        text = json.dumps({"method": name, **req_id, **answer, "time_in": now, "time_out": now}, separators=(",", ":"))
        self.socket.sendall(framed(text.encode()))


def main() -> None:
    """Make the frames, and play them to everybody who connects until stdin ends."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--updates", type=int, default=20_000, help="a round, at each depth")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--rate", type=float, default=0.0, help="updates a second; by default as fast as they are taken"
    )
    parser.add_argument("--nap", action="store_true", help="sleep between updates, and never catch up on much")
    parser.add_argument("--settle", type=float, default=0.3, help="seconds of silence after subscribing")
    parser.add_argument("--tls", action="store_true")
    terms = parser.parse_args()
    film = shoot(updates=terms.updates, seed=terms.seed)
    with tempfile.TemporaryDirectory() as folder, socket.create_server(("127.0.0.1", 0)) as door:
        certificate = make_certificate(("localhost", "127.0.0.1"), folder=Path(folder)) if terms.tls else None
        updates = {depth: reel.updates for depth, reel in film.reels.items()}
        said = {
            "ws_public": f"{'wss' if terms.tls else 'ws'}://localhost:{door.getsockname()[1]}/v2",
            "authority": None if certificate is None else str(certificate.authority_file),
            "symbols": sorted(film.reels[10].snapshots),
            "update_bytes": {depth: sum(len(one) for _, one in some) / len(some) for depth, some in updates.items()},
        }
        sys.stdout.write(json.dumps(said) + "\n")
        sys.stdout.flush()
        tls = None if certificate is None else certificate.server
        threading.Thread(target=accept, args=(door, film, tls, terms), daemon=True).start()
        sys.stdin.read()


def accept(door: socket.socket, film: Film, tls: ssl.SSLContext | None, terms: argparse.Namespace) -> None:
    """Give every client a thread of its own."""
    while True:
        Connection(door.accept()[0], film, tls=tls, terms=terms).start()


if __name__ == "__main__":
    main()
