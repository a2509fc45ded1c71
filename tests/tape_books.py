"""Books built from the rows of a tape, the plain way: what a tape must give back."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Any

from fathom.kernel import rows as form
from fathom.store.history import Tape

ROW = struct.Struct("<6qI2B2x")


def rows_of(tape: Tape) -> Iterator[tuple[int, ...]]:
    """Yield (local_ns, venue_ns, order_ns, price, qty, order, frame, kind, flags)."""
    yield from ROW.iter_unpack(bytes(tape.rows))


def books_of(tape: Tape) -> Any:
    """Return the last book of a tape: (bids, asks) of level 2, the queues' quantities, best first, of level 3."""
    levels: tuple[dict[int, int], dict[int, int]] = ({}, {})
    queues: tuple[dict[int, list[list[int]]], dict[int, list[list[int]]]] = ({}, {})
    depth = 0
    for _, _, order_ns, price, qty, order, frame, kind, flags in rows_of(tape):
        side, what = kind & 1, kind & ~1
        if kind == form.CLEAR:
            levels, queues, depth = ({}, {}), ({}, {}), order
        elif what == form.LEVEL:
            levels[side][price] = qty
            if not qty:
                del levels[side][price]
        elif what == form.ADD:
            _remove(queues, order)
            queue = queues[side].setdefault(price, [])
            place = len(queue)
            by_time = not flags & form.SNAPSHOT
            while by_time and place and queue[place - 1][3] == frame and queue[place - 1][2] > order_ns:
                place -= 1
            queue.insert(place, [order, qty, order_ns, frame])
        elif what == form.MODIFY:
            next(one for held in queues for queue in held.values() for one in queue if one[0] == order)[1] = qty
        elif what == form.DELETE:
            _remove(queues, order)
        if flags & form.LAST and depth:
            for held in (*levels, *queues):
                sign = -1 if held is levels[0] or held is queues[0] else 1
                for worst in sorted(held, key=lambda price: sign * price)[depth:]:
                    del held[worst]
    if tape.head.kind == "l2":
        return sorted(levels[0].items(), reverse=True), sorted(levels[1].items())
    bids = [queues[0][price] for price in sorted(queues[0], reverse=True)]
    asks = [queues[1][price] for price in sorted(queues[1])]
    return [[one[1] for one in queue] for queue in (*bids, *asks)]


def _remove(queues: tuple[dict[int, list[list[int]]], ...], order: int) -> None:
    for held in queues:
        for price in list(held):
            held[price] = [one for one in held[price] if one[0] != order]
            if not held[price]:
                del held[price]
