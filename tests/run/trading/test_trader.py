from collections.abc import Iterable, Mapping

import pytest

from fathom.domain import (
    Component,
    Entry,
    Event,
    Happening,
    JournalError,
    LocalError,
    OrderAbsent,
    OrderApproved,
    OrderFilled,
    OrderWanted,
    TimerWanted,
)
from fathom.engine import Engine
from fathom.run.trading.trader import Performer, Trader, is_of_the_disk, sentence_of

T0 = 1_700_000_000_000_000_000


class Echo:
    """Wants a timer for each order that is filled."""

    name = "echo"
    hears: tuple[type[Happening], ...] = (OrderFilled,)

    def handle(self, entry: Entry) -> Iterable[Event]:
        return [TimerWanted("echo", entry.event.order_id, entry.time_ns + 1)]  # type: ignore[union-attr]


class Kept:
    def __init__(self, *, full_after: int = 1_000) -> None:
        self.entries: list[Entry] = []
        self.full_after = full_after

    def append(self, entry: Entry) -> None:
        if len(self.entries) >= self.full_after:
            raise JournalError("the disk is full")
        self.entries.append(entry)

    def commit(self) -> None:
        pass


class Answering:
    """Answers a timer at once, as an outside that refuses before anything was sent."""

    def __init__(self) -> None:
        self.performed: list[Entry] = []
        self.trader: Trader | None = None

    def performers(self) -> Mapping[type[Happening], Performer]:
        return {TimerWanted: self._perform}

    def _perform(self, entry: Entry) -> None:
        self.performed.append(entry)
        assert self.trader is not None
        self.trader.arrive(OrderAbsent("at once"))


def trader_of(log: Kept, outside: Answering, *components: Component, now_ns: int = T0) -> Trader:
    outside.trader = Trader(Engine(components or [Echo()], log), [outside], clock_ns=lambda: now_ns)
    return outside.trader


def test_what_is_performed_is_in_the_journal_before() -> None:
    log, outside = Kept(), Answering()
    trader = trader_of(log, outside)
    at: list[int] = []
    trader.follow(lambda entry: at.append(len(log.entries) - entry.seq))
    trader.arrive(OrderFilled("mm-1-1"))
    assert [type(entry.event) for entry in log.entries] == [OrderFilled, TimerWanted, OrderAbsent]
    assert min(at) >= 0
    assert len(outside.performed) == 1


def test_an_answer_within_a_step_waits_for_its_end() -> None:
    log, outside = Kept(), Answering()
    trader = trader_of(log, outside)
    trader.arrive(OrderFilled("mm-1-1"))
    trader.arrive(OrderFilled("mm-1-2"))
    assert [entry.cause_seq for entry in log.entries] == [1, 1, 3, 4, 4, 6]


def test_a_clock_that_goes_back_is_held() -> None:
    log, outside = Kept(), Answering()
    times = iter([T0, T0 - 50, T0 - 40, T0 + 1, T0 + 2, T0 + 3])
    trader = outside.trader = Trader(Engine([Echo()], log), [outside], clock_ns=lambda: next(times))
    trader.arrive(OrderAbsent("a"))
    trader.arrive(OrderAbsent("b"))
    assert [entry.time_ns for entry in log.entries] == [T0, T0]


def test_after_a_failure_nothing_arrives() -> None:
    log, outside = Kept(full_after=1), Answering()
    trader = trader_of(log, outside)
    failed: list[bool] = []
    trader.on_failure = lambda: failed.append(True)
    trader.arrive(OrderFilled("mm-1-1"))
    trader.arrive(OrderAbsent("late"))
    assert failed == [True]
    assert trader.failure is not None
    assert is_of_the_disk(trader.failure)
    assert outside.performed == []  # What the journal lacks is not acted on.


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (LocalError("x", "is not y"), "x: is not y"),
        (ValueError("odd"), "this is a bug in fathom: ValueError: odd"),
    ],
)
def test_an_error_is_one_sentence(error: Exception, said: str) -> None:
    assert sentence_of(error) == said


def test_followers_see_an_approval_before_it_is_performed() -> None:
    class Approving:
        name = "risk"
        hears: tuple[type[Happening], ...] = (OrderWanted,)

        def handle(self, entry: Entry) -> Iterable[Event]:
            return [OrderApproved(entry.event)]  # type: ignore[arg-type]

    order: list[str] = []

    class Outside:
        def performers(self) -> Mapping[type[Happening], Performer]:
            return {OrderApproved: lambda _: order.append("performed")}

    trader = Trader(Engine([Approving()], Kept()), [Outside()], clock_ns=lambda: T0)
    trader.follow(lambda entry: order.append("followed") if isinstance(entry.event, OrderApproved) else None)
    trader.watch(lambda entry: order.append("watched") if isinstance(entry.event, OrderApproved) else None)
    trader.arrive(OrderWanted("mm-1-1", "BTC/USD", "buy", "limit", 1, 1))
    assert order == ["followed", "performed", "watched"]


ORDER = OrderWanted("mm-1-1", "BTC/USD", "buy", "limit", 1, 1)


class Approving:
    """Approves what is wanted, and wants a timer once it hears of that."""

    name = "risk"
    hears: tuple[type[Happening], ...] = (OrderWanted, OrderApproved)

    def __init__(self, diary: list[str]) -> None:
        self.diary = diary

    def handle(self, entry: Entry) -> Iterable[Event]:
        self.diary.append(f"risk hears {type(entry.event).__name__}")
        if isinstance(entry.event, OrderWanted):
            return [OrderApproved(entry.event)]
        return [TimerWanted("risk", "look", entry.time_ns + 1)]


class Sending:
    """Notes what it sends and arms."""

    def __init__(self, diary: list[str]) -> None:
        self.diary = diary

    def performers(self) -> Mapping[type[Happening], Performer]:
        return dict.fromkeys((OrderApproved, TimerWanted), self.perform)

    def perform(self, entry: Entry) -> None:
        self.diary.append(f"performed {type(entry.event).__name__}")


def test_an_order_is_sent_before_components_and_watchers_hear_of_it_and_after_its_followers() -> None:
    log, diary = Kept(), list[str]()
    trader = Trader(Engine([Approving(diary)], log), [Sending(diary)], clock_ns=lambda: T0)
    trader.follow(lambda entry: diary.append(f"followed {type(entry.event).__name__}"))
    trader.watch(lambda entry: diary.append(f"watched {type(entry.event).__name__}"))
    trader.arrive(ORDER)
    assert diary == [
        "risk hears OrderWanted",
        "followed OrderWanted",
        "followed OrderApproved",
        "performed OrderApproved",
        "risk hears OrderApproved",
        "followed TimerWanted",
        "performed TimerWanted",
        "watched OrderWanted",
        "watched OrderApproved",
        "watched TimerWanted",
    ]
    assert [type(entry.event) for entry in log.entries] == [OrderWanted, OrderApproved, TimerWanted]
