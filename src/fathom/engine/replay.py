"""A journal run again: the components, fed the inputs of a log, must say just what the log says they said.

Our regression test and our crash recovery in one. Pure. Imports: domain, engine. Imported by: run.
"""

from collections.abc import Callable, Iterable

import msgspec
from msgspec import Struct

from fathom.domain import Component, Entry
from fathom.engine.engine import Engine


class Difference(Struct, frozen=True):
    """The first place where the log and its replay part. None stands for an entry that one side lacks."""

    seq: int
    journaled: Entry | None
    replayed: Entry | None


class Replayed(Struct, frozen=True):
    """What a replay found: entries compared, inputs among them, and where the two parted, if they did."""

    entries: int
    inputs: int
    difference: Difference | None
    last_seq: int = 0  # Of the newest entry, and its time: from there the log can go on with the same components.
    time_ns: int = 0
    unwritten: tuple[Entry, ...] = ()  # What the last step said besides, where the journal ends in the middle of it.

    @property
    def agrees(self) -> bool:
        """Whether every byte was the same."""
        return self.difference is None


class Nowhere:
    """A log that keeps nothing: what is replayed is in a journal already."""

    def append(self, entry: Entry) -> None:
        """Let it go."""

    def commit(self) -> None:
        """Nothing was kept, so nothing is left to do."""


def replay(
    journal: Iterable[tuple[Entry, bytes]],
    build: Callable[[Entry], list[Component]],
    *,
    seen: Callable[[Entry], None] | None = None,
) -> Replayed:
    """Run the journal's inputs through new components and compare what they say, byte for byte.

    `journal` gives each entry with the bytes it is kept as; `build` makes the components from the first entry. A
    journal that ends in the middle of a step (the process died there) agrees as far as it goes. `seen` is shown each
    entry that agrees.
    """
    engine: Engine | None = None
    expected: list[Entry] = []
    last: Entry | None = None
    entries = inputs = position = 0
    for journaled, kept in journal:
        if engine is None:
            engine = Engine(build(journaled), Nowhere())
        if journaled.cause_seq == journaled.seq:
            if position < len(expected):
                return Replayed(entries, inputs, Difference(journaled.seq, journaled, expected[position]))
            expected, position = engine.step(journaled.event, time_ns=journaled.time_ns), 0
            inputs += 1
        replayed = expected[position] if position < len(expected) else None
        if replayed is None or msgspec.msgpack.encode(replayed) != kept:
            return Replayed(entries, inputs, Difference(journaled.seq, journaled, replayed))
        position += 1
        entries += 1
        last = journaled
        if seen is not None:
            seen(journaled)
    if last is None:
        return Replayed(entries, inputs, None)
    unwritten = tuple(expected[position:])
    return Replayed(entries, inputs, None, (last, *unwritten)[-1].seq, last.time_ns, unwritten)
