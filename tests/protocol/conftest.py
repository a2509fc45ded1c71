"""A session with a clock beside it, and what a venue would answer it: nothing but lists of frames."""

import json
from collections.abc import Callable, Mapping
from random import Random
from typing import Any, Final

import pytest

from fathom.protocol.messages import AddOrder, AddOrderParams, Message, Token
from fathom.protocol.session.events import Told
from fathom.protocol.session.session import Session
from fathom.protocol.session.subscription import Key
from fathom.protocol.times import SECOND_NS
from recorded import FIXTURES

T0: Final = 1_700_000_000 * SECOND_NS
TOKEN: Final = Token("WW91IHNob3VsZCBub3QgcmVhZCB0aGlz")
TIMES: Final = {"time_in": "2026-01-02T03:04:05.000001Z", "time_out": "2026-01-02T03:04:05.000002Z"}
STATUS: Final = (
    b'{"channel":"status","type":"update","data":[{"system":"online","connection_id":18125794168470749634}]}'
)
HEARTBEAT: Final = b'{"channel":"heartbeat"}'


def recorded(test: str) -> bytes:
    for line in (FIXTURES / "kraken-async-rs" / "ws-v2-messages.jsonl").read_text().splitlines():
        if f'"test":"{test}"' in line:
            return line.partition('"text":')[2].removesuffix("}").encode()
    raise KeyError(test)


# Real, of 2024 (kraken-async-rs, MIT).
TICKER: Final = (
    b'{"channel":"ticker","type":"snapshot","data":[{"symbol":"BTC/USD","bid":65972.8,"bid_qty":0.10000000,"ask":65972.9,'
    b'"ask_qty":39.67506683,"last":65972.9,"volume":4216.61829370,"vwap":64275.2,"low":61325.4,"high":66450.0,'
    b'"change":4412.1,"change_pct":7.17}]}'
)

# -- What a venue answers ----------------------------------------------------------------------------------------


def granted(frame: bytes, **more: object) -> list[bytes]:
    """One answer a symbol, keys in alphabetical order as Kraken writes them."""
    request = json.loads(frame)
    params = {name: value for name, value in request["params"].items() if name not in ("symbol", "token")}
    rows = [{"symbol": symbol} for symbol in request["params"].get("symbol", [])] or [{}]
    return [answer(request, result=params | row | more, success=True) for row in rows]


def answer(request: Mapping[str, Any], **fields: object) -> bytes:
    reply = {"method": request["method"], "req_id": request["req_id"], **fields, **TIMES}
    return json.dumps(reply, sort_keys=True, separators=(",", ":")).encode()


def refused(frame: bytes, error: str, *, symbol: str | None = None, method: str | None = None) -> bytes:
    request = json.loads(frame)
    more = {} if symbol is None else {"symbol": symbol}
    return answer(request | {"method": method or request["method"]}, error=error, success=False, **more)


def pong(frame: bytes) -> bytes:
    return json.dumps({"method": "pong", "req_id": json.loads(frame)["req_id"], **TIMES}).encode()


def book(symbol: str, kind: str = "snapshot", channel: str = "book") -> bytes:
    row = {"symbol": symbol, "bids": [], "asks": [], "checksum": 0}
    return json.dumps({"channel": channel, "type": kind, "data": [row]}).encode()


def balances(sequence: int, kind: str = "update") -> bytes:
    return json.dumps({"channel": "balances", "type": kind, "data": [], "sequence": sequence}).encode()


def executions(sequence: int, kind: str = "update") -> bytes:
    return json.dumps({"channel": "executions", "type": kind, "data": [], "sequence": sequence}).encode()


def order() -> AddOrder:
    return AddOrder(params=AddOrderParams(order_type="market", side="buy", symbol="BTC/USD"))


# -- A session with a clock beside it ----------------------------------------------------------------------------


class Talk:
    """The tests reach all of this module through this class, which the fixture `talks` gives them."""

    T0, TOKEN, STATUS, HEARTBEAT, TICKER = T0, TOKEN, STATUS, HEARTBEAT, TICKER
    recorded = staticmethod(recorded)
    granted = staticmethod(granted)
    answer = staticmethod(answer)
    refused = staticmethod(refused)
    pong = staticmethod(pong)
    book = staticmethod(book)
    balances = staticmethod(balances)
    executions = staticmethod(executions)
    order = staticmethod(order)

    def __init__(self, **options: Any) -> None:
        self.session = Session(rng=Random(7), **options)
        self.now_ns = T0
        self.said: list[Message | Told] = []

    def open(self, token: Token | None = TOKEN) -> "Talk":
        self.session.opened(now_ns=self.now_ns, token=token)
        return self.hear(STATUS)

    def hear(self, *frames: bytes) -> "Talk":
        for frame in frames:
            self.said += self.session.receive(frame, now_ns=self.now_ns)
        return self

    def want(self, *wishes: Any) -> "Talk":
        for wish in wishes:
            self.said += self.session.want(wish, now_ns=self.now_ns)
        return self

    def close(self) -> "Talk":
        self.said += self.session.closed(now_ns=self.now_ns, reason="test")
        return self

    def sent(self) -> list[bytes]:
        return self.session.take_outbox()

    def asked(self) -> list[bytes]:
        """Answer the pings; return the rest."""
        frames = self.sent()
        self.hear(*(pong(frame) for frame in frames if b'"ping"' in frame))
        return [frame for frame in frames if b'"ping"' not in frame]

    def grant(self) -> "Talk":
        """Answer everything that is asked with yes, snapshots of books included."""
        while frames := self.sent():
            for frame in frames:
                self.grant_one(frame)
        return self

    def grant_one(self, frame: bytes) -> None:
        request = json.loads(frame)
        if request["method"] == "ping":
            self.hear(pong(frame))
            return
        self.hear(*granted(frame))
        params = request["params"]
        if request["method"] == "subscribe":
            if params["channel"] in ("book", "level3"):
                self.hear(*(book(symbol, channel=params["channel"]) for symbol in params["symbol"]))
            if params["channel"] == "ticker":
                self.hear(*(TICKER.replace(b"BTC/USD", symbol.encode()) for symbol in params["symbol"]))
            if params["channel"] in ("balances", "executions"):
                self.hear({"balances": balances, "executions": executions}[params["channel"]](1, "snapshot"))

    def pass_ns(
        self,
        duration_ns: int,
        *,
        heartbeats: bool = True,
        answering: bool = False,
        each: Callable[[], None] | None = None,
    ) -> "Talk":
        """Let time pass, waking the session whenever it asks to be; the deadline must always move on."""
        end_ns = self.now_ns + duration_ns
        while self.now_ns < end_ns:
            due_ns = self.session.deadline_ns
            step_ns = self.now_ns + SECOND_NS if heartbeats else end_ns
            self.now_ns = min(end_ns, step_ns if due_ns is None else max(self.now_ns, min(due_ns, step_ns)))
            if due_ns is not None and due_ns <= self.now_ns:
                self.said += self.session.wake(now_ns=self.now_ns)
                after_ns = self.session.deadline_ns
                assert after_ns is None or after_ns > self.now_ns
            if heartbeats:
                self.hear(HEARTBEAT)
            if answering:
                self.grant()
            if each is not None:
                each()
        return self

    def told(self, *kinds: type) -> list[Any]:
        """Take out what was said of these kinds."""
        picked = [one for one in self.said if isinstance(one, kinds)]
        self.said.clear()
        return picked

    def state(self, channel: str, symbol: str = "", interval: int = 0) -> str | None:
        return self.session.subscription_states().get(Key(channel, symbol, interval))


@pytest.fixture
def talks() -> type[Talk]:
    """Return the class: a test opens as many talks as it likes."""
    return Talk
