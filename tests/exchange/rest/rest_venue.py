"""A venue with its hub and keys, and clients that sign what they ask of REST."""

import json
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import urlencode

from fathom.exchange.access import PERMISSIONS, ApiKey, Keyring, api_sign, make_key_pair
from fathom.exchange.bank import Account, Bank, Refusal
from fathom.exchange.core import Ids, Order, Rules, Ticket, Venue
from fathom.exchange.doors import HttpAnswer, HttpRequest
from fathom.exchange.feeds import Hub
from fathom.exchange.listing import Listing
from fathom.exchange.rest import RestDoor
from fathom.exchange.rest.methods import PUBLIC
from fathom.protocol import parse_time
from fathom.protocol.messages import OrderSide
from recorded import FIXTURES

START_NS = parse_time("2026-01-05T12:00:00Z")
SECOND_NS = 1_000_000_000
SYMBOLS = ("BTC/USD", "ETH/USD", "ETH/BTC", "DOGE/USD", "OMG/USD")
# The quiet book of BTC/USD: one order a level of the market's own.
BIDS = (("9999.9", "0.5"), ("9999.0", "1.2345"), ("9990.0", "3"))
ASKS = (("10000.1", "0.4"), ("10001.0", "2"), ("10010.0", "5"))

Body = dict[str, Any]


class Faults:
    """What goes wrong: nothing, unless a test says so."""

    def __init__(self) -> None:
        self.lag_ns = 0
        self.offset_ns = 0
        self.errors: dict[str, str] = {}
        self.asked: list[tuple[str, str | None]] = []
        self.answered: list[tuple[str, str | None]] = []
        self.dropped = False

    def request(self, kind: str, *, now_ns: int, account: str | None = None) -> str | None:
        """Return the error that a test planted."""
        self.asked.append((kind, account))
        return self.errors.get(kind)

    def answer(
        self, kind: str, answer: HttpAnswer, *, now_ns: int | None = None, account: str | None = None
    ) -> HttpAnswer:
        """Return the answer as it is, or drop it."""
        self.answered.append((kind, account))
        return HttpAnswer(drop=True) if self.dropped else answer

    def rest_lag_ns(self, now_ns: int) -> int:
        """Return the lag that a test planted."""
        return self.lag_ns

    def clock_offset_ns(self, now_ns: int) -> int:
        """Return the offset that a test planted."""
        return self.offset_ns


class RestVenue:
    """The venue and all around it; `ask` is alice's."""

    def __init__(self, rules: Rules | None = None, *, seed: int = 7) -> None:
        self.rules = Rules(limits=False) if rules is None else rules
        self.now_ns = START_NS
        self.listing = Listing.of(SYMBOLS)
        ids = Ids(seed)
        self.bank = Bank(self.listing, ids=ids)
        self.venue = Venue(self.listing, self.bank, seed=seed, now_ns=START_NS, rules=self.rules)
        self.hub = Hub(self.venue)
        self.keyring = Keyring(seed=seed, rules=self.rules)
        self.faults = Faults()
        self.door = RestDoor(
            venue=self.venue,
            hub=self.hub,
            keyring=self.keyring,
            rules=self.rules,
            faults=self.faults,
            started_ns=START_NS,
        )
        self._nonce = 0
        self.house = self.bank.open_account("house", number="HOUSE", house=True)
        self.alice = self.open("alice", {"USD": "100000", "BTC": "10"})
        self.bob = self.open("bob", {"USD": "100000", "BTC": "10"})
        for side, levels in (("buy", BIDS), ("sell", ASKS)):
            for price, qty in levels:
                self.rest(side, price, qty)

    # -- Money and keys ------------------------------------------------------------------------------------

    def open(self, name: str, funds: dict[str, str], permissions: frozenset[str] = frozenset(PERMISSIONS)) -> ApiKey:
        """Open an account with one key."""
        account = self.bank.open_account(name, number=f"AA{name.upper():0>14}"[:16])
        for asset, amount in funds.items():
            units = self.listing.asset(asset).units(Decimal(amount))
            self.bank.deposit(account, asset, units, now_ns=self.now_ns)
        key, secret = make_key_pair(Random(name))
        return self.keyring.add(
            name, key=key, secret=secret, permissions=permissions, label=f"{name}'s", now_ns=self.now_ns
        )

    def account(self, name: str = "alice") -> Account:
        """Return an account."""
        return self.bank.accounts[name]

    # -- The market ----------------------------------------------------------------------------------------

    def rest(self, side: str, price: str, qty: str, *, symbol: str = "BTC/USD") -> Order:
        """Place an order of the market's own."""
        return self.place(self.house, side, qty, price, symbol=symbol)

    def take(self, side: str, qty: str, *, symbol: str = "BTC/USD") -> Order:
        """Trade, as the market."""
        return self.place(self.house, side, qty, None, symbol=symbol)

    def place(self, account: Account, side: str, qty: str, price: str | None, *, symbol: str = "BTC/USD") -> Order:
        """Place a plain order of any account, past the door."""
        chosen: OrderSide = "buy" if side == "buy" else "sell"
        order = self.venue.add_order(
            account,
            Ticket(
                symbol=symbol,
                side=chosen,
                order_type="market" if price is None else "limit",
                order_qty=Decimal(qty),
                limit_price=None if price is None else Decimal(price),
            ),
            now_ns=self.now_ns,
        )
        assert not isinstance(order, Refusal), order
        self.hub.publish(now_ns=self.now_ns)
        return order

    def wait(self, seconds: float) -> None:
        """Let time pass."""
        self.now_ns += int(seconds * SECOND_NS)
        self.venue.advance(self.now_ns)
        self.hub.publish(now_ns=self.now_ns)

    # -- Asking --------------------------------------------------------------------------------------------

    def send(self, request: HttpRequest) -> HttpAnswer:
        """Send a request as it is."""
        answer = self.door.answer(request, now_ns=self.now_ns)
        self.hub.publish(now_ns=self.now_ns)
        return answer

    def public(self, method: str, /, **fields: object) -> Body:
        """Ask a public method; return the whole body."""
        request = HttpRequest(method="GET", path=f"/0/public/{method}", query=urlencode(fields), peer="1.2.3.4")
        return body_of(self.send(request))

    def signed(self, method: str, fields: Body, *, signer: ApiKey | None = None, as_json: bool = False) -> HttpRequest:
        """Return a signed request with the next nonce."""
        key = self.alice if signer is None else signer
        self._nonce += 1
        path, nonce = f"/0/private/{method}", str(self._nonce)
        fields = {"nonce": nonce} | fields
        body = json.dumps(fields).encode() if as_json else urlencode(fields).encode()
        return HttpRequest(
            method="POST",
            path=path,
            headers={
                "api-key": key.key,
                "api-sign": api_sign(path, nonce=nonce, body=body, secret=key.secret),
                "content-type": "application/json" if as_json else "application/x-www-form-urlencoded",
            },
            body=body,
            peer="1.2.3.4",
        )

    def private(self, method: str, /, *, signer: ApiKey | None = None, as_json: bool = False, **fields: Any) -> Body:
        """Ask a private method; return the whole body."""
        return body_of(self.send(self.signed(method, fields, signer=signer, as_json=as_json)))

    def ask(self, method: str, /, **fields: Any) -> Any:
        """Ask a method that must answer; return its result."""
        body = self.public(method, **fields) if method in PUBLIC else self.private(method, **fields)
        assert body["error"] == [], body
        return body["result"]

    def refusal(self, method: str, /, **fields: Any) -> str:
        """Ask a private method that must refuse; return its one error."""
        body = self.private(method, **fields)
        assert list(body) == ["error"], body
        (error,) = body["error"]
        assert isinstance(error, str)
        return error

    def limit(self, side: str, qty: str, price: str, **fields: Any) -> str:
        """Place a limit order of alice's over REST; return its id."""
        result = self.ask("AddOrder", pair="XBTUSD", type=side, ordertype="limit", volume=qty, price=price, **fields)
        (order_id,) = result["txid"]
        assert isinstance(order_id, str)
        return order_id


def body_of(answer: HttpAnswer) -> Body:
    """Return an answer's body, which must be of Kraken's form."""
    assert answer.status == 200
    assert answer.content_type == "application/json"
    body: Body = json.loads(answer.body)
    assert next(iter(body)) == "error"
    assert set(body) <= {"error", "result"}
    assert all(isinstance(error, str) for error in body["error"])
    return body


def fixture(*parts: str) -> Any:
    """Return a recorded answer's result."""
    path: Path = FIXTURES / "/".join(parts)
    text = path.read_text()
    if text[0] != "{":  # Three lines say what was asked.
        text = text[text.index("{") :]
    return json.loads(text)["result"]


def recorded_line(name: str, function: str) -> Any:
    """Return the result of one line of a file of recorded answers."""
    for line in (FIXTURES / f"kraken-async-rs/{name}").read_text().splitlines():
        entry = json.loads(line)
        if entry["fn"] == function:
            return entry["body"]["result"]
    raise KeyError(function)


def shape(value: Any) -> Any:
    """Return a value's form: keys and kinds, and of numbers in texts whether they have a point."""
    if isinstance(value, dict):
        return {key: shape(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [shape(inner) for inner in value]
    if isinstance(value, bool) or value is None:
        return type(value).__name__
    if isinstance(value, str):
        digits = value.lstrip("-").replace(".", "", 1)
        return ("decimal" if "." in value else "digits") if digits.isdigit() else "text"
    return "number"
