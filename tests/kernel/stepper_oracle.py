"""A plain, slow stepper: dicts and lists, one row at a time, the same rules. What the kernel must agree with."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from fathom.kernel import MISMATCH
from fathom.kernel import rows as form

MOMENT_NS = 1_000_000_000
UNKNOWN = 1 << 62
PESSIMISTIC, PROPORTIONAL, TRADES = 0, 1, 2
Row = Any  # A named tuple of a row's fields.


def venue_times(rows: list[Row]) -> list[int]:
    """When each row was made: never before the one before it, never after it came."""
    times: list[int] = []
    for row in rows:
        told = row.local_ns if row.venue_ns < 0 else row.venue_ns
        times.append(min(max([told, *times[-1:]]), row.local_ns))
    return times


@dataclass
class Book:
    """Levels by price: [bids, asks]."""

    sides: tuple[dict[int, int], dict[int, int]] = field(default_factory=lambda: ({}, {}))
    depth: int = 0
    trusted: bool = False

    def best(self, side: int) -> list[int]:
        return sorted(self.sides[side], reverse=side == 0)

    def cut(self) -> None:
        for side in (0, 1):
            for price in self.best(side)[self.depth :]:
                del self.sides[side][price]

    def levels(self) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
        bids, asks = ([(price, self.sides[side][price]) for price in self.best(side)] for side in (0, 1))
        return bids, asks


@dataclass
class Own:
    handle: int
    side: int
    price: int
    left: int
    ahead: int
    traded: int = 0
    cut: int = 0
    cut_ns: int = -(10**18)


@dataclass
class Wait:
    handle: int
    price: int
    above: bool
    distance: int

    def past(self, last: int) -> int:
        """How far beyond it a trade is; below 0: it is not reached."""
        return last - self.price if self.above else self.price - last

    def follow(self, last: int) -> None:
        if self.distance and self.above:
            self.price = min(self.price, last + self.distance)
        elif self.distance:
            self.price = max(self.price, last - self.distance)


class PlainVenue:
    """The venue's side of the recording, with orders of ours in its queues."""

    def __init__(self, rows: list[Row], model: int) -> None:
        self.rows = rows
        self.times = venue_times(rows)
        self.model = model
        self.at = 0
        self.now_ns = 0
        self.shown = Book()  # As recorded.
        self.taken: dict[tuple[int, int], int] = {}
        self.owns: list[Own] = []
        self.fills: list[tuple[int, int, int, int]] = []
        self.waits: list[Wait] = []
        self.fired: list[tuple[int, int, int]] = []
        self.last: int | None = None
        self.anew = False  # A snapshot is being told.

    def left_at(self, side: int, price: int) -> int:
        return self.shown.sides[side].get(price, 0) - self.taken.get((side, price), 0)

    def levels(self) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
        """What is there for takers: what is shown, less what we took."""
        bids, asks = (
            [(price, self.left_at(side, price)) for price in self.shown.best(side) if self.left_at(side, price) > 0]
            for side in (0, 1)
        )
        return bids, asks

    def in_view(self, side: int, price: int) -> bool:
        """Whether the book would show what stands at a price."""
        best = self.shown.best(side)
        return len(best) < self.shown.depth or (price <= best[-1] if side else price >= best[-1])

    def advance(self, until_ns: int) -> None:
        while self.at < len(self.rows) and self.times[self.at] <= until_ns:
            self.now_ns = max(self.now_ns, self.times[self.at])
            self.take_row(self.rows[self.at])
            self.at += 1
        self.now_ns = max(self.now_ns, until_ns)

    def take_row(self, row: Row) -> None:
        kind, side = row.kind & ~1, row.kind & 1
        if kind == form.LEVEL:
            if row.flags & 3 == MISMATCH:
                self.shown.trusted = False
            if self.shown.trusted:
                self.level(side, row.price, row.qty)
            if row.flags & form.LAST:
                self.shown.cut()
                # What is not shown any more is not ours to have taken.
                self.taken = {at: qty for at, qty in self.taken.items() if qty and at[1] in self.shown.sides[at[0]]}
                for own in self.owns:
                    if own.ahead >= UNKNOWN // 2 and self.in_view(own.side, own.price):
                        own.ahead = self.shown.sides[own.side].get(own.price, 0)
                        own.traded = own.cut = 0
        elif kind == form.TRADE:
            self.trade(side, row.price, row.qty)
            self.set_off(row.price)
        elif kind == form.CLEAR:
            self.shown = Book(depth=row.order, trusted=row.flags & 3 != MISMATCH)
            self.taken = {}
            self.anew = self.shown.trusted
        elif kind == form.GAP:
            self.shown.trusted = False
        if row.flags & form.LAST and self.anew:
            self.anew = False
            for own in self.owns:
                shown = self.shown.sides[own.side].get(own.price, 0)
                own.ahead = min(own.ahead, shown) if self.in_view(own.side, own.price) else UNKNOWN
                own.traded = own.cut = 0

    def level(self, side: int, price: int, qty: int) -> None:
        before = self.shown.sides[side].get(price, 0)
        taken = self.taken.get((side, price), 0)
        if taken:
            taken = self.taken[side, price] = min(taken, qty)
        for own in self.owns:
            if (own.side, own.price) == (side, price):
                self.moved(own, before, qty)
        if qty:
            self.shown.sides[side][price] = qty
        else:
            self.shown.sides[side].pop(price, None)
        left = qty - taken
        for own in self.in_turn(1 - side, price):
            step = min(left, own.left)
            if step > 0:
                left -= step
                self.taken[side, price] = self.taken.get((side, price), 0) + step
                self.fill(own, step)
        self.sweep()

    def moved(self, own: Own, before: int, after: int) -> None:
        gone = before - after
        if gone <= 0 or self.model == TRADES:
            return
        known = min(gone, own.traded)
        own.traded -= known
        gone -= known
        step = 0
        if self.model == PROPORTIONAL and gone > 0 and before - known > 0:
            step = int(float(gone) * own.ahead / (before - known))
        step = min(max(step, own.ahead - after, 0), own.ahead)
        if step:
            own.cut = (own.cut if self.now_ns - own.cut_ns <= MOMENT_NS else 0) + step
            own.cut_ns = self.now_ns
            own.ahead -= step

    def trade(self, taker: int, price: int, qty: int) -> None:
        left = qty
        for own in self.in_turn(0 if taker else 1, price):
            if left <= 0:
                break
            rest = left
            if own.price == price:
                if self.now_ns - own.cut_ns <= MOMENT_NS:
                    step = min(rest, own.cut)
                    own.cut -= step
                    rest -= step
                step = min(rest, own.ahead)
                own.ahead -= step
                own.traded += step
                rest -= step
            step = min(rest, own.left)
            if step > 0:
                left -= step
                self.fill(own, step)
        self.sweep()

    def set_off(self, last: int) -> None:
        self.last = last
        reached = [wait for wait in self.waits if wait.past(last) >= 0]
        self.waits = [wait for wait in self.waits if wait not in reached]
        for wait in self.waits:
            wait.follow(last)
        reached.sort(key=lambda wait: -wait.past(last))
        self.fired += [(wait.handle, last, self.now_ns) for wait in reached]

    def in_turn(self, side: int, price: int) -> list[Own]:
        """Ours that a taker at `price` meets: the best price first, then the first that came."""
        met = [own for own in self.owns if own.side == side and (own.price <= price if side else own.price >= price)]
        return sorted(met, key=lambda own: own.price if side else -own.price)

    def fill(self, own: Own, qty: int) -> None:
        own.left -= qty
        self.fills.append((own.handle, own.price, qty, self.now_ns))

    def sweep(self) -> None:
        self.owns = [own for own in self.owns if own.left]

    # -- Requests --

    def rest(self, handle: int, side: str, price: int, qty: int) -> int:
        number = 0 if side == "buy" else 1
        ahead = max(0, self.left_at(number, price)) if self.in_view(number, price) else UNKNOWN
        own = Own(handle, number, price, qty, ahead)
        self.owns.append(own)
        return own.ahead

    def take(self, side: str, qty: int, limit: int | None) -> list[tuple[int, int]]:
        other = 1 if side == "buy" else 0
        found = []
        for price in self.shown.best(other) if self.shown.trusted else []:
            step = min(qty, self.left_at(other, price))
            if step <= 0:
                continue
            if limit is not None and (price > limit if other else price < limit):
                break
            qty -= step
            self.taken[other, price] = self.taken.get((other, price), 0) + step
            found.append((price, step))
            if not qty:
                break
        return found

    def reachable(self, side: str, limit: int | None) -> int:
        other = 1 if side == "buy" else 0
        prices = [
            price for price in self.shown.best(other) if limit is None or (price <= limit if other else price >= limit)
        ]
        return sum(self.left_at(other, price) for price in prices) if self.shown.trusted else 0

    def await_price(self, handle: int, price: int, above: bool, distance: int) -> None:
        self.waits.append(Wait(handle, price, above, distance))

    def cancel(self, handle: int) -> int:
        if any(wait.handle == handle for wait in self.waits):
            self.waits = [wait for wait in self.waits if wait.handle != handle]
            return -1
        left = sum(own.left for own in self.owns if own.handle == handle)
        self.owns = [own for own in self.owns if own.handle != handle]
        return left

    def reduce(self, handle: int, qty: int) -> bool:
        for own in self.owns:
            if own.handle == handle and 0 < qty < own.left:
                own.left = qty
                return True
        return False


class PlainQueues:
    """A level 3 book of rows: lists of [serial, qty, own time] by price."""

    def __init__(self) -> None:
        self.sides: tuple[dict[int, list[list[int]]], dict[int, list[list[int]]]] = ({}, {})
        self.depth = 0
        self.trusted = False
        self.added: set[int] = set()  # In the message that is being told.

    def take_row(self, row: Row) -> None:
        kind, side = row.kind & ~1, row.kind & 1
        if kind == form.CLEAR:
            self.sides, self.depth, self.trusted = ({}, {}), row.order, row.flags & 3 != MISMATCH
        elif kind == form.GAP:
            self.trusted = False
        elif kind in {form.ADD, form.MODIFY, form.DELETE}:
            self.trusted = self.trusted and row.flags & 3 != MISMATCH
            if self.trusted:
                self.order(kind, side, row)
        if row.flags & form.LAST:
            self.added = set()
            for number in (0, 1):
                for price in self.best(number)[self.depth :]:
                    del self.sides[number][price]

    def order(self, kind: int, side: int, row: Row) -> None:
        if kind == form.MODIFY:
            for queue in self.queues():
                for one in queue:
                    one[1] = row.qty if one[0] == row.order else one[1]
            return
        for level in self.sides:
            for price, queue in list(level.items()):
                queue[:] = [one for one in queue if one[0] != row.order]
                if not queue:
                    del level[price]
        if kind == form.ADD:
            queue = self.sides[side].setdefault(row.price, [])
            queue.append([row.order, row.qty, row.order_ns])
            self.added.add(row.order)
            if not row.flags & form.SNAPSHOT:
                new = [one for one in queue if one[0] in self.added]
                queue[:] = [one for one in queue if one[0] not in self.added] + sorted(new, key=lambda one: one[2])

    def queues(self) -> list[list[list[int]]]:
        return [queue for side in self.sides for queue in side.values()]

    def best(self, side: int) -> list[int]:
        return sorted(self.sides[side], reverse=side == 0)

    def levels(self, side: int) -> list[tuple[int, int]]:
        return [(price, sum(one[1] for one in self.sides[side][price])) for price in self.best(side)]
