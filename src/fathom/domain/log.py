"""The one ordered log: an entry, and what a component is.

Pure. Imports: events. Imported by: every room above domain.
"""

from collections.abc import Iterable
from typing import Protocol

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
