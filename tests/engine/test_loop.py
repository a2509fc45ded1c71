from collections.abc import Iterable

import pytest

from fathom.domain import Entry, Event, Happening, JournalError, OrderFilled, RunStopped, TimerFired, TimerWanted
from fathom.engine import Arrival, Engine, run


class Alarm:
    """Wants the next timer until there were three."""

    name = "alarm"
    hears: tuple[type[Happening], ...] = (TimerFired,)

    def __init__(self) -> None:
        self.fired = 0

    def handle(self, entry: Entry) -> Iterable[Event]:
        self.fired += 1
        if self.fired < 3:
            yield TimerWanted(self.name, str(self.fired), entry.time_ns + 10)
        yield OrderFilled(str(self.fired))


class Kept:
    """A log in memory that can keep `room` entries."""

    def __init__(self, *, room: int = 100) -> None:
        self.entries: list[Entry] = []
        self._room = room

    def append(self, entry: Entry) -> None:
        self.entries.append(entry)

    def commit(self) -> None:
        if len(self.entries) > self._room:
            raise JournalError("the disk is full")


class Bell:
    """A world that is nothing but timers: each one performed is an arrival later."""

    def __init__(self, log: Kept) -> None:
        self._log = log
        self._coming = [Arrival(0, TimerFired("alarm", "0"))]
        self.performed: list[Entry] = []
        self.kept_at_perform: list[int] = []

    def next_arrival(self) -> Arrival | None:
        return self._coming.pop(0) if self._coming else None

    def perform(self, entry: Entry) -> None:
        self.performed.append(entry)
        self.kept_at_perform.append(len(self._log.entries))
        if isinstance(entry.event, TimerWanted):
            self._coming.append(Arrival(entry.event.at_ns, TimerFired(entry.event.owner, entry.event.timer)))


def test_runs_to_the_end_and_performs_every_entry_in_order() -> None:
    log = Kept()
    world = Bell(log)
    engine = Engine([Alarm()], log)
    run(engine, world)
    assert world.performed == log.entries
    assert [(entry.seq, entry.time_ns, entry.event) for entry in log.entries] == [
        (1, 0, TimerFired("alarm", "0")),
        (2, 0, TimerWanted("alarm", "1", 10)),
        (3, 0, OrderFilled("1")),
        (4, 10, TimerFired("alarm", "1")),
        (5, 10, TimerWanted("alarm", "2", 20)),
        (6, 10, OrderFilled("2")),
        (7, 20, TimerFired("alarm", "2")),
        (8, 20, OrderFilled("3")),
    ]


def test_a_step_is_kept_whole_before_any_of_it_is_performed() -> None:
    log = Kept()
    world = Bell(log)
    run(Engine([Alarm()], log), world)
    assert world.kept_at_perform == [3, 3, 3, 6, 6, 6, 8, 8]


def test_nothing_of_a_step_that_was_not_kept_is_performed() -> None:
    log = Kept(room=5)
    world = Bell(log)
    with pytest.raises(JournalError):
        run(Engine([Alarm()], log), world)
    assert [entry.seq for entry in world.performed] == [1, 2, 3]


def test_a_world_without_arrivals_is_over() -> None:
    class Still:
        def next_arrival(self) -> Arrival | None:
            return None

        def perform(self, entry: Entry) -> None:
            raise AssertionError(entry)

    engine = Engine([], Kept())
    run(engine, Still())
    assert engine.last_seq == 0
    assert engine.step(RunStopped("done"), time_ns=0)
