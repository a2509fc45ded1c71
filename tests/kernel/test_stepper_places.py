"""Tests of level 3 places: what would truly have become of an order of ours, and each rule by itself."""

from __future__ import annotations

import os
from collections.abc import Iterator
from random import Random

import pytest
from stepper_engine import Engine, Extra, Style
from stepper_market import MS, Row, T, packed

from fathom.kernel import VERIFIED
from fathom.kernel import rows as form
from fathom.kernel.stepper import END, EXACT, OWN, Stepper

# Markets in one run of the tests; the long form is FATHOM_MARKETS=3000.
MARKETS = int(os.environ.get("FATHOM_MARKETS", "300"))
HALF = MS // 2


def extras(engine: Engine, random: Random, side: int) -> Iterator[Extra]:
    """Orders of ours on a side, one at a time: two would change the market for each other."""
    handle = 0
    now = T + HALF
    while now < engine.now_ns:
        now += random.randrange(1, 400) * MS
        queues = engine.at(now)[1]
        if not (queues[0] and queues[1]):
            continue
        sign = -1 if side else 1
        best, other = (max(queues[0]), min(queues[1])) if side == 0 else (min(queues[1]), max(queues[0]))
        price = best + sign * random.choice([1, 0, 0, 0, 0, -1, -1, -2, -4])
        if price * sign >= other * sign:
            price = best
        gone = now + random.randrange(1, 2000) * MS
        while gone < engine.now_ns and not engine.clean(gone):
            gone += MS
        handle += 1
        yield Extra(handle, side, price, engine.some_qty() * random.choice([1, 1, 3]), now, gone)
        now = gone


def play(engine: Engine, orders: list[Extra]) -> None:
    """Rest and cancel each at its time, and note what filled it."""
    stepper = Stepper(engine.data(), level3=True)
    known = {order.handle: order for order in orders}

    def note() -> None:
        for handle, price, qty, time_ns in stepper.fills():
            assert price == known[handle].price
            known[handle].fills.append((time_ns, qty))

    acts = [(one.came_ns, 1, one) for one in orders] + [(one.gone_ns, 0, one) for one in orders]
    for time_ns, comes, order in sorted(acts, key=lambda act: act[:2]):
        while stepper.step(time_ns) == OWN:
            note()
        if comes:
            ahead = stepper.rest(order.handle, "sell" if order.side else "buy", order.price, order.qty, time_ns)
            if engine.clean(time_ns):
                assert (ahead, stepper.ahead_orders(order.handle)) == engine.ahead(order, time_ns)
        else:
            if engine.clean(time_ns) and stepper.ahead(order.handle) is not None:
                found = stepper.ahead(order.handle), stepper.ahead_orders(order.handle)
                assert found == engine.ahead(order, time_ns)
            left = stepper.cancel(order.handle, time_ns)
            note()
            assert left == order.qty - sum(qty for _, qty in order.fills)
    while stepper.step() == OWN:
        note()


@pytest.mark.parametrize("first", range(0, MARKETS, 20))
def test_an_order_of_ours_gets_what_it_truly_would_have_got(first: int) -> None:
    for seed in range(first, first + 20):
        engine = Engine(seed).run(150)
        orders = list(extras(engine, Random(seed), seed % 2))
        play(engine, orders)
        for order in orders:
            if engine.in_the_dark(order):
                continue
            truth = engine.truth(order)
            assert sum(qty for _, qty in order.fills) == sum(qty for _, qty in truth), (seed, order, truth)
            if not engine.style.late:
                by_time: dict[int, int] = {}
                for time_ns, qty in order.fills:  # A trade may tell whole microseconds.
                    by_time[time_ns // 1000] = by_time.get(time_ns // 1000, 0) + qty
                assert by_time == {time_ns // 1000: qty for time_ns, qty in truth}, (seed, order, truth)


def test_the_model_is_exact() -> None:
    assert Stepper(b"", 1, level3=True).model == EXACT
    assert (Stepper(b"", level3=True).level3, Stepper(b"").level3) == (True, False)
    with pytest.raises(ValueError, match="no queue model"):
        Stepper(b"", EXACT)


def test_a_whole_market_is_played_to_its_end() -> None:
    engine = Engine(1, Style()).run(20)
    stepper = Stepper(engine.data(), level3=True)
    assert (stepper.step(), stepper.rows_left) == (END, 0)


# -- Each rule ---------------------------------------------------------------------------------------------------------


class Queue:
    """A level 3 tape of one bid price and whatever else, message by message."""

    def __init__(self) -> None:
        self.rows: list[Row] = []
        self.number = 0

    def tell(self, at_ms: int, *rows: tuple[int, ...], told_ms: int | None = None, flags: int = 0) -> Queue:
        """(kind, serial, price, qty and, if it is not that of the message, the order's own time) of each."""
        self.number += 1
        told = T + (at_ms if told_ms is None else told_ms) * MS
        for place, (kind, serial, price, qty, *own) in enumerate(rows):
            last = form.LAST if place == len(rows) - 1 else 0
            order_ns = T + own[0] * MS if own else told
            bits = VERIFIED | flags | last
            self.rows.append(Row(T + at_ms * MS, told, order_ns, price, qty, serial, self.number, kind, bits))
        return self

    def trade(self, at_ms: int, qty: int, *, price: int = 99, kind: int = form.TRADE + 1, told_ms: int = -1) -> Queue:
        self.number += 1
        told = T + (at_ms if told_ms < 0 else told_ms) * MS
        self.rows.append(Row(T + at_ms * MS, told, -1, price, qty, self.number, self.number, kind, form.LAST))
        return self

    def stepper(self, *, rest_ms: int = 1, qty: int = 100) -> Stepper:
        """With an order of ours in the queue."""
        stepper = Stepper(packed(self.rows), level3=True)
        stepper.step(T + rest_ms * MS)
        stepper.rest(1, "buy", 99, qty, T + rest_ms * MS)
        return stepper


def queue() -> Queue:
    """Five, seven and nine at 99; 4 and 6 asked at 101, 8 at 102."""
    clear = (form.CLEAR, 10, 1, 8)
    bids = [(form.ADD, serial, 99, qty) for serial, qty in ((1, 5), (2, 7), (3, 9))]
    asks = [(form.ADD + 1, 4, 101, 4), (form.ADD + 1, 5, 101, 6), (form.ADD + 1, 6, 102, 8)]
    return Queue().tell(0, clear, *bids, *asks, flags=form.SNAPSHOT)


def told_of(stepper: Stepper) -> tuple[list[int], int | None, int | None]:
    """To the end: what was filled, and what stands before us then."""
    filled = []
    while stepper.step() == OWN:
        filled += [qty for _, _, qty, _ in stepper.fills()]
    return filled, stepper.ahead(1), stepper.ahead_orders(1)


ADD, MODIFY, DELETE = form.ADD, form.MODIFY, form.DELETE


@pytest.mark.parametrize(
    ("market", "says"),
    [
        (queue().tell(5, (ADD, 7, 99, 50)), ([], 21, 3)),
        (queue().tell(5, (DELETE, 2, 99, 7)), ([], 14, 2)),
        (queue().tell(5, (MODIFY, 3, 99, 4)), ([], 16, 3)),
        (queue().tell(5, (ADD, 7, 99, 50)).tell(6, (DELETE, 7, 99, 50)), ([], 21, 3)),
        (queue().tell(5, (DELETE, 1, 99, 5), (ADD, 1, 99, 6)), ([], 16, 2)),
        (queue().tell(5, (ADD, 1, 99, 6)), ([], 16, 2)),
        (queue().tell(5, (ADD, 7, 99, 2, 0)), ([], 23, 4)),  # Told late: it is older than ours.
        (queue().trade(5, 8), ([], 13, 2)),
        (queue().trade(5, 8).tell(5, (DELETE, 1, 99, 5), (MODIFY, 2, 99, 4, 0)), ([], 13, 2)),
        (queue().tell(5, (DELETE, 1, 99, 5), (MODIFY, 2, 99, 4, 0)).trade(5, 8), ([], 13, 2)),
        (queue().tell(5, (DELETE, 1, 99, 5)).tell(6, (DELETE, 2, 99, 7)).trade(6, 7), ([], 9, 1)),
        (queue().trade(5, 30), ([9], 0, 0)),
        (queue().trade(5, 3, price=98), ([3], 21, 3)),
        (queue().trade(5, 3, price=101, kind=form.TRADE), ([], 21, 3)),
        (queue().trade(5, 5).tell(6, (DELETE, 1, 99, 5), told_ms=4), ([], 11, 2)),  # A cancel from before the trade.
        (queue().trade(5, 4).tell(6, (DELETE, 1, 99, 5)), ([], 12, 2)),  # A fill would have left one.
        (queue().tell(5, (MODIFY, 1, 99, 2)).trade(6, 3), ([], 15, 2)),  # Amended, as its new time says.
        (queue().trade(5, 8).tell(2000, (ADD, 7, 90, 1)), ([], 21, 3)),  # The book never told of it.
        (queue().tell(5, (ADD + 1, 7, 99, 30)), ([30], 21, 3)),
    ],
)
def test_who_stands_before_us_and_what_reaches_us(market: Queue, says: tuple[list[int], int, int]) -> None:
    assert told_of(market.stepper()) == says


def test_a_trade_from_before_ours_came_does_not_reach_it() -> None:
    assert told_of(queue().trade(5, 8, told_ms=2).stepper(rest_ms=3)) == ([], 13, 2)
    assert told_of(queue().trade(5, 30, told_ms=2).stepper(rest_ms=3)) == ([], 0, 0)


def test_what_moves_on_reaches_nobody_twice() -> None:
    market = queue().trade(5, 21).tell(5, *((DELETE, serial, 99, qty) for serial, qty in ((1, 5), (2, 7), (3, 9))))
    market.tell(6, (ADD, 7, 99, 50)).trade(8, 4).tell(9, (DELETE, 7, 99, 50), told_ms=7)
    assert told_of(market.stepper()) == ([4], 0, 0)


def test_a_taker_takes_front_to_back_and_what_he_took_stays_taken() -> None:
    market = queue().tell(5, (MODIFY + 1, 5, 101, 3, 0)).tell(6, (ADD + 1, 7, 101, 2))
    stepper = market.stepper()
    assert stepper.take("buy", 5, T + 2 * MS) == [(101, 5)]
    assert (stepper.reachable("buy", 101, T + 2 * MS), stepper.venue_levels()[1]) == (5, [(101, 5), (102, 8)])
    assert stepper.reachable("buy", 101, T + 5 * MS) == 2  # Of three one is taken.
    assert stepper.take("buy", 9, T + 6 * MS) == [(101, 4), (102, 5)]
    assert not stepper.crosses("buy", 101, T + 6 * MS)


def test_what_was_taken_of_an_order_is_known_when_it_is_shown_again() -> None:
    market = queue().tell(
        5, (form.CLEAR, 10, 1, 8), (ADD + 1, 11, 101, 4, 0), (ADD + 1, 12, 101, 6, 3), flags=form.SNAPSHOT
    )
    stepper = market.stepper()
    stepper.step(T + MS)
    assert stepper.take("buy", 3, T + MS, 101) == [(101, 3)]
    assert stepper.reachable("buy", 101, T + 5 * MS) == 7


def test_two_of_ours_in_one_queue() -> None:
    market = queue().tell(5, (ADD, 7, 99, 4)).trade(9, 26)
    stepper = market.stepper(qty=2)
    stepper.step(T + 6 * MS)
    assert stepper.rest(2, "buy", 99, 5, T + 6 * MS) == 25
    while stepper.step() == OWN:
        pass
    assert stepper.fills() == [(1, 99, 2, T + 9 * MS)]  # Two of his last five to us, three to him behind us.


def test_beyond_the_depth_nothing_is_known() -> None:
    market = Queue().tell(0, (form.CLEAR, 1, 1, 8), (ADD, 1, 100, 5), (ADD, 2, 99, 5), flags=form.SNAPSHOT)
    market.tell(5, (ADD, 2, 99, 5, 0)).trade(6, 5)
    stepper = market.stepper()
    assert stepper.ahead(1) == 0
    assert told_of(stepper)[0] == []
