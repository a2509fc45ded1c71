"""A venue with its hub and keys, and v1 clients on lines of memory: what the tests of v1 stand on."""

from decimal import Decimal
from random import Random
from typing import Any

from msgspec import json

from fathom.exchange.access import ApiKey, Keyring, make_key_pair
from fathom.exchange.bank import Account, Bank, Refusal, Tier
from fathom.exchange.core import Ids, Order, Rules, Venue
from fathom.exchange.core.ticket import Ticket
from fathom.exchange.doors import Role
from fathom.exchange.feeds import Hub
from fathom.exchange.listing import Listing
from fathom.exchange.v1 import V1Session
from fathom.protocol import parse_time
from fathom.protocol.messages import OrderSide

START_NS = parse_time("2026-01-05T12:00:00Z")
SECOND_NS = 1_000_000_000
LOOK = frozenset({"query-funds", "query-open-trades", "query-closed-trades"})
TRADE = LOOK | {"modify-trades", "close-trades"}
SYMBOLS = ("BTC/USD", "ETH/USD", "ETH/BTC", "DOGE/USD")

Event = dict[str, Any]
Frame = Any  # An event, or an array of channel data.


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
    """Refuses what `errors` names."""

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
        self.rules = Rules(answer_first_share=1.0, limits=False) if rules is None else rules
        self.now_ns = START_NS
        self.listing = Listing.of(SYMBOLS)
        self.bank = Bank(self.listing, ids=Ids(seed))
        self.venue = Venue(self.listing, self.bank, seed=seed, now_ns=START_NS, rules=self.rules)
        self.hub = Hub(self.venue)
        self.keyring = Keyring(seed=seed, rules=self.rules)
        self.faults = Faults()
        self.random = Random(seed)
        self.house = self.bank.open_account("house", number="HOUSE", house=True)
        self._connections = 0

    def open_key(self, name: str, *, permissions: frozenset[str] = TRADE, tier: Tier = "pro") -> ApiKey:
        if name not in self.bank.accounts:
            account = self.bank.open_account(name, number=f"AA{name}", tier=tier)
            for asset, amount in (("USD", 100_000), ("BTC", 10), ("ETH", 50)):
                units = self.listing.asset(asset).units(Decimal(amount))
                self.bank.deposit(account, asset, units, now_ns=self.now_ns)
        key, secret = make_key_pair(self.random)
        return self.keyring.add(name, key=key, secret=secret, permissions=permissions, label=name, now_ns=self.now_ns)

    def token(self, name: str = "alice", **terms: Any) -> str:
        return self.keyring.make_token(self.open_key(name, **terms), now_ns=self.now_ns)

    def account(self, name: str = "alice") -> Account:
        return self.bank.accounts[name]

    def rest(self, side: OrderSide, qty: str, price: str, symbol: str = "BTC/USD") -> Order:
        """Let the house's order rest."""
        return self.place(self.house, symbol=symbol, side=side, order_type="limit", order_qty=qty, limit_price=price)

    def take(self, side: OrderSide, qty: str, symbol: str = "BTC/USD") -> Order:
        """Let the house trade."""
        return self.place(self.house, symbol=symbol, side=side, order_type="market", order_qty=qty)

    def place(self, account: Account, **terms: Any) -> Order:
        """Place an order past every door; numbers are texts."""
        read: dict[str, Any] = {
            name: Decimal(value) if name.endswith(("_qty", "_price")) else value for name, value in terms.items()
        }
        order = self.venue.add_order(account, Ticket(**read), now_ns=self.now_ns)
        assert not isinstance(order, Refusal), order
        self.hub.publish(now_ns=self.now_ns)
        return order

    def book(self) -> None:
        """Let a quiet book stand around 30,000, where it traded last."""
        self.rest("buy", "1", "29999.9")
        self.rest("buy", "2", "29990.0")
        self.rest("sell", "1.001", "30000.0")
        self.rest("sell", "2", "30010.0")
        self.take("buy", "0.001")

    def connect(self, role: Role = "public") -> "Client":
        self._connections += 1
        return Client(self, role, number=self._connections)

    def trader(self, name: str = "alice", **terms: Any) -> "Client":
        """Return a connection to the private host, with a token."""
        client = self.connect("private")
        client.token = self.token(name, **terms)
        client.frames()
        return client

    def advance(self, seconds: float) -> None:
        self.now_ns += int(seconds * SECOND_NS)
        self.venue.advance(self.now_ns)
        self.hub.publish(now_ns=self.now_ns)


class Client:
    """One connection."""

    def __init__(self, floor: Floor, role: Role, *, number: int) -> None:
        self.floor = floor
        self.line = MemoryLine()
        self.token: str | None = None
        self._read = 0
        self.session = V1Session(
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
        return [frame.decode() for _, frame in sent]

    def frames(self) -> list[Frame]:
        """Return the frames since the last look."""
        return [json.decode(text) for text in self.texts()]

    def say(self, frame: bytes) -> list[Frame]:
        """Send any bytes; return what came back."""
        self.frames()
        self.session.received(frame, now_ns=self.floor.now_ns)
        return self.frames()

    def ask(self, event: str, /, **fields: Any) -> list[Frame]:
        """Send an event, with the token where there is one; `close_ordertype` means close[ordertype]."""
        named = {f"close[{name[6:]}]" if name.startswith("close_") else name: value for name, value in fields.items()}
        if self.token is not None and event not in {"ping", "subscribe", "unsubscribe"}:
            named = {"token": self.token, **named}
        return self.say(json.encode({"event": event, **named}))

    def one(self, event: str, /, **fields: Any) -> Event:
        """Send an event that has one answer, and return it."""
        (answer,) = (frame for frame in self.ask(event, **fields) if isinstance(frame, dict))
        return answer

    def error(self, event: str, /, **fields: Any) -> str:
        """Send an event that is refused, and return why."""
        answer = self.one(event, **fields)
        assert answer["status"] == "error", answer
        error: str = answer["errorMessage"]
        return error

    def done(self, event: str, /, **fields: Any) -> Event:
        """Send an event that is done, and return its answer."""
        answer = self.one(event, **fields)
        assert answer["status"] == "ok", answer
        return answer

    def follow(self, name: str, *pairs: str, event: str = "subscribe", **options: Any) -> list[Frame]:
        """Subscribe; the token comes with a private channel."""
        subscription = {"name": name, **options}
        if not pairs and self.token is not None:
            subscription["token"] = self.token
        return self.ask(event, **({"pair": list(pairs)} if pairs else {}), subscription=subscription)

    def limit(self, side: str, volume: str, price: str, **fields: Any) -> str:
        """Place a limit order in XBT/USD; return its id."""
        terms = {"ordertype": "limit", "pair": "XBT/USD", "type": side, "volume": volume, "price": price}
        txid: str = self.done("addOrder", **{**terms, **fields})["txid"]
        return txid

    def wake(self) -> int | None:
        return self.session.wake(self.floor.now_ns)


def rows_of(frames: list[Frame], channel: str) -> list[Event]:
    """Return the rows of one private channel, each without its id, in the order in which they came."""
    return [row for frame in frames if channel_of(frame) == channel for named in frame[0] for row in named.values()]


def channel_of(frame: Frame) -> str | None:
    """Return the channelName of channel data; None of an event."""
    if not isinstance(frame, list):
        return None
    name: str = frame[1] if isinstance(frame[-1], dict) else frame[-2]
    return name
