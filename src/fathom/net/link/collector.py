"""When Python's garbage collector runs in a client: when nothing comes, and never in the middle of a burst.

Left alone it runs in the middle of whatever allocates, and now and then walks through every object there is: tens of
milliseconds in a large program. Here what exists at the start is frozen, so that no collection looks at it again; the
collector is switched off and called when the sockets have been silent for a while; and where they never are, before
there is much to do: of everything new since the start where that is quick, else of the youngest.

It is a setting of the whole process, so it is for programs whose main work is the client, and only where it is asked
for. The end puts everything back.

Imports: nothing of ours. Imported by: client.
"""

import asyncio
import gc
import time
from dataclasses import dataclass
from typing import Final, Self

YOUNG: Final = 0
MIDDLE: Final = 1
ALL: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectorTerms:
    """Objects here are those that hold others, less those that are gone again: what the collector looks at."""

    idle_s: float = 0.05  # So long without a frame is a pause.
    objects_min: int = 500  # For fewer new objects a pause is not used.
    objects_max: int = 20_000  # More new objects than this are collected though frames come ...
    quick_s: float = 0.015  # ... all of them where that took no longer the last time, else the youngest.
    all_every_s: float = 15.0  # In a pause, everything new since the start is looked at so often: the less it takes.
    all_every_s_max: float = 600.0  # And so often without a pause ...
    all_objects_max: int = 250_000  # ... or after so many new objects.


class Schedule:
    """Says when to collect what. Pure: it is told the time, whether there is a pause, and how much is new."""

    def __init__(self, terms: CollectorTerms, *, now_ns: int) -> None:
        self._terms = terms
        self._all_ns = now_ns
        self._kept = 0  # Objects counted by the collections since all were looked at.
        self._quick = True  # Whether looking at all of them is.

    def due(self, *, now_ns: int, idle: bool, objects: int) -> int | None:
        """Return which generation to collect now, or None."""
        terms = self._terms
        age_s = (now_ns - self._all_ns) / 1e9
        new = self._kept + objects
        if idle:
            if age_s >= terms.all_every_s and new >= terms.objects_min:
                return ALL
            return MIDDLE if objects >= terms.objects_min else None
        if age_s >= terms.all_every_s_max and new >= terms.objects_min:
            return ALL
        if objects < terms.objects_max:
            return None
        return ALL if self._quick or new >= terms.all_objects_max else YOUNG

    def done(self, generation: int, *, now_ns: int, objects: int, took_ns: int) -> None:
        """Note a collection, how many objects were new before it, and how long it took."""
        if generation == ALL:
            # After many it says little that it took long: the next one tells.
            many = self._kept + objects >= self._terms.all_objects_max
            self._quick = many or took_ns <= self._terms.quick_s * 1e9
            self._all_ns = now_ns
            self._kept = 0
        else:
            self._kept += objects


class _Burst:
    """Whether a frame came since the last look: one for all connections of the process."""

    heard = False
    leader: "Collector | None" = None


class Collector:
    """Takes the process's garbage collector in hand from `start` to `stop`.

    Where several are started, the first one serves; the others do nothing but say `busy`.
    """

    def __init__(self, terms: CollectorTerms | None = None) -> None:
        self._terms = terms or CollectorTerms()
        self._schedule: Schedule | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._was_enabled = False
        self._froze = False
        self.collections = 0
        self.forced = 0  # Of those, the ones in the middle of a burst.
        self.longest_ns = 0

    def busy(self) -> None:
        """A frame came. Called once a socket buffer."""
        _Burst.heard = True

    @property
    def serves(self) -> bool:
        """Whether it is this one that collects."""
        return _Burst.leader is self

    def start(self) -> None:
        """Freeze what there is, and collect only in pauses from now on. Call it in the loop, when all is set up."""
        if _Burst.leader is not None:
            return
        loop = asyncio.get_running_loop()
        _Burst.leader = self
        self._was_enabled = gc.isenabled()
        gc.disable()
        gc.collect()
        self._froze = gc.get_freeze_count() == 0  # What somebody else froze we could not tell from ours.
        if self._froze:
            gc.freeze()
        self._schedule = Schedule(self._terms, now_ns=time.monotonic_ns())
        self._timer = loop.call_later(self._terms.idle_s, self._look, loop)

    def stop(self) -> None:
        """Leave the collector as it was found."""
        if _Burst.leader is not self:
            return
        _Burst.leader = None
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._froze:
            gc.unfreeze()
        if self._was_enabled:
            gc.enable()

    async def __aenter__(self) -> Self:
        self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        self.stop()

    def _look(self, loop: asyncio.AbstractEventLoop) -> None:
        """Collect what is due, and look again after a while."""
        assert self._schedule is not None
        idle = not _Burst.heard
        _Burst.heard = False
        begun_ns = time.monotonic_ns()
        objects = gc.get_count()[0]
        generation = self._schedule.due(now_ns=begun_ns, idle=idle, objects=objects)
        if generation is not None:
            gc.collect(generation)
            took_ns = time.monotonic_ns() - begun_ns
            self._schedule.done(generation, now_ns=begun_ns, objects=objects, took_ns=took_ns)
            self.collections += 1
            self.forced += not idle
            self.longest_ns = max(self.longest_ns, took_ns)
        if _Burst.leader is self:  # A finalizer may have stopped us.
            self._timer = loop.call_later(self._terms.idle_s, self._look, loop)
