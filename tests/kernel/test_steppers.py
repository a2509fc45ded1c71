"""Tests of several steppers as one: the same stops as each has by itself, in the order of time."""

from __future__ import annotations

import os
from random import Random
from typing import Any

import pytest
from stepper_market import BOUGHT, MS, SOLD, Market, S, T, living, stepper_of, still

from fathom.kernel.stepper import BOOK, END, FRAME, OWN, TOP, TRADE, Stepper
from fathom.kernel.steppers import ENDS, TIME, Steppers

# Groups in one run of the tests; the long form is FATHOM_MARKETS=3000.
MARKETS = int(os.environ.get("FATHOM_MARKETS", "60"))
Stop = tuple[Any, ...]


def stop_of(index: int, stepper: Stepper, why: int) -> Stop:
    shown = (stepper.frame, stepper.bids(3), stepper.asks(3), stepper.trades())
    return (stepper.now_ns, index, why, stepper.fills(), stepper.fired(), *shown)


def alone(steppers: list[Stepper], wants: list[int], until_ns: int) -> list[Stop]:
    """Each goes by itself; then their stops are sorted."""
    found: list[Stop] = []
    for index, stepper in enumerate(steppers):
        while (why := stepper.step(until_ns, wants[index])) not in {0, END}:
            found.append(stop_of(index, stepper, why))
    return sorted(found, key=lambda stop: stop[:2])


def together(group: Steppers, steppers: list[Stepper], until_ns: int) -> list[Stop]:
    found: list[Stop] = []
    while (index := group.step(until_ns)) >= 0:
        found.append(stop_of(index, steppers[index], group.why))
        assert group.now_ns == steppers[index].now_ns
        assert all(one.now_ns <= group.now_ns for one in steppers)
    if index == TIME:
        assert group.now_ns == until_ns
        assert all(one.now_ns >= until_ns or not one.rows_left for one in steppers)
    else:
        assert (index, group.why) == (ENDS, END)
        assert not any(one.rows_left for one in steppers)
    return found


def ask(steppers: list[Stepper], random: Random, now: int, handle: int) -> list[Any]:
    """Some requests, to some of them."""
    done: list[Any] = []
    for stepper in steppers:
        side, price = random.choice(["buy", "sell"]), 1000 + random.randrange(-8, 9)
        what = random.random()
        if what < 0.3:
            done.append(stepper.rest(handle, side, price, random.randrange(1, 9), now))
        elif what < 0.4:
            done.append(stepper.await_price(handle, price, side == "buy", now, random.choice([0, 2])))
        elif what < 0.5:
            done.append(stepper.cancel(random.randrange(1, handle + 1), now))
    return done


@pytest.mark.parametrize("first", range(0, MARKETS, 10))
def test_a_group_stops_where_each_does_in_order_of_time(first: int) -> None:
    for seed in range(first, first + 10):
        random = Random(seed)
        markets = [living(random.randrange(10**6), frames=80) for _ in range(random.choice([1, 2, 3, 7]))]
        tapes = [market.data() if random.random() < 0.7 else market.days(random, 3) for market in markets]
        wants = [random.choice([0, FRAME, TOP, TRADE, FRAME | TRADE | BOOK]) for _ in markets]
        apart, joined = [Stepper(tape) for tape in tapes], [Stepper(tape) for tape in tapes]
        group = Steppers(joined)
        for index, one in enumerate(wants):
            group.want(index, one)
        now, end, handle = T, max(market.rows[-1].local_ns for market in markets), 0
        while now < end:
            now += random.choice([MS, 30 * MS, S, 9 * S])
            handle += 1
            assert together(group, joined, now) == alone(apart, wants, now), f"seed {seed}"
            assert ask(joined, Random(handle), now, handle) == ask(apart, Random(handle), now, handle)


def overheard(group: Steppers, steppers: list[Stepper], random: Random, until_ns: int) -> list[Stop]:
    """The same stops, where those that only move a book are told to somebody who now and then answers."""
    found: list[Stop] = []
    mute = Random(1)

    def hear(index: int, why: int) -> None:
        def first(seq: int, now_ns: int) -> tuple[str, ...]:
            assert (seq, group.why, group.now_ns) == (7, why, now_ns)
            found.append(stop_of(index, steppers[index], why))
            return ("one", "two") if random.random() < 0.2 else ()

        def second(_: int, now_ns: int) -> list[int]:
            return [now_ns] if mute.random() < 0.1 else []

        group.hear(index, why, (first, second))

    for index in range(len(steppers)):
        for why in (FRAME, TOP, FRAME | TOP):
            hear(index, why)
    told = group.told
    while (index := group.tell(until_ns, 0, 7)) >= 0:
        if group.heard:
            assert group.heard in (
                [(0, ["one", "two"])],
                [(1, [group.told_ns])],
                [(0, ["one", "two"]), (1, [group.told_ns])],
            )
            assert found[-1][:3] == (group.told_ns, index, group.why)
        else:
            found.append(stop_of(index, steppers[index], group.why))
            told -= 1
    assert group.told - told == len(found)
    return found


@pytest.mark.parametrize("first", range(0, MARKETS, 10))
def test_who_hears_of_a_move_is_called_where_the_group_would_have_stopped(first: int) -> None:
    for seed in range(first, first + 10):
        random = Random(seed)
        markets = [living(random.randrange(10**6), frames=80) for _ in range(random.choice([1, 2, 3, 7]))]
        tapes = [market.data() for market in markets]
        wants = [random.choice([0, FRAME, TOP, TRADE, FRAME | TOP | TRADE | BOOK]) for _ in markets]
        stopped, called = [Stepper(tape) for tape in tapes], [Stepper(tape) for tape in tapes]
        stops, calls = Steppers(stopped), Steppers(called)
        for index, one in enumerate(wants):
            stops.want(index, one)
            calls.want(index, one)
        now, end, handle = T, max(market.rows[-1].local_ns for market in markets), 0
        while now < end:
            now += random.choice([MS, 30 * MS, S, 9 * S])
            handle += 1
            assert overheard(calls, called, random, now) == together(stops, stopped, now), f"seed {seed}"
            assert ask(called, Random(handle), now, handle) == ask(stopped, Random(handle), now, handle)


def test_what_those_answer_who_hear_is_kept_with_their_places() -> None:
    group = Steppers([stepper_of(still())])
    group.want(0, FRAME)
    group.hear(0, FRAME, (lambda *_: (), lambda seq, now_ns: [seq, now_ns], lambda *_: [], lambda *_: iter("x")))
    assert group.tell(T + S, T + 5, 3) == 0
    assert group.heard == [(1, [3, T + 5]), (3, ["x"])]
    assert (group.told, group.told_ns, group.why) == (1, T + 5, FRAME)
    assert group.tell(T + S, 0, 3) == ENDS
    assert (group.heard, group.told) == ([], 1)


def test_what_somebody_raises_who_hears_is_raised() -> None:
    group = Steppers([stepper_of(still())])
    group.want(0, FRAME)
    group.hear(0, FRAME, (lambda seq, _: [1 // seq],))
    with pytest.raises(ZeroDivisionError):
        group.tell(T + S, 0, 0)


def two(latency_ns: int = 0) -> list[Market]:
    return [still(latency_ns=latency_ns), still(latency_ns=latency_ns)]


def test_the_first_goes_first_where_both_are_due() -> None:
    group = Steppers([stepper_of(one) for one in two()])
    group.want(0, FRAME)
    group.want(1, FRAME)
    assert [(group.step(), group.why, group.now_ns) for _ in range(2)] == [(0, FRAME, T), (1, FRAME, T)]
    assert (group.step(), group.why) == (ENDS, END)


def test_a_fill_stops_it_at_the_venues_time() -> None:
    markets = two(latency_ns=5 * MS)
    markets[0].trade(S + 2 * MS, BOUGHT, 101, 1)  # Comes here at 7 ms.
    markets[1].trade(S, SOLD, 90, 9)
    steppers = [stepper_of(one) for one in markets]
    group = Steppers(steppers)
    group.want(0, TRADE)
    group.want(1, TRADE)
    assert group.step(T + 5 * MS) == TIME
    steppers[0].await_price(1, 101, True, T + 5 * MS)
    steppers[1].rest(1, "buy", 99, 5, T + 5 * MS)
    stops = [(group.step(), group.why, group.now_ns - T - S) for _ in range(4)]
    assert stops == [(1, OWN, 0), (0, OWN, 2 * MS), (1, TRADE, 5 * MS), (0, TRADE, 7 * MS)]


def test_a_time_comes_for_all_of_them() -> None:
    steppers = [stepper_of(one) for one in two()]
    group = Steppers(iter(steppers))
    assert len(group) == 2
    assert (group.step(T + S), group.step(T + S)) == (ENDS, ENDS)
    later = still()
    later.trade(9 * S, BOUGHT, 101, 1)
    steppers.append(stepper_of(later))
    group = Steppers(steppers)
    assert (group.step(T + S), group.now_ns) == (TIME, T + S)
    assert [one.now_ns for one in steppers] == [T + S] * 3


def test_nobody_is_at_the_end() -> None:
    assert Steppers([]).step() == ENDS


@pytest.mark.parametrize(
    ("call", "error"),
    [
        (lambda: Steppers([1]), TypeError),  # type: ignore[list-item]  # That is what is tested.
        (lambda: Steppers([Stepper(b"")] * 2), ValueError),
        (lambda: Steppers([Stepper(b"")]).want(1, FRAME), IndexError),
        (lambda: Steppers([Stepper(b"")]).want(-1, FRAME), IndexError),
        (lambda: Steppers([Stepper(b"")]).hear(1, FRAME, ()), IndexError),
        (lambda: Steppers([Stepper(b"")]).hear(0, FRAME, None), TypeError),  # type: ignore[arg-type]
    ],
)
def test_what_cannot_be_is_said(call: Any, error: type[Exception]) -> None:
    with pytest.raises(error):
        call()
