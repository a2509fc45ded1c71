"""Seeded level 2 streams: a venue with more levels than anyone subscribes to, told as `book` frames.

The venue keeps each side as a sorted list and knows what a subscriber sees, so it tells levels that come back into
scope, tells nothing of those that fall out, and its checksums are right by construction. It shares no code with the
kernel. Wire layout: websocket-v2.md 3 and 6.2; where changes happen follows a real capture of ten pairs
(half of all changes within the three best levels, 95 % within the twenty best).

Pure. Imports: nothing of fathom. Imported by: l2, engine.
"""

import math
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random
from zlib import crc32

SYMBOL = "BTC/USD"
PRICE_PRECISION = 1
QTY_PRECISION = 8
MID_TICKS = 650_000
START_NS = 1_746_523_046_208_075_000  # 2025-05-06T09:17:26.208075Z
CHECKED_LEVELS = 10
SPARE_LEVELS = 60  # What the venue has below the deepest level that a subscriber sees.
GAP_TICKS_MAX = 40
SPREAD_TICKS_MAX = 50  # Wider than this the next change narrows it.
NEAR_TOP = 0.15  # Geometric: the chance of each rank to be the one, seen from the top.
ANYWHERE = 0.04  # The share of changes that fall on any rank alike.


@dataclass(frozen=True)
class Feed:
    """What one subscription hears: a snapshot, then updates. `depth` is in levels a side."""

    symbol: str
    price_precision: int
    qty_precision: int
    depth: int
    snapshot: bytes
    updates: list[bytes]


class VenueSide:
    """One side of the venue's book. A level's key is its price in ticks, negated for bids: the best key is least."""

    def __init__(self, rng: Random, *, sign: int, best_ticks: int, depth: int) -> None:
        self._rng = rng
        self._sign = sign
        self._depth = depth
        self.keys = [sign * best_ticks]
        self.lots = {self.keys[0]: self._some_lots()}
        self._touched: dict[int, bool] = {}  # Key: whether it was there before.
        self._told: list[tuple[int, int]] = []
        self._deepen()
        self._deepest_seen = self.keys[depth - 1]

    def put(self, key: int, lots: int) -> None:
        """Set a level's quantity; 0 takes it away."""
        known = key in self.lots
        self._touched.setdefault(key, known)
        if lots:
            if not known:
                self.keys.insert(bisect_left(self.keys, key), key)
            self.lots[key] = lots
        elif known:
            del self.keys[bisect_left(self.keys, key)]
            del self.lots[key]

    def put_some(self, key: int) -> None:
        """Set a level to a quantity of the kind that real books hold."""
        self.put(key, self._some_lots())

    def delete(self, rank: int) -> None:
        """Take away the level at `rank`, 0 being the best."""
        self.put(self.keys[rank], 0)

    def change(self, *, barrier: int) -> None:
        """Change, insert or delete one level, most likely near the top. No key may come down to `barrier`."""
        rank = self._some_rank()
        draw = self._rng.random()
        low = self.keys[rank - 1] if rank else barrier
        high = self.keys[rank]
        if rank == 0:
            low = max(low, high - GAP_TICKS_MAX)
        if self.keys[0] - barrier > SPREAD_TICKS_MAX:
            self.put_some(self._rng.randrange(barrier + 1, self.keys[0]))
        elif draw < 0.5 or (draw < 0.75 and high - low < 2):
            self.put_some(high)
        elif draw < 0.75:
            self.put_some(self._rng.randrange(low + 1, high))
        else:
            self.delete(rank)

    def settle(self) -> None:
        """Note what a subscriber hears of all that changed since the last call: with it, any level that refills."""
        self._deepen()
        deepest = self.keys[self._depth - 1]
        told: list[tuple[int, int]] = []
        for key, known in self._touched.items():
            lots = self.lots.get(key, 0)
            if (lots and key <= deepest) or (not lots and known and key <= self._deepest_seen):
                told.append((key, lots))
        back = bisect_left(self.keys, self._deepest_seen + 1)
        told += [(key, self.lots[key]) for key in self.keys[back : self._depth] if key not in self._touched]
        self._touched.clear()
        self._deepest_seen = deepest
        self._told += [(key * self._sign, lots) for key, lots in told]

    def tell(self) -> list[tuple[int, int]]:
        """Return what a subscriber has not heard yet, as (price_ticks, qty_lots) in the order of the changes."""
        self.settle()
        told, self._told = self._told, []
        return told

    def best(self, count: int) -> list[tuple[int, int]]:
        """Return the `count` best levels as (price_ticks, qty_lots), best first."""
        return [(key * self._sign, self.lots[key]) for key in self.keys[:count]]

    def _deepen(self) -> None:
        while len(self.keys) < self._depth + SPARE_LEVELS:
            key = self.keys[-1] + self._rng.randint(1, GAP_TICKS_MAX)
            self.keys.append(key)
            self.lots[key] = self._some_lots()
        while len(self.keys) > self._depth + 2 * SPARE_LEVELS:
            del self.lots[self.keys.pop()]

    def _some_rank(self) -> int:
        if self._rng.random() < ANYWHERE:
            return self._rng.randrange(self._depth)
        rank = int(math.log(1.0 - self._rng.random()) / math.log(1.0 - NEAR_TOP))
        return min(rank, self._depth - 1)

    def _some_lots(self) -> int:
        return int(10 ** self._rng.uniform(4.0, 9.3))  # 0.0001 to 20 BTC.


class Venue:
    """Both sides of one pair's book, and the frames that tell of it."""

    def __init__(self, *, seed: int, depth: int, spread_ticks: int = 1) -> None:
        self.rng = Random(seed)
        self.depth = depth
        self.asks = VenueSide(self.rng, sign=1, best_ticks=MID_TICKS + spread_ticks, depth=depth)
        self.bids = VenueSide(self.rng, sign=-1, best_ticks=MID_TICKS, depth=depth)
        self.now_ns = START_NS

    def snapshot(self) -> bytes:
        """Return the frame that a new subscriber gets."""
        return self._frame("snapshot", bids=self.bids.best(self.depth), asks=self.asks.best(self.depth))

    def update(self) -> bytes | None:
        """Return the frame that tells what changed since the last one; None where nobody sees a change."""
        bids, asks = self.bids.tell(), self.asks.tell()
        if not bids and not asks:
            return None
        self.now_ns += self.rng.randrange(1_000, 20_000_000, 1_000)
        return self._frame("update", bids=bids, asks=asks)

    def updates(self, count: int) -> Iterator[bytes]:
        """Yield frames of one to three changes each, with the refills that those call for."""
        while count:
            one_side = self.rng.random() < 0.9
            buying = self.rng.random() < 0.5
            for _ in range(self.rng.choices((1, 2, 3), weights=(70, 22, 8))[0]):
                side, other = (self.bids, self.asks) if buying else (self.asks, self.bids)
                side.change(barrier=-other.keys[0])
                side.settle()  # Each change with its own refill: subscribers may cut after every entry.
                buying = buying if one_side else not buying
            if (frame := self.update()) is not None:
                yield frame
                count -= 1

    def checksum(self) -> int:
        """CRC-32 of the ten best levels, asks first (book-checksum.md 1)."""
        levels = self.asks.best(CHECKED_LEVELS) + self.bids.best(CHECKED_LEVELS)
        return crc32("".join(f"{price_ticks}{qty_lots}" for price_ticks, qty_lots in levels).encode())

    def _frame(self, kind: str, *, bids: list[tuple[int, int]], asks: list[tuple[int, int]]) -> bytes:
        return (
            f'{{"channel":"book","type":"{kind}","data":[{{"symbol":"{SYMBOL}","bids":[{_levels(bids)}],'
            f'"asks":[{_levels(asks)}],"checksum":{self.checksum()},"timestamp":"{time_text(self.now_ns)}"}}]}}'
        ).encode()


def realistic(*, depth: int, frames: int, seed: int = 7) -> Feed:
    """Return a feed of `frames` updates, most of them near the top."""
    venue = Venue(seed=seed, depth=depth)
    return _feed(venue, venue.snapshot(), venue.updates(frames))


def far_deletes(*, depth: int, frames: int, seed: int = 7) -> Feed:
    """Return a feed whose every update deletes one of the deepest tenth, and tells the level that refills it."""
    venue = Venue(seed=seed, depth=depth)

    def updates() -> Iterator[bytes]:
        for number in range(frames):
            _side(venue, number).delete(depth - 1 - venue.rng.randrange(max(1, depth // 10)))
            yield _told(venue)

    return _feed(venue, venue.snapshot(), updates())


def bottom_inserts(*, depth: int, frames: int, seed: int = 7) -> Feed:
    """Return a feed whose every update inserts a new deepest level, which pushes the old one out of scope."""
    venue = Venue(seed=seed, depth=depth)
    for side in (venue.bids, venue.asks):
        for key in side.keys[depth - 1 :]:  # Room for all of them, between the last two levels in scope.
            side.put(key + frames, side.lots[key])
            side.put(key, 0)
        side.tell()

    def updates() -> Iterator[bytes]:
        for number in range(frames):
            side = _side(venue, number)
            side.put_some(side.keys[depth - 1] - 1)
            yield _told(venue)

    return _feed(venue, venue.snapshot(), updates())


def new_bests(*, depth: int, frames: int, seed: int = 7) -> Feed:
    """Return a feed whose every update is a new best level, which pushes the deepest out of scope."""
    venue = Venue(seed=seed, depth=depth, spread_ticks=frames + 2)

    def updates() -> Iterator[bytes]:
        for number in range(frames):
            side = _side(venue, number)
            side.put_some(side.keys[0] - 1)
            yield _told(venue)

    return _feed(venue, venue.snapshot(), updates())


def best_deletes(*, depth: int, frames: int, seed: int = 7) -> Feed:
    """Return a feed whose every update deletes the best level, and tells the one that comes into scope."""
    venue = Venue(seed=seed, depth=depth)

    def updates() -> Iterator[bytes]:
        for number in range(frames):
            _side(venue, number).delete(0)
            yield _told(venue)

    return _feed(venue, venue.snapshot(), updates())


def snapshots(*, depth: int, frames: int, seed: int = 7) -> Feed:
    """Return a feed that hears its snapshot again and again."""
    venue = Venue(seed=seed, depth=depth)
    return _feed(venue, venue.snapshot(), [venue.snapshot()] * frames)


def time_text(time_ns: int, *, digits: int = 6) -> str:
    """Return the instant as Kraken writes it, with `digits` places of a second."""
    seconds, ns = divmod(time_ns, 1_000_000_000)
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%S}.{f'{ns:09d}'[:digits]}Z"


def number_text(units: int, *, precision: int) -> str:
    """Return `units` of 10^-precision as the wire has them: padded, without an exponent."""
    digits = f"{units:0{precision + 1}d}"
    return f"{digits[:-precision]}.{digits[-precision:]}"


def _side(venue: Venue, number: int) -> VenueSide:
    return venue.asks if number % 2 else venue.bids


def _told(venue: Venue) -> bytes:
    frame = venue.update()
    assert frame is not None
    return frame


def _feed(venue: Venue, snapshot: bytes, updates: Iterable[bytes]) -> Feed:
    return Feed(SYMBOL, PRICE_PRECISION, QTY_PRECISION, venue.depth, snapshot, list(updates))


def _levels(levels: list[tuple[int, int]]) -> str:
    return ",".join(
        f'{{"price":{number_text(price_ticks, precision=PRICE_PRECISION)},'
        f'"qty":{number_text(qty_lots, precision=QTY_PRECISION)}}}'
        for price_ticks, qty_lots in levels
    )
