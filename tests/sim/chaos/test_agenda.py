import pytest

from fathom.sim.chaos import agenda as module
from fathom.sim.chaos.agenda import Agenda


def test_what_is_due_first_comes_first_and_among_equals_what_was_put_first() -> None:
    agenda, done = Agenda(), list[str]()
    for time_ns, name in ((2, "c"), (1, "a"), (2, "d"), (1, "b")):
        agenda.put(time_ns, lambda name=name: done.append(name))  # type: ignore[misc]  # A default of a lambda.
    assert agenda.next_ns == 1
    while agenda.next_ns is not None:
        agenda.pop()[1]()
    assert done == ["a", "b", "c", "d"]


def test_a_deed_knows_the_life_that_it_is_of() -> None:
    agenda = Agenda()
    agenda.put(1, lambda: None, boot=3)
    agenda.put(2, lambda: None)
    assert [agenda.pop()[0], agenda.pop()[0]] == [3, 0]


def test_what_piles_up_without_end_is_a_bug(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "AGENDA_MAX", 2)
    agenda = Agenda()
    agenda.put(1, lambda: None)
    agenda.put(1, lambda: None)
    with pytest.raises(AssertionError, match="too much"):
        agenda.put(1, lambda: None)
