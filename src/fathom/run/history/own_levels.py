"""A run's own quantity at each level, as its level 3 tells it, taken out of the level 2 that it recorded.

Level 3 comes over another connection, a little earlier or later. A level's quantity in level 2 is looked for among the
sums that level 3 had at that price about that time: the one that is the same says what of it was ours. Where none is,
the sum of that time does, as far as it goes.

Imports: kernel, own_orders, run/recording, store. Imported by: book_track, compiling, compile_command.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import deque
from collections.abc import Iterator, Mapping
from typing import Any, Final

from msgspec import Struct

from fathom.kernel import FrameRefused, L3Book
from fathom.kernel import rows as tape
from fathom.run.history.own_orders import mark_last
from fathom.run.recording.precisions import Precision
from fathom.run.recording.recorded_books import BookSaid
from fathom.store.history import need_history, row_type

NEAR_NS: Final = 500_000_000  # How far apart both connections may tell of one change.
# Prices at which we do not stand, and whose sums are kept in case we come; beyond this the old ones are forgotten.
RECENT_MAX: Final = 20_000
_FLAGS: Final = 8
_KIND: Final = 7


class Sums(Struct):
    """What stood at one price over time: from when on, by the recorder's clock, how many lots, and how many ours."""

    from_ns: list[int] = []
    total_lots: list[int] = []
    own_lots: list[int] = []

    def add(self, time_ns: int, total_lots: int, own_lots: int) -> None:
        """Note how it stands from now on."""
        if self.from_ns and (total_lots, own_lots) == (self.total_lots[-1], self.own_lots[-1]):
            return
        if self.from_ns and time_ns < self.from_ns[-1]:
            return  # Known already, from when we stood there before.
        self.from_ns.append(time_ns)
        self.total_lots.append(total_lots)
        self.own_lots.append(own_lots)

    def own(self, qty_lots: int, time_ns: int) -> int:
        """Return how much of a quantity that level 2 tells now was ours."""
        at = bisect_right(self.from_ns, time_ns) - 1
        found: tuple[int, int] | None = None  # How far in time, and ours.
        for step in (-1, 1):
            place = at if step < 0 else at + 1
            while 0 <= place < len(self.from_ns):
                far_ns = self._far_ns(place, time_ns)
                if far_ns > NEAR_NS or (found is not None and far_ns >= found[0]):
                    break
                if self.total_lots[place] == qty_lots:
                    found = (far_ns, self.own_lots[place])
                place += step
        if found is not None:
            return found[1]
        return min(self.own_lots[at], qty_lots) if at >= 0 else 0

    def _far_ns(self, place: int, time_ns: int) -> int:
        """Return how far a sum's stretch is from a time; 0 where it is in it."""
        if time_ns < self.from_ns[place]:
            return self.from_ns[place] - time_ns
        ends_ns = self.from_ns[place + 1] if place + 1 < len(self.from_ns) else time_ns
        return max(time_ns - ends_ns, 0)


_Levels = tuple[dict[int, tuple[int, int]], dict[int, tuple[int, int]]]  # By side and price: all, and ours.
_Key = tuple[int, int]  # Side, 0 for bids, and price.
OwnSums = Mapping[_Key, Sums]


class OwnLevels:
    """Takes the frames of every level 3 book of a recording, before any is written."""

    def __init__(self, own: frozenset[bytes]) -> None:
        self.sums: dict[str, dict[_Key, Sums]] = {}  # By symbol.
        self._own: Final = frozenset(one.decode("ascii", "replace") for one in own)
        self._books: dict[str, tuple[str, L3Book]] = {}  # By symbol, the connection that tells it first.
        self._watched: dict[str, dict[_Key, int]] = {}  # By symbol, where we stand or stood, and when last.
        self._recent: dict[str, dict[_Key, deque[tuple[int, int]]]] = {}  # By symbol, sums of all other prices.

    def book(self, said: BookSaid, *, precision: Precision, depth: int, local_ns: int) -> None:
        """Take a frame of a book; only level 3 tells anything."""
        if said.channel != "level3" or self._books.get(said.symbol, (said.link,))[0] != said.link:
            return
        if said.snapshot:
            self._books[said.symbol] = (said.link, L3Book(depth, *precision))
        if said.symbol not in self._books:
            return
        book = self._books[said.symbol][1]
        rows = tape.Rows(True)
        try:
            rows.take_orders(book, said.frame, local_ns, 0)
        except FrameRefused:
            del self._books[said.symbol]
            return
        self._note(said.symbol, book, rows, local_ns)

    def other(self, frame: bytes, local_ns: int) -> None:
        """Nothing else tells anything."""

    def _note(self, symbol: str, book: L3Book, rows: tape.Rows, local_ns: int) -> None:
        """Note the levels that a frame touched, and those at which we stood before it."""
        sums = self.sums.setdefault(symbol, {})
        watched, recent = self._watched.setdefault(symbol, {}), self._recent.setdefault(symbol, {})
        for key in {*_touched(rows), *watched}:
            side, price = key
            orders = book.orders("sell" if side else "buy", price)
            total_lots = sum(qty for _, qty in orders)
            own_lots = sum(qty for name, qty in orders if name in self._own)
            if own_lots:
                found = sums.setdefault(key, Sums())
                if key not in watched:
                    for time_ns, lots in recent.pop(key, [(local_ns - NEAR_NS, total_lots - own_lots)]):
                        found.add(time_ns, lots, 0)
                watched[key] = local_ns
                found.add(local_ns, total_lots, own_lots)
            elif key in watched:
                sums[key].add(local_ns, total_lots, 0)
                if local_ns - watched[key] > NEAR_NS:
                    del watched[key]
            else:
                _remember(recent, key, local_ns, total_lots)


def _touched(rows: tape.Rows) -> Iterator[_Key]:
    """Yield side and price of every order in a frame."""
    np = need_history("numpy")
    found, _ = rows.drain()
    for row in np.frombuffer(found, row_type()).tolist():
        if row[_KIND] & ~1 in {tape.ADD, tape.MODIFY, tape.DELETE}:
            yield row[_KIND] & 1, row[3]


def _remember(recent: dict[_Key, deque[tuple[int, int]]], key: _Key, time_ns: int, lots: int) -> None:
    """Keep the sums of a price for as long as level 2 may still tell them, and always the last before that."""
    if len(recent) >= RECENT_MAX and key not in recent:
        for old in [one for one, those in recent.items() if those[-1][0] < time_ns - NEAR_NS]:
            del recent[old]
    those = recent.setdefault(key, deque())
    those.append((time_ns, lots))
    while len(those) > 1 and those[1][0] < time_ns - NEAR_NS:
        those.popleft()


class WithoutOwnLevels:
    """One level 2 book on its way into columns. Keeps its levels with ours and how much of each is ours."""

    def __init__(self, sums: OwnSums) -> None:
        self.rows_changed = 0
        self._sums = sums
        self._depth = 0
        self._levels: _Levels = ({}, {})
        self._seeds: _Levels = ({}, {})  # The levels before a seed, which says them again.

    def take_out(self, rows: bytes, names: bytes) -> tuple[bytes, bytes]:
        """Return the rows of whole frames with what was left of each level; a change of ours alone has none."""
        np = need_history("numpy")
        form = row_type()
        kept: list[tuple[Any, ...]] = []
        begun = 0
        for row in np.frombuffer(rows, form).tolist():
            taken = self._take(row)
            self.rows_changed += taken is not row
            if taken is not None:
                kept.append(taken)
            if row[_FLAGS] & tape.LAST:
                kept.extend(self._fall(row))
                mark_last(kept, begun)
                begun = len(kept)
        return np.array(kept, form).tobytes(), names

    def _take(self, row: tuple[Any, ...]) -> tuple[Any, ...] | None:
        """Return the row as it is without ours; None where it says nothing then."""
        local_ns, _, _, price, qty, number, _, kind, flags, _ = row
        if kind == tape.CLEAR:
            before, self._depth = self._levels, number
            self._levels = ({}, {})
            self._seeds = before if flags & tape.SEED else ({}, {})
            return row
        if kind & ~1 != tape.LEVEL:
            return row
        side = kind & 1
        if flags & tape.SEED:
            own = self._seeds[side].get(price, (0, 0))[1]  # As the book stood.
        else:
            sums = self._sums.get((side, price))
            own = 0 if sums is None or not qty else sums.own(qty, local_ns)
        was = self._levels[side].get(price, (0, 0))
        self._levels[side].pop(price, None)
        if qty:
            self._levels[side][price] = (qty, own)
        if not own and not was[1]:
            return row
        left = qty - own
        if left == was[0] - was[1] and (not left or not flags & tape.SNAPSHOT):
            return None
        return (*row[:4], left, *row[5:]) if own else row

    def _fall(self, last: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
        """Let levels beyond the depth go, as the book does; yield rows where one of ours alone hides that."""
        for side, levels in enumerate(self._levels):
            fallen: list[int] = []
            while self._depth and len(levels) > self._depth:
                worst = max(levels) if side else min(levels)
                qty, own = levels.pop(worst)
                if qty != own:
                    fallen.append(worst)
            if fallen and any(qty == own for qty, own in levels.values()):
                for price in fallen:
                    yield (*last[:3], price, 0, 0, last[6], tape.LEVEL + side, last[_FLAGS], 0)
