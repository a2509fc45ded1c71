"""What goes out, what has no room, and what is told of the counters."""

from collections.abc import Callable

from fathom.domain import AmendApproved, AmendWanted, CancelApproved, Entry, Event, OrderCanceled, RateSeen
from fathom.sim.stepped.gate import RATES_EVERY_NS, Gate
from step_stage import approval


class World:
    """Keeps what it is asked for."""

    def __init__(self) -> None:
        self.now_ns = 0
        self.sent: list[Event] = []
        self.came: list[Event] = []
        self.chores: list[tuple[int, Callable[[], None]]] = []

    def send(self, entry: Entry) -> None:
        self.sent.append(entry.event)

    def arrive(self, event: Event) -> None:
        self.came.append(event)

    def soon(self, time_ns: int, event: Event) -> None:
        self.came.append(event)

    def later(self, time_ns: int, act: Callable[[], None]) -> None:
        self.chores.append((time_ns, act))


def stage() -> tuple[World, Gate, Callable[[Event], None]]:
    world = World()
    gate = Gate(world, "starter", symbol_of=lambda _: "BTC/USD")

    def perform(event: Event) -> None:
        gate.performers()[type(event)](Entry(1, 1, world.now_ns, "risk", event))

    return world, gate, perform


def test_what_has_room_goes_and_what_has_none_is_refused_at_once() -> None:
    world, gate, perform = stage()
    for number in range(50):
        perform(approval(f"a-{number}", "buy", 10, 1))
    assert (len(world.sent), gate.throttled) == (45, 5)  # A quarter of sixty is for cancels alone.
    assert {type(event).__name__ for event in world.came} == {"OrderRejected"}
    perform(AmendApproved(AmendWanted("a-1", 9, 1)))
    assert type(world.came[-1]).__name__ == "AmendRejected"


def test_a_cancel_always_goes_and_what_ended_leaves_room() -> None:
    world, gate, perform = stage()
    for number in range(45):
        perform(approval(f"a-{number}", "buy", 10, 1))
    for number in range(20):
        perform(CancelApproved(f"a-{number}"))
    assert len(world.sent) == 65
    perform(OrderCanceled("a-0", "User requested"))
    assert gate.throttled == 0


def test_the_counter_is_told_a_second_later_and_once() -> None:
    world, _, perform = stage()
    perform(approval("a-1", "buy", 10, 1))
    perform(approval("a-2", "buy", 10, 1))
    ((at_ns, act),) = world.chores
    assert at_ns == RATES_EVERY_NS
    world.now_ns = at_ns
    act()
    (seen,) = world.came
    assert isinstance(seen, RateSeen)
    assert (seen.used, seen.room, seen.decay_per_s) == (1, 45, 1)
    perform(approval("a-3", "buy", 10, 1))
    assert len(world.chores) == 2
