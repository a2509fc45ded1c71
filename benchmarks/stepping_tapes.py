"""The market that is stepped over: a seeded stream as a tape, told again and again at later times.

Imports: streams, fathom. Imported by: stepping, stepping_others.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import streams

from fathom.kernel import L2Book
from fathom.kernel import rows as form
from fathom.run.history.hft_form import events_of
from fathom.store.history import row_type

FRAME_NS = 1_000_000
LATENCY_NS = 1_000_000
TRADE_EVERY = 10  # Frames.


@dataclass(frozen=True)
class Recorded:
    """One tape. `events` are changes of a level and trades; the rows that clear a book are none."""

    rows: bytes
    events: int
    frames: int

    def for_hftbacktest(self) -> Any:
        """Return the same events in its form."""
        return events_of([memoryview(self.rows)])


def recorded(*, frames: int, times: int) -> Recorded:
    """Return a stream of so many frames, so many times, one after the other."""
    feed = streams.realistic(depth=10, frames=frames)
    book, rows = L2Book(feed.depth, feed.price_precision, feed.qty_precision), form.Rows()
    for number, frame in enumerate((feed.snapshot, *feed.updates)):
        at_ns = streams.START_NS + number * FRAME_NS
        rows.take_levels(book, frame, at_ns, number)
        if number % TRADE_EVERY == 0 and book.best_bid is not None:
            rows.add(form.TRADE + 1, at_ns, at_ns, number, price=book.best_bid, qty=1_000, order=number + 1)
    once = np.frombuffer(rows.drain()[0], row_type()).copy()
    once["venue_ns"] = once["local_ns"] - LATENCY_NS
    span_ns = (len(feed.updates) + 1) * FRAME_NS
    pieces = []
    for turn in range(times):
        piece = once.copy()
        piece["local_ns"] += turn * span_ns
        piece["venue_ns"] += turn * span_ns
        pieces.append(piece)
    whole = np.concatenate(pieces)
    events = int(((whole["kind"] & 254) != form.CLEAR).sum())
    return Recorded(whole.tobytes(), events, (len(feed.updates) + 1) * times)
