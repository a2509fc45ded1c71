"""The sequencer: gives every event its place in the one log, shows it to the components, and sequences what they say.

Knows nothing about trading. Pure. Imports: domain, whisper. Imported by: sim, run.
"""

from collections import deque
from collections.abc import Callable, Collection, Sequence
from typing import Final, Protocol

from fathom.domain import NO_ANSWER, Component, Entry, Event, Happening
from fathom.engine.whisper import PLACES, Whisper

WORLD: Final = "world"  # The author of every input.

# Entries of one step, the input among them. Components that answer each other without end, or one that never stops
# talking, are a bug: the process stops there.
FOLLOW_UPS_MAX: Final = 10_000
BUSY: Final = "a step failed before, or a component calls step from its handle"


class Log(Protocol):
    """Where entries go before anyone acts on them. Raises JournalError where it cannot keep them."""

    def append(self, entry: Entry) -> None:
        """Take one entry."""

    def commit(self) -> None:
        """Return once all that was appended is kept, as firmly as the log's policy says."""


class Engine:
    """One log, one loop. Everything that happens goes through `step`, one input at a time."""

    def __init__(self, components: Sequence[Component], log: Log, *, last_seq: int = 0, time_ns: int = 0) -> None:
        """`components` are shown each entry in this order; their names must differ.

        `last_seq` and `time_ns` are those of the newest entry where a log goes on that these components were shown.
        """
        names = [component.name for component in components]
        assert len(set(names)) == len(names), f"two components share a name: {names}"
        assert WORLD not in names, f"{WORLD} is the author of inputs"
        self._components = tuple(components)
        self._log = log
        self._listeners: dict[type[Happening], tuple[Component, ...]] = {}
        self._urgent: frozenset[type[Happening]] = frozenset()
        self._hand_out: Callable[[Sequence[Entry]], None] = lambda _: None
        self._seq = last_seq
        self._time_ns = time_ns
        self._idle = True

    @property
    def last_seq(self) -> int:
        """The place of the newest entry; 0 before the first."""
        return self._seq

    @property
    def time_ns(self) -> int:
        """The time of the newest entry: the next may not be earlier."""
        return self._time_ns

    def hand_out_early(self, kinds: Collection[type[Happening]], take: Callable[[Sequence[Entry]], None]) -> None:
        """Hand entries of these kinds out within `step`, before components hear of them: what is to be sent waits less.

        The log is the same. `take` is given them together with all entries of the step before them, kept by the log;
        it must not call `step`.
        """
        self._urgent, self._hand_out = frozenset(kinds), take

    def step(self, event: Event, *, time_ns: int) -> list[Entry]:
        """Sequence one input and all that follows from it; return the entries in order, kept by the log.

        What follows is breadth first: all that was said of an entry comes before what is said of that. What was
        handed out early is not returned again.

        Raises JournalError where the log cannot keep them: then nothing of this step but what was handed out may be
        acted on, and there is no next step, as after any error of a component: the log would lack what this one said.
        """
        self._begin(time_ns)
        self._seq += 1
        return self._follow_up([], deque([Entry(self._seq, self._seq, time_ns, WORLD, event)]))

    def whispered(
        self,
        said: Callable[[int], Event],
        *,
        author: str = WORLD,
        cause: Callable[[], Event] | None = None,
        hearer: str | None = None,
    ) -> Whisper:
        """Return what `whisper` is given: an input, or what `author` would say of one that `cause` makes.

        `said` makes it, given the place of its cause; but for that it is always the same. `hearer` is the only
        component that it is for, such as a timer's owner: all others would let it go by.
        """
        listeners = [one for one in self._listeners_to(type(said(0))) if hearer is None or one.name == hearer]
        return Whisper(listeners, said, author=author, cause=cause)

    def whisper(self, what: Whisper, time_ns: int, idle: Collection[type[Happening]] = ()) -> Sequence[Entry]:
        """Say something in a low voice: sequence it, with its cause and all that follows, only if it is answered.

        What nobody answers leaves no trace: a recorded market is stepped over at the speed of memory so, and who runs
        the journal again steps over the same recording. Neither does what is answered with `idle` kinds alone, such as
        a timer that is only set again: these answers are returned, to be performed, and `last_seq` is as it was.

        Raises as `step` does.
        """
        self._begin(time_ns)
        heard: list[tuple[int, Sequence[Event]]] = []
        for place, (_, ear) in enumerate(what.ears):
            answer = ear(self._seq + what.places, time_ns)
            if answer is not NO_ANSWER:
                heard.append((place, list(answer)))
        self._idle = True
        return self.answered(what, heard, time_ns, idle)

    def overhear(self, tell: Callable[[int], int]) -> int:
        """Let `tell` call the ears of whispers that have a cause, at the place in the log that it is given.

        It stops where one answers: that is then to be `answered`. Return what it returns.
        """
        assert self._idle, BUSY
        self._idle = False
        told = tell(self._seq + PLACES)
        self._idle = True
        return told

    def answered(
        self,
        what: Whisper,
        heard: Sequence[tuple[int, Sequence[Event]]],
        time_ns: int,
        idle: Collection[type[Happening]] = (),
    ) -> Sequence[Entry]:
        """Sequence what was answered to a whisper, by the places of its ears, as `whisper` does."""
        self._begin(time_ns)
        seq = self._seq + what.places
        answers = [(what.ears[place][0], answer) for place, some in heard for answer in some]
        entries = [Entry(place, seq, time_ns, name, answer) for place, (name, answer) in enumerate(answers, seq + 1)]
        if all(type(answer) in idle for _, answer in answers):  # Or there are none.
            self._idle = True
            return entries
        self._seq = seq + len(entries)
        first = what.entries(seq, time_ns)
        for one in first:
            self._log.append(one)
        return self._follow_up(first, deque(entries))

    def _begin(self, time_ns: int) -> None:
        assert self._idle, BUSY
        assert time_ns >= self._time_ns, f"time went back from {self._time_ns} to {time_ns}"
        self._idle = False
        self._time_ns = time_ns

    def _follow_up(self, entries: list[Entry], pending: deque[Entry]) -> list[Entry]:
        """Log what is pending, and all that follows from it. `entries` are logged, and were heard, already."""
        log, listeners, urgent = self._log, self._listeners, self._urgent
        heard = logged = 0  # Of this step's entries; those that are logged and not heard yet begin `pending`.
        while pending:
            entry = pending.popleft()
            kind = type(entry.event)
            if heard == logged:
                log.append(entry)
                entries.append(entry)
                logged += 1
                if kind in urgent:
                    logged += self._hand_out_with(entries, pending)
                    entries = []
            heard += 1
            found = listeners.get(kind)
            for component in self._listeners_to(kind) if found is None else found:
                for said in component.handle(entry):
                    assert heard + len(pending) < FOLLOW_UPS_MAX, f"one input set off too much: {entry.event!r:.200}"
                    self._seq += 1
                    pending.append(Entry(self._seq, entry.seq, entry.time_ns, component.name, said))
        log.commit()
        self._idle = True
        return entries

    def _hand_out_with(self, entries: list[Entry], pending: Sequence[Entry]) -> int:
        """Hand entries out, and with them the urgent ones that come next: one commit for all. Return how many."""
        more = 0
        for entry in pending:
            if type(entry.event) not in self._urgent:
                break
            self._log.append(entry)
            entries.append(entry)
            more += 1
        self._log.commit()
        self._hand_out(entries)
        return more

    def _listeners_to(self, kind: type[Happening]) -> tuple[Component, ...]:
        found = tuple(component for component in self._components if kind in component.hears)
        self._listeners[kind] = found
        return found
