"""A storm on the local exchange, in virtual time: every L2 and L3 frame it publishes goes through the kernel.

    python tools/storm.py --frames 1000000 --seed 1
    python tools/storm.py --frames 200000 --fault wrong_checksum     each planted one must be found, and nothing else
    python tools/storm.py --frames 200000 --fault lost_update        no wrong book may verify

Every pair at every depth of both channels. A lost update below the ten best levels shows only once it matters: so
each book that verifies is held against the venue's own ten best, and one that mismatches is subscribed anew.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Final

from fathom.exchange import Exchange, FaultSpec, Rules, Settings
from fathom.kernel import MISMATCH, VERIFIED, FrameRefused, L2Book, L3Book
from fathom.protocol import Conversation, HttpAnswer, Role, Upgrade

PAIRS: Final = ("BTC/USD", "ETH/USD", "ETH/BTC", "DOGE/USD", "EUR/USD", "SHIB/USD")
L2_DEPTHS: Final = (10, 25, 100, 500, 1000)
L3_DEPTHS: Final = (10, 100, 1000)
START_NS: Final = 1_767_225_600_000_000_000  # 2026-01-01
STEP_NS: Final = 20_000_000
RATE: Final = 2_000.0
SHARE: Final = 0.001  # Of the frames, where faults are planted.


@dataclass
class Tally:
    """What the kernel said, by channel and depth; `flawed` counts frames after which a book was not verified."""

    verified: Counter[str] = field(default_factory=Counter)
    flawed: Counter[str] = field(default_factory=Counter)
    snapshots: int = 0

    @property
    def frames(self) -> int:
        """How many book frames there were."""
        return self.verified.total() + self.flawed.total()


class Watcher:
    """One connection with one depth: books by symbol, each frame applied to its book as it comes."""

    def __init__(
        self, exchange: Exchange, *, channel: str, depth: int, token: str, tally: Tally, fault: str | None
    ) -> None:
        self.exchange, self.channel, self.depth, self.token, self.tally = exchange, channel, depth, token, tally
        self.fault = fault
        self.books: dict[bytes, L2Book | L3Book] = {}
        self.broken: list[str] = []
        self.conversation: Conversation | None = None
        self.now_ns = 0

    def begin(self, now_ns: int) -> None:
        """Connect and subscribe to every pair."""
        role: Role = "level3" if self.channel == "level3" else "public"
        opened = self.exchange.open(Upgrade(role=role, path="/v2"), self, now_ns=now_ns)
        assert not isinstance(opened, HttpAnswer)
        self.conversation = opened
        self.ask("subscribe", list(PAIRS), now_ns)

    def ask(self, method: str, symbols: list[str], now_ns: int) -> None:
        """Subscribe or unsubscribe."""
        params = {"channel": self.channel, "symbol": symbols, "depth": self.depth, "token": self.token}
        assert self.conversation is not None
        self.conversation.received(json.dumps({"method": method, "params": params}).encode(), now_ns=now_ns)

    def send(self, frame: bytes) -> None:
        """Take a frame from the exchange."""
        if not frame.startswith(b'{"channel":"%s"' % self.channel.encode()):
            assert b'"success":false' not in frame, frame
            return
        symbol = frame[(start := frame.index(b'"symbol":"') + 10) : frame.index(b'"', start)]
        snapshot = b'"type":"snapshot"' in frame[:60]
        if snapshot:
            pair = self.exchange.listing.pair(symbol.decode())
            assert pair is not None
            make = L3Book if self.channel == "level3" else L2Book
            self.books[symbol] = make(self.depth, pair.price_precision, pair.qty_precision)
            self.tally.snapshots += 1
        book = self.books.get(symbol)
        if book is None:  # It is being subscribed anew.
            return
        where = f"{self.channel} {self.depth}"
        try:
            verdict = book.apply(frame)
        except FrameRefused as refused:
            raise SystemExit(f"refused: {refused}: {frame[:300]!r}") from None
        if verdict == VERIFIED:
            self.tally.verified[where] += 1
            if self.fault == "lost_update":
                self.compare(symbol.decode(), book)
            return
        assert verdict == MISMATCH, verdict
        self.tally.flawed[where] += 1
        if self.fault == "lost_update":  # A wrong number alone leaves the book as it should be.
            del self.books[symbol]
            self.broken.append(symbol.decode())

    def compare(self, symbol: str, book: L2Book | L3Book) -> None:
        """Insist that the book's ten best levels are the venue's."""
        market = self.exchange.venue.markets[symbol]
        for side, levels in ((market.bids, book.bids(10)), (market.asks, book.asks(10))):
            if [tuple(level[:2]) for level in levels] != side.levels(10):
                raise SystemExit(f"{self.channel} {self.depth} {symbol} verified, but is not the venue's: {levels}")

    def mend(self, now_ns: int) -> None:
        """Subscribe anew to what broke."""
        broken, self.broken = self.broken, []
        for symbol in broken:
            self.ask("unsubscribe", [symbol], now_ns)
            self.ask("subscribe", [symbol], now_ns)

    def close(self, code: int, reason: str = "") -> None:
        """Be closed by the exchange, which no storm is a reason for."""
        raise SystemExit(f"closed with {code} {reason}")

    def backlog(self) -> int:
        """Nothing waits here."""
        return 0


def storm(*, frames: int, seed: int, fault: str | None = None, told: bool = False) -> tuple[Tally, int]:
    """Run until so many book frames were seen. Return what the kernel said, and how many faults were planted."""
    settings = Settings(seed=seed, start_ns=START_NS, symbols=PAIRS, rate=RATE, rules=Rules(limits=False))
    faults = [
        FaultSpec(kind=fault, channel=channel, share=SHARE) for channel in ("book", "level3") if fault is not None
    ]
    exchange = Exchange(settings, machine_ns=START_NS, faults=faults)
    key = exchange.samples[0]
    tally = Tally()
    now_ns = START_NS
    watchers = [
        Watcher(exchange, channel=channel, depth=depth, token=token, tally=tally, fault=fault)
        for channel, depths in (("book", L2_DEPTHS), ("level3", L3_DEPTHS))
        for depth in depths
        for token in [exchange.keyring.make_token(key, now_ns=now_ns)]
    ]
    for watcher in watchers:
        watcher.begin(now_ns)
    begun_s, next_told = time.monotonic(), 0
    while tally.frames < frames:
        now_ns += STEP_NS
        exchange.wake(now_ns)
        for watcher in watchers:
            watcher.mend(now_ns)
            assert watcher.conversation is not None
            watcher.conversation.alive(now_ns=now_ns)
        if told and tally.frames >= next_told:
            next_told += frames // 10
            sys.stderr.write(f"{tally.frames:>9,} frames, {time.monotonic() - begun_s:.0f} s\n")
    exchange.bank.check()
    return tally, sum(exchange.faults.counts().values())


def main() -> int:
    """Run as asked; the exit status is 0 only where nothing mismatched that should not have."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--frames", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--fault", choices=("wrong_checksum", "lost_update"))
    asked = parser.parse_args()
    begun_s = time.monotonic()
    tally, planted = storm(frames=asked.frames, seed=asked.seed, fault=asked.fault, told=True)
    for where in sorted(tally.verified | tally.flawed):
        sys.stdout.write(f"{where:>12}: {tally.verified[where]:>9,} verified, {tally.flawed[where]:>6,} mismatched\n")
    spent_s = time.monotonic() - begun_s
    sys.stdout.write(f"{tally.frames:,} frames in {spent_s:.0f} s, {tally.snapshots:,} snapshots; planted: {planted}\n")
    found = tally.flawed.total()
    return 0 if (found == planted if asked.fault != "lost_update" else 0 < found <= planted) else 1


if __name__ == "__main__":
    sys.exit(main())
