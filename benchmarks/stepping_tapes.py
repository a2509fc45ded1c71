"""The market that is stepped over: a seeded stream as a tape, told again and again at later times.

Imports: streams, fathom. Imported by: held, stepping, stepping_bots, stepping_day, stepping_others, sweeping.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import streams

from fathom.kernel import L2Book
from fathom.kernel import rows as form
from fathom.run.history.hft_form import events_of
from fathom.store.history import DAY_NS, row_type

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
        return events_of([memoryview(self.rows)], cut=False)


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


def day_of_trading(*, frames: int, times: int, hours: int = 24, seed: int = 1) -> Recorded:
    """Return a day, or its first hours: so many frames so many times, at moments of their own, with trades."""
    random = np.random.default_rng(seed)
    feed = streams.realistic(depth=10, frames=frames)
    book, rows = L2Book(feed.depth, feed.price_precision, feed.qty_precision), form.Rows()
    sellers, lots = random.random(frames + 1) < 0.5, 10 ** random.uniform(4.0, 8.5, frames + 1)
    for number, frame in enumerate((feed.snapshot, *feed.updates)):
        rows.take_levels(book, frame, number, number)
        best = book.best_bid if sellers[number] else book.best_ask
        if number % TRADE_EVERY == 0 and best is not None:
            kind = form.TRADE + int(sellers[number])
            rows.add(kind, number, number, number, price=best, qty=int(lots[number]), order=number + 1)
    once = np.frombuffer(rows.drain()[0], row_type())
    whole = np.tile(once, times)
    place = whole["local_ns"] + np.repeat(np.arange(times) * (frames + 1), len(once))
    gaps = random.exponential(size=times * (frames + 1))
    moments = DAY_NS * hours / 24 * np.cumsum(gaps) / (gaps.sum() * 1.0001)
    begins_ns = streams.START_NS // DAY_NS * DAY_NS
    whole["local_ns"] = begins_ns + LATENCY_NS + moments.astype("i8")[place]
    whole["venue_ns"] = whole["local_ns"] - LATENCY_NS
    whole["frame"] = place
    events = int(((whole["kind"] & 254) != form.CLEAR).sum())
    return Recorded(whole.tobytes(), events, (frames + 1) * times)
