"""Markets as tapes: written row by row, living from a seed, and cut in days."""

from __future__ import annotations

import struct
from random import Random
from typing import NamedTuple

from stepper_oracle import PlainVenue

from fathom.kernel import MISMATCH, VERIFIED
from fathom.kernel import rows as form
from fathom.kernel.stepper import END, PESSIMISTIC, Stepper

FORM = struct.Struct("<6qI2B2x")
MS = 1_000_000
S = 1000 * MS
T = 10**18
BID, ASK = form.LEVEL, form.LEVEL + 1
BOUGHT, SOLD = form.TRADE, form.TRADE + 1


class Row(NamedTuple):
    local_ns: int
    venue_ns: int
    order_ns: int
    price: int
    qty: int
    order: int
    frame: int
    kind: int
    flags: int


def packed(rows: list[Row]) -> bytes:
    return b"".join(FORM.pack(*row) for row in rows)


class Market:
    """A tape that is written row by row; frames come a time after they were made."""

    def __init__(self, *, latency_ns: int = 0) -> None:
        self.rows: list[Row] = []
        self.latency_ns = latency_ns
        self.number = 0

    def frame(self, at_ns: int, *levels: tuple[int, int, int], verdict: int = VERIFIED, clear: int = 0) -> None:
        """(kind, price, qty) of each row; `clear`: it is a snapshot of a book so deep."""
        self.number += 1
        rows = [(form.CLEAR, 1, 8, clear)] * bool(clear) + [(kind, price, qty, 0) for kind, price, qty in levels]
        for place, (kind, price, qty, order) in enumerate(rows):
            flags = verdict | (form.LAST if place == len(rows) - 1 else 0) | (form.SNAPSHOT if clear else 0)
            self.rows.append(
                Row(T + at_ns + self.latency_ns, T + at_ns, -1, price, qty, order, self.number, kind, flags)
            )

    def trade(self, at_ns: int, kind: int, price: int, qty: int) -> None:
        self.trades(at_ns, (kind, price, qty))

    def trades(self, at_ns: int, *trades: tuple[int, int, int]) -> None:
        """Trades of one message: they share its number."""
        self.number += 1
        for kind, price, qty in trades:
            times = (T + at_ns + self.latency_ns, T + at_ns, -1)
            self.rows.append(Row(*times, price, qty, len(self.rows), self.number, kind, form.LAST))

    def data(self) -> bytes:
        return packed(self.rows)

    def days(self, random: Random, count: int) -> list[bytes]:
        """The same, cut in so many days; each begins with the book as it stood, where that is known."""
        ends = [at + 1 for at, row in enumerate(self.rows) if row.flags & form.LAST and not self._goes_on(at)]
        cuts = sorted(random.choice(ends) for _ in range(count - 1))
        plain = PlainVenue(self.rows, 0)
        days, begun, told_ns = [], 0, -1
        for at in (*cuts, len(self.rows)):
            day = self._seed(plain, self.rows[min(begun, len(self.rows) - 1)].local_ns, told_ns) if begun else []
            for row in self.rows[begun:at]:
                plain.take_row(row)
                told_ns = told_ns if row.kind & ~1 == form.TRADE else row.venue_ns
            days.append(packed([*day, *self.rows[begun:at]]))
            begun = at
        return days

    def _goes_on(self, at: int) -> bool:
        """Whether the message of a row goes on after it."""
        return at + 1 < len(self.rows) and self.rows[at + 1].frame == self.rows[at].frame

    def _seed(self, plain: PlainVenue, local_ns: int, told_ns: int) -> list[Row]:
        if not plain.shown.trusted:
            return []
        flags = VERIFIED | form.SEED | form.SNAPSHOT
        bids, asks = plain.shown.levels()
        levels = [(BID, *one) for one in bids] + [(ASK, *one) for one in asks]
        rows = [Row(local_ns, told_ns, -1, 1, 8, plain.shown.depth, 0, form.CLEAR, flags)]
        rows += [Row(local_ns, told_ns, -1, price, qty, 0, 0, kind, flags) for kind, price, qty in levels]
        rows[-1] = rows[-1]._replace(flags=flags | form.LAST)
        return rows


def still(*, latency_ns: int = 0) -> Market:
    """Ten lots on each of five levels a side, 95 to 99 and 101 to 105."""
    market = Market(latency_ns=latency_ns)
    bids = [(BID, price, 10) for price in range(99, 94, -1)]
    market.frame(0, *bids, *((ASK, price, 10) for price in range(101, 106)), clear=10)
    return market


def living(seed: int, *, frames: int = 400) -> Market:  # noqa: PLR0912 - A market has many ways to live.
    """A market that lives: levels change, trades use them up, now and then a snapshot, a doubt, a gap."""
    random = Random(seed)
    market = Market(latency_ns=random.choice([0, 3 * MS]))
    book: dict[int, dict[int, int]] = {0: {}, 1: {}}
    mid, now = 1000, 0

    def snapshot() -> None:
        for side in (0, 1):
            book[side] = {mid + (step + 1) * (1 if side else -1): random.randrange(1, 30) for step in range(8)}
        levels = [(form.LEVEL + side, price, qty) for side in (0, 1) for price, qty in book[side].items()]
        market.frame(now, *levels, clear=6)

    snapshot()
    for _ in range(frames):
        now += random.choice([0, MS, 20 * MS, 2 * S])
        what = random.random()
        if what < 0.02 or not (book[0] and book[1]):
            snapshot()
        elif what < 0.03:
            market.frame(now, (BID, 990, 5), verdict=MISMATCH)
        elif what < 0.04:
            market.trade(now, form.GAP, 0, 0)
        elif what < 0.35:
            side = random.randrange(2)
            best = sorted(book[side], reverse=side == 0)[: random.choice([1, 1, 2])]
            price, size = best[-1], random.randrange(1, 25)
            frame = []
            for one in best:
                left = max(0, book[side][one] - size)
                frame.append((form.LEVEL + side, one, left))
                book[side][one] = left
                if not left:
                    del book[side][one]
            trade_first, taker = random.random() < 0.5, BOUGHT if side else SOLD
            part = random.randrange(1, size) if size > 1 and random.random() < 0.3 else size
            trades = [(taker, price, part), (taker, price, size - part)] if part < size else [(taker, price, size)]
            if trade_first:
                market.trades(now, *trades)
            market.frame(now, *frame)
            if not trade_first:
                market.trades(now, *trades)
            if not book[side]:
                snapshot()
        else:
            frame = []
            for _ in range(random.choice([1, 1, 2, 3])):
                side = random.randrange(2)
                price = mid + random.randrange(-9, 10)
                other = book[1 - side]
                if other and (price <= max(other) if side else price >= min(other)):
                    continue
                qty = random.choice([0, random.randrange(1, 30)])
                frame.append((form.LEVEL + side, price, qty))
                if qty:
                    book[side][price] = qty
                else:
                    book[side].pop(price, None)
            if frame:
                market.frame(now, *frame)
            mid += random.choice([-1, 0, 0, 1])
    return market


def stepper_of(market: Market, model: int = PESSIMISTIC) -> Stepper:
    return Stepper(market.data(), model)


def filled(stepper: Stepper) -> list[tuple[int, int, int]]:
    """Run to the end; (handle, price, qty) of every fill."""
    found = []
    while stepper.step() != END:
        found += [fill[:3] for fill in stepper.fills()]
    return found + [fill[:3] for fill in stepper.fills()]
