"""A whole exchange in virtual time: its machine's clock, clients on wires of memory, signed calls, the control API."""

import json
from typing import Any
from urllib.parse import urlencode

from fathom.exchange import Exchange, Settings
from fathom.exchange.access import ApiKey, api_sign
from fathom.exchange.doors import HttpAnswer, HttpRequest, Role, Upgrade
from fathom.exchange.faults import read_fault
from fathom.protocol import parse_time

START_NS = parse_time("2026-01-05T12:00:00Z")
MACHINE_NS = 77_000_000_000  # The machine's clock is somewhere else.
SECOND_NS = 1_000_000_000
MS_NS = 1_000_000
PAIRS = ("BTC/USD", "ETH/USD")
PEER = "10.0.0.7"
HEARTBEAT = b'{"channel":"heartbeat"}'

Body = dict[str, Any]


class Stage:
    """One exchange, and the machine's time. Nobody trades but the clients, unless `market`."""

    def __init__(self, *faults: Body, recording: Any = None, **settings: Any) -> None:
        terms: Body = {"seed": 7, "start_ns": START_NS, "symbols": PAIRS, "market": False} | settings
        self.now_ns = MACHINE_NS
        self.exchange = Exchange(
            Settings(**terms),
            machine_ns=MACHINE_NS,
            faults=[read_fault(fault) for fault in faults],
            recording=recording,
        )
        self._nonce = 0

    @property
    def venue_ns(self) -> int:
        """What the venue's clock says now."""
        return self.exchange.clock.at(self.now_ns)

    def key(self, name: str = "alice") -> ApiKey:
        """Return an account's first key."""
        return next(key for key in self.exchange.samples if key.account == name)

    # -- Time ----------------------------------------------------------------------------------------------

    def run(self, seconds: float, *, every_ms: int = 50) -> None:
        """Let time pass, waking the exchange so often, and as often as it wants at the end."""
        end_ns = self.now_ns + int(seconds * SECOND_NS)
        due_ns = end_ns
        while self.now_ns < end_ns:
            self.now_ns = min(end_ns, self.now_ns + every_ms * MS_NS)
            due_ns = self.exchange.wake(self.now_ns)
        while due_ns <= self.now_ns:
            due_ns = self.exchange.wake(self.now_ns)

    # -- Doors ---------------------------------------------------------------------------------------------

    def connect(self, role: Role = "public", path: str = "/v2", *, host: str = "", peer: str = PEER) -> "Client":
        """Upgrade, and insist that it passes."""
        upgrade = Upgrade(role=role, path=path, host=host, peer=peer)
        refusal = self.exchange.refusal(upgrade, now_ns=self.now_ns)
        assert refusal is None, refusal
        return Client(self, upgrade)

    def refused(self, role: Role = "public", path: str = "/v2", *, host: str = "", peer: str = PEER) -> int | None:
        """Knock; return the status of the refusal, or None."""
        upgrade = Upgrade(role=role, path=path, host=host, peer=peer)
        refusal = self.exchange.refusal(upgrade, now_ns=self.now_ns)
        return None if refusal is None else refusal.status

    def send(self, method: str, path: str, **parts: Any) -> HttpAnswer:
        """Send one request to the REST port."""
        request = HttpRequest(method=method, path=path, peer=PEER, **parts)
        return self.exchange.answer(request, now_ns=self.now_ns)

    def public(self, method: str, **fields: object) -> Any:
        """Ask a public method that must answer; return its result."""
        body = json.loads(self.send("GET", f"/0/public/{method}", query=urlencode(fields)).body)
        assert body["error"] == [], body
        return body["result"]

    def private(self, method: str, *, name: str = "alice", **fields: object) -> Any:
        """Ask a private method that must answer, signed; return its result."""
        key = self.key(name)
        self._nonce += 1
        path, nonce = f"/0/private/{method}", str(self._nonce)
        content = urlencode({"nonce": nonce} | fields).encode()
        sign = api_sign(path, nonce=nonce, body=content, secret=key.secret)
        body = json.loads(self.send("POST", path, headers={"api-key": key.key, "api-sign": sign}, body=content).body)
        assert body["error"] == [], body
        return body["result"]

    def control(self, method: str, path: str, body: Any = None) -> tuple[int, Body]:
        """Ask the control API; return status and body. `body` is bytes, or what becomes JSON."""
        content = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        request = HttpRequest(method=method, path=path, body=content, peer=PEER)
        answer = self.exchange.control(request, now_ns=self.now_ns)
        return answer.status, json.loads(answer.body)

    def steer(self, method: str, path: str, body: Any = None) -> Body:
        """Ask the control API for what it must do."""
        status, answer = self.control(method, path, body)
        assert status == 200, answer
        return answer

    # -- Looking -------------------------------------------------------------------------------------------

    def trader(self, name: str = "alice") -> "Client":
        """Connect to the private host with a token of REST's; what was said until then is forgotten."""
        client = self.connect("private")
        client.token = self.private("GetWebSocketsToken", name=name)["token"]
        client.take()
        return client

    def state(self, name: str) -> Body:
        """Return an account as the control API shows it."""
        accounts = self.steer("GET", "/state")["accounts"]
        found: Body = next(account for account in accounts if account["name"] == name)
        return found


class Client:
    """One connection, from the far end of its wire."""

    def __init__(self, stage: Stage, upgrade: Upgrade) -> None:
        self._stage = stage
        self.sent: list[bytes] = []  # By the exchange, since the last `take`.
        self.closed_with: tuple[int, str] | None = None
        self.unread_bytes = 0
        self.token: str | None = None
        self.conversation = stage.exchange.open(upgrade, self, now_ns=stage.now_ns)

    # The wire.

    def send(self, frame: bytes) -> None:
        if self.closed_with is None:
            self.sent.append(frame)

    def close(self, code: int, reason: str = "") -> None:
        self.closed_with = self.closed_with or (code, reason)

    def backlog(self) -> int:
        return self.unread_bytes

    # The client.

    def say(self, frame: Any) -> list[Any]:
        """Send a frame, or what becomes one; return what came back."""
        self.take()
        content = frame if isinstance(frame, bytes) else json.dumps(frame).encode()
        self.conversation.received(content, now_ns=self._stage.now_ns)
        return self.take()

    def take(self) -> list[Any]:
        """Return the frames since the last look."""
        sent, self.sent = self.sent, []
        return [json.loads(frame) for frame in sent]

    def subscribe(self, channel: str, **params: Any) -> list[Any]:
        """Subscribe, with the token if there is one; return what came back."""
        if self.token is not None:
            params["token"] = self.token
        return self.say({"method": "subscribe", "params": {"channel": channel, **params}})

    def ask(self, method: str, **params: Any) -> tuple[Body, list[Body]]:
        """Do what an order method does; return its answer, which must be a success, and what it caused."""
        frames = self.say({"method": method, "params": {**params, "token": self.token}})
        (answer,) = (frame for frame in frames if frame.get("method") == method)
        assert answer["success"] is True, answer
        return answer["result"], [frame for frame in frames if frame is not answer]

    def leave(self) -> None:
        """Go away."""
        self.conversation.closed(now_ns=self._stage.now_ns)
