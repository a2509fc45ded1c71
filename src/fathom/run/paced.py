"""Plays a world no faster than the clock on the wall, and lets somebody watch.

I/O: sleeps. Imports: domain, engine, sim. Imported by: run/demo.
"""

import time
from collections.abc import Callable
from typing import Final

from fathom.domain import Entry, JournalError
from fathom.engine import Arrival, Engine, run
from fathom.sim import Playback

SLEEP_S_MAX: Final = 0.05  # So that Ctrl-C and the picture are never later than this.


class Paced:
    """A playback held back to `speed` recorded seconds a second."""

    def __init__(
        self, world: Playback, *, speed: float, watch: Callable[[Entry], None], draw: Callable[[], None]
    ) -> None:
        """`watch` sees each entry after it was performed; `draw` is called between arrivals, often."""
        self._world = world
        self._speed = speed
        self._watch = watch
        self._draw = draw
        self._first_ns: int | None = None
        self._started_s = 0.0

    def next_arrival(self) -> Arrival | None:
        """Return what comes in next, when it is due."""
        arrival = self._world.next_arrival()
        if arrival is None:
            return None
        if self._first_ns is None:
            self._first_ns, self._started_s = arrival.time_ns, time.monotonic()
        due_s = self._started_s + (arrival.time_ns - self._first_ns) / 1e9 / self._speed
        self._draw()
        while not self._world.stopping and (left_s := due_s - time.monotonic()) > 0:
            time.sleep(min(left_s, SLEEP_S_MAX))
            self._draw()
        return arrival

    def perform(self, entry: Entry) -> None:
        """Pass the entry on, then show it."""
        self._world.perform(entry)
        self._watch(entry)


def run_safely(engine: Engine, world: Paced, playback: Playback) -> None:
    """Run to the end. If the journal cannot be written, cancel what is open and let the error out."""
    try:
        run(engine, world)
    except JournalError:
        playback.cancel_everything()
        raise
