"""A venue with its hub and keys, and clients on lines of memory: what the tests of sessions stand on."""

from decimal import Decimal
from random import Random
from typing import Any

from msgspec import json

from fathom.exchange.access import ApiKey, Keyring, make_key_pair
from fathom.exchange.bank import Account, Bank, Refusal, Tier
from fathom.exchange.core import Ids, Rules, Venue
from fathom.exchange.core.ticket import Ticket
from fathom.exchange.doors import Role
from fathom.exchange.feeds import Hub
from fathom.exchange.listing import Listing
from fathom.exchange.sessions import V2Session
from fathom.protocol import decode_strict, parse_time
from fathom.protocol.messages import OrderSide

START_NS = parse_time("2026-01-05T12:00:00Z")
SECOND_NS = 1_000_000_000
LOOK = frozenset({"query-funds", "query-open-trades", "query-closed-trades"})
TRADE = LOOK | {"modify-trades", "close-trades"}

Frame = dict[str, Any]


class MemoryLine:
    """A line whose client reads everything, unless `backlog_bytes` says otherwise."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, bytes]] = []
        self.closed: tuple[int, str] | None = None
        self.backlog_bytes = 0
        self.account: str | None = None

    def send(self, frame: bytes, channel: str) -> None:
        assert self.closed is None, "sent after the close"
        self.sent.append((channel, frame))

    def close(self, code: int, reason: str = "") -> None:
        assert self.closed is None, "closed twice"
        self.closed = (code, reason)

    def backlog(self) -> int:
        return self.backlog_bytes

    def name_account(self, name: str) -> None:
        self.account = name


class Faults:
    """Refuses what `error` names."""

    def __init__(self) -> None:
        self.errors: dict[str, str] = {}
        self.offset_ns = 0

    def clock_offset_ns(self, now_ns: int) -> int:
        return self.offset_ns

    def request(self, kind: str, *, now_ns: int, account: str | None = None) -> str | None:
        return self.errors.get(kind)


class Floor:
    """The venue and all around it."""

    def __init__(self, *, rules: Rules | None = None, seed: int = 7) -> None:
        self.rules = Rules(answer_first_share=1.0) if rules is None else rules
        self.now_ns = START_NS
        self.listing = Listing.of(("BTC/USD", "ETH/USD", "ETH/BTC", "USDC/USD", "SHIB/USD"))
        self.bank = Bank(self.listing, ids=Ids(seed))
        self.venue = Venue(self.listing, self.bank, seed=seed, now_ns=START_NS, rules=self.rules)
        self.hub = Hub(self.venue)
        self.keyring = Keyring(seed=seed, rules=self.rules)
        self.faults = Faults()
        self.random = Random(seed)
        self.house = self.bank.open_account("house", number="AAHOUSE", house=True)
        self._connections = 0

    def open_key(
        self, name: str = "alice", *, permissions: frozenset[str] = TRADE, tier: Tier = "pro", usd: int = 100_000
    ) -> ApiKey:
        account = self.bank.accounts.get(name)
        if account is None:
            account = self.bank.open_account(name, number=f"AA{name}", tier=tier)
            self.bank.deposit(account, "USD", usd * 10_000, now_ns=self.now_ns)
            self.bank.deposit(account, "BTC", 2 * 10**10, now_ns=self.now_ns)
        key, secret = make_key_pair(self.random)
        return self.keyring.add(
            name, key=key, secret=secret, permissions=permissions, label=name, now_ns=self.now_ns
        )  # fmt: skip

    def token(self, name: str = "alice", **terms: Any) -> str:
        return self.keyring.make_token(self.open_key(name, **terms), now_ns=self.now_ns)

    def account(self, name: str = "alice") -> Account:
        return self.bank.accounts[name]

    def rest(self, side: OrderSide, qty: str, price: str, symbol: str = "BTC/USD") -> None:
        """Let the house's order rest."""
        ticket = Ticket(
            symbol=symbol, side=side, order_type="limit", order_qty=Decimal(qty), limit_price=Decimal(price)
        )
        order = self.venue.add_order(self.house, ticket, now_ns=self.now_ns)
        assert not isinstance(order, Refusal), order
        self.hub.publish(now_ns=self.now_ns)

    def connect(self, role: Role = "private") -> "Client":
        self._connections += 1
        return Client(self, role, number=self._connections)

    def advance(self, seconds: float) -> None:
        self.now_ns += int(seconds * SECOND_NS)
        self.venue.advance(self.now_ns)
        self.hub.publish(now_ns=self.now_ns)


class Client:
    """One connection. Every frame that it gets is decoded strictly."""

    def __init__(self, floor: Floor, role: Role, *, number: int) -> None:
        self.floor = floor
        self.line = MemoryLine()
        self.token: str | None = None
        self._read = 0
        self.session = V2Session(
            role,
            self.line,
            venue=floor.venue,
            hub=floor.hub,
            keyring=floor.keyring,
            rules=floor.rules,
            random=Random(f"session/{number}"),
            connection_id=2**63 + number,
            faults=floor.faults,
            now_ns=floor.now_ns,
        )

    def texts(self) -> list[str]:
        """Return the frames since the last look, as texts."""
        sent = self.line.sent[self._read :]
        self._read = len(self.line.sent)
        for _, frame in sent:
            decode_strict(frame)
        return [frame.decode() for _, frame in sent]

    def frames(self) -> list[Frame]:
        """Return the frames since the last look."""
        return [json.decode(text) for text in self.texts()]

    def say(self, frame: bytes) -> list[Frame]:
        """Send any bytes; return what came back."""
        self.frames()
        self.session.received(frame, now_ns=self.floor.now_ns)
        return self.frames()

    def ask(self, method: str, /, req_id: int | None = None, **params: Any) -> list[Frame]:
        """Send a request, with the token if there is one; return what came back."""
        if self.token is not None:
            params = {"token": self.token, **params}
        request: Frame = {"method": method, "params": params}
        if req_id is not None:
            request["req_id"] = req_id
        return self.say(json.encode(request))

    def one(self, method: str, /, req_id: int | None = None, **params: Any) -> Frame:
        """Send a request that has one answer, and return it."""
        (answer,) = (frame for frame in self.ask(method, req_id, **params) if "method" in frame)
        return answer

    def error(self, method: str, /, **params: Any) -> str:
        """Send a request that is refused, and return why."""
        answer = self.one(method, **params)
        assert answer["success"] is False, answer
        error: str = answer["error"]
        return error

    def result(self, method: str, /, **params: Any) -> Any:
        """Send a request that is done, and return its result."""
        answer = self.one(method, **params)
        assert answer["success"] is True, answer
        return answer["result"]

    def wake(self) -> int | None:
        return self.session.wake(self.floor.now_ns)


def trader(floor: Floor, name: str = "alice", **terms: Any) -> Client:
    """Return a connection to the private host, with a token."""
    client = floor.connect()
    client.token = floor.token(name, **terms)
    client.frames()
    return client
