"""A venue as it truly is: orders in price-time priority, what two channels tell of it, and one order more.

What would have become of that one is what the places of level 3 must agree with.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random
from typing import NamedTuple

from stepper_market import MS, Row, T, packed

from fathom.kernel import VERIFIED
from fathom.kernel import rows as form

HOLD_NS = 300 * MS  # Nothing is told later than that.


@dataclass
class Order:
    side: int
    price: int
    qty: int
    time_ns: int  # Its own: when it was inserted or amended.
    place: int  # Its priority.
    serial: int = 0


class Hit(NamedTuple):
    """What a taker took of one order."""

    side: int
    price: int
    place: int
    qty: int


class Deed(NamedTuple):
    """What somebody did who did not only wait: whom he hit, and what of his order was left to rest."""

    time_ns: int
    hits: list[Hit]
    side: int
    price: int
    rests: int


@dataclass
class Style:
    """How a venue tells of itself."""

    depth: int = 100
    sizes: int = 10**6
    amends: bool = False  # An order may be amended down, and has another time then.
    snapshots: bool = False
    trades_first: bool = False
    late: str = ""  # "book" or "trades": what is told late.
    joined: bool = False  # One trade a price, not one an order.
    micros: bool = False  # Trades tell their time in whole microseconds.
    deleted_now: bool = False  # A delete tells when it was, not the order's own time.

    @classmethod
    def of(cls, random: Random) -> Style:
        late = random.choice(["", "", "book", "trades"])
        deep = late == "book" or random.random() < 0.4
        trades_first = late != "trades" and random.random() < 0.5
        return cls(
            depth=100 if deep else random.choice([2, 3, 5]),
            # Where trades come first, a cancel of just their quantity cannot be told from what they took.
            sizes=10**6 if trades_first or late == "book" else random.choice([4, 10**6]),
            amends=deep and random.random() < 0.5,
            snapshots=not deep and not late,
            trades_first=trades_first or late == "book",
            late=late,
            joined=random.random() < 0.4,
            micros=random.random() < 0.5,
            deleted_now=random.random() < 0.5,
        )


@dataclass
class Message:
    time_ns: int
    rows: list[tuple[int, int, int, int, int]]  # Kind, price, qty, order, order_ns.
    snapshot: bool = False


class Engine:
    """A living venue; `run` it, and then ask."""

    def __init__(self, seed: int, style: Style | None = None) -> None:
        self.random = Random(seed)
        self.style = style or Style.of(self.random)
        self.sides: tuple[dict[int, list[Order]], dict[int, list[Order]]] = ({}, {})
        self.now_ns = T
        self.places = self.serials = self.frames = self.traded = 0
        self.deeds: list[Deed] = []
        self.moments: list[tuple[int, int, tuple[dict[int, list[tuple[int, int]]], ...]]] = []
        self.rows: list[Row] = []
        self.shown: list[Order] = []
        self.book_held: list[Message] = []
        self.trades_held: list[Message] = []

    # -- What happens --

    def run(self, events: int) -> Engine:
        for step in range(12):
            for side, price in ((0, 999 - step // 2), (1, 1001 + step // 2)):
                self.add(side, price)
                self.now_ns += 1
        self.tell_snapshot()
        self.remember()
        for _ in range(events):
            self.now_ns += self.random.randrange(1, 30) * MS + self.random.randrange(1000)
            self.happen()
            self.remember()
        self.flush()
        return self

    def happen(self) -> None:
        random, orders = self.random, self.all()
        what = random.random()
        if self.style.snapshots and what < 0.03:
            self.tell_snapshot()
        elif what < 0.35 or len(orders) < 8 or not (self.sides[0] and self.sides[1]):
            self.arrive(random.randrange(2), self.some_price(), self.some_qty())
        elif what < 0.65:
            side = random.randrange(2)
            worst = sorted(self.sides[1 - side], reverse=side == 1)[: random.choice([1, 1, 1, 2, 3])][-1]
            front = sum(one.qty for one in self.sides[1 - side][worst][: random.choice([1, 2, 3])])
            self.arrive(side, worst, random.choice([front, self.some_qty(), 3 * self.some_qty()]))
        elif what < 0.85:
            near = sorted(orders, key=lambda one: abs(one.price - 1000))
            order = random.choice(near[:6] if random.random() < 0.7 else near)
            self.remove(order)
            self.tell(order.side, [self.row(form.DELETE, order, order.qty)])
        elif what < 0.93 and self.style.amends:
            order = random.choice(orders)
            if order.qty > 1:
                order.qty = random.randrange(1, order.qty)
                order.time_ns = self.now_ns
                self.tell(order.side, [self.row(form.MODIFY, order, order.qty)])
        else:
            order = random.choice(orders)  # Amended up: it goes to the end of its queue.
            gone = self.row(form.DELETE, order, order.qty)
            self.remove(order)
            qty = order.qty + self.some_qty()
            self.add(order.side, order.price, qty)
            self.deeds.append(Deed(self.now_ns, [], order.side, order.price, qty))
            self.tell(order.side, [gone])

    def arrive(self, side: int, price: int, qty: int) -> None:
        """An order that takes what it meets; what is left of it rests."""
        other, hits, told = self.sides[1 - side], [], []
        for level in sorted(other, reverse=side == 1):
            if qty == 0 or (level > price if side == 0 else level < price):
                break
            for order in list(other[level]):
                step = min(qty, order.qty)
                if step == 0:
                    break
                qty -= step
                hits.append(Hit(1 - side, level, order.place, step))
                if step == order.qty:
                    told.append(self.row(form.DELETE, order, order.qty))
                    self.remove(order)
                else:
                    order.qty -= step
                    told.append(self.row(form.MODIFY, order, order.qty))
        rests = qty if qty and (not hits or self.random.random() < 0.5) else 0
        if rests:
            self.add(side, price, rests)
        if hits or rests:
            self.deeds.append(Deed(self.now_ns, hits, side, price, rests))
        trades = self.trades_of(hits, side)
        if rests:
            self.release_book()
        if self.style.trades_first and trades:
            self.tell_trades(trades)
        self.tell(1 - side, told)
        if not self.style.trades_first and trades:
            self.tell_trades(trades)
        if rests:
            self.release_book()

    def add(self, side: int, price: int, qty: int = 0) -> None:
        self.places += 1
        order = Order(side, price, qty or self.some_qty(), self.now_ns, self.places)
        self.sides[side].setdefault(price, []).append(order)

    def remove(self, order: Order) -> None:
        queue = self.sides[order.side][order.price]
        queue.remove(order)
        if not queue:
            del self.sides[order.side][order.price]

    def all(self) -> list[Order]:
        return [one for side in self.sides for queue in side.values() for one in queue]

    def some_qty(self) -> int:
        return self.random.randrange(1, self.style.sizes)

    def some_price(self) -> int:
        return 1000 + self.random.randrange(-7, 8)

    def remember(self) -> None:
        queues = tuple(
            {price: [(one.place, one.qty) for one in queue] for price, queue in side.items()} for side in self.sides
        )
        self.moments.append((self.now_ns, self.places, queues))

    # -- What is told --

    def row(self, kind: int, order: Order, qty: int) -> tuple[int, int, int, int, int]:
        time_ns = self.now_ns if kind == form.DELETE and self.style.deleted_now else order.time_ns
        return (kind + order.side, order.price, qty, order.serial, time_ns)

    def in_scope(self) -> list[Order]:
        found = []
        for side in (0, 1):
            for price in sorted(self.sides[side], reverse=side == 0)[: self.style.depth]:
                found += self.sides[side][price]
        return found

    def tell(self, side: int, changes: list[tuple[int, int, int, int, int]]) -> None:
        """A message of the book: the changes of what was shown, and what comes into the depth."""
        del side
        told = [one for one in changes if one[3]]
        scope = self.in_scope()
        new = [one for one in scope if not any(one is other for other in self.shown)]
        for order in new:
            self.serials += 1
            order.serial = self.serials
        for order in self.shown:
            if not any(order is other for other in scope):
                order.serial = 0
        self.random.shuffle(new)
        told += [self.row(form.ADD, one, one.qty) for one in new]
        self.shown = scope
        if told:
            self.book_held.append(Message(self.now_ns, told))
        if new or self.style.late != "book" or self.random.random() < 0.3:
            self.release_book()
        self.release_old()

    def tell_snapshot(self) -> None:
        self.flush()
        self.shown = self.in_scope()
        for order in self.shown:
            self.serials += 1
            order.serial = self.serials
        rows = [(form.CLEAR, 1, 8, self.style.depth, -1)]
        rows += [self.row(form.ADD, one, one.qty) for one in self.shown]
        self.book_held.append(Message(self.now_ns, rows, snapshot=True))
        self.flush()

    def trades_of(self, hits: list[Hit], side: int) -> list[tuple[int, int, int, int, int]]:
        parts: list[tuple[int, int]] = []
        for hit in hits:
            if self.style.joined and parts and parts[-1][0] == hit.price:
                parts[-1] = (hit.price, parts[-1][1] + hit.qty)
            else:
                parts.append((hit.price, hit.qty))
        self.traded += len(parts)
        return [(form.TRADE + side, price, qty, self.traded, -1) for price, qty in parts]

    def tell_trades(self, trades: list[tuple[int, int, int, int, int]]) -> None:
        time_ns = self.now_ns // 1000 * 1000 if self.style.micros else self.now_ns
        self.trades_held.append(Message(time_ns, trades))
        if self.style.late != "trades" or self.random.random() < 0.3:
            self.release_trades()

    def release_old(self) -> None:
        if self.book_held and self.now_ns - self.book_held[0].time_ns > HOLD_NS:
            self.release_book()
        if self.trades_held and self.now_ns - self.trades_held[0].time_ns > HOLD_NS:
            self.release_trades()

    def flush(self) -> None:
        self.release_book()
        self.release_trades()

    def release_book(self) -> None:
        self.release(self.book_held)

    def release_trades(self) -> None:
        self.release(self.trades_held)

    def release(self, held: list[Message]) -> None:
        for message in held:
            self.frames += 1
            rows = message.rows
            if message.snapshot:
                flags = [VERIFIED | form.SNAPSHOT] * len(rows)
            else:
                rows = sorted(rows, key=lambda one: one[0] & 1)  # Bids, then asks; each in its order.
                flags = [VERIFIED] * len(rows)
            if rows[0][0] & ~1 == form.TRADE:
                flags = [form.LAST] * len(rows)
            flags[-1] |= form.LAST
            for (kind, price, qty, order, order_ns), flag in zip(rows, flags, strict=True):
                times = (self.now_ns + 2 * MS, message.time_ns, order_ns)
                self.rows.append(Row(*times, price, qty, order, self.frames, kind, flag))
        held.clear()

    def data(self) -> bytes:
        return packed(self.rows)

    # -- What is true --

    def at(self, time_ns: int) -> tuple[int, tuple[dict[int, list[tuple[int, int]]], ...]]:
        """The places given by then, and the queues."""
        return next((places, queues) for when, places, queues in reversed(self.moments) if when <= time_ns)

    def clean(self, time_ns: int) -> bool:
        """Whether everything from before a time is told before anything from after it."""
        flags = [row.venue_ns > time_ns for row in self.rows]
        return flags == sorted(flags)

    def in_the_dark(self, order: Extra) -> bool:
        """Whether somebody met it beyond what is shown, at its price or at his own: nobody can know."""
        for deed in self.deeds:
            if not order.came_ns < deed.time_ns < order.gone_ns:
                continue
            hit = any(hit.side == order.side and hit.price == order.price for hit in deed.hits)
            if hit and not self.is_shown(order.side, order.price, deed.time_ns - 1):
                return True
            crosses = deed.price >= order.price if order.side else deed.price <= order.price
            rests = deed.rests > 0 and deed.side != order.side and crosses
            if rests and not self.is_shown(deed.side, deed.price, deed.time_ns):
                return True
        return False

    def is_shown(self, side: int, price: int, time_ns: int) -> bool:
        """Whether a price is within the depth at a time."""
        queues = self.at(time_ns)[1][side]
        return price in sorted(queues, reverse=side == 0)[: self.style.depth]

    def truth(self, order: Extra) -> list[tuple[int, int]]:
        """(time, qty) of what one order more would have been filled with, if it had changed nothing else."""
        left, found = order.qty, []
        place = self.at(order.came_ns)[0]
        sign = -1 if order.side else 1
        for deed in self.deeds:
            if not order.came_ns < deed.time_ns < order.gone_ns:
                continue
            behind = [
                hit.qty
                for hit in deed.hits
                if hit.side == order.side
                and (hit.price * sign < order.price * sign or (hit.price == order.price and hit.place > place))
            ]
            met = deed.rests if deed.side != order.side and deed.price * sign <= order.price * sign else 0
            step = min(left, sum(behind) + met)
            if step:
                found.append((deed.time_ns, step))
                left -= step
        return found

    def ahead(self, order: Extra, time_ns: int) -> tuple[int, int]:
        """(Lots, orders) before one order more, of those that are shown."""
        place = self.at(order.came_ns)[0]
        queues = self.at(time_ns)[1][order.side]
        shown = sorted(queues, reverse=order.side == 0)[: self.style.depth]
        before = [qty for other, qty in queues.get(order.price, []) if other <= place and order.price in shown]
        return sum(before), len(before)


@dataclass
class Extra:
    """One order more, of ours."""

    handle: int
    side: int
    price: int
    qty: int
    came_ns: int
    gone_ns: int
    fills: list[tuple[int, int]] = field(default_factory=list)
