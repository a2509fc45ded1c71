"""The loop that every mode shares, and what it asks of a world.

Pure. Imports: domain, engine. Imported by: sim, run.
"""

from typing import Protocol

from msgspec import Struct

from fathom.domain import Entry, Event
from fathom.engine.engine import Engine


class Arrival(Struct, frozen=True):
    """Something came in from outside, at `time_ns`. Times never go back."""

    time_ns: int
    event: Event


class World(Protocol):
    """The outside: delivers events in order of time, and performs what the log asks for."""

    def next_arrival(self) -> Arrival | None:
        """Return what comes in next; None when nothing will ever come again."""

    def perform(self, entry: Entry) -> None:
        """Act on one entry, which is in the log by now. Hands over and returns; the answer is a later event."""


def run(engine: Engine, world: World) -> None:
    """Play the world to its end."""
    while (arrival := world.next_arrival()) is not None:
        for entry in engine.step(arrival.event, time_ns=arrival.time_ns):
            world.perform(entry)
