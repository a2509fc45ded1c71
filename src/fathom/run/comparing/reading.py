"""Two journals read side by side in order of time, each once, up to the end of the shorter.

I/O: reads journals. Imports: domain, market, portfolio, store, config, gathering. Imported by: comparison.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from msgspec import Struct

from fathom.domain import Entry, LocalError, RunResumed, RunStarted, RunStopped
from fathom.market import FrameMarket
from fathom.portfolio import Statistics, Summary, summary_of
from fathom.run.comparing.gathering import Gathering
from fathom.run.config import RunConfig, config_of
from fathom.store import JournalReader, TornTail, being_written

# An order's life takes about a kilobyte: where a run has more orders, the comparison ends there, and says so.
LIVES_MAX: Final = 300_000


class Side:
    """One run, as far as it was read."""

    def __init__(self, folder: Path, name: str) -> None:
        """Raises LocalError where the folder holds no run, JournalError where its first entry is damaged."""
        if not folder.exists():
            raise LocalError(str(folder), "is not there: name the folder that a run left behind")
        self.folder, self.name = folder, name
        self._writing = being_written(folder)
        self._reader = JournalReader(folder)
        self._entries: Iterator[tuple[Entry, bytes]] = iter(self._reader)
        first = next(self._entries, None)
        if first is None:
            raise LocalError(str(folder), "holds no entry of a journal: name the folder that a run left behind")
        self.next: Entry | None = first[0]
        event = first[0].event
        if not isinstance(event, RunStarted):
            raise LocalError(str(folder), "does not begin with RunStarted: it is a recording, and nobody traded")
        self.started = event
        self.config: RunConfig = config_of(event.config)
        self.market = FrameMarket(self.config.instruments, depths=self.config.depths, level3=self.config.level3)
        self.statistics = Statistics(self.market, quote=self.config.quote)
        self.gathering = Gathering()
        self.first_ns = self.last_ns = first[0].time_ns
        self.shift_ns = 0  # Added to each time, where two runs are laid over each other.
        self.entries = 0
        self.stopped_ns: int | None = None
        self.full = False

    @property
    def next_ns(self) -> int | None:
        """When the next entry comes; None at the end."""
        return None if self.next is None else self.next.time_ns + self.shift_ns

    @property
    def end_ns(self) -> int:
        """When it ended as a run: what follows a stop is only the cancelling of what was open."""
        return self.last_ns if self.stopped_ns is None else self.stopped_ns

    def step(self) -> None:
        """Take the next entry in. Raises JournalError where the journal is damaged there."""
        entry = self.next
        assert entry is not None, "there is nothing more to read"
        event = entry.event
        if self.shift_ns:
            entry = Entry(entry.seq, entry.cause_seq, entry.time_ns + self.shift_ns, entry.author, event)
        self.entries += 1
        self.last_ns = max(self.last_ns, entry.time_ns)
        if isinstance(event, RunStopped):
            self.stopped_ns = entry.time_ns
        elif isinstance(event, RunResumed):
            self.stopped_ns = None
        if isinstance(event, self.market.hears):
            for _ in self.market.handle(entry):
                pass  # What it says is in the journal.
        self.statistics.observe(entry)
        self.gathering.observe(entry)
        following = next(self._entries, None)
        self.next = None if following is None else following[0]
        if len(self.gathering.lives) >= LIVES_MAX:
            self.next, self.full = None, True

    def summary(self) -> Summary:
        """Return what the run came to, so far."""
        self.statistics.look(self.statistics.last_ns)
        return summary_of(self.statistics)

    def ending(self) -> str:
        """Return why this journal was not read any further; only for one that was read to its end."""
        torn: TornTail | None = self._reader.torn
        if self.full:
            return f"it has more than {LIVES_MAX:,} orders"
        if self._writing:
            return "it is still going"
        if torn is not None:
            return f"it was cut off: {torn.bytes_cut:,} bytes of an unfinished entry end {torn.segment}"
        return "it ended" if self.stopped_ns is not None else "it was cut off between two entries"


class BothRead(Struct):
    """What reading both came to: the stretch that they have in common, and what is to be said of it."""

    a: Side
    b: Side
    begin_ns: int
    end_ns: int
    ends_alike: bool
    notes: list[str]


def read_both(a_folder: Path, b_folder: Path) -> BothRead:
    """Read both journals. Raises LocalError and JournalError as Side does, and where nothing is in common.

    Runs of different times are laid over each other, beginning with beginning; what was read until that showed is read
    again.
    """
    a, b = Side(a_folder, "A"), Side(b_folder, "B")
    _have_something_in_common(a, b)
    notes = []
    if not _read_side_by_side(a, b):
        a, b = Side(a_folder, "A"), Side(b_folder, "B")
        b.shift_ns = a.first_ns - b.first_ns
        when = "later" if b.shift_ns < 0 else "earlier"
        notes.append(f"B ran {abs(b.shift_ns) / 1e9:,.1f} s {when}: both are counted from their beginnings.")
        _read_side_by_side(a, b)
    short, long = (a, b) if a.next is None else (b, a)
    while long.next_ns is not None and long.next_ns <= short.last_ns:
        long.step()
    begins = [side.first_ns + side.shift_ns for side in (a, b)]
    ends = [short.end_ns, *([long.end_ns] if long.next is None or long.stopped_ns is not None else [])]
    if begins[0] != begins[1]:
        late = "A" if begins[0] > begins[1] else "B"
        apart_s = abs(begins[0] - begins[1]) / 1e9
        notes.append(
            f"{late} began {apart_s:,.3f} s after the other: what only the other ordered before that is left out."
        )
    if len(ends) == 1:
        notes.append(f"Compared up to the end of {short.name}, the shorter: {short.ending()}; {long.name} goes on.")
    elif ends[0] != ends[1]:
        first = short if ends[0] < ends[1] else long
        apart_s = abs(ends[0] - ends[1]) / 1e9
        notes.append(f"Compared up to the end of {first.name}, the shorter by {apart_s:,.3f} s: {first.ending()}.")
    elif short.ending() != "it ended":
        notes.append(f"Compared up to the end of {short.name}: {short.ending()}.")
    return BothRead(a, b, max(begins), min(ends), len(ends) == 2 and ends[0] == ends[1], notes)


def _read_side_by_side(a: Side, b: Side) -> bool:
    """Read in order of time until one is at its end; return whether the other had begun by then."""
    while (a_ns := a.next_ns) is not None and (b_ns := b.next_ns) is not None:
        (a if a_ns <= b_ns else b).step()
    return bool(a.entries and b.entries)


def _have_something_in_common(a: Side, b: Side) -> None:
    names = [{one.name for one in side.config.strategies} for side in (a, b)]
    symbols = [set(side.config.depths) for side in (a, b)]
    for what, (one, other) in (("strategy", names), ("symbol", symbols)):
        if not one & other:
            raise LocalError(
                str(b.folder),
                f"has no {what} in common with {a.folder}: {', '.join(sorted(one))} there, "
                f"{', '.join(sorted(other))} here; compare two runs of one bot",
            )
