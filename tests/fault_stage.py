"""What the tests of faults share: a wire that remembers, frames as the exchange sends them, a venue that is told."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from fathom.exchange.bank import Account
from fathom.exchange.faults import Faults, Line, read_fault
from fathom.exchange.listing import Listing, Pair

START_NS = 1_800_000_000_000_000_000
SECOND_NS = 1_000_000_000
PEER = "10.0.0.7"


@dataclass
class Socket:
    """The end of a line: what was sent, and how it was closed."""

    sent: list[bytes] = field(default_factory=list)
    closed: list[tuple[int, str]] = field(default_factory=list)
    unwritten: int = 0

    def send(self, frame: bytes) -> None:
        if not self.closed:
            self.sent.append(frame)

    def close(self, code: int, reason: str = "") -> None:
        self.closed.append((code, reason))

    def backlog(self) -> int:
        return self.unwritten

    def take(self) -> list[bytes]:
        sent, self.sent = self.sent, []
        return sent


@dataclass
class Bank:
    accounts: dict[str, Account]


class ToldVenue:
    """Remembers what faults do to it, and when."""

    def __init__(self) -> None:
        self.listing = Listing()
        self.bank = Bank({"alice": Account(name="alice", number="AA96N74GCGEFN8KI")})
        self.system: Any = "online"
        self.told: list[tuple[int, Any]] = []

    def set_system(self, status: Any, *, now_ns: int) -> None:
        self.system = status
        self.told.append((now_ns, status))

    def set_pair(self, pair: Pair, *, now_ns: int) -> None:
        self.listing.replace_pair(pair)
        self.told.append((now_ns, (pair.symbol, pair.status, pair.price_precision, pair.qty_precision)))

    def fire_switch(self, account: Account, *, now_ns: int) -> int:
        self.told.append((now_ns, (account.name, "switch")))
        return 0


def on(*tables: Mapping[str, Any], seed: int = 1) -> Faults:
    """Return faults that begin at START_NS."""
    return Faults([read_fault(table) for table in tables], seed=seed, now_ns=START_NS)


def opened(faults: Faults, *, role: str = "private", account: str | None = None) -> tuple[Line, Socket]:
    """Open one connection."""
    socket = Socket()
    line = faults.line(socket, role=role, peer=PEER)
    if account is not None:
        line.name_account(account)
    return line, socket


def book(number: int, *, symbol: str = "BTC/USD", kind: str = "update") -> bytes:
    """Return one frame of `book`; `number` tells it from others."""
    return (
        b'{"channel":"book","type":"%s","data":[{"symbol":"%s","bids":[{"price":97000.%d,"qty":0.00001000}],"asks":[],'
        b'"checksum":2439117%03d,"timestamp":"2026-09-22T10:33:05.709950Z"}]}'
        % (kind.encode(), symbol.encode(), number % 10, number)
    )


def executions(sequence: int, *rows: bytes, kind: str = "update") -> bytes:
    """Return one frame of `executions`."""
    return b'{"channel":"executions","type":"%s","data":[%s],"sequence":%d}' % (
        kind.encode(),
        b",".join(rows),
        sequence,
    )


def balances(sequence: int) -> bytes:
    """Return one frame of `balances`."""
    return (
        b'{"channel":"balances","type":"update","data":[{"asset":"USD","balance":500.0000}],"sequence":%d}' % sequence
    )


SNAPSHOT = (
    b'{"channel":"book","type":"snapshot","data":[{"symbol":"BTC/USD",'
    b'"bids":[{"price":97000.0,"qty":0.00001000},{"price":96999.9,"qty":1.50000000}],'
    b'"asks":[{"price":97000.1,"qty":0.20000000}],"checksum":304183004,"timestamp":"2026-09-22T10:33:05.709950Z"}]}'
)
# Its best bid at its best ask, and the checksum of that.
SNAPSHOT_CROSSED = SNAPSHOT.replace(b"97000.0", b"97000.1").replace(b"304183004", b"2001096090")
NEW = b'{"order_status":"new","exec_type":"new","order_id":"OK4GJX-KSTLS-7DZZO5"}'
FILL = (
    b'{"order_id":"OK4GJX-KSTLS-7DZZO5","cl_ord_id":"mine-1","exec_id":"TGBB7L-HT5LX-J3BZ4A","exec_type":"trade",'
    b'"trade_id":62887576,"symbol":"BTC/USD","side":"sell","last_qty":0.00500000,"last_price":26599.9,'
    b'"fees":[{"asset":"USD","qty":0.34580}]}'
)
FILL_BARE = FILL.replace(b'"cl_ord_id":"mine-1",', b"").replace(b'"symbol":"BTC/USD",', b"")
FILLED = b'{"order_status":"filled","exec_type":"filled","cum_qty":0.00500000,"order_id":"OK4GJX-KSTLS-7DZZO5"}'
TIMES = b'"time_in":"2026-09-22T10:33:05.709950Z","time_out":"2026-09-22T10:33:05.709950Z"'
ADDED = b'{"method":"add_order","req_id":7,"result":{"order_id":"OK4GJX-KSTLS-7DZZO5"},"success":true,%s}' % TIMES
ADDED_BUT = b'{"error":"EService:Unavailable","method":"add_order","req_id":7,"success":false,%s}' % TIMES
DENIED = b'{"error":"EOrder:Insufficient funds","method":"add_order","req_id":7,"success":false,%s}' % TIMES
PONG = b'{"method":"pong","req_id":8,%s}' % TIMES
HEARTBEAT = b'{"channel":"heartbeat"}'
EXTRA = b'"added_later":{"by":["kraken",2031],"rate":0.10,"flag":null}'

V1_BOOK = (
    b'[42,{"a":[["5541.30000","2.50700000","1534614248.456738"]]},'
    b'{"b":[["5541.30000","0.00000000","1534614335.345903"]],"c":"974942666"},"book-10","XBT/USD"]'
)
V1_BOOK_SNAPSHOT = b'[42,{"as":[["5541.30000","2.50700000","1534614248.456738"]],"bs":[]},"book-10","XBT/USD"]'
V1_TRADE = b'{"TDLH43-DVQXD-2KHVYY":{"cost":"1000.00000","ordertxid":"OQCLML-BW3P3-BUCMWZ","pair":"XBT/EUR"}}'
V1_ADDED = b'{"descr":"buy 0.01 XBTUSD @ limit 4000","event":"addOrderStatus","reqid":7,"status":"ok","txid":"ONPNXH"}'
V1_ADDED_BUT = b'{"errorMessage":"EService:Unavailable","event":"addOrderStatus","reqid":7,"status":"error"}'


def own_trades(sequence: int, *trades: bytes) -> bytes:
    """Return one frame of v1's `ownTrades`."""
    return b'[[%s],"ownTrades",{"sequence":%d}]' % (b",".join(trades), sequence)


def subscribed(channel: str, symbol: str) -> bytes:
    """Return the answer to a subscription."""
    return b'{"method":"subscribe","result":{"channel":"%s","snapshot":true,"symbol":"%s"},"success":true,%s}' % (
        channel.encode(),
        symbol.encode(),
        TIMES,
    )
