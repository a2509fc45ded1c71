"""A run's own orders, taken out of the level 3 that it recorded, so that a backtest on it does not meet them again.

Which orders were its own the journal says. Their rows are left out after each frame was verified with them. The venue
counts our levels in the depth that it sends: where a level was ours alone, what fell out at the far end for it is
deleted by rows of its own, for without ours nothing else says so.

I/O: reads journals. Imports: domain, kernel, orders, store, config. Imported by: book_track, compiling,
compile_command, own_levels.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from fathom.domain import (
    AccountSeen,
    ClosePlaced,
    Event,
    ForeignOrderSeen,
    LocalError,
    OrderAccepted,
    RunStarted,
    VenueOrder,
)
from fathom.kernel import rows as tape
from fathom.orders import is_marked, mark_of
from fathom.run.config import config_of
from fathom.store import JournalReader
from fathom.store.history import need_history, row_type

_FLAGS: Final = 8  # Places in a row, as `row_type` has them.
_KIND: Final = 7
_FRAME: Final = 6


def own_orders(journal: Path) -> frozenset[bytes]:
    """Return the venue's ids of a run's own orders. Raises LocalError where it is no journal of a run."""
    if not journal.is_dir():
        raise LocalError(
            str(journal), "is no journal of a run, so it has no orders of its own: leave out --without-own"
        )
    mark = ""
    found: set[str] = set()
    for entry, _ in JournalReader(journal):
        if not mark:
            if not isinstance(entry.event, RunStarted):
                raise LocalError(str(journal), "is a recording, and nobody traded: leave out --without-own")
            mark = mark_of(config_of(entry.event.config).name)
        found.update(_ids(entry.event, mark))
    found.discard("")
    return frozenset(one.encode() for one in found)


def _ids(event: Event, mark: str) -> Iterator[str]:
    match event:
        case OrderAccepted() | ClosePlaced():
            yield event.venue_order_id
        case AccountSeen():
            yield from (one.venue_order_id for one in (*event.orders, *event.closed) if _is_own(one, mark))
            yield from (one.venue_order_id for one in event.fills if one.order_id)
        case ForeignOrderSeen() if _is_own(event.order, mark):
            yield event.order.venue_order_id  # A crash took it from the journal's end.
        case _:
            pass


def _is_own(order: VenueOrder, mark: str) -> bool:
    return bool(order.order_id) or is_marked(order.client_id, mark=mark)


class WithoutOwn:
    """One level 3 book on its way into columns. Keeps which orders stand where, ours too."""

    def __init__(self, own: frozenset[bytes]) -> None:
        self.rows_left_out = 0
        self._own = own
        self._depth = 0
        # By side and price, the numbers of its orders; by number, its side, price, whether it is ours, and its name.
        self._levels: tuple[dict[int, set[int]], dict[int, set[int]]] = ({}, {})
        self._orders: dict[int, tuple[int, int, bool, bytes]] = {}

    def take_out(self, rows: bytes, names: bytes) -> tuple[bytes, bytes]:
        """Return the rows of whole frames, and the ids beside them, without our own. Frames keep their numbers."""
        np = need_history("numpy")
        form = row_type()
        kept: list[tuple[Any, ...]] = []
        ids: list[bytes] = []
        begun = 0  # Where the frame begins in what is kept.
        for row, name in zip(
            np.frombuffer(rows, form).tolist(), np.frombuffer(names, f"S{tape.NAME_BYTES}").tolist(), strict=True
        ):
            if self._take(row, name):
                kept.append(row)
                ids.append(name)
            else:
                self.rows_left_out += 1
            if row[_FLAGS] & tape.LAST:
                for fallen, fallen_name in self._fall(row):
                    kept.append(fallen)
                    ids.append(fallen_name)
                mark_last(kept, begun)
                begun = len(kept)
        return np.array(kept, form).tobytes(), np.array(ids, f"S{tape.NAME_BYTES}").tobytes()

    def _take(self, row: tuple[Any, ...], name: bytes) -> bool:
        """Do what a row says; return whether it stays."""
        kind, side, price, number = row[_KIND] & ~1, row[_KIND] & 1, row[3], row[5]
        if row[_KIND] == tape.CLEAR:
            self._levels, self._orders, self._depth = ({}, {}), {}, number
            return True
        if kind not in {tape.ADD, tape.MODIFY, tape.DELETE}:
            return True
        own = name in self._own
        if kind != tape.MODIFY:
            self._remove(number)
        if kind == tape.ADD:
            self._orders[number] = (side, price, own, name)
            self._levels[side].setdefault(price, set()).add(number)
        return not own

    def _remove(self, number: int) -> None:
        held = self._orders.pop(number, None)
        if held is not None:
            level = self._levels[held[0]][held[1]]
            level.discard(number)
            if not level:
                del self._levels[held[0]][held[1]]

    def _fall(self, last: tuple[Any, ...]) -> Iterator[tuple[tuple[Any, ...], bytes]]:
        """Let levels beyond the depth go, as the book does after a frame; yield rows where that must be told."""
        for side, levels in enumerate(self._levels):
            fallen: list[tuple[int, int, bytes]] = []
            while self._depth and len(levels) > self._depth:
                worst = max(levels) if side else min(levels)
                for number in sorted(levels[worst]):
                    _, _, own, name = self._orders[number]
                    if not own:
                        fallen.append((number, worst, name))
                    self._remove(number)
            if fallen and any(self._is_ours_alone(level) for level in levels.values()):
                for number, price, name in fallen:
                    yield (*last[:2], -1, price, 0, number, last[_FRAME], tape.DELETE + side, last[_FLAGS], 0), name

    def _is_ours_alone(self, level: set[int]) -> bool:
        return all(self._orders[number][2] for number in level)


def mark_last(rows: list[tuple[Any, ...]], begun: int) -> None:
    """Mark the last row of the frame that begins there, and no other. A frame of which nothing is left has none."""
    for place in range(begun, len(rows)):
        row = rows[place]
        flags = row[_FLAGS] | tape.LAST if place == len(rows) - 1 else row[_FLAGS] & ~tape.LAST
        if flags != row[_FLAGS]:
            rows[place] = (*row[:_FLAGS], flags, *row[_FLAGS + 1 :])
