"""Tests of level 3 books of rows: every order in its queue, and days that are one market."""

from __future__ import annotations

import os
from random import Random
from typing import Any

import pytest
from stepper_engine import Engine
from stepper_market import FORM, MS, Row, S, T, packed
from stepper_oracle import PlainQueues

from fathom.kernel import VERIFIED
from fathom.kernel import rows as form
from fathom.kernel.stepper import END, FRAME, TRADE, Stepper

# Markets in one run of the tests; the long form is FATHOM_MARKETS=3000.
MARKETS = int(os.environ.get("FATHOM_MARKETS", "60"))


@pytest.mark.parametrize("first", range(0, MARKETS, 10))
def test_every_order_is_in_its_queue_frame_by_frame(first: int) -> None:
    for seed in range(first, first + 10):
        engine = Engine(seed).run(100)
        stepper, plain, at = Stepper(engine.data(), level3=True), PlainQueues(), 0
        while stepper.step(wants=FRAME) != END:
            while True:
                row = engine.rows[at]
                plain.take_row(row)
                at += 1
                if row.flags & form.LAST and row.kind & ~1 != form.TRADE:
                    break
            assert (stepper.bids(), stepper.asks()) == (plain.levels(0), plain.levels(1)), seed
            assert stepper.order_count == sum(len(queue) for queue in plain.queues())
            for side, name in ((0, "buy"), (1, "sell")):
                for price, queue in plain.sides[side].items():
                    assert stepper.orders(name, price) == [(str(serial), qty) for serial, qty, _ in queue]
        stepper.rest(1, "buy", 1, 1, stepper.now_ns)
        assert stepper.venue_levels() == (plain.levels(0), plain.levels(1))


def days_of(rows: list[Row], random: Random, count: int) -> list[bytes]:
    """A market, cut in so many days; each begins with the book as it stood."""
    last = [at + 1 for at, row in enumerate(rows[:-1]) if row.flags & form.LAST and rows[at + 1].frame != row.frame]
    cuts = sorted(random.sample(last, count - 1))
    plain, days, begun = PlainQueues(), [], 0
    for at in (*cuts, len(rows)):
        day: list[Row] = []
        if begun:
            flags, times = VERIFIED | form.SEED | form.SNAPSHOT, (rows[begun].local_ns, -1)
            day = [Row(*times, -1, 1, 8, plain.depth, 0, form.CLEAR, flags)]
            for side in (0, 1):
                for price in plain.best(side):
                    for serial, qty, order_ns in plain.sides[side][price]:
                        day.append(Row(*times, order_ns, price, qty, serial, 0, form.ADD + side, flags))
            day[-1] = day[-1]._replace(flags=flags | form.LAST)
        for row in rows[begun:at]:
            plain.take_row(row)
        days.append(packed(day + rows[begun:at]))
        begun = at
    return days


def played(stepper: Stepper, random: Random, until_ns: int) -> list[Any]:
    found: list[Any] = []
    now, handle = T, 0
    while now < until_ns:
        now += random.randrange(1, 60) * MS
        while (why := stepper.step(now, random.choice([0, FRAME, TRADE]))) not in {0, END}:
            found.append((why, stepper.now_ns, stepper.frames, stepper.moved_ns, stepper.fills(), stepper.trades()))
        handle += 1
        side, price = random.choice(["buy", "sell"]), 1000 + random.randrange(-6, 7)
        what = random.random()
        done: Any = None
        if what < 0.4:
            done = stepper.rest(handle, side, price, random.randrange(1, 10**6), now)
        elif what < 0.55:
            done = (stepper.reachable(side, price, now), stepper.take(side, random.randrange(1, 10**6), now, price))
        elif what < 0.7:
            done = stepper.cancel(random.randrange(1, handle + 1), now)
        places = [(stepper.ahead(one), stepper.ahead_orders(one)) for one in range(max(0, handle - 9), handle + 1)]
        found.append((done, places, stepper.venue_levels(), stepper.bids(), stepper.asks(), stepper.recent_trades(3)))
    return found


@pytest.mark.parametrize("first", range(0, MARKETS, 10))
def test_days_are_one_market(first: int) -> None:
    for seed in range(first, first + 10):
        engine = Engine(seed).run(100)
        end = engine.rows[-1].local_ns
        days = days_of(engine.rows, Random(seed), 4)
        one = played(Stepper(engine.data(), level3=True), Random(seed), end)
        assert played(Stepper(days, level3=True), Random(seed), end) == one, seed


def order_row(kind: int, price: int, qty: int, serial: int, at_ns: int, *, flags: int = 0) -> Row:
    return Row(T + at_ns, T + at_ns, T + at_ns, price, qty, serial, at_ns // MS, kind, VERIFIED | flags)


def test_a_day_that_is_missing_is_a_snapshot() -> None:
    clear = order_row(form.CLEAR, 1, 8, 10, 0, flags=form.SNAPSHOT)
    first = [clear, order_row(form.ADD, 99, 5, 1, 0), order_row(form.ADD, 99, 7, 2, 0, flags=form.LAST)]
    seed = form.SEED | form.SNAPSHOT
    later = [
        order_row(form.CLEAR, 1, 8, 10, S, flags=seed),
        order_row(form.ADD, 99, 5, 1, 0, flags=seed)._replace(local_ns=T + S),
        order_row(form.ADD, 99, 3, 9, S, flags=seed | form.LAST),
    ]
    stepper = Stepper([packed(first), packed(later)], level3=True)
    stepper.step(T)
    assert stepper.rest(1, "buy", 99, 4, T + MS) == 12
    assert stepper.step(wants=FRAME) == FRAME
    assert stepper.orders("buy", 99) == [("1", 5), ("9", 3)]
    assert (stepper.ahead(1), stepper.ahead_orders(1)) == (5, 1)  # By its time the other came later.


@pytest.mark.parametrize("first", range(0, 200, 20))
def test_rows_of_any_kind_in_any_order_break_nothing(first: int) -> None:
    """What stands in a tape is not believed more than what stands in a frame."""
    for seed in range(first, first + 20):
        random = Random(seed)
        rows, now = [], T
        for _ in range(300):
            now += random.choice([0, 0, 1, MS, S])
            kind = random.choice(
                [form.CLEAR, form.LEVEL, form.ADD, form.ADD, form.ADD, form.MODIFY, form.DELETE, form.TRADE, form.GAP]
            )
            price, qty = random.choice([0, -5, *range(95, 106)]), random.choice([0, 1, 5, 10**6])
            serial = random.randrange(20) if kind != form.CLEAR else random.choice([0, 2, 10])
            flags = random.choice([VERIFIED, VERIFIED, VERIFIED, 2, 3]) | random.choice([0, 4, 4, 8, 16, 28])
            told = random.choice([-1, now, now - S, now + S])
            rows.append(
                Row(now, told, random.choice([-1, now, T]), price, qty, serial, 1, kind + random.randrange(2), flags)
            )
        data = b"".join(FORM.pack(*row) for row in rows)
        for level3 in (False, True):
            stepper, at = Stepper([data[: 56 * 100], data[56 * 100 :]], level3=level3), T
            while stepper.step(at, random.choice([0, FRAME])) != END:
                at += S // 2
                side, price = random.choice(["buy", "sell"]), random.randrange(95, 106)
                handle = random.randrange(30)
                now = max(at, stepper.venue_ns)
                if random.random() < 0.5 and stepper.ahead(handle) is None:
                    stepper.rest(handle, side, price, 5, now)
                else:
                    stepper.take(side, 5, now, random.choice([None, price]))
                stepper.venue_levels()
                stepper.cancel(random.randrange(30), now)
                stepper.fills()
            assert stepper.rows_left == 0
