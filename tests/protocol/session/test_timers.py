from hypothesis import given
from hypothesis import strategies as st

from fathom.protocol.session.timers import DEAD_ENTRIES_MAX, Timers


def test_the_earliest_comes_first_and_equals_in_the_order_of_setting() -> None:
    timers: Timers[str] = Timers()
    for name, due_ns in (("c", 30), ("b", 20), ("a", 20), ("d", 40)):
        timers.set(name, due_ns)
    assert timers.deadline_ns == 20
    assert timers.pop_due(now_ns=30) == ["b", "a", "c"]
    assert timers.deadline_ns == 40
    assert "d" in timers
    assert "a" not in timers


def test_setting_again_moves_and_cancelling_forgets() -> None:
    timers: Timers[str] = Timers()
    timers.set("a", 10)
    timers.set("a", 50)
    timers.set("b", 20)
    timers.cancel("b")
    timers.cancel("never set")
    assert timers.deadline_ns == 50
    assert timers.pop_due(now_ns=49) == []
    timers.clear()
    assert len(timers) == 0
    assert timers.pop_due(now_ns=99) == []


def test_the_heap_stays_small() -> None:
    timers: Timers[int] = Timers()
    for due_ns in range(10_000):
        timers.set(due_ns % 3, due_ns)
    assert len(timers._heap) <= 2 * 3 + DEAD_ENTRIES_MAX
    assert timers.pop_due(now_ns=10_000) == [1, 2, 0]


@given(
    steps=st.lists(
        st.tuples(st.sampled_from(("set", "cancel", "pop")), st.integers(0, 4), st.integers(0, 50)), max_size=200
    )
)
def test_it_agrees_with_a_plain_dict(steps: list[tuple[str, int, int]]) -> None:
    timers: Timers[int] = Timers()
    plain: dict[int, int] = {}
    for step, name, time_ns in steps:
        match step:
            case "set":
                timers.set(name, time_ns)
                plain[name] = time_ns
            case "cancel":
                timers.cancel(name)
                plain.pop(name, None)
            case _:
                popped = timers.pop_due(now_ns=time_ns)
                assert sorted(popped) == sorted(key for key, due_ns in plain.items() if due_ns <= time_ns)
                times_ns = [plain.pop(key) for key in popped]
                assert times_ns == sorted(times_ns)
        assert timers.deadline_ns == min(plain.values(), default=None)
        assert len(timers) == len(plain)
