"""The one ordered log: an entry, and what a component is.

Pure. Imports: events. Imported by: every room above domain.
"""

from collections.abc import Callable, Iterable
from typing import Final, Protocol, runtime_checkable

from msgspec import Struct

from fathom.domain.events import Event, Happening


class Entry(Struct, frozen=True, array_like=True, gc=False):
    """One event, at its place in the log; journaled before anyone acts on it."""

    seq: int
    cause_seq: int  # The entry this one follows from; an input names itself.
    time_ns: int  # Stamped once, at the edge. Nobody else reads a clock.
    author: str  # Who said it: only `risk` says OrderApproved (domain/events).
    event: Event


class Component(Protocol):
    """A plain object that changes only in `handle`."""

    @property
    def name(self) -> str:
        """The author of what it says."""

    @property
    def hears(self) -> tuple[type[Happening], ...]:
        """The kinds of event it is shown."""

    def handle(self, entry: Entry) -> Iterable[Event]:
        """Take the entry in and return what follows from it, in order."""


# What answers an event that was told beforehand, at a place and a time of the log.
Ear = Callable[[int, int], Iterable[Event]]
NO_ANSWER: Final[tuple[Event, ...]] = ()  # Of nearly every ear, nearly always: who calls them looks for just this.


@runtime_checkable
class Choosy(Protocol):
    """A component that knows beforehand what it lets go by, or how it answers: it need not be shown each time."""

    def ear_for(self, event: Event, plain: Ear) -> Ear | None:
        """Return what answers events like this one just as `handle` would; None where it lets all of them go by.

        Like it are those that differ in nothing but their place in the log. `plain` asks `handle`.
        """
