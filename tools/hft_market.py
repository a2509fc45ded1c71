"""A seeded living market as a recording: a book whose trades take its levels, told to a depth of ten.

Orders come, go and trade against each other; what the feed shows of it is what Kraken shows: the ten best levels, of
which those that fall out are not told, trades with the price of each level that they took, and both in messages of
their own, the one or the other first. The venue's time is a little before ours.

Pure. Imports: fathom.kernel. Imported by: compare_hft, tests.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from random import Random
from typing import Final

from fathom.kernel import rows as form

T0_NS: Final = 1_700_006_400_000_000_000
MS: Final = 1_000_000
DEPTH: Final = 10
KEPT: Final = 14  # Levels that a side has at least: more than are told.
PRICE_PRECISION: Final = 1
QTY_PRECISION: Final = 8
FIRST_TICKS: Final = 300_000
VERIFIED: Final = 1
ROW: Final = struct.Struct("<6qIBBH")

Side = dict[int, int]


@dataclass(frozen=True)
class Ways:
    """What a market is like. `rounded`: times are whole milliseconds, so that some are equal."""

    seconds: int = 60
    gap_ms: float = 20.0
    rounded: bool = False
    snapshots: int = 0  # How often, at random, the whole book is told anew.


@dataclass
class Teller:
    """Turns what happened into rows."""

    random: Random
    ways: Ways
    pieces: list[bytes] = field(default_factory=list)
    shown: tuple[Side, Side] = field(default_factory=lambda: ({}, {}))
    local_ns: int = 0
    number: int = 0
    trades: int = 0

    def snapshot(self, book: tuple[Side, Side], venue_ns: int) -> None:
        """Tell the whole of what is shown."""
        self.shown = (top(book[0], 0), top(book[1], 1))
        rows = [(form.CLEAR, PRICE_PRECISION, QTY_PRECISION, DEPTH)]
        rows += [(form.LEVEL + side, price, qty, 0) for side in (0, 1) for price, qty in self.shown[side].items()]
        self._frame(rows, venue_ns, VERIFIED | form.SNAPSHOT)

    def levels(self, book: tuple[Side, Side], venue_ns: int) -> None:
        """Tell how what is shown differs from what was; what only fell out of the depth is not told."""
        now = (top(book[0], 0), top(book[1], 1))
        rows = []
        for side in (0, 1):
            gone = [price for price in self.shown[side] if price not in book[side]]
            new = [(price, qty) for price, qty in now[side].items() if self.shown[side].get(price) != qty]
            rows += [(form.LEVEL + side, price, 0, 0) for price in gone]
            rows += [(form.LEVEL + side, price, qty, 0) for price, qty in new]
        self.shown = now
        if rows:
            self._frame(rows, venue_ns, VERIFIED)

    def traded(self, trades: list[tuple[bool, int, int]], venue_ns: int) -> None:
        """Tell of trades: whether the taker bought, the price, the quantity."""
        rows = []
        for buys, price, qty in trades:
            self.trades += 1
            rows.append((form.TRADE + (not buys), price, qty, self.trades))
        self._frame(rows, venue_ns, 0)

    def _frame(self, rows: list[tuple[int, int, int, int]], venue_ns: int, flags: int) -> None:
        self.number += 1
        late_ns = int(1.5 * MS + self.random.expovariate(1 / MS))
        if self.ways.rounded:
            late_ns = late_ns // MS * MS + MS
        self.local_ns = max(self.local_ns, venue_ns + late_ns)
        for place, (kind, price, qty, order) in enumerate(rows):
            last = form.LAST if place == len(rows) - 1 else 0
            self.pieces.append(
                ROW.pack(self.local_ns, venue_ns, -1, price, qty, order, self.number, kind, flags | last, 0)
            )


def top(side: Side, number: int) -> Side:
    """Return the levels that are told of a side: 0 bids, 1 asks."""
    return {price: side[price] for price in sorted(side, reverse=number == 0)[:DEPTH]}


class Living:
    """The book of the market. Prices in ticks, quantities in lots."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.book: tuple[Side, Side] = ({}, {})
        self.leaning = 0.5  # How likely a taker buys.
        self.book[0][FIRST_TICKS] = self.qty()
        self.book[1][FIRST_TICKS + 2] = self.qty()
        self.refill()

    def qty(self) -> int:
        """Return what an order may have."""
        return max(1_000, int(self.random.lognormvariate(16.5, 1.2)))

    def best(self, side: int) -> int:
        """Return the best price of a side."""
        return max(self.book[0]) if side == 0 else min(self.book[1])

    def refill(self) -> None:
        """Let there be enough levels on both sides."""
        for side, sign in ((0, 1), (1, -1)):
            levels = self.book[side]
            if not levels:
                levels[self.best(1 - side) - sign * self.random.randrange(1, 4)] = self.qty()
            while len(levels) < KEPT:
                worst = min(levels) if side == 0 else max(levels)
                levels[worst - sign * self.random.randrange(1, 4)] = self.qty()

    def add(self) -> None:
        """Somebody rests: inside the spread, at the best, or behind it."""
        side = self.random.randrange(2)
        sign = 1 if side == 0 else -1
        price = self.best(side)
        spread = self.best(1) - self.best(0)
        if spread > 1 and self.random.random() < 0.3:
            price += sign * self.random.randrange(1, spread)
        else:
            price -= sign * min(20, int(self.random.expovariate(0.4)))
        self.book[side][price] = self.book[side].get(price, 0) + self.qty()

    def cancel(self) -> None:
        """Somebody leaves, or some of them."""
        side = self.random.randrange(2)
        levels = sorted(self.book[side], reverse=side == 0)
        price = levels[min(len(levels) - 1, int(self.random.expovariate(0.25)))]
        left = 0 if self.random.random() < 0.4 else int(self.book[side][price] * self.random.random())
        self._leave(side, price, left)

    def take(self) -> list[tuple[bool, int, int]]:
        """Somebody takes; now and then so much that the rest of it stays, at the worst price that it would pay."""
        self.leaning = min(0.9, max(0.1, self.leaning + self.random.gauss(0, 0.03)))
        buys = self.random.random() < self.leaning
        other = 1 if buys else 0
        reach = self.random.choice((0, 0, 0, 1, 2, 4))
        qty = self.qty() if reach < 2 else 3 * self.qty()
        limit = sorted(self.book[other], reverse=other == 0)[min(reach, len(self.book[other]) - 1)]
        trades = []
        while qty and self.book[other]:
            price = self.best(other)
            if (price > limit) if buys else (price < limit):
                break
            step = min(qty, self.book[other][price])
            trades.append((buys, price, step))
            self._leave(other, price, self.book[other][price] - step)
            qty -= step
        if qty and reach:
            self.book[1 - other][limit] = qty
        return trades

    def _leave(self, side: int, price: int, left: int) -> None:
        if left:
            self.book[side][price] = left
        else:
            del self.book[side][price]


def recorded(seed: int, ways: Ways) -> bytes:
    """Return the rows of a market."""
    random = Random(seed)
    living, teller = Living(random), Teller(random, ways)
    now_ns, end_ns = T0_NS, T0_NS + ways.seconds * 1_000 * MS
    teller.snapshot(living.book, now_ns)
    anew = sorted(random.randrange(T0_NS, end_ns) for _ in range(ways.snapshots))
    while now_ns < end_ns:
        gap_ns = int(random.expovariate(1 / (ways.gap_ms * MS)))
        now_ns += max(MS, gap_ns // MS * MS) if ways.rounded else gap_ns + 1
        if anew and now_ns > anew[0]:
            anew.pop(0)
            teller.snapshot(living.book, now_ns)
            continue
        what, trades = random.random(), []
        if what < 0.45:
            living.add()
        elif what < 0.8:
            living.cancel()
        else:
            trades = living.take()
        living.refill()
        later_ns = now_ns + (0 if ways.rounded else random.choice((0, 0, random.randrange(300_000))))
        if trades and random.random() < 0.7:
            teller.traded(trades, now_ns)
            teller.levels(living.book, later_ns)
        else:
            teller.levels(living.book, later_ns)
            if trades:
                teller.traded(trades, now_ns)  # Told later, of before.
        now_ns = later_ns
    return b"".join(teller.pieces)
