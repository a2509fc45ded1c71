"""The driver of a bot that runs: one engine, one journal, one outside; every arrival goes through `arrive`.

Imports: domain, engine, loading. Imported by: session.
"""

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from typing import Final, Protocol

from fathom.domain import (
    AmendApproved,
    CancelApproved,
    Entry,
    Event,
    FathomError,
    Happening,
    JournalError,
    OrderApproved,
)
from fathom.engine import Engine
from fathom.run.loading import place_in_users_code

# Arrivals that wait while a step is under way: answers that came at once, such as a refusal before anything was sent.
WAITING_MAX: Final = 10_000

# What goes to the venue: sent before the components hear of it, and before anybody who only looks.
URGENT: Final[tuple[type[Happening], ...]] = (OrderApproved, AmendApproved, CancelApproved)

Performer = Callable[[Entry], None]


class Outside(Protocol):
    """What is outside in one mode: it performs what the log asks for, and its answers are later arrivals."""

    def performers(self) -> Mapping[type[Happening], Performer]:
        """Return what is done for which kinds of event. Nothing is done for the others."""


class Trader:
    """Sequences what arrives and has it performed. A failure is kept: nothing arrives after it."""

    def __init__(self, engine: Engine, outsides: Sequence[Outside], *, clock_ns: Callable[[], int]) -> None:
        """`clock_ns` stamps each arrival; a clock that goes back is held at the newest entry."""
        self._engine = engine
        self._clock_ns = clock_ns
        self._waiting: deque[Event] = deque()
        self._busy = False
        self._followers: list[Performer] = []
        self._watchers: list[Performer] = []
        self._performers: dict[type[Happening], tuple[Performer, ...]] = {}
        self._unwatched: list[Entry] = []  # Performed, and not shown to watchers yet.
        self.failure: BaseException | None = None
        self.on_failure: Callable[[], None] = lambda: None
        for outside in outsides:
            self.attach(outside)
        engine.hand_out_early(URGENT, self._perform)

    def attach(self, outside: Outside) -> None:
        """Let an outside perform what it performs."""
        for kind, perform in outside.performers().items():
            self._performers[kind] = (*self._performers.get(kind, ()), perform)

    def follow(self, follower: Performer) -> None:
        """Show every entry to somebody who must know it before it is performed."""
        self._followers.append(follower)

    def watch(self, watcher: Performer) -> None:
        """Show every entry to somebody who only looks, after all of its step was performed."""
        self._watchers.append(watcher)

    @property
    def last_seq(self) -> int:
        """The place of the newest entry."""
        return self._engine.last_seq

    def arrive(self, event: Event) -> None:
        """Sequence what came in, and have performed what follows. Never raises: see `failure`."""
        if self.failure is not None:
            return
        self._waiting.append(event)
        if self._busy:
            assert len(self._waiting) < WAITING_MAX, f"too much arrives within one step: {event!r:.200}"
            return
        self._busy = True
        try:
            while self._waiting:
                self._step(self._waiting.popleft())
        except Exception as error:  # noqa: BLE001 - Whatever it is, trading ends, and the session says why.
            self.fail(error)
        finally:
            self._busy = False

    def fail(self, error: BaseException) -> None:
        """Trading ends here: the journal is broken, or the code is."""
        if self.failure is None:
            self.failure = error
            self._waiting.clear()
            self.on_failure()

    def _step(self, event: Event) -> None:
        now_ns = max(self._clock_ns(), self._engine.time_ns)
        self._perform(self._engine.step(event, time_ns=now_ns))
        shown, self._unwatched = self._unwatched, []
        for entry in shown:
            for watcher in self._watchers:
                watcher(entry)

    def _perform(self, entries: Sequence[Entry]) -> None:
        """Have entries performed that are in the journal already."""
        performers = self._performers
        for entry in entries:
            for follower in self._followers:
                follower(entry)
            for perform in performers.get(type(entry.event), ()):
                perform(entry)
        self._unwatched += entries


def is_of_the_disk(error: BaseException) -> bool:
    """Whether the journal broke, and not the code."""
    return isinstance(error, JournalError)


def sentence_of(error: BaseException) -> str:
    """Return an error in one sentence for a person: where a user's own strategy made it, with its line."""
    if isinstance(error, FathomError):
        return str(error)
    what = f"{type(error).__name__}: {error}"
    where = place_in_users_code(error)
    return f"this is a bug in fathom: {what}" if where is None else f"{where}: {what}"
