"""Seeded level 3 streams: a venue that keeps every order in its queue, told as `level3` frames.

Levels of one to six orders. A level that comes back into scope is told by `add` events with the ids that its orders
always had; nothing is told of what falls out (websocket-v2.md 7.3, book-checksum.md 4). Shares no code with the kernel.

Pure. Imports: streams. Imported by: l3.
"""

import math
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from random import Random
from zlib import crc32

from streams import (
    ANYWHERE,
    CHECKED_LEVELS,
    GAP_TICKS_MAX,
    MID_TICKS,
    NEAR_TOP,
    PRICE_PRECISION,
    QTY_PRECISION,
    SPARE_LEVELS,
    SPREAD_TICKS_MAX,
    START_NS,
    SYMBOL,
    Feed,
    number_text,
    time_text,
)

QUEUE_MAX = 6
ID_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"


@dataclass
class Order:
    """One order in its queue."""

    order_id: str
    lots: int
    time_ns: int


@dataclass(frozen=True)
class Happened:
    """One event as a subscriber may hear it."""

    kind: str
    key: int
    order_id: str
    lots: int
    time_ns: int


class OrderSide:
    """One side of the venue's book. A level's key is its price in ticks, negated for bids: the best key is least."""

    def __init__(self, rng: Random, *, sign: int, best_ticks: int, depth: int, queue: int | None) -> None:
        """`queue` is how many orders each level begins with; None: some number up to QUEUE_MAX."""
        self._rng = rng
        self.sign = sign
        self._depth = depth
        self._queue = queue
        self.keys = [sign * best_ticks]
        self.orders = {self.keys[0]: self._some_queue()}
        self._happened: list[Happened] = []
        self._deepen()
        self._deepest_seen = self.keys[depth - 1]

    def add(self, key: int, *, time_ns: int) -> None:
        """Put a new order at the end of a level's queue; the level is made where it is not there."""
        order = Order(self._some_id(), self._some_lots(), time_ns)
        if key not in self.orders:
            self.keys.insert(bisect_left(self.keys, key), key)
            self.orders[key] = []
        self.orders[key].append(order)
        self._happened.append(Happened("add", key, order.order_id, order.lots, time_ns))

    def shrink(self, key: int, *, place: int) -> None:
        """Fill a part of the order at `place` of a level's queue: it keeps its place and its time."""
        order = self.orders[key][place]
        order.lots = max(1, int(order.lots * self._rng.uniform(0.2, 0.9)))
        self._happened.append(Happened("modify", key, order.order_id, order.lots, order.time_ns))

    def delete(self, key: int, *, place: int, time_ns: int) -> None:
        """Take an order out; an empty level is gone."""
        order = self.orders[key].pop(place)
        self._happened.append(Happened("delete", key, order.order_id, order.lots, time_ns))
        if not self.orders[key]:
            del self.orders[key]
            del self.keys[bisect_left(self.keys, key)]

    def change(self, *, barrier: int, time_ns: int) -> None:
        """Let one thing happen, most likely near the top. No key may come down to `barrier`."""
        if self.keys[0] - barrier > SPREAD_TICKS_MAX:
            self.add(self._rng.randrange(barrier + 1, self.keys[0]), time_ns=time_ns)
            return
        rank = self._some_rank()
        key = self.keys[rank]
        queue = self.orders[key]
        draw = self._rng.random()
        if draw < 0.45 and len(queue) < QUEUE_MAX:
            low = self.keys[rank - 1] if rank else max(barrier, key - GAP_TICKS_MAX)
            between = draw < 0.2 and key - low > 1
            self.add(self._rng.randrange(low + 1, key) if between else key, time_ns=time_ns)
        elif draw < 0.55:
            self.shrink(key, place=self._rng.randrange(len(queue)))
        else:
            self.delete(key, place=self._rng.randrange(len(queue)), time_ns=time_ns)

    def tell(self) -> list[Happened]:
        """Return what a subscriber hears of all that happened since the last call."""
        self._deepen()
        deepest = self.keys[self._depth - 1]
        told = [event for event in self._happened if event.key <= self._deepest_seen]
        first_back = bisect_left(self.keys, self._deepest_seen + 1)
        back = [
            Happened("add", key, order.order_id, order.lots, order.time_ns)
            for key in self.keys[first_back : self._depth]
            for order in self.orders[key]
        ]
        self._rng.shuffle(back)  # As Kraken does: their own times tell the queue (book-checksum.md 4).
        told += back
        self._happened.clear()
        self._deepest_seen = deepest
        return told

    def best(self, count: int) -> Iterator[tuple[int, Order]]:
        """Yield the orders of the `count` best levels with their keys, best first, in queue order."""
        return ((key, order) for key in self.keys[:count] for order in self.orders[key])

    def _deepen(self) -> None:
        while len(self.keys) < self._depth + SPARE_LEVELS:
            key = self.keys[-1] + self._rng.randint(1, GAP_TICKS_MAX)
            self.keys.append(key)
            self.orders[key] = self._some_queue()
        while len(self.keys) > self._depth + 2 * SPARE_LEVELS:
            del self.orders[self.keys.pop()]

    def _some_rank(self) -> int:
        if self._rng.random() < ANYWHERE:
            return self._rng.randrange(self._depth)
        rank = int(math.log(1.0 - self._rng.random()) / math.log(1.0 - NEAR_TOP))
        return min(rank, self._depth - 1)

    def _some_queue(self) -> list[Order]:
        count = self._queue or self._rng.choices(range(1, QUEUE_MAX + 1), weights=(50, 20, 12, 8, 6, 4))[0]
        times = sorted(START_NS - self._rng.randrange(600_000_000_000) for _ in range(count))
        return [Order(self._some_id(), self._some_lots(), time_ns) for time_ns in times]

    def _some_lots(self) -> int:
        return int(10 ** self._rng.uniform(4.0, 9.3))  # 0.0001 to 20 BTC.

    def _some_id(self) -> str:
        letters = "".join(self._rng.choices(ID_LETTERS, k=16))
        return f"O{letters[:5]}-{letters[5:10]}-{letters[10:]}"


class OrderVenue:
    """Both sides of one pair's orders, and the frames that tell of them."""

    def __init__(self, *, seed: int, depth: int, spread_ticks: int = 1, queue: int | None = None) -> None:
        self.rng = Random(seed)
        self.depth = depth
        self.asks = OrderSide(self.rng, sign=1, best_ticks=MID_TICKS + spread_ticks, depth=depth, queue=queue)
        self.bids = OrderSide(self.rng, sign=-1, best_ticks=MID_TICKS, depth=depth, queue=queue)
        self.now_ns = START_NS

    def snapshot(self) -> bytes:
        """Return the frame that a new subscriber gets."""
        bids, asks = (
            ",".join(
                _order(side, key, order.order_id, order.lots, order.time_ns) for key, order in side.best(self.depth)
            )
            for side in (self.bids, self.asks)
        )
        return self._frame("snapshot", bids=bids, asks=asks)

    def update(self) -> bytes | None:
        """Return the frame that tells what happened since the last one; None where nobody sees it."""
        bids, asks = self.bids.tell(), self.asks.tell()
        if not bids and not asks:
            return None
        return self._frame("update", bids=_events(self.bids, bids), asks=_events(self.asks, asks))

    def updates(self, count: int) -> Iterator[bytes]:
        """Yield frames of one to three events each, with the orders of levels that come back into scope."""
        while count:
            one_side = self.rng.random() < 0.9
            buying = self.rng.random() < 0.5
            for _ in range(self.rng.choices((1, 2, 3), weights=(70, 22, 8))[0]):
                side, other = (self.bids, self.asks) if buying else (self.asks, self.bids)
                side.change(barrier=-other.keys[0], time_ns=self.tick())
                buying = buying if one_side else not buying
            if (frame := self.update()) is not None:
                yield frame
                count -= 1

    def tick(self) -> int:
        """Let some time pass and return the ns: no two events share one."""
        self.now_ns += self.rng.randrange(1_000, 20_000_000)
        return self.now_ns

    def checksum(self) -> int:
        """CRC-32 of every order in the ten best levels, asks first (book-checksum.md 4)."""
        return crc32(
            "".join(
                f"{key * side.sign}{order.lots}"
                for side in (self.asks, self.bids)
                for key, order in side.best(CHECKED_LEVELS)
            ).encode()
        )

    def _frame(self, kind: str, *, bids: str, asks: str) -> bytes:
        return (
            f'{{"channel":"level3","type":"{kind}","data":[{{"symbol":"{SYMBOL}","checksum":{self.checksum()},'
            f'"bids":[{bids}],"asks":[{asks}],"timestamp":"{time_text(self.now_ns, digits=9)}"}}]}}'
        ).encode()


def realistic(*, depth: int, frames: int, seed: int = 7) -> Feed:
    """Return a feed of `frames` updates, most of them near the top."""
    venue = OrderVenue(seed=seed, depth=depth)
    return _feed(venue, venue.updates(frames))


def far_deletes(*, depth: int, frames: int, seed: int = 7) -> Feed:
    """Return a feed whose every update takes the only order of one of the deepest tenth; the level that comes in has
    one order too.
    """
    venue = OrderVenue(seed=seed, depth=depth, queue=1)

    def updates() -> Iterator[bytes]:
        for number in range(frames):
            side = _side(venue, number)
            rank = depth - 1 - venue.rng.randrange(max(1, depth // 10))
            side.delete(side.keys[rank], place=0, time_ns=venue.tick())
            yield _told(venue)

    return _feed(venue, updates())


def bottom_adds(*, depth: int, frames: int, seed: int = 7) -> Feed:
    """Return a feed whose every update adds an order that makes a new deepest level, and pushes the old one out."""
    venue = OrderVenue(seed=seed, depth=depth)
    for side in (venue.bids, venue.asks):
        side.keys[depth - 1 :] = [key + frames for key in side.keys[depth - 1 :]]
        side.orders = dict(zip(side.keys, side.orders.values(), strict=True))
        side.tell()

    def updates() -> Iterator[bytes]:
        for number in range(frames):
            side = _side(venue, number)
            side.add(side.keys[depth - 1] - 1, time_ns=venue.tick())
            yield _told(venue)

    return _feed(venue, updates())


def returning_queues(*, depth: int, frames: int, seed: int = 7) -> Feed:
    """Return a feed in which, one update after another, a new best order pushes a level of six out of scope, and
    its deletion brings the six back with the ids that they had.
    """
    venue = OrderVenue(seed=seed, depth=depth, spread_ticks=4, queue=QUEUE_MAX)

    def updates() -> Iterator[bytes]:
        for number in range(frames):
            side = _side(venue, number // 2)
            if number % 2:
                side.delete(side.keys[0], place=0, time_ns=venue.tick())
            else:
                side.add(side.keys[0] - 1, time_ns=venue.tick())
            yield _told(venue)

    return _feed(venue, updates())


def snapshots(*, depth: int, frames: int, seed: int = 7) -> Feed:
    """Return a feed that hears its snapshot again and again."""
    venue = OrderVenue(seed=seed, depth=depth)
    return _feed(venue, [venue.snapshot()] * frames)


def _side(venue: OrderVenue, number: int) -> OrderSide:
    return venue.asks if number % 2 else venue.bids


def _told(venue: OrderVenue) -> bytes:
    frame = venue.update()
    assert frame is not None
    return frame


def _feed(venue: OrderVenue, updates: Iterable[bytes]) -> Feed:
    snapshot = venue.snapshot()
    return Feed(SYMBOL, PRICE_PRECISION, QTY_PRECISION, venue.depth, snapshot, list(updates))


def _events(side: OrderSide, events: list[Happened]) -> str:
    return ",".join(
        f'{{"event":"{event.kind}",{_order(side, event.key, event.order_id, event.lots, event.time_ns)[1:]}'
        for event in events
    )


def _order(side: OrderSide, key: int, order_id: str, lots: int, time_ns: int) -> str:
    return (
        f'{{"order_id":"{order_id}","limit_price":{number_text(key * side.sign, precision=PRICE_PRECISION)},'
        f'"order_qty":{number_text(lots, precision=QTY_PRECISION)},"timestamp":"{time_text(time_ns, digits=9)}"}}'
    )
