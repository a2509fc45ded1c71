from collections.abc import Iterable
from itertools import count

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fathom.domain import (
    CancelWanted,
    Component,
    Entry,
    Event,
    FrameReceived,
    Happening,
    OrderFilled,
    RunStarted,
    TimerFired,
    TimerWanted,
)
from fathom.engine import WORLD, Difference, Engine, Nowhere, Replayed, replay

Journal = list[tuple[Entry, bytes]]
STARTED = RunStarted("run-1", "paper", b"2", "0.1")
chance = count()


class Adder:
    """Says what follows from all that it has heard: timers by its total, and cancels for some of them."""

    name = "adder"
    hears: tuple[type[Happening], ...] = (TimerFired, TimerWanted)

    def __init__(self, step: int) -> None:
        self.total = 0
        self._step = step

    def handle(self, entry: Entry) -> Iterable[Event]:
        if isinstance(entry.event, TimerWanted):
            return [CancelWanted(entry.event.timer)] if self.total % 3 else []
        self.total += self._step
        return [TimerWanted(self.name, str(self.total), entry.time_ns)] * (self.total % 4)


class Gambler:
    """Not a component as it should be: what it says hangs on something outside the log."""

    name = "adder"
    hears = Adder.hears

    def handle(self, entry: Entry) -> Iterable[Event]:
        return [TimerWanted(self.name, str(next(chance)), entry.time_ns)] if isinstance(entry.event, TimerFired) else []


class Deaf(Adder):
    hears = (TimerFired,)


def adder_of(first: Entry) -> list[Component]:
    assert isinstance(first.event, RunStarted)
    return [Adder(int(first.event.config))]


def kept(entry: Entry) -> tuple[Entry, bytes]:
    return entry, msgspec.msgpack.encode(entry)


def written(components: list[Component], *, inputs: int = 8) -> Journal:
    """A journal of a run: entries with their bytes, as a reader gives them back."""
    engine = Engine(components, Nowhere())
    entries = engine.step(STARTED, time_ns=100)
    for number in range(1, inputs):
        event = FrameReceived("public", b"{}") if number % 4 == 3 else TimerFired("adder", str(number))
        entries += engine.step(event, time_ns=100 + number)
    return [kept(msgspec.msgpack.decode(msgspec.msgpack.encode(entry), type=Entry)) for entry in entries]


JOURNAL = written([Adder(2)])
INPUTS = [index for index, (entry, _) in enumerate(JOURNAL) if entry.author == WORLD]


def test_the_journal_of_these_tests_has_something_to_say() -> None:
    kinds = {type(entry.event) for entry, _ in JOURNAL}
    assert kinds == {RunStarted, FrameReceived, TimerFired, TimerWanted, CancelWanted}


def test_a_run_agrees_with_its_journal() -> None:
    found = replay(JOURNAL, adder_of)
    last = JOURNAL[-1][0]
    assert found == Replayed(len(JOURNAL), 8, None, last_seq=last.seq, time_ns=last.time_ns)
    assert found.agrees


def test_the_components_are_built_from_the_first_entry() -> None:
    seen: list[Entry] = []

    def build(first: Entry) -> list[Component]:
        seen.append(first)
        return adder_of(first)

    assert replay(JOURNAL, build).agrees
    assert seen == [JOURNAL[0][0]]


def test_an_empty_journal_says_that_nothing_was_compared() -> None:
    assert replay([], adder_of) == Replayed(entries=0, inputs=0, difference=None)


@given(st.integers(0, len(JOURNAL)))
def test_a_journal_cut_anywhere_agrees_as_far_as_it_goes(length: int) -> None:
    found = replay(JOURNAL[:length], adder_of)
    assert (found.entries, found.agrees) == (length, True)
    assert found.inputs == sum(index < length for index in INPUTS)


@given(st.integers(1, len(JOURNAL)))
def test_a_journal_cut_anywhere_says_how_its_last_step_went_on(length: int) -> None:
    found = replay(JOURNAL[:length], adder_of)
    end = next((index for index in range(length, len(JOURNAL)) if index in INPUTS), len(JOURNAL))
    assert list(found.unwritten) == [entry for entry, _ in JOURNAL[length:end]]
    assert found.last_seq == JOURNAL[end - 1][0].seq
    assert found.time_ns == JOURNAL[length - 1][0].time_ns


follow_ups = st.sampled_from([index for index in range(len(JOURNAL)) if index not in INPUTS])


@given(follow_ups, st.sampled_from(["seq", "cause_seq", "time_ns", "author", "event"]))
def test_a_changed_follow_up_is_found_where_it_is(index: int, field: str) -> None:
    right, _ = JOURNAL[index]
    changes = {
        "seq": right.seq + 1,
        "cause_seq": right.cause_seq - 1,
        "time_ns": right.time_ns + 1,
        "author": "risk",
        "event": OrderFilled("never"),
    }
    wrong = msgspec.structs.replace(right, **{field: changes[field]})
    found = replay([*JOURNAL[:index], kept(wrong), *JOURNAL[index + 1 :]], adder_of)
    assert not found.agrees
    assert found.difference == Difference(wrong.seq, journaled=wrong, replayed=right)
    assert found.entries == index


@given(follow_ups)
def test_a_follow_up_of_the_same_meaning_in_other_bytes_is_found(index: int) -> None:
    entry, same = JOURNAL[index]
    assert same[0] == 0x95  # MessagePack's array of five in one byte, where three are lawful too.
    longer = b"\xdc\x00\x05" + same[1:]
    assert msgspec.msgpack.decode(longer, type=Entry) == entry
    found = replay([*JOURNAL[:index], (entry, longer), *JOURNAL[index + 1 :]], adder_of)
    assert found.difference == Difference(entry.seq, journaled=entry, replayed=entry)


@given(follow_ups)
def test_a_missing_follow_up_is_found(index: int) -> None:
    missing, _ = JOURNAL[index]
    after = JOURNAL[index + 1 :]
    found = replay([*JOURNAL[:index], *after], adder_of)
    if not after:  # The last one of all: as if the process had died there.
        assert found.agrees
        return
    assert found.difference == Difference(after[0][0].seq, journaled=after[0][0], replayed=missing)


@given(st.sampled_from([*INPUTS[1:], len(JOURNAL)]))
def test_a_follow_up_that_nobody_says_any_more_is_found(index: int) -> None:
    last, _ = JOURNAL[index - 1]
    extra = Entry(last.seq + 1, last.seq, last.time_ns, "adder", OrderFilled("more"))
    found = replay([*JOURNAL[:index], kept(extra), *JOURNAL[index:]], adder_of)
    assert found.difference == Difference(extra.seq, journaled=extra, replayed=None)
    assert found.entries == index


@pytest.mark.parametrize("changes", [{"seq": 99, "cause_seq": 99}, {"author": "adder"}])
def test_a_changed_input_is_found(changes: dict[str, object]) -> None:
    index = INPUTS[3]
    right, _ = JOURNAL[index]
    wrong = msgspec.structs.replace(right, **changes)
    found = replay([*JOURNAL[:index], kept(wrong), *JOURNAL[index + 1 :]], adder_of)
    assert found.difference == Difference(wrong.seq, journaled=wrong, replayed=right)


def test_an_input_that_never_came_is_found_by_what_follows_from_it() -> None:
    index = INPUTS[1]
    step_end = INPUTS[2]
    found = replay([*JOURNAL[:index], *JOURNAL[step_end:]], adder_of)
    assert found.difference is not None
    assert found.difference.journaled == JOURNAL[step_end][0]


def test_a_journal_that_begins_inside_a_step_is_no_whole_one() -> None:
    index = INPUTS[1] + 1
    entry, _ = JOURNAL[index]
    found = replay(JOURNAL[index:], lambda _: [Adder(2)])
    assert found == Replayed(entries=0, inputs=0, difference=Difference(entry.seq, journaled=entry, replayed=None))


def test_a_component_that_changed_is_found() -> None:
    found = replay(JOURNAL, lambda _: [Adder(3)])
    assert found.difference is not None
    assert found.difference.journaled != found.difference.replayed


def test_a_component_that_fell_silent_is_found() -> None:
    found = replay(JOURNAL, lambda _: [Deaf(2)])
    assert found.difference is not None
    assert found.difference.replayed is None or isinstance(found.difference.replayed.event, TimerFired)


def test_a_component_that_hangs_on_more_than_the_log_is_found() -> None:
    found = replay(written([Gambler()]), lambda _: [Gambler()])
    assert found.difference is not None
    assert isinstance(found.difference.replayed, Entry)
    assert isinstance(found.difference.replayed.event, TimerWanted)
