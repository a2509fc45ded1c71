"""One symbol's book on its way into columns: each frame verified, its rows written, what is missing told.

A book begins with a snapshot. What was between two subscriptions nobody knows; after a checksum that fails, or a frame
that cannot be read, nothing is believed until the next snapshot. Both are gaps.

Imports: kernel, sinks, run/recording. Imported by: compiling.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Final

from fathom.kernel import MISMATCH, VERIFIED, FrameRefused, L2Book, L3Book
from fathom.kernel import rows as tape
from fathom.run.history.own_levels import WithoutOwnLevels
from fathom.run.history.own_orders import WithoutOwn
from fathom.run.history.sinks import ROWS_MAX, BookKind, BookSink
from fathom.run.recording.precisions import Precision
from fathom.store.history import day_begins_ns, day_of

SILENCE_NS: Final = 10_000_000_000  # Without a word for so long, a connection is taken for lost.
Gap = Callable[[int, int, str], None]  # From, to, and why.
Open = Callable[[date], BookSink | None]  # None: that day is there already.


class BookTrack:
    """Takes the frames of one book, and the trades between them, in the order of their arrival."""

    def __init__(
        self, kind: BookKind, *, open_day: Open, gap: Gap, without_own: WithoutOwn | WithoutOwnLevels | None = None
    ) -> None:
        """`without_own` takes a run's own orders out of what is written."""
        self.kind = kind
        self.without_own = without_own
        self.frames = self.verified = self.mismatched = self.refused = self.unchecked = self.homeless = 0
        self._open_day = open_day
        self._gap = gap
        self._rows = tape.Rows(kind == "l3")
        self._book: L2Book | L3Book | None = None
        self._precision = Precision(0, 0)
        self._doubted_ns: int | None = None  # Since when the book is not believed.
        self._why = ""
        self._day: date | None = None
        self._sink: BookSink | None = None
        self._number = 0
        self._last_ns = self._good_ns = 0
        self._told_ns = 0  # When the last row was had.

    def take(self, frame: bytes, *, snapshot: bool, precision: Precision, depth: int, local_ns: int) -> None:
        """Apply a frame, and write what it changed."""
        self._come_to(local_ns)
        self.frames += 1
        if snapshot:
            self._begin(precision, depth)
        elif self._book is not None and precision != self._precision:
            self._lose(self._last_ns)
            self._doubt("the pair's precision changed")
            self._drop()
        if self._book is None:
            self.homeless += 1
            return
        self._number += 1
        try:
            verdict = self._apply(frame)
        except FrameRefused as error:
            self.refused += 1
            self._lose(self._last_ns)
            self._doubt(f"a frame that cannot be read: {error}")
            self._drop()
            return
        self._told_ns = self._last_ns
        if verdict == MISMATCH:
            self._doubt("a checksum that does not agree")
        elif snapshot and self._doubted_ns is not None:
            self._settle()
        self._count(verdict if self._doubted_ns is None else MISMATCH)
        if self._doubted_ns is None:
            self._good_ns = self._last_ns
        if len(self._rows) >= ROWS_MAX:
            self._flush()

    def trade(
        self, *, local_ns: int, venue_ns: int, buys: bool, price: int, qty: int, trade_id: int, more: bool = False
    ) -> None:
        """Write a trade between the frames; `more`: of the same message as the one before, whose number it shares."""
        self._come_to(local_ns)
        kind = tape.TRADE + (0 if buys else 1)
        if not more:
            self._number += 1
        self._rows.add(kind, self._last_ns, venue_ns, self._number, price=price, qty=qty, order=trade_id)
        self._told_ns = self._last_ns
        if self._sink is not None:
            self._sink.counts["trades"] += 1

    def close(self) -> None:
        """The recording ended here; its last day may go on in another."""
        if self._doubted_ns is not None:
            self._gap(self._doubted_ns, self._last_ns, self._why)
        self._turn_off(whole=False)

    def abandon(self) -> None:
        """Leave nothing of what is not finished."""
        if self._sink is not None:
            self._sink.abandon()
            self._sink = None

    def _apply(self, frame: bytes) -> int:
        if isinstance(self._book, L3Book):
            return self._rows.take_orders(self._book, frame, self._last_ns, self._number)
        assert self._book is not None
        return self._rows.take_levels(self._book, frame, self._last_ns, self._number)

    def _begin(self, precision: Precision, depth: int) -> None:
        """A snapshot comes: a book of its own."""
        if self._book is not None and self._doubted_ns is None:
            self._silence()
            self._doubt("a new subscription")
        self._drop()
        self._precision = precision
        self._book = L3Book(depth, *precision) if self.kind == "l3" else L2Book(depth, *precision)

    def _silence(self) -> None:
        """Say in the rows that nothing was told any more: who steps over them must not trust what stands still.

        When the connection was lost nobody recorded; a client would have known it so long after its last word.
        """
        if self._last_ns > self._good_ns:
            self._lose(max(min(self._good_ns + SILENCE_NS, self._last_ns), self._told_ns))

    def _lose(self, at_ns: int) -> None:
        """Write that the book is not to be trusted from a time on."""
        self._number += 1
        self._rows.add(tape.GAP, at_ns, -1, self._number)
        self._told_ns = at_ns

    def _drop(self) -> None:
        if self._book is not None:
            self._flush()  # At its own precisions.
            self._book = None

    def _doubt(self, why: str) -> None:
        """From here on, nothing is known."""
        if self._doubted_ns is not None:
            return
        self._doubted_ns = self._good_ns
        self._why = why
        if self._sink is not None:
            self._sink.counts["gaps"] += 1

    def _settle(self) -> None:
        """A snapshot says anew how it stands."""
        assert self._doubted_ns is not None
        self._gap(self._doubted_ns, self._last_ns, self._why)
        self._doubted_ns = None

    def _count(self, verdict: int) -> None:
        name = {VERIFIED: "verified", MISMATCH: "mismatched"}.get(verdict, "unchecked")
        setattr(self, name, getattr(self, name) + 1)
        if self._sink is not None:
            self._sink.counts["frames"] += 1
            self._sink.counts[name] += 1

    # -- Days ----------------------------------------------------------------------------------------------------------

    def _come_to(self, local_ns: int) -> None:
        """Go on to a time, and to another day where one begins. Time never goes back: a clock may."""
        local_ns = max(self._last_ns, local_ns)
        day = day_of(local_ns)
        if self._day is not None and day != self._day:
            self._turn_off(whole=True)
        self._last_ns = local_ns
        if day == self._day:
            return
        self._day = day
        self._number = 0
        self._sink = self._open_day(day)
        if self._sink is not None:
            self._sink.first_ns = self._last_ns
        if self._book is not None and self._doubted_ns is None:
            begins_ns = self._told_ns = day_begins_ns(day)
            if isinstance(self._book, L3Book):
                self._rows.seed_orders(self._book, begins_ns, 0)
            else:
                self._rows.seed_levels(self._book, begins_ns, 0)

    def _turn_off(self, *, whole: bool) -> None:
        self._flush()
        if self._sink is not None:
            self._sink.close(whole=whole)
            self._sink = None

    def _flush(self) -> None:
        rows, names = self._rows.drain()
        if self.without_own is not None:
            rows, names = self.without_own.take_out(rows, names)
        if self._sink is not None:
            self._sink.write(rows, names, self._precision)
            self._sink.last_ns = self._last_ns
