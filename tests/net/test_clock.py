"""A clock that follows the time of day and never goes back."""

from hypothesis import given
from hypothesis import strategies as st

from fathom.net.clock import SteadyClock, clock_ns

HOUR = 3_600_000_000_000
SECOND = 1_000_000_000
T0 = 1_800_000_000 * SECOND


class Machine:
    """A machine's two clocks."""

    def __init__(self) -> None:
        self.wall_ns = T0
        self.steady_ns = 77

    def passes(self, ns: int, *, set_by: int = 0) -> None:
        self.steady_ns += ns
        self.wall_ns += ns + set_by

    def clock(self) -> SteadyClock:
        return SteadyClock(lambda: self.wall_ns, lambda: self.steady_ns)


def test_it_is_the_time_of_day() -> None:
    machine = Machine()
    clock = machine.clock()
    machine.passes(5 * SECOND)
    assert clock() == T0 + 5 * SECOND
    machine.passes(SECOND, set_by=HOUR)
    assert clock() == T0 + HOUR + 6 * SECOND


def test_a_clock_that_follows_another_world_begins_anew() -> None:
    machine, other = Machine(), Machine()
    clock = machine.clock()
    other.passes(0, set_by=-10 * HOUR)
    clock.follow(lambda: other.wall_ns, lambda: other.steady_ns)
    assert clock() == T0 - 10 * HOUR
    clock.follow(lambda: machine.wall_ns, lambda: machine.steady_ns)
    assert clock() == T0


def test_set_back_it_goes_on_slowly_until_the_day_has_caught_up() -> None:
    machine = Machine()
    clock = machine.clock()
    machine.passes(0, set_by=-HOUR)
    assert clock() == T0
    machine.passes(10 * SECOND)
    assert clock() == T0 + 5 * SECOND  # A deadline of 10 s is noticed after 20, and not after an hour.
    for _ in range(3 * 3600):
        machine.passes(SECOND)
        clock()
    assert clock() == machine.wall_ns


@given(st.lists(st.tuples(st.integers(0, 10 * SECOND), st.integers(-HOUR, HOUR)), max_size=50))
def test_it_never_goes_back_and_never_stands_still(steps: list[tuple[int, int]]) -> None:
    machine = Machine()
    clock = machine.clock()
    before = clock()
    for passed, set_by in steps:
        machine.passes(passed, set_by=set_by)
        now = clock()
        assert now >= before + passed // 2
        assert now >= machine.wall_ns
        before = now


def test_the_process_has_one() -> None:
    assert clock_ns() <= clock_ns()
