"""A venue in plain Python over a recording of level 2: our rules spelled out, and hftbacktest's in their place by name.

Pure. Imports: hft_rules. Imported by: hft_plain.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Protocol

from hft_rules import CLEAR, LEVEL, TRADE, Fill, Model, Row, Rule

UNKNOWN: Final = 1 << 62  # Before an order at a price that the book does not show.
MOMENT_NS: Final = 1_000_000_000  # A trade and what it took from the level are told within it.


class Book(Protocol):
    """Levels by side: 0 bids, 1 asks."""

    sides: tuple[dict[int, int], dict[int, int]]

    def set(self, side: int, price: int, qty: int) -> None:
        """Let a level show so much."""

    def best(self, side: int) -> int | None:
        """Return the best price."""

    def end(self, depth: int) -> list[tuple[int, int]]:
        """A message is over: return the levels that are not shown any more."""

    def clear(self) -> None:
        """Forget all."""


def better(side: int, price: int, other: int) -> bool:
    """Tell whether a price of a side is the better one."""
    return price > other if side == 0 else price < other


class OurBook:
    """What is shown, cut to its depth."""

    def __init__(self) -> None:
        self.sides: tuple[dict[int, int], dict[int, int]] = ({}, {})

    def set(self, side: int, price: int, qty: int) -> None:
        """Let a level show so much."""
        if qty:
            self.sides[side][price] = qty
        else:
            self.sides[side].pop(price, None)

    def best(self, side: int) -> int | None:
        """Return the best price."""
        if not self.sides[side]:
            return None
        return max(self.sides[0]) if side == 0 else min(self.sides[1])

    def end(self, depth: int) -> list[tuple[int, int]]:
        """Drop what is beyond the depth."""
        gone: list[tuple[int, int]] = []
        for side in (0, 1):
            if len(self.sides[side]) > depth:
                dropped = sorted(self.sides[side], reverse=side == 0)[depth:]
                gone += [(side, price) for price in dropped]
                for price in dropped:
                    del self.sides[side][price]
        return gone

    def clear(self) -> None:
        """Forget all."""
        for levels in self.sides:
            levels.clear()


class TheirBook(OurBook):
    """Hftbacktest's `HashMapMarketDepth`: nothing is cut, and the best price of a side moves off what crosses it."""

    def __init__(self) -> None:
        super().__init__()
        self._best: list[int | None] = [None, None]

    def set(self, side: int, price: int, qty: int) -> None:
        """Let a level show so much."""
        super().set(side, price, qty)
        best, other = self._best[side], 1 - side
        if not qty:
            if price == best:
                self._best[side] = self._next(side, price)
        elif best is None or better(side, price, best):
            self._best[side] = price
            against = self._best[other]
            if against is not None and not better(other, price, against):
                self._best[other] = self._next(other, price)

    def _next(self, side: int, price: int) -> int | None:
        """Return the best price that is worse than one."""
        worse = [one for one in self.sides[side] if better(side, price, one)]
        return None if not worse else max(worse) if side == 0 else min(worse)

    def best(self, side: int) -> int | None:
        """Return the best price."""
        return self._best[side]

    def end(self, depth: int) -> list[tuple[int, int]]:  # noqa: ARG002 - It keeps all.
        """Nothing is dropped."""
        return []

    def clear(self) -> None:
        """Forget all."""
        super().clear()
        self._best = [None, None]


@dataclass(eq=False)
class Own:
    """An order of ours that rests."""

    number: int
    sign: int
    price: int
    left: int
    ahead: float = 0
    traded: float = 0
    cut: float = 0
    cut_ns: int = -MOMENT_NS - 1

    @property
    def side(self) -> int:
        """0 bids, 1 asks."""
        return 0 if self.sign > 0 else 1


class Venue:
    """Rows come in, and orders; fills go out. Where `rules` names one, it is hftbacktest's that holds."""

    def __init__(self, model: Model, rules: frozenset[Rule], *, lot: float) -> None:
        """`lot`: what hftbacktest counts quantities in."""
        self.now_ns = 0
        self.open: list[Own] = []
        self.fills: list[tuple[int, Fill]] = []  # With the order's number.
        self._model = model
        self._rules = rules
        self._lot = lot
        self._scale = round(1 / lot)
        self._book = TheirBook() if "beyond" in rules else OurBook()
        self._taken: dict[tuple[int, int], int] = {}  # Of a level: what ours took, and it still shows.
        self._depth = 0
        self._anew = False

    # -- The recording -------------------------------------------------------------------------------------------------

    def row(self, row: Row) -> None:
        """Take a row in."""
        self.now_ns = row.venue_ns
        if row.kind == CLEAR:
            self._book.clear()
            self._taken.clear()
            self._depth, self._anew = row.order, True
        elif row.kind == LEVEL:
            self._level(row.side, row.price, row.qty)
        elif row.kind == TRADE:
            self._trade(row.side, row.price, row.qty)
        if row.last and row.kind != TRADE:
            for level in self._book.end(self._depth):
                self._taken.pop(level, None)
            for own in self.open:
                if own.ahead >= UNKNOWN // 2 and self._in_view(own):
                    self._settle(own, self._shown(own))
            if self._anew and "snapshot" not in self._rules:
                for own in self.open:
                    self._settle(own, min(own.ahead, self._shown(own)) if self._in_view(own) else UNKNOWN)
            self._anew = False

    def _shown(self, own: Own) -> float:
        return self._counted(self._book.sides[own.side].get(own.price, 0))

    def _counted(self, lots: int) -> float:
        """Return a quantity as queues count: in coins where the estimate is hftbacktest's."""
        return lots / self._scale if self._model == "proportional" and "estimate" in self._rules else lots

    def _in_view(self, own: Own) -> bool:
        """Tell whether the book would show what stands at an order's price."""
        levels = self._book.sides[own.side]
        if len(levels) < self._depth or "unseen" in self._rules:
            return True
        return not better(own.side, min(levels) if own.side == 0 else max(levels), own.price)

    def _settle(self, own: Own, ahead: float) -> None:
        own.ahead, own.traded, own.cut = ahead, 0, 0

    def _level(self, side: int, price: int, qty: int) -> None:
        before = self._book.sides[side].get(price, 0)
        best = self._book.best(side) if self.open else None
        self._book.set(side, price, qty)
        taken = min(self._taken.pop((side, price), 0), qty)
        for own in self.open:
            if own.side == side and own.price == price:
                self._cut(own, before, qty)
        met = self._meet(side, price, qty - taken, best) if self.open else 0
        if taken + met:
            self._taken[side, price] = taken + met

    def _meet(self, side: int, price: int, qty: int, before: int | None) -> int:
        """Somebody came to a level: fill those of ours that it crosses; return what of it is not there for that."""
        met, now = 0, self._book.best(side)
        improved = now is not None and (before is None or better(side, now, before))
        for own in self._in_the_way(1 - side, price):
            whole = own.left if improved else 0
            step = whole if "crossing" in self._rules else min(qty - met, own.left)
            met = min(qty, met + step)
            self._fill(own, step)
        self._sweep()
        return met

    def _in_the_way(self, side: int, price: int) -> list[Own]:
        """Return ours of a side that meet a price of the other one, the best first."""
        reached = [own for own in self.open if own.side == side and not better(1 - side, own.price, price)]
        return sorted(reached, key=lambda own: -own.sign * own.price)

    def _cut(self, own: Own, before: int, after: int) -> None:
        """A level at which one of ours stands changed."""
        if self._model == "proportional" and "estimate" in self._rules:
            self._their_estimate(own, before, after)
            return
        gone = before - after
        if gone <= 0 or (self._model == "trades" and "clamp" not in self._rules):
            return
        step = 0
        if self._model == "proportional":
            known = min(gone, own.traded)
            own.traded -= known
            if gone > known and before > known:
                step = int(float(gone - known) * own.ahead / (before - known))
        self._advance(own, min(max(step, own.ahead - after, 0), own.ahead))

    def _advance(self, own: Own, step: float) -> None:
        if step > 0:
            if self.now_ns - own.cut_ns > MOMENT_NS:
                own.cut = 0
            own.ahead -= step
            own.cut += step
            own.cut_ns = self.now_ns

    def _their_estimate(self, own: Own, before_lots: int, after_lots: int) -> None:
        """`ProbQueueModel` with a probability of back / (front + back): in coins, as floats."""
        before, after, front = before_lots / self._scale, after_lots / self._scale, own.ahead
        change = before - after - own.traded
        own.traded = 0.0
        if change < 0:
            ahead = min(front, after)
        else:
            back = before - front
            chance = back / (back + front) if back + front else math.inf
            chance = 1.0 if math.isinf(chance) else chance
            ahead = min(front - (1.0 - chance) * change + min(back - chance * change, 0.0), after)
        if ahead < front:
            if self.now_ns - own.cut_ns > MOMENT_NS:
                own.cut = 0
            own.cut += front - ahead
            own.cut_ns = self.now_ns
        own.ahead = ahead

    def _trade(self, taker: int, price: int, qty: int) -> None:
        """Somebody took: ours at his price or at a better one for him are met."""
        left = qty
        for own in self._in_the_way(1 - taker, price):
            if own.price != price:
                step = own.left if "through" in self._rules else min(left, own.left)
            elif self._model == "proportional" and "estimate" in self._rules:
                step = self._their_step(own, left)
            else:
                step = min(self._past_the_queue(own, left), own.left)
            self._fill(own, step)
            left = max(0, left - step)
        self._sweep()

    def _past_the_queue(self, own: Own, qty: int) -> int:
        """Let a trade at the price of one of ours use up what stands before it; return what is left of the trade."""
        rest = float(qty)
        if self.now_ns - own.cut_ns <= MOMENT_NS and "twice" not in self._rules:
            known = min(rest, own.cut)  # It was told by the level already.
            own.cut -= known
            rest -= known
        step = min(rest, own.ahead)
        own.ahead -= step
        own.traded += step
        return int(rest - step)

    def _their_step(self, own: Own, qty_lots: int) -> int:
        qty = qty_lots / self._scale
        if self.now_ns - own.cut_ns <= MOMENT_NS and "twice" not in self._rules:
            known = min(qty, own.cut)
            own.cut -= known
            qty -= known
        own.ahead -= qty
        own.traded += qty
        share = -own.ahead / self._lot
        done = math.floor(share + 0.5) if share > 0 else 0
        if done > 0:
            own.ahead = 0.0
        return min(done, own.left)

    def _fill(self, own: Own, qty: int) -> None:
        if qty > 0:
            own.left -= qty
            self.fills.append((own.number, Fill(self.now_ns, own.sign, own.price, qty)))

    def _sweep(self) -> None:
        self.open = [own for own in self.open if own.left]

    # -- Requests ------------------------------------------------------------------------------------------------------

    def rest(self, own: Own) -> bool:
        """Let an order rest that may not take; tell whether it does."""
        if next(self._reached(1 - own.side, own.price), None) is not None:
            return False
        own.ahead = self._counted(self._there(own.side, own.price))
        if not self._in_view(own):
            own.ahead = UNKNOWN
        self.open.append(own)
        return True

    def take(self, own: Own) -> None:
        """Let an order take what it reaches, and end."""
        for price, there in list(self._reached(1 - own.side, own.price)):
            step = min(there, own.left)
            if step:
                own.left -= step
                self.fills.append((own.number, Fill(self.now_ns, own.sign, price, step)))
                key = (1 - own.side, price)
                self._taken[key] = min(self._taken.get(key, 0) + step, self._book.sides[1 - own.side][price])

    def cancel(self, number: int) -> None:
        """Take an order away."""
        self.open = [own for own in self.open if own.number != number]

    def _there(self, side: int, price: int) -> int:
        """Return what a taker would find at a level."""
        shown = self._book.sides[side].get(price, 0)
        return shown if "forgets" in self._rules else shown - self._taken.get((side, price), 0)

    def _reached(self, side: int, limit: int) -> Iterator[tuple[int, int]]:
        """Yield the levels of a side, the best first, that are not beyond a limit, with what is there."""
        best = self._book.best(side)
        if best is not None:
            for price in sorted(self._book.sides[side], reverse=side == 0):
                if not better(side, price, best) and not better(side, limit, price) and self._there(side, price):
                    yield price, self._there(side, price)
