"""A backtest run again from its journal, and compared with it entry by entry.

Its log holds only what somebody said: what a strategy looked at and did not answer is found in the recording. So the
recording is stepped over again, by the configuration that the journal begins with.

I/O: reads a journal and recorded markets. Imports: domain, engine, store; backtest, config. Imported by: run/replay,
run/report.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec

from fathom.domain import Entry, LocalError, RunStarted
from fathom.engine import Difference, Replayed
from fathom.portfolio import LotMethod
from fathom.run.backtest.backtest import Backtest
from fathom.run.backtest.outcome import Outcome
from fathom.run.config import config_of

PARTED = "what follows differs from its journal"


class Compared:
    """A log that keeps nothing, and compares each entry with the journal's next."""

    def __init__(self, journaled: Iterator[tuple[Entry, bytes]], *, stop: Callable[[str], None]) -> None:
        """`stop` ends the run where it parts from the journal."""
        self.entries = self.inputs = 0
        self.difference: Difference | None = None
        self.last: Entry | None = None
        self.ended = False  # The journal has no more entries than these: it was cut off.
        self._journaled = journaled
        self._stop = stop

    def append(self, entry: Entry) -> None:
        """Compare an entry."""
        if self.difference is not None or self.ended:
            return
        found = next(self._journaled, None)
        if found is None:
            self.ended = True
            self._stop(PARTED)
            return
        journaled, kept = found
        if msgspec.msgpack.encode(entry) != kept:
            self.difference = Difference(journaled.seq, journaled, entry)
            self._stop(PARTED)
            return
        self.entries += 1
        self.inputs += entry.cause_seq == entry.seq
        self.last = entry

    def commit(self) -> None:
        """Nothing is kept."""


def rerun(
    journal: Iterator[tuple[Entry, bytes]], folder: Path, *, method: LotMethod = "fifo"
) -> tuple[Replayed, Backtest, Outcome]:
    """Run a backtest's journal again from its first entry on.

    Raises LocalError where it is no journal of a backtest, or its data is not what it was.
    """
    first = next(journal, None)
    if first is None or not isinstance(first[0].event, RunStarted) or first[0].event.mode != "backtest":
        raise LocalError(str(folder), "is no journal of a backtest")
    started = first[0].event
    run = Backtest(config_of(started.config), run_id=started.run_id, method=method)
    try:
        log = Compared(_from(first, journal), stop=run.stop)
        outcome = run.run(log)
        left = None if log.difference or log.ended else next(journal, None)
        difference = log.difference if left is None else Difference(left[0].seq, left[0], None)
        last = log.last
        seq, time_ns = (0, 0) if last is None else (last.seq, last.time_ns)
        return Replayed(log.entries, log.inputs, difference, seq, time_ns), run, outcome
    finally:
        run.close()


def _from(first: tuple[Entry, bytes], rest: Iterator[tuple[Entry, bytes]]) -> Iterator[tuple[Entry, bytes]]:
    yield first
    yield from rest
