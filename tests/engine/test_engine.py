from collections.abc import Callable, Iterable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fathom.domain import (
    CancelWanted,
    Entry,
    Event,
    FrameReceived,
    Happening,
    JournalError,
    OrderFilled,
    RunStopped,
    TimerFired,
    TimerWanted,
)
from fathom.engine import FOLLOW_UPS_MAX, WORLD, Engine, Whisper

FRAME = FrameReceived("public", b"{}")
Answer = Callable[[Event], Iterable[Event]]


class Kept:
    """A log in memory, and a diary of what happened in which order."""

    def __init__(self, *, refuse_append_at: int = 0, refuse_commit: bool = False) -> None:
        self.entries: list[Entry] = []
        self.diary: list[str] = []
        self._refuse_append_at = refuse_append_at
        self._refuse_commit = refuse_commit

    def append(self, entry: Entry) -> None:
        if entry.seq == self._refuse_append_at:
            raise JournalError("the disk is full")
        self.entries.append(entry)
        self.diary.append(f"append {entry.seq}")

    def commit(self) -> None:
        if self._refuse_commit:
            raise JournalError("the disk is gone")
        self.diary.append("commit")


class Talker:
    """Answers each event it hears as it was told to."""

    def __init__(
        self, name: str, answer: Answer, *, hears: tuple[type[Happening], ...], diary: list[str] | None = None
    ) -> None:
        self.name = name
        self.hears = hears
        self._answer = answer
        self._diary = [] if diary is None else diary

    def handle(self, entry: Entry) -> Iterator[Event]:
        self._diary.append(f"{self.name} {entry.seq}")
        yield from self._answer(entry.event)


def two_timers(name: str) -> Answer:
    """Two timers for a frame, and for each own timer what comes of it."""

    def answer(event: Event) -> Iterable[Event]:
        match event:
            case FrameReceived():
                return [TimerWanted(name, "1", 0), TimerWanted(name, "2", 0)]
            case TimerWanted() if event.owner == name:
                return [CancelWanted(f"{name}{event.timer}")]
            case _:
                return []

    return answer


def pair(log: Kept) -> Engine:
    hears = (FrameReceived, TimerWanted)
    return Engine([Talker(name, two_timers(name), hears=hears, diary=log.diary) for name in ("a", "b")], log)


def test_what_follows_is_breadth_first_with_its_cause_and_author() -> None:
    log = Kept()
    entries = pair(log).step(FRAME, time_ns=7)
    assert entries == [
        Entry(1, 1, 7, WORLD, FRAME),
        Entry(2, 1, 7, "a", TimerWanted("a", "1", 0)),
        Entry(3, 1, 7, "a", TimerWanted("a", "2", 0)),
        Entry(4, 1, 7, "b", TimerWanted("b", "1", 0)),
        Entry(5, 1, 7, "b", TimerWanted("b", "2", 0)),
        Entry(6, 2, 7, "a", CancelWanted("a1")),
        Entry(7, 3, 7, "a", CancelWanted("a2")),
        Entry(8, 4, 7, "b", CancelWanted("b1")),
        Entry(9, 5, 7, "b", CancelWanted("b2")),
    ]
    assert log.entries == entries


def test_an_entry_is_in_the_log_before_anyone_acts_on_it() -> None:
    log = Kept()
    pair(log).step(FRAME, time_ns=7)
    assert log.diary == [
        *("append 1", "a 1", "b 1"),
        *("append 2", "a 2", "b 2"),
        *("append 3", "a 3", "b 3"),
        *("append 4", "a 4", "b 4"),
        *("append 5", "a 5", "b 5"),
        *("append 6", "append 7", "append 8", "append 9"),
        "commit",  # And only then the step returns.
    ]


def test_places_go_on_from_step_to_step() -> None:
    log = Kept()
    engine = pair(log)
    assert engine.last_seq == 0
    assert [entry.seq for entry in engine.step(FRAME, time_ns=1)] == list(range(1, 10))
    assert engine.last_seq == 9
    assert engine.step(RunStopped("done"), time_ns=1) == [Entry(10, 10, 1, WORLD, RunStopped("done"))]
    assert [entry.seq for entry in log.entries] == list(range(1, 11))
    assert log.diary.count("commit") == 2


def test_a_component_is_shown_what_it_hears_and_nothing_else() -> None:
    log = Kept()
    engine = Engine([Talker("a", lambda _: [], hears=(TimerFired,), diary=log.diary)], log)
    engine.step(FRAME, time_ns=1)
    engine.step(TimerFired("a", "1"), time_ns=1)
    engine.step(FRAME, time_ns=1)
    assert log.diary == ["append 1", "commit", "append 2", "a 2", "commit", "append 3", "commit"]


@given(st.lists(st.integers(0, 3), max_size=20))
def test_every_follow_up_comes_after_its_cause_at_its_time(counts: list[int]) -> None:
    left = list(counts)

    def answer(event: Event) -> Iterable[Event]:
        return [OrderFilled(str(number)) for number in range(left.pop())] if left else []

    log = Kept()
    engine = Engine([Talker("a", answer, hears=(FrameReceived, OrderFilled))], log)
    while left:
        engine.step(FRAME, time_ns=len(log.entries))
    by_seq = {entry.seq: entry for entry in log.entries}
    assert list(by_seq) == list(range(1, len(log.entries) + 1))
    for entry in log.entries:
        cause = by_seq[entry.cause_seq]
        assert (entry.author == WORLD) == (cause is entry)
        assert cause.seq <= entry.seq
        assert cause.time_ns == entry.time_ns
    assert sum(entry.author == "a" for entry in log.entries) == sum(counts)


def test_as_many_follow_ups_as_allowed_are_taken() -> None:
    log = Kept()
    events = [RunStopped("")] * (FOLLOW_UPS_MAX - 1)
    engine = Engine([Talker("a", lambda _: events, hears=(FrameReceived,))], log)
    assert len(engine.step(FRAME, time_ns=0)) == FOLLOW_UPS_MAX
    assert log.diary[-1] == "commit"


def endless(event: Event) -> Iterator[Event]:
    while True:
        yield OrderFilled("again")


@pytest.mark.parametrize(
    "answer",
    [
        lambda event: [event],  # It answers itself without end.
        lambda event: [event, event],
        endless,  # It never stops talking.
        lambda event: [OrderFilled("once")] * FOLLOW_UPS_MAX,
    ],
)
def test_one_input_cannot_set_off_too_much(answer: Answer) -> None:
    log = Kept()
    engine = Engine([Talker("a", answer, hears=(OrderFilled,))], log)
    with pytest.raises(AssertionError, match="set off too much: OrderFilled"):
        engine.step(OrderFilled("first"), time_ns=0)
    assert len(log.entries) <= FOLLOW_UPS_MAX
    assert "commit" not in log.diary


@pytest.mark.parametrize("refusal", [{"refuse_append_at": 1}, {"refuse_append_at": 6}, {"refuse_commit": True}])
def test_a_log_that_fails_stops_the_step_and_every_other(refusal: dict[str, int]) -> None:
    log = Kept(**refusal)  # type: ignore[arg-type]  # One of the two.
    engine = pair(log)
    with pytest.raises(JournalError, match="the disk is"):
        engine.step(FRAME, time_ns=0)
    kept = len(log.entries)
    with pytest.raises(AssertionError, match="a step failed before"):
        engine.step(FRAME, time_ns=0)
    assert len(log.entries) == kept


def test_a_component_that_fails_is_not_stepped_again() -> None:
    def fail(event: Event) -> Iterable[Event]:
        raise ZeroDivisionError

    log = Kept()
    engine = Engine([Talker("a", fail, hears=(FrameReceived,))], log)
    with pytest.raises(ZeroDivisionError):
        engine.step(FRAME, time_ns=0)
    with pytest.raises(AssertionError, match="a step failed before"):
        engine.step(FRAME, time_ns=0)
    assert log.diary == ["append 1"]


def test_steps_do_not_nest() -> None:
    engines: list[Engine] = []

    def nest(event: Event) -> Iterable[Event]:
        engines[0].step(RunStopped("inside"), time_ns=0)
        return []

    engines.append(Engine([Talker("a", nest, hears=(FrameReceived,))], Kept()))
    with pytest.raises(AssertionError, match="calls step from its handle"):
        engines[0].step(FRAME, time_ns=0)


def test_time_does_not_go_back() -> None:
    engine = pair(Kept())
    engine.step(FRAME, time_ns=5)
    engine.step(FRAME, time_ns=5)
    with pytest.raises(AssertionError, match="time went back from 5 to 4"):
        engine.step(FRAME, time_ns=4)


@pytest.mark.parametrize(("names", "said"), [(["a", "b", "a"], "share a name"), ([WORLD], "author of inputs")])
def test_every_author_has_a_name_of_its_own(names: list[str], said: str) -> None:
    with pytest.raises(AssertionError, match=said):
        Engine([Talker(name, lambda _: [], hears=()) for name in names], Kept())


def test_urgent_entries_are_kept_then_handed_out_then_heard() -> None:
    log = Kept()
    wants = [TimerWanted("a", str(number), 1) for number in range(3)]
    talkers = [
        Talker("a", lambda event: wants if event is FRAME else (), hears=(FrameReceived,), diary=log.diary),
        Talker("b", lambda _: [CancelWanted("b-1")], hears=(TimerWanted,), diary=log.diary),
    ]
    engine = Engine(talkers, log)
    engine.hand_out_early({TimerWanted}, lambda entries: log.diary.append(f"out {[one.seq for one in entries]}"))
    left = engine.step(FRAME, time_ns=1)
    assert log.diary == [
        "append 1",
        "a 1",
        *(f"append {seq}" for seq in (2, 3, 4)),
        "commit",  # One for the three that come together.
        "out [1, 2, 3, 4]",
        *(f"b {seq}" for seq in (2, 3, 4)),
        *(f"append {seq}" for seq in (5, 6, 7)),
        "commit",
    ]
    assert [entry.seq for entry in left] == [5, 6, 7]


def test_what_is_handed_out_early_changes_nothing_of_the_log() -> None:
    def said_with(urgent: set[type[Happening]]) -> list[Entry]:
        log = Kept()
        kinds = (TimerWanted, CancelWanted, TimerFired)

        def answer(event: Event) -> Iterable[Event]:
            match event:
                case FrameReceived():
                    return [TimerWanted("a", "x", 1), CancelWanted("a-1"), TimerWanted("a", "y", 1)]
                case TimerWanted():
                    return [TimerFired("a", event.timer), CancelWanted(f"a-{event.timer}")]
                case _:
                    return ()

        engine = Engine([Talker(name, answer, hears=(FrameReceived, TimerWanted)) for name in "ab"], log)
        out: list[Entry] = []
        engine.hand_out_early(urgent, out.extend)
        for time_ns in range(1, 4):
            out += engine.step(FRAME, time_ns=time_ns)
        assert out == log.entries
        assert {type(entry.event) for entry in log.entries} == {FrameReceived, *kinds}
        return log.entries

    plain = said_with(set())
    assert [entry.seq for entry in plain] == list(range(1, len(plain) + 1))
    for urgent in ({TimerWanted}, {CancelWanted}, {TimerWanted, CancelWanted}, {FrameReceived}, {TimerFired}):
        assert said_with(set(urgent)) == plain


def test_what_the_log_cannot_keep_is_not_handed_out() -> None:
    log, out = Kept(refuse_commit=True), list[Entry]()
    engine = Engine([Talker("a", lambda _: [TimerWanted("a", "x", 1)], hears=(FrameReceived,))], log)
    engine.hand_out_early({TimerWanted}, out.extend)
    with pytest.raises(JournalError):
        engine.step(FRAME, time_ns=1)
    assert out == []


# -- What is whispered ------------------------------------------------------------------------------------------------


class Shouting(Talker):
    """Hears timers that fire, and answers those that it was told to."""

    def __init__(self, name: str, answers: dict[str, Event]) -> None:
        super().__init__(name, self._found, hears=(TimerFired,))
        self._answers = answers

    def _found(self, event: Event) -> Iterable[Event]:
        assert isinstance(event, TimerFired)
        return [self._answers[event.timer]] if event.timer in self._answers else []


def of_frame(engine: Engine, said: Event) -> Whisper:
    """What the market would say of a frame."""
    return engine.whispered(lambda _: said, author="market", cause=lambda: FRAME)


def test_what_nobody_answers_leaves_no_trace_and_takes_no_place() -> None:
    log = Kept()
    engine = Engine([Shouting("a", {})], log)
    assert not engine.whisper(of_frame(engine, TimerFired("a", "1")), 5)
    assert (log.entries, log.diary, engine.last_seq, engine.time_ns) == ([], [], 0, 5)
    assert [entry.seq for entry in engine.step(RunStopped("done"), time_ns=5)] == [1]


def test_what_is_answered_is_in_the_log_as_if_it_had_been_said() -> None:
    answers: dict[str, Event] = {"1": CancelWanted("x")}

    class Saying(Talker):
        """Says of a frame what is whispered in the other run."""

    def made(log: Kept, *, speaks: bool) -> Engine:
        market = Saying("market", lambda _: [TimerFired("a", "1")], hears=(FrameReceived,) if speaks else ())
        second = Talker("b", lambda _: [OrderFilled("x")], hears=(CancelWanted,))
        return Engine([market, Shouting("a", answers), second], log)

    plain, quiet = Kept(), Kept()
    told = made(plain, speaks=True).step(FRAME, time_ns=7)
    engine = made(quiet, speaks=False)
    whispered = engine.whisper(of_frame(engine, TimerFired("a", "1")), 7)
    assert whispered == told
    assert quiet.entries == plain.entries
    assert quiet.diary == plain.diary


def test_two_who_answer_a_whisper_are_heard_in_their_order() -> None:
    log = Kept()
    answers: dict[str, Event] = {"1": CancelWanted("x")}
    engine = Engine([Shouting("a", answers), Shouting("b", answers)], log)
    entries = engine.whisper(of_frame(engine, TimerFired("m", "1")), 1)
    assert [(entry.seq, entry.cause_seq, entry.author) for entry in entries] == [
        (1, 1, WORLD),
        (2, 1, "market"),
        (3, 2, "a"),
        (4, 2, "b"),
    ]


def test_an_input_that_is_answered_with_idle_kinds_alone_leaves_no_trace_but_they_are_told() -> None:
    log = Kept()
    again = TimerWanted("a", "1", 9)
    answers: dict[str, Event] = {"1": again, "2": CancelWanted("x")}
    engine = Engine([Shouting("a", answers)], log)
    (entry,) = engine.whisper(engine.whispered(lambda _: TimerFired("a", "1")), 5, (TimerWanted,))
    assert (entry.event, entry.author, log.entries, engine.last_seq) == (again, "a", [], 0)
    entries = engine.whisper(engine.whispered(lambda _: TimerFired("a", "2")), 6, (TimerWanted,))
    assert [(one.seq, one.cause_seq, one.author) for one in entries] == [(1, 1, WORLD), (2, 1, "a")]
    assert log.entries == entries


def test_what_is_for_one_alone_is_shown_to_nobody_else() -> None:
    log = Kept()
    answers: dict[str, Event] = {"1": CancelWanted("x")}
    engine = Engine([Shouting("a", answers), Shouting("b", answers)], log)
    entries = engine.whisper(engine.whispered(lambda _: TimerFired("b", "1"), hearer="b"), 1)
    assert [(entry.seq, entry.author) for entry in entries] == [(1, WORLD), (2, "b")]


def test_somebody_else_may_call_the_ears_and_bring_what_they_answered() -> None:
    said, brought = Kept(), Kept()
    answers: dict[str, Event] = {"1": CancelWanted("x")}

    def made(log: Kept) -> tuple[Engine, Whisper]:
        engine = Engine([Shouting("a", {}), Shouting("b", answers)], log)
        engine.step(RunStopped("before"), time_ns=1)
        return engine, of_frame(engine, TimerFired("m", "1"))

    engine, whisper = made(said)
    engine.whisper(whisper, 5)
    engine, whisper = made(brought)
    heard: list[tuple[int, list[Event]]] = []

    def call(seq: int) -> int:
        heard.extend((place, list(ear(seq, 5))) for place, (_, ear) in enumerate(whisper.ears))
        return 9

    assert engine.overhear(call) == 9
    assert heard == [(0, []), (1, [CancelWanted("x")])]
    engine.answered(whisper, heard, 5)
    assert brought.entries == said.entries


def test_who_is_overheard_takes_no_step() -> None:
    engine = Engine([], Kept())
    with pytest.raises(AssertionError, match="calls step from its handle"):
        engine.overhear(lambda _: len(engine.step(FRAME, time_ns=0)))
    with pytest.raises(AssertionError, match="a step failed before"):
        engine.step(FRAME, time_ns=0)
