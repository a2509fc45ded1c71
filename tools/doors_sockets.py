# ruff: noqa: E501 - A row of a table stays a row.
"""A real `fathom exchange` under raw bytes: what nobody should send over a socket, on every port, many at once.

An attack is a coroutine that follows from a seed and a number alone. A watcher asks all the while whether the server
lives, answers, moves its market and keeps its memory; its stderr must stay empty.

Imports: protocol, doors_grammar. Imported by: fuzz_doors.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import itertools
import json
import os
import re
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time
from base64 import b64decode, b64encode
from collections import Counter, deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any, Final
from urllib.parse import urlsplit

from doors_grammar import ACCOUNTS, PLACES, SYMBOLS, Dice, Place, control_step, mutated, rest_step, v1_frame, v2_frame

from fathom.domain import RemoteError
from fathom.protocol import decode_strict

AT_ONCE: Final = 12
ATTACK_S_MAX: Final = 15.0
ANSWER_S_MAX: Final = 10.0  # The watcher's patience; this machine may be busy.
MEMORY_GROWTH_MIB_MAX: Final = 300
RECENT: Final = 60  # Attacks told when something fails, and done again alone to find the one.
FAULTS_EVERY_S: Final = 15.0  # So often all faults are taken away and the venue is set right again.


class Wrong(Exception):
    """Something that must not be."""


class Server:
    """One `fathom exchange` in its own process."""

    def __init__(self, seed: int) -> None:
        _garbling.on, _garbling.busy, _garbling.calm = False, 0, False
        self.errors = tempfile.TemporaryFile()  # noqa: SIM115 - It lives as long as the process.
        options = ["--json", "--port", "0", "--seed", str(seed), "--no-limits", "--rate", "50", "--pairs", *SYMBOLS]
        command = [sys.executable, "-m", "fathom", "exchange", *options]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=self.errors, text=True)
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            raise Wrong(f"the server does not start: {self.complaints()[-2000:]}")
        said = json.loads(line)
        self.accounts = {account["name"]: (account["key"], account["secret"]) for account in said["accounts"]}
        self.ports = {
            name: int(urlsplit(said[name]).port or 0)
            for name in ("rest", "ws_public", "ws_private", "ws_level3", "control")
        }
        self.tokens = dict.fromkeys(ACCOUNTS, "none")
        self.nonce = time.time_ns() // 1000

    def complaints(self) -> str:
        """Return what it wrote to stderr."""
        self.errors.seek(0)
        return self.errors.read().decode("utf-8", "replace")

    def resident_mib(self) -> int:
        """Return the memory it has."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        found = re.search(r"VmRSS:\s+(\d+)", status)
        return int(found[1]) >> 10 if found else 0

    def stop(self) -> int:
        """Stop it as a user does; return its exit status, -9 where it would not."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(15)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        assert self.process.stdout is not None
        self.process.stdout.close()
        return int(self.process.returncode)

    def filled(self, text: bytes) -> bytes:
        """Put in what is known only now."""

        def place(found: re.Match[bytes]) -> bytes:
            kind, argument = found[1], found[2].decode("latin-1").split(":")
            match kind:
                case b"nonce":
                    self.nonce += 1
                    return b"%d" % self.nonce
                case b"token" | b"old":
                    return self.tokens.get(argument[0], "none").encode()
                case b"key":
                    return self.accounts.get(argument[0], ("none", ""))[0].encode()
                case b"price":
                    return {"BTC": b"98000.0", "ETH": b"3100.00", "DOG": b"0.3"}.get(argument[0][:3], b"1")
                case b"qty":
                    return b"20" if argument[0].startswith("DOGE") else b"0.01"
                case b"time":
                    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 10)).encode()
                case b"unix":
                    return b"%d" % (time.time() + 30)
            return b"OAAAAA-AAAAA-AAAAAA"

        return PLACES.sub(place, text)


# -- Sockets -------------------------------------------------------------------------------------------------


class Link:
    """One TCP connection with deadlines, closed by force at the end."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer
        self.born = -1 if _garbling.on else _garbling.times

    @classmethod
    async def open(cls, port: int, *, buffer: int = 0) -> Link:
        """Connect; `buffer`: of the receiver, small for slow readers."""
        sock = socket.socket()
        sock.setblocking(False)
        if buffer:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
        try:
            await asyncio.wait_for(asyncio.get_running_loop().sock_connect(sock, ("127.0.0.1", port)), 3)
            reader, writer = await asyncio.open_connection(sock=sock, limit=1 << 22)
        except BaseException:
            sock.close()
            raise
        return cls(reader, writer)

    async def send(self, data: bytes) -> None:
        """Write, but not for ever."""
        self.writer.write(data)
        await asyncio.wait_for(self.writer.drain(), 2)

    async def read(self, seconds: float = 0.3, count: int = 1 << 16) -> bytes:
        """Return what comes within a while."""
        try:
            return await asyncio.wait_for(self.reader.read(count), seconds)
        except TimeoutError:
            return b""

    async def upgrade(self, path: str = "/v2", extra: str = "") -> bytes:
        """Ask for a WebSocket; return the answer's head."""
        head = (
            f"GET {path} HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: {b64encode(os.urandom(16)).decode()}\r\nSec-WebSocket-Version: 13\r\n{extra}\r\n"
        )
        await self.send(head.encode("latin-1", "replace"))
        try:
            return await asyncio.wait_for(self.reader.readuntil(b"\r\n\r\n"), 3)
        except (TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            return b""

    async def message(self, seconds: float = 2.0) -> tuple[int, bytes] | None:
        """Return the server's next frame: its code and payload; None where none comes."""
        try:
            async with asyncio.timeout(seconds):
                first, second = await self.reader.readexactly(2)
                size = second & 0x7F
                if size == 126:
                    (size,) = struct.unpack(">H", await self.reader.readexactly(2))
                elif size == 127:
                    (size,) = struct.unpack(">Q", await self.reader.readexactly(8))
                return first & 0xF, await self.reader.readexactly(size)
        except (TimeoutError, asyncio.IncompleteReadError):
            return None

    def close(self, *, abrupt: bool = False) -> None:
        """Close; abruptly is with a reset."""
        sock = self.writer.get_extra_info("socket")
        if abrupt and sock is not None and sock.fileno() >= 0:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        if self.writer.transport is not None:
            self.writer.transport.abort() if abrupt else self.writer.close()


def ws(
    payload: bytes, code: int = 1, *, fin: bool = True, mask: bool = True, bits: int = 0, size: int | None = None
) -> bytes:
    """Return a frame as a client writes it, or as none should."""
    length = len(payload) if size is None else size
    head = bytes([(0x80 if fin else 0) | bits | code])
    flag = 0x80 if mask else 0
    if length < 126:
        head += bytes([flag | length])
    elif length < 1 << 16:
        head += bytes([flag | 126]) + struct.pack(">H", length)
    else:
        head += bytes([flag | 127]) + struct.pack(">Q", length & (2**64 - 1))
    if not mask:
        return head + payload
    key = b"\x11\x22\x33\x44"
    return head + key + bytes(byte ^ key[at & 3] for at, byte in enumerate(payload))


def http(method: str, path: str, body: bytes = b"", headers: str = "") -> bytes:
    """Return a request."""
    return (
        f"{method} {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(body)}\r\n{headers}\r\n".encode(
            "utf-8", "replace"
        )
        + body
    )


async def http_answer(link: Link) -> tuple[int, bytes] | None:
    """Return status and body of the next answer; None where there is none."""
    try:
        async with asyncio.timeout(ANSWER_S_MAX):
            head = await link.reader.readuntil(b"\r\n\r\n")
            found = re.search(rb"(?i)content-length: *(\d+)", head)
            body = await link.reader.readexactly(int(found[1])) if found else b""
            return int(head.split(b" ", 2)[1]), body
    except (TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, ConnectionError):
        return None


# -- Attacks -------------------------------------------------------------------------------------------------

_BAD_HTTP: Final = (
    b"GET\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"\r\n\r\n\r\n", b"GET / HTTP/1.1\r\n\r\n", b"GET / HTTP/1.0\r\n\r\n", b"GET /\r\n",
    b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\n",
    b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: abc\r\n\r\n", b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n", b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\nGET",
    b"POST / HTTP/1.1\r\nHost: x\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nabcd", b"POST / HTTP/1.1\r\nHost: x\r\nContent-Encoding: deflate\r\nContent-Length: 4\r\n\r\nabcd",
    b"POST /0/private/Balance HTTP/1.1\r\nHost: x\r\nContent-Encoding: br\r\nContent-Length: 4\r\n\r\nabcd",
    b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 70_000 + b"\r\n\r\n", b"GET / HTTP/1.1\r\n" + b"X: a\r\n" * 3000 + b"\r\n", b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: x\r\n: a\r\n\r\n", b"GET / HTTP/1.1\r\nHost: x\r\nA\x00: a\r\n\r\n", b"GET / HTTP/1.1\r\nHost: x\r\nA: \xff\xfe\r\n\r\n", b"GET / HTTP/1.1\r\nHost: x\r\nA: a\r\n b\r\n\r\n",
    b"GET http://x:99999/0/public/Time HTTP/1.1\r\nHost: x\r\n\r\n", b"GET http://[::1 HTTP/1.1\r\nHost: x\r\n\r\n", b"GET /0/public/Time?%zz=%ff&\xff HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET /%00%ff/../\xc3\x28 HTTP/1.1\r\nHost: \xff\r\n\r\n", b"OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n", b"CONNECT x:1 HTTP/1.1\r\nHost: x\r\n\r\n", b"GET // HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET /0/public/Time HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 200, b"GET /0/public/Time HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\n\r\n",
    b"POST /0/public/Time HTTP/1.1\r\nHost: x\r\nExpect: x\r\nContent-Length: 1\r\n\r\na", b"GET /v2 HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n",
    b"GET /v2 HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: \r\nSec-WebSocket-Version: 13\r\n\r\n",
    b"GET /v2 HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 8\r\n\r\n",
    b"GET /v2 HTTP/1.1\r\nHost: x\r\nUpgrade: h2c\r\nConnection: Upgrade\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n",
    b"POST /v2 HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n",
    b"GET /v2 HTTP/1.1\r\nHost: \xff\xfe\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n",
    b"GET /\xff\xfe HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n",
    b"GET HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\n\r\n", b"GET  HTTP/1.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key\r\n\r\n", b"a" * 100_000, b"\x00" * 5000, b"\r\n" * 20_000,
    b"GET /v2 HTTP/1.1\nHost: x\nUpgrade: websocket\nConnection: Upgrade\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\nSec-WebSocket-Version: 13\n\n",
)  # fmt: skip


def _random_port(server: Server, random: Random) -> int:
    return server.ports[random.choice(sorted(server.ports))]


def _ws_port(server: Server, random: Random) -> tuple[str, int]:
    role = random.choice(("public", "private", "private", "level3"))
    return role, server.ports[f"ws_{role}"]


def _look(data: bytes) -> None:
    if b"raceback" in data or b'File "/' in data or b"site-packages" in data:
        raise Wrong(f"an answer tells of our insides: {data[:600]!r}")


async def raw_bytes(server: Server, random: Random) -> None:
    """Bytes of no meaning, or HTTP as it should not be."""
    link = await Link.open(_random_port(server, random))
    try:
        for _ in range(random.choice((1, 1, 2, 4))):
            data = (
                random.randbytes(random.choice((1, 10, 200, 5000)))
                if random.random() < 0.25
                else random.choice(_BAD_HTTP)
            )
            data = mutated(random, data) if random.random() < 0.3 else data
            await link.send(data)
            _look(await link.read(0.1))
    finally:
        link.close(abrupt=random.random() < 0.5)


async def half_requests(server: Server, random: Random) -> None:
    """Requests that stop in the middle, byte by byte, or never go on."""
    link = await Link.open(_random_port(server, random))
    try:
        whole = (
            random.choice(_BAD_HTTP)
            if random.random() < 0.3
            else http("POST", "/0/private/Balance", b"nonce=1", "API-Key: x\r\n")
        )
        whole = whole[: random.randrange(1, min(len(whole), 300))]
        for at in range(0, len(whole), size := random.choice((1, 7, 300))):
            await link.send(whole[at : at + size])
            await asyncio.sleep(0.001)
        await asyncio.sleep(random.choice((0.0, 0.1, 1.0)))
        _look(await link.read(0.05))
    finally:
        link.close(abrupt=random.random() < 0.5)


async def many_connections(server: Server, random: Random) -> None:
    """Many at once, which go without a word."""
    _role, port = _ws_port(server, random)
    links = [
        await Link.open(port if random.random() < 0.8 else server.ports["rest"])
        for _ in range(random.choice((10, 40, 80)))
    ]
    try:
        for link in links:
            if random.random() < 0.7:
                await link.upgrade(random.choice(("/v2", "/", "/x")))
                if random.random() < 0.5:
                    await link.send(ws(b'{"method":"subscribe","params":{"channel":"ticker","symbol":["BTC/USD"]}}'))
    finally:
        for link in links:
            link.close(abrupt=random.random() < 0.7)


_SUBSCRIBE: Final = b'{"method":"subscribe","params":{"channel":"book","symbol":["BTC/USD"]},"req_id":7}'


async def bad_frames(server: Server, random: Random) -> None:
    """Frames against the WebSocket protocol itself."""
    _, port = _ws_port(server, random)
    link = await Link.open(port)
    try:
        if b" 101 " not in await link.upgrade(random.choice(("/v2", "/"))):
            return
        for _ in range(random.choice((1, 2, 5))):
            payload = random.choice((b"", b"x", _SUBSCRIBE, b"\xff\xfe", b"a" * 125, b"a" * 126, b"a" * 70_000))
            data = random.choice((
                lambda p: ws(p, mask=False),
                lambda p: ws(p, bits=random.choice((0x10, 0x20, 0x40, 0x70))),
                lambda p: ws(p, code=random.choice((3, 4, 5, 6, 7, 11, 12, 13, 14, 15))),
                lambda p: ws(p, code=0),
                lambda p: ws(p, code=0, fin=False),
                lambda p: ws(p, code=1, fin=False) + ws(p, code=1, fin=False),
                lambda p: ws(p, code=1, fin=False) + ws(p, code=2),
                lambda p: ws(p[:10], fin=False) + ws(b"ping", code=9) + ws(p[10:], code=0),
                lambda p: ws(p[:200], code=9),
                lambda p: ws(p[:200], code=10),
                lambda p: ws(p[:20], code=9, fin=False),
                lambda p: ws(p[:200], code=8),
                lambda _p: ws(b"\x03", code=8),
                lambda _p: ws(struct.pack(">H", random.choice((0, 999, 1004, 1005, 1006, 1015, 2999, 5000, 65535))) + b"\xff", code=8),
                lambda p: ws(p, size=random.choice((2**63, 2**64 - 1, 2**32, 2**31, 1_048_577, 100_000_000))),
                lambda p: ws(p, code=2),
                lambda p: b"".join(ws(p[at : at + 1], code=1 if at == 0 else 0, fin=at == len(p) - 1) for at in range(min(len(p), 300))),
                lambda _p: ws(b"x" * 1_048_577),
                lambda _p: b"".join(ws(b"y" * 60_000, code=0 if at else 1, fin=False) for at in range(20)),
                lambda _p: ws(b"", code=9) * 2000,
                lambda p: random.randbytes(50) + p,
                lambda p: mutated(random, ws(p)),
            ))(payload)  # fmt: skip
            for at in range(
                0, len(data), size := random.choice((1 << 20, 1 << 20, 1000 if len(data) < 50_000 else 1 << 20))
            ):
                await link.send(data[at : at + size])
            _look(await link.read(0.05))
    finally:
        link.close(abrupt=random.random() < 0.5)


async def conversation(server: Server, random: Random) -> None:
    """Frames made by the tables, on a real connection; each must be answered, and in form."""
    role, port = _ws_port(server, random)
    v2 = random.random() < 0.6 or role == "level3"
    link = await Link.open(port)
    try:
        if b" 101 " not in await link.upgrade("/v2" if v2 else "/"):
            return
        for number in range(random.choice((3, 10, 30))):
            dice = Dice(random.random())
            dice.kind = random.random() < 0.6
            place = Place(random.choice(SYMBOLS), random.choice(ACCOUNTS[:4]))
            frame = server.filled((v2_frame if v2 else v1_frame)(dice, place, role))
            frame = mutated(random, frame) if random.random() < 0.1 else frame
            cuts = sorted(random.randrange(len(frame) + 1) for _ in range(random.choice((0, 0, 0, 1, 3))))
            parts = [frame[low:high] for low, high in zip([0, *cuts], [*cuts, len(frame)], strict=True)]
            await link.send(b"".join(
                ws(part, code=0 if at else random.choice((1, 1, 2)), fin=at == len(parts) - 1) for at, part in enumerate(parts)
            ))  # fmt: skip
            if random.random() < 0.2 and not await _until_pong(link, number, v2=v2):
                return
    finally:
        link.close(abrupt=random.random() < 0.5)


async def _until_pong(link: Link, number: int, *, v2: bool) -> bool:
    """Ping, and look at all that comes before the pong; False where the connection is gone."""
    mark = 770_000 + number
    await link.send(ws(b'{"method":"ping","req_id":%d}' % mark if v2 else b'{"event":"ping","reqid":%d}' % mark))
    while (message := await link.message(ANSWER_S_MAX)) is not None:
        code, payload = message
        if code == 8:
            return False
        if code != 1:
            continue
        _look(payload)
        if v2 and not _garbling.on and _garbling.times == link.born:
            try:
                decode_strict(payload)
            except (RemoteError, AssertionError, ValueError) as error:
                raise Wrong(f"not strict: {error}: {payload[:400]!r}") from None
        if b"%d" % mark in payload:
            return True
    return False


async def slow_reader(server: Server, random: Random) -> None:
    """Subscribe to everything and read nothing."""
    links = []
    try:
        for _ in range(3):
            link = await Link.open(server.ports["ws_public"], buffer=2048)
            links.append(link)
            await link.upgrade("/v2")
            for channel in ("book", "trade", "ticker", "instrument"):
                symbols = json.dumps(list(SYMBOLS))
                depth = ',"depth":1000' if channel == "book" else ""
                listed = "" if channel == "instrument" else f',"symbol":{symbols}{depth}'
                for _ in range(random.choice((1, 30))):
                    for method in ("subscribe", "unsubscribe"):
                        await link.send(
                            ws(f'{{"method":"{method}","params":{{"channel":"{channel}"{listed}}}}}'.encode())
                        )
        await asyncio.sleep(random.choice((0.5, 3.0)))
    finally:
        for link in links:
            link.close(abrupt=True)


async def rest_calls(server: Server, random: Random) -> None:
    """Requests made by the tables, on one connection, now and then all at once."""
    link = await Link.open(server.ports["rest"])
    try:
        for _ in range(random.choice((1, 5, 20))):
            dice = Dice(random.random())
            dice.kind = random.random() < 0.6
            step = rest_step(dice)
            body = server.filled(step.body)
            headers = f"Content-Type: {step.content_type}\r\n"
            path = step.path or "/"
            if step.signer:
                key, secret = server.accounts[step.signer]
                nonce = re.search(rb'nonce(?:=|":)(\d+)', body)
                message = path.encode() + hashlib.sha256((nonce[1] if nonce else b"") + body).digest()
                sign = b64encode(hmac.digest(b64decode(secret), message, "sha512")).decode()
                headers += f"API-Key: {key}\r\nAPI-Sign: {sign if step.sign == 'good' else 'bad'}\r\n"
            query = server.filled(step.query.encode("utf-8", "replace")).decode("latin-1")
            target = path + (f"?{query}" if query else "")
            await link.send(http(step.method or "GET", target, body, headers))
            answer = await http_answer(link)
            if answer is None:
                return  # A fault dropped it, or the request was none: the watcher knows whether it lives.
            status, text = answer
            _look(text)
            if status == 200 and step.method != "HEAD" and text and text[:2] != b"PK":
                said = json.loads(text)
                if "ws_public" not in said and not isinstance(said.get("error"), list):
                    raise Wrong(f"no envelope: {text[:300]!r}")
                if path == "/0/private/GetWebSocketsToken" and said.get("result"):
                    server.tokens[step.signer] = said["result"]["token"]
    except ValueError as error:
        raise Wrong(f"REST answers no JSON: {error}") from error
    finally:
        link.close(abrupt=random.random() < 0.3)


_GARBLES: Final = re.compile(
    rb"corrupt|truncate|unknown_fields|delta_without|tiny_numbers|drop|duplicate|delay|stall|reorder|late|lost|close|silent"
)


@dataclass
class Garbling:
    """Whether faults that spoil frames may be on, and how often that began: a connection that saw it is not judged."""

    on: bool = False
    times: int = 0
    busy: int = 0  # Attacks that steer.
    calm: bool = False  # Nobody may steer now: the watcher does.


_garbling = Garbling()


async def control_calls(server: Server, random: Random) -> None:
    """Requests of the control API; faults come and go. The clock moves little: its jumps are the other mode's."""
    link = await Link.open(server.ports["control"])
    while _garbling.calm:
        await asyncio.sleep(0.05)
    _garbling.busy += 1
    try:
        for _ in range(random.choice((1, 4))):
            dice = Dice(random.random())
            dice.kind = random.random() < 0.5
            step = control_step(dice)
            if step.path.startswith("/clock"):
                continue
            if _GARBLES.search(step.body):
                _garbling.on, _garbling.times = True, _garbling.times + 1
            body = server.filled(step.body)
            await link.send(http(step.method or "GET", step.path, body))
            answer = await http_answer(link)
            if answer is None:
                return
            _look(answer[1])
            if answer[0] >= 500:
                raise Wrong(f"control answers {answer}")
    finally:
        _garbling.busy -= 1
        link.close()


async def pipelined(server: Server, random: Random) -> None:
    """Many requests at once on one connection, and gone before the answers."""
    link = await Link.open(server.ports[random.choice(("rest", "rest", "control"))])
    try:
        await link.send(http("GET", "/0/public/Depth?pair=XBTUSD&count=500") * random.choice((10, 200)))
        if random.random() < 0.5:
            _look(await link.read(0.2))
    finally:
        link.close(abrupt=True)


async def big_bodies(server: Server, random: Random) -> None:
    """Bodies at the limit and beyond it."""
    link = await Link.open(server.ports[random.choice(("rest", "control"))])
    try:
        size = random.choice((1_048_576, 1_048_577, 3_000_000))
        body = random.choice((b"[", b"a", b"&", b"a=1&", b'{"a":', b"9", b"\xff")) * size
        await link.send(
            http(
                "POST",
                random.choice(("/0/private/Balance", "/0/public/Time", "/faults")),
                body[:size],
                "API-Key: x\r\n",
            )
        )
        answer = await http_answer(link)
        if answer is not None:
            _look(answer[1])
    finally:
        link.close(abrupt=random.random() < 0.5)


Attack = Callable[[Server, Random], Awaitable[None]]
ATTACKS: Final[tuple[Attack, ...]] = (
    raw_bytes, raw_bytes, half_requests, many_connections, bad_frames, bad_frames, conversation, conversation, conversation,
    conversation, slow_reader, rest_calls, rest_calls, rest_calls, rest_calls, control_calls, pipelined, big_bodies,
)  # fmt: skip


def chosen(seed: int, number: int) -> tuple[Attack, Random]:
    """Return the attack of this number, and its chance."""
    random = Random(f"{seed}/{number}")
    return random.choice(ATTACKS), random


async def attack(server: Server, seed: int, number: int) -> str:
    """Do one; return its name. What the network refuses is no failure: the watcher knows whether the server lives."""
    one, random = chosen(seed, number)
    try:
        await asyncio.wait_for(one(server, random), ATTACK_S_MAX)
    except (TimeoutError, OSError, asyncio.IncompleteReadError):
        return f"{one.__name__} cut"
    return one.__name__


# -- Watching ------------------------------------------------------------------------------------------------


async def _ask(server: Server, port: str, request: bytes) -> Any:
    link = await Link.open(server.ports[port])
    try:
        await link.send(request)
        answer = await http_answer(link)
        if answer is None:
            raise Wrong(f"{port} does not answer within {ANSWER_S_MAX} s")
        return json.loads(answer[1]) if answer[1][:1] == b"{" else answer[1]
    finally:
        link.close()


async def set_right(server: Server) -> None:
    """Take all faults away, and open what was shut."""
    await _ask(server, "control", http("DELETE", "/faults"))
    for symbol, precisions in _PRECISIONS.items():
        body = json.dumps({"symbol": symbol, "status": "online", **precisions}).encode()
        await _ask(server, "control", http("POST", "/pairs", body))
    await _ask(server, "control", http("POST", "/system", b'{"status":"online"}'))
    await _ask(server, "control", http("POST", "/market", b'{"paused":false,"speed":1,"rate":50}'))


_PRECISIONS: Final = {
    "BTC/USD": {"price_precision": 1, "qty_precision": 8},
    "ETH/USD": {"price_precision": 2, "qty_precision": 8},
    "ETH/BTC": {"price_precision": 5, "qty_precision": 8},
    "DOGE/USD": {"price_precision": 7, "qty_precision": 8},
}


async def look_in(server: Server) -> None:
    """Insist that the server lives, says nothing on stderr and answers at every port."""
    if server.process.poll() is not None:
        raise Wrong(f"the server ended with {server.process.returncode}: {server.complaints()[:3000]}")
    if complaints := server.complaints():
        raise Wrong(f"stderr: {complaints[:3000]}")
    await _ask(server, "control", http("GET", "/state"))
    if await _ask(server, "rest", http("GET", "/fathom/venue")) is None:
        raise Wrong("REST does not answer")


async def market_moves(server: Server) -> None:
    """Set the venue right, and insist that the market goes on and every host greets. Nobody else steers meanwhile."""
    _garbling.calm = True
    try:
        while _garbling.busy:
            await asyncio.sleep(0.05)
        await set_right(server)
        _garbling.on = False
        before = (await _ask(server, "control", http("GET", "/state")))["market"]["acts"]
        for _ in range(50):
            await asyncio.sleep(0.1)
            if (await _ask(server, "control", http("GET", "/state")))["market"]["acts"] > before:
                break
        else:
            state = await _ask(server, "control", http("GET", "/state"))
            raise Wrong(f"the market stands still: {state['market']}, {state['system']}, {state['pairs']}")
        for port in ("ws_public", "ws_private", "ws_level3"):
            await _greeted(server, port)
    finally:
        _garbling.calm = False


async def _greeted(server: Server, port: str) -> None:
    link = await Link.open(server.ports[port])
    try:
        if b" 101 " not in await link.upgrade():
            raise Wrong(f"{port} does not greet")
        await link.send(ws(b'{"method":"ping","req_id":42}'))
        if not await _until_pong(link, 1, v2=True):
            raise Wrong(f"{port} does not answer")
    finally:
        link.close()


async def campaign(
    server: Server, seconds: float, seed: int, *, first: int, counts: Counter[str], recent: deque[int]
) -> None:
    """Attack for so long, some at once. Raises Wrong."""
    begun = said = calmed = time.monotonic()
    numbers, base_mib = itertools.count(first), server.resident_mib()
    await set_right(server)

    async def attacker() -> None:
        while time.monotonic() - begun < seconds:
            number = next(numbers)
            recent.append(number)
            try:
                counts[await attack(server, seed, number)] += 1
            except Wrong as wrong:
                raise Wrong(f"attack {number} ({chosen(seed, number)[0].__name__}): {wrong}") from None

    async def watcher() -> None:
        nonlocal said, calmed
        while time.monotonic() - begun < seconds:
            await asyncio.sleep(0.25)
            await look_in(server)
            now_mib = server.resident_mib()
            if now_mib > base_mib + MEMORY_GROWTH_MIB_MAX:
                raise Wrong(f"memory grew from {base_mib} to {now_mib} MiB")
            if time.monotonic() - calmed > FAULTS_EVERY_S:
                calmed = time.monotonic()
                await market_moves(server)
            if time.monotonic() - said > 30:
                said = time.monotonic()
                print(f"{said - begun:6.0f} s, {counts.total()} attacks, {now_mib} MiB", flush=True)

    try:
        async with asyncio.TaskGroup() as group:
            attackers = [group.create_task(attacker()) for _ in range(AT_ONCE)]
            await watcher()
            for one in attackers:
                one.cancel()
    except BaseExceptionGroup as several:
        raise several.exceptions[0] from None
    await market_moves(server)
    await look_in(server)


async def alone(seed: int, numbers: list[int]) -> tuple[int, str] | None:
    """Do recent attacks again, each alone and the newest first, on a server as new; return the first that shows something."""
    server = Server(seed)
    try:
        await set_right(server)
        for number in reversed(numbers):
            try:
                await attack(server, seed, number)
                await asyncio.sleep(0.1)
                await look_in(server)
            except (Wrong, OSError) as wrong:
                return number, str(wrong)
    finally:
        server.stop()
        server.errors.close()
    return None


def fuzz_sockets(seconds: float, seed: int, *, first: int = 0, keep_going: bool = False) -> int:
    """Run for so long, or until something is wrong; return the exit code."""
    begun, failures = time.monotonic(), Counter[str]()
    counts: Counter[str] = Counter()
    while (left := seconds - (time.monotonic() - begun)) > 0:
        server, recent = Server(seed), deque[int](maxlen=RECENT)
        try:
            asyncio.run(campaign(server, left, seed, first=first, counts=counts, recent=recent))
        except (Wrong, OSError) as wrong:
            name = re.sub(r"\d+", "0", str(wrong))[-200:]
            failures[name] += 1
            if failures[name] == 1:
                print(f"\n=== seed {seed}: {wrong}\n    the last attacks: {list(recent)}", flush=True)
                found = asyncio.run(alone(seed, list(recent)))
                if found is not None:
                    print(
                        f"    attack {found[0]} ({chosen(seed, found[0])[0].__name__}) shows it alone: {found[1][:3000]}",
                        flush=True,
                    )
            first = (max(recent) if recent else first) + 1
        finally:
            status = server.stop()
            said = server.complaints()
            server.errors.close()
        if status != 0 or (said and not failures):
            failures[f"ended with {status}"] += 1
            print(f"\n=== seed {seed}: Ctrl-C, and it ended with {status}: {said[:2000]}")
        if failures and not keep_going:
            return 1
    spent = time.monotonic() - begun
    print(
        f"{counts.total()} attacks, {counts.total() / spent:.0f} a second; failures: {dict(failures)}; {dict(counts)}"
    )
    return 1 if failures else 0
