"""Tests of chains: a market cut in days is the same market."""

from __future__ import annotations

import os
from random import Random
from typing import Any

import pytest
from stepper_market import ASK, BID, BOUGHT, MS, SOLD, Row, S, T, living, packed, still

from fathom.kernel import VERIFIED
from fathom.kernel import rows as form
from fathom.kernel.stepper import BOOK, END, FRAME, OWN, PROPORTIONAL, TOP, TRADE, Stepper

# Markets in one run of the tests; the long form is FATHOM_MARKETS=3000.
MARKETS = int(os.environ.get("FATHOM_MARKETS", "100"))
ALL = FRAME | TOP | TRADE | BOOK


def seen(stepper: Stepper, why: int) -> tuple[Any, ...]:
    """Everything that a stepper says of itself."""
    return (
        why, stepper.now_ns, stepper.frames, stepper.frame, stepper.moved_ns, stepper.told_ns, stepper.trusted,
        stepper.bids(), stepper.asks(), stepper.trades(), stepper.recent_trades(5), stepper.fills(),
        stepper.venue_levels(), stepper.trade_id,
    )  # fmt: skip


def played(stepper: Stepper, random: Random, until_ns: int) -> list[tuple[Any, ...]]:
    """Go through a market with orders of ours, and note everything."""
    found: list[tuple[Any, ...]] = []
    now, handle = T, 0
    while now < until_ns:
        now += random.choice([MS, 30 * MS, S])
        wants = random.choice([0, ALL, FRAME, TRADE])
        while (why := stepper.step(now, wants)) not in {0, END}:
            found.append(seen(stepper, why))
        found.append(seen(stepper, why))
        handle += 1
        side, price, qty = random.choice(["buy", "sell"]), 1000 + random.randrange(-8, 9), random.randrange(1, 20)
        done: Any
        if random.random() < 0.5:
            done = stepper.rest(handle, side, price, qty, now)
        elif random.random() < 0.3:
            done = stepper.take(side, qty, now, random.choice([None, price]))
        else:
            done = stepper.cancel(random.randrange(1, handle + 1), now)
        found.append((done, [stepper.ahead(one) for one in range(max(0, handle - 8), handle + 1)]))
    return found


@pytest.mark.parametrize("first", range(0, MARKETS, 10))
def test_days_are_one_market(first: int) -> None:
    for seed in range(first, first + 10):
        market, random = living(seed, frames=200), Random(seed)
        days: list[bytes] = market.days(random, random.choice([2, 3, 6]))
        model, end = random.randrange(3), market.rows[-1].local_ns
        days.insert(random.randrange(len(days)), b"")
        one = played(Stepper(market.data(), model), Random(seed), end)
        assert played(Stepper(days, model), Random(seed), end) == one, f"seed {seed}"


def seed_of(*levels: tuple[int, int, int], local_ns: int, depth: int = 10) -> list[Row]:
    """The rows that begin a day."""
    flags = VERIFIED | form.SEED | form.SNAPSHOT
    rows = [Row(local_ns, -1, -1, 1, 8, depth, 0, form.CLEAR, flags)]
    rows += [Row(local_ns, -1, -1, price, qty, 0, 0, kind, flags) for kind, price, qty in levels]
    rows[-1] = rows[-1]._replace(flags=flags | form.LAST)
    return rows


def test_a_day_that_is_missing_is_a_gap() -> None:
    later = seed_of((BID, 99, 4), (ASK, 101, 10), local_ns=T + S)
    stepper = Stepper([still().data(), packed(later)])
    stepper.step(T)
    assert stepper.rest(7, "buy", 99, 5, T) == 10
    assert stepper.rest(8, "buy", 98, 5, T) == 10
    assert stepper.take("buy", 3, T) == [(101, 3)]
    assert stepper.step(wants=FRAME) == FRAME
    assert (stepper.bids(), stepper.asks()) == ([(99, 4)], [(101, 10)])
    assert (stepper.ahead(7), stepper.ahead(8)) == (4, 0)
    assert stepper.take("buy", 11, T + S) == [(101, 10)]  # What was taken is forgotten.


@pytest.mark.parametrize("model", range(3))
def test_no_more_stands_before_us_than_a_snapshot_shows(model: int) -> None:
    market = still()
    market.frame(S, (BID, 99, 4), (ASK, 101, 3), clear=10)
    market.trade(2 * S, SOLD, 99, 6)
    stepper = Stepper(market.data(), model)
    stepper.step(T)
    stepper.rest(7, "buy", 99, 5, T)
    stepper.step(T + S)
    assert stepper.ahead(7) == 4
    assert stepper.step() == OWN
    assert stepper.fills() == [(7, 99, 2, T + 2 * S)]


def test_a_snapshot_in_doubt_says_nothing_of_what_stands_before_us() -> None:
    market = still()
    market.frame(S, (BID, 99, 4), verdict=2, clear=10)
    stepper = Stepper(market.data())
    stepper.step(T)
    stepper.rest(7, "buy", 99, 5, T)
    stepper.step(T + S)
    assert stepper.ahead(7) == 10


def test_trades_of_one_message_are_taken_together() -> None:
    market = still()
    market.trades(S, (SOLD, 99, 6), (SOLD, 98, 2))
    market.trades(S, (BOUGHT, 101, 1))
    market.frame(2 * S, (ASK, 101, 9))
    stepper = Stepper(market.data())
    assert stepper.step(wants=TRADE) == TRADE
    first = [(T + S, 99, 6, len(still().rows), False), (T + S, 98, 2, len(still().rows) + 1, False)]
    assert stepper.trades() == first
    assert (stepper.trade_price, stepper.now_ns) == (98, T + S)
    assert stepper.step(wants=TRADE) == TRADE
    ((_, price, qty, _, buys),) = stepper.trades()
    assert (price, qty, buys) == (101, 1, True)
    assert stepper.step(wants=FRAME) == FRAME
    assert stepper.trades() == []
    assert stepper.recent_trades(2) == [first[1], (T + S, 101, 1, len(still().rows) + 2, True)]
    assert len(stepper.recent_trades(9)) == 3
    assert stepper.recent_trades(0) == []


def test_when_the_book_moved() -> None:
    market = still(latency_ns=5 * MS)
    market.trade(S, SOLD, 99, 1)
    stepper = Stepper([b"", market.data()])
    assert (stepper.moved_ns, stepper.told_ns) == (-1, -1)
    assert stepper.step(wants=TRADE) == TRADE
    assert (stepper.moved_ns, stepper.told_ns) == (T + 5 * MS, T)


@pytest.mark.parametrize("seed", range(30))
def test_skipping_comes_where_stepping_does(seed: int) -> None:
    market, random = living(seed, frames=200), Random(seed)
    days = market.days(random, 4)
    there = random.choice(market.rows).local_ns + random.choice([0, 1, MS])
    skipped, stepped = Stepper(days, PROPORTIONAL), Stepper(days, PROPORTIONAL)
    skipped.skip_to(there)
    stepped.step(there - 1)
    stepped.rest(1, "buy", 900, 1, there)
    skipped.rest(1, "buy", 900, 1, there)
    while True:
        before, after = ([*seen(one, one.step(wants=ALL))] for one in (skipped, stepped))
        del before[2], after[2]  # The frames: it says how many were taken.
        assert before == after
        if before[0] == END:
            break


def test_skipping_passes_nothing_that_is_ours() -> None:
    market = still()
    market.trade(S, SOLD, 99, 12)
    later = seed_of((BID, 99, 4), (ASK, 101, 10), local_ns=T + 2 * S)
    stepper = Stepper([market.data(), packed(later)])
    stepper.step(T)
    stepper.rest(7, "buy", 99, 5, T)
    stepper.skip_to(T + 3 * S)
    assert stepper.fills() == [(7, 99, 2, T + S)]
    assert (stepper.best_bid_qty, stepper.rows_left) == (4, 0)


@pytest.mark.parametrize("tapes", [[b"", b"x"], b"x", (memoryview(b"xyz"),)])
def test_what_is_no_whole_number_of_rows_is_refused(tapes: Any) -> None:
    with pytest.raises(ValueError, match="no whole number of rows"):
        Stepper(tapes)


def test_no_tapes_are_no_rows() -> None:
    for tapes in ([], [b"", b""], b""):
        stepper = Stepper(tapes)
        assert (stepper.step(), stepper.rows_left) == (END, 0)


def test_what_is_no_buffer_is_a_type_error() -> None:
    with pytest.raises(TypeError):
        Stepper(5)  # type: ignore[arg-type]
