"""Frames for the firehose: what the local exchange sent of `book` in virtual time, with every checksum right.

A reel is a snapshot a pair, then the updates of all pairs as they came, then one update a pair that leads back to its
snapshot. So it goes round and round, and no client need know what a second snapshot means: python-kraken-sdk does not.

Imports: fathom.exchange. Imported by: firehose.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from fathom.exchange import Exchange, Rules, Settings
from fathom.protocol import HttpAnswer, Upgrade

SYMBOLS = (
    "BTC/USD", "ETH/USD", "SOL/USD", "XRP/USD", "ADA/USD", "DOGE/USD", "LTC/USD", "DOT/USD", "ETH/BTC", "LINK/USD",
)  # fmt: skip
DEPTHS = (10, 100)
START_NS = 1_767_225_600_000_000_000  # 2026-01-01
STEP_NS = 20_000_000
RATE = 2_000.0  # Acts of the market a second of its time; it is over in less of ours.


@dataclass
class Reel:
    """What one subscriber of every pair heard at one depth."""

    snapshots: dict[str, bytes] = field(default_factory=dict)
    updates: list[tuple[str, bytes]] = field(default_factory=list)


@dataclass
class Film:
    """All that the firehose says: its greeting, the pairs' rules, and a reel a depth."""

    status: bytes = b""
    instrument: bytes = b""
    reels: dict[int, Reel] = field(default_factory=dict)


class Listener:
    """One connection to the exchange, in memory; every frame of a book goes to the reel."""

    def __init__(self, exchange: Exchange, reel: Reel) -> None:
        self.reel = reel
        self.others: dict[str, bytes] = {}
        opened = exchange.open(Upgrade(role="public", path="/v2"), self, now_ns=START_NS)
        assert not isinstance(opened, HttpAnswer)
        self.conversation = opened

    def subscribe(self, **params: object) -> None:
        """Ask for a channel."""
        frame = json.dumps({"method": "subscribe", "params": params}).encode()
        self.conversation.received(frame, now_ns=START_NS)

    def send(self, frame: bytes) -> None:
        """Take a frame from the exchange."""
        if not frame.startswith(b'{"channel":"book",'):
            message = json.loads(frame)
            if message.get("channel", "heartbeat") != "heartbeat":
                self.others[message["channel"]] = frame
            return
        symbol = frame[(begin := frame.index(b'"symbol":"') + 10) : frame.index(b'"', begin)].decode()
        if b'"type":"snapshot"' in frame[:64]:
            self.reel.snapshots[symbol] = frame
        else:
            self.reel.updates.append((symbol, frame))

    def close(self, code: int, reason: str = "") -> None:
        """Be closed by the exchange, which has no reason to."""
        raise AssertionError(f"closed with {code} {reason}")

    def backlog(self) -> int:
        """Nothing waits here."""
        return 0


def shoot(*, updates: int, seed: int = 1, depths: tuple[int, ...] = DEPTHS) -> Film:
    """Let the market live until every depth has so many updates."""
    settings = Settings(seed=seed, start_ns=START_NS, symbols=SYMBOLS, rate=RATE, rules=Rules(limits=False))
    exchange = Exchange(settings, machine_ns=START_NS)
    film = Film(reels={depth: Reel() for depth in depths})
    listeners = [Listener(exchange, reel) for reel in film.reels.values()]
    listeners[0].subscribe(channel="instrument")
    film.status, film.instrument = (listeners[0].others[name] for name in ("status", "instrument"))
    for listener, depth in zip(listeners, depths, strict=True):
        listener.subscribe(channel="book", symbol=list(SYMBOLS), depth=depth)
    now_ns = START_NS
    while any(len(reel.updates) < updates for reel in film.reels.values()):
        now_ns += STEP_NS
        exchange.wake(now_ns)
        for listener in listeners:
            listener.conversation.alive(now_ns=now_ns)
    for depth, reel in film.reels.items():
        del reel.updates[updates:]
        reel.updates += [(symbol, way_back(reel, symbol, depth=depth)) for symbol in SYMBOLS]
    return film


def way_back(reel: Reel, symbol: str, *, depth: int) -> bytes:
    """Return the update that leads from the end of a reel to a pair's snapshot. Deletions come first."""
    begin = data_of(reel.snapshots[symbol])
    last = begin
    books = {side: levels_of(begin[side]) for side in ("bids", "asks")}
    for last in (data_of(frame) for name, frame in reel.updates if name == symbol):
        for side, levels in books.items():
            levels.update(levels_of(last[side]))
            kept = sorted((price for price in levels if Decimal(levels[price])), key=Decimal, reverse=side == "bids")
            books[side] = {price: levels[price] for price in kept[:depth]}
    sides = []
    for side, levels in books.items():
        first = levels_of(begin[side])
        gone = [(price, f"{Decimal(qty) * 0:f}") for price, qty in levels.items() if price not in first]
        back = [(price, qty) for price, qty in first.items() if levels.get(price) != qty]
        told = ",".join(f'{{"price":{price},"qty":{qty}}}' for price, qty in (*gone, *back))
        sides.append(f'"{side}":[{told}]')
    rest = f'"checksum":{begin["checksum"]},"timestamp":"{last["timestamp"]}"'
    text = f'{{"channel":"book","type":"update","data":[{{"symbol":"{symbol}",{",".join(sides)},{rest}}}]}}'
    return text.encode()


def data_of(frame: bytes) -> dict[str, Any]:
    """Return the one book of a frame, its numbers as they are written."""
    found: dict[str, Any] = json.loads(frame, parse_float=str)["data"][0]
    return found


def levels_of(levels: Iterable[dict[str, str]]) -> dict[str, str]:
    """Return quantities by price."""
    return {level["price"]: level["qty"] for level in levels}
