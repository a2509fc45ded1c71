"""core/timers.py: what falls due first, and that what is called off does not."""

from hypothesis import given
from hypothesis import strategies as st

from fathom.exchange.core.timers import SLACK, Timers


def test_in_the_order_of_time_then_of_setting() -> None:
    timers = Timers()
    timers.set("expire", "b", due_ns=5)
    timers.set("expire", "a", due_ns=5)
    timers.set("start", "c", due_ns=1)
    assert timers.next_ns() == 1
    assert [timers.take() for _ in range(3)] == [(1, "start", "c"), (5, "expire", "b"), (5, "expire", "a")]
    assert timers.next_ns() is None


def test_setting_again_moves_it() -> None:
    timers = Timers()
    timers.set("switch", "ann", due_ns=5)
    timers.set("switch", "ann", due_ns=9)
    assert (timers.next_ns(), timers.due_ns("switch", "ann")) == (9, 9)
    timers.drop("switch", "ann")
    timers.drop("switch", "ann")
    assert (timers.next_ns(), timers.due_ns("switch", "ann")) == (None, None)


def test_kinds_are_apart() -> None:
    timers = Timers()
    timers.set("start", "a", due_ns=5)
    timers.set("expire", "a", due_ns=6)
    timers.drop("start", "a")
    assert timers.take() == (6, "expire", "a")


def test_memory_stays_flat() -> None:
    timers = Timers()
    for number in range(10_000):
        timers.set("expire", f"{number}", due_ns=10**18)
        timers.drop("expire", f"{number}")
        timers.set("switch", "ann", due_ns=number)
    assert len(timers._heap) <= 2 + SLACK + 1


@given(st.lists(st.tuples(st.sampled_from(["set", "drop", "take"]), st.sampled_from("abc"), st.integers(0, 9))))
def test_agrees_with_a_plain_dict(steps: list[tuple[str, str, int]]) -> None:
    timers = Timers()
    plain: dict[str, int] = {}
    for step, name, due_ns in steps:
        if step == "set":
            timers.set("start", name, due_ns=due_ns)
            plain[name] = due_ns
        elif step == "drop":
            timers.drop("start", name)
            plain.pop(name, None)
        elif plain:
            taken_ns, _, taken = timers.take()
            assert taken_ns == min(plain.values()) == plain.pop(taken)
        assert timers.next_ns() == min(plain.values(), default=None)
