"""Tests of the stepper: against a plain one over seeded markets, and each rule by itself."""

from __future__ import annotations

import os
from random import Random

import pytest
from stepper_market import ASK, BOUGHT, MS, S, T, living, stepper_of, still
from stepper_oracle import Book, PlainVenue

from fathom.kernel import MISMATCH
from fathom.kernel import rows as form
from fathom.kernel.stepper import (
    BOOK,
    END,
    FRAME,
    OWN,
    PESSIMISTIC,
    PROPORTIONAL,
    TOP,
    TRADE,
    TRADES,
)

# Markets in one run of the tests; the long form is FATHOM_MARKETS=3000.
MARKETS = int(os.environ.get("FATHOM_MARKETS", "60"))


# -- Against a plain one -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("model", [PESSIMISTIC, PROPORTIONAL, TRADES])
@pytest.mark.parametrize("seed", range(MARKETS))
def test_a_plain_venue_says_the_same(seed: int, model: int) -> None:
    market, random = living(seed), Random(seed + 1000)
    stepper, plain = stepper_of(market, model), PlainVenue(market.rows, model)
    fills: list[tuple[int, int, int, int]] = []
    now, end, handle = T, market.rows[-1].local_ns, 0
    fired: list[tuple[int, int, int]] = []
    while now < end:
        now += random.choice([MS, 30 * MS, S])
        while stepper.step(now) == OWN:
            fills += stepper.fills()
            fired += stepper.fired()
        plain.advance(now)
        assert (fills, fired) == (plain.fills, plain.fired)
        what, handle = random.random(), handle + 1
        side = random.choice(["buy", "sell"])
        if what < 0.4:
            best = plain.shown.best(1 if side == "buy" else 0)
            price = 1000 + random.randrange(-8, 9)
            if best and (price >= best[0] if side == "buy" else price <= best[0]):
                price = best[0] + (-1 if side == "buy" else 1)
            qty = random.randrange(1, 20)
            assert stepper.rest(handle, side, price, qty, now) == plain.rest(handle, side, price, qty)
        elif what < 0.5:
            price, above, distance = 1000 + random.randrange(-9, 10), random.random() < 0.5, random.choice([0, 1, 3])
            stepper.await_price(handle, price, above, now, distance)
            plain.await_price(handle, price, above, distance)
        elif what < 0.65:
            qty, limit = random.randrange(1, 40), random.choice([None, 1000 + random.randrange(-6, 7)])
            assert stepper.reachable(side, limit, now) == plain.reachable(side, limit)
            if limit is not None:
                assert stepper.crosses(side, limit, now) == (plain.reachable(side, limit) > 0)
            assert stepper.take(side, qty, now, limit) == plain.take(side, qty, limit)
        elif what < 0.8:
            other = random.randrange(1, handle + 1)
            assert stepper.cancel(other, now) == plain.cancel(other)
        else:
            other, qty = random.randrange(1, handle + 1), random.randrange(1, 10)
            assert stepper.reduce(other, qty, now) == plain.reduce(other, qty)
        assert (stepper.resting, stepper.waiting) == (len(plain.owns), len(plain.waits))
        for own in plain.owns:
            assert stepper.ahead(own.handle) == own.ahead
        assert stepper.venue_levels() == plain.levels()
        seen = (stepper.venue_last, stepper.venue_trusted, stepper.venue_ns)
        assert seen == (plain.last, plain.shown.trusted, now)


@pytest.mark.parametrize("seed", range(20))
def test_our_book_is_what_came_here_frame_by_frame(seed: int) -> None:
    market = living(seed)
    stepper, book = stepper_of(market), Book()
    at = 0
    while (why := stepper.step(wants=FRAME | TOP | TRADE | BOOK)) != END:
        before = book.levels(), book.trusted
        while True:
            row = market.rows[at]
            at += 1
            kind, side = row.kind & ~1, row.kind & 1
            if kind == form.CLEAR:
                book = Book(depth=row.order, trusted=row.flags & 3 != MISMATCH)
            elif kind == form.GAP or (kind == form.LEVEL and row.flags & 3 == MISMATCH):
                book.trusted = False
            elif kind == form.LEVEL and book.trusted:
                book.sides[side][row.price] = row.qty
                if not row.qty:
                    del book.sides[side][row.price]
            woken = row.flags & form.LAST and (book.trusted or before[1] or kind == form.TRADE)
            if row.flags & form.LAST:
                book.cut()
                more = at < len(market.rows) and market.rows[at].frame == row.frame  # Trades of one message.
                if woken and not more:
                    break
        assert (stepper.bids(), stepper.asks()) == book.levels()
        assert (stepper.trusted, stepper.now_ns, stepper.frame) == (book.trusted, row.local_ns, row.frame)
        changed = [one[:1] for one in book.levels()] != [one[:1] for one in before[0]]
        assert bool(why & TOP) == (changed and book.trusted and kind != form.TRADE)
        assert bool(why & BOOK) == (book.trusted != before[1])
        assert bool(why & TRADE) == (kind == form.TRADE)


def test_it_stops_where_it_is_asked_to() -> None:
    market = still()
    market.frame(S, (ASK, 105, 1))
    market.trade(2 * S, BOUGHT, 101, 3)
    market.frame(3 * S, (ASK, 101, 7))
    stepper = stepper_of(market)
    assert (stepper.step(T + S // 2), stepper.now_ns, stepper.best_ask) == (0, T + S // 2, 101)
    assert (stepper.step(wants=FRAME), stepper.now_ns) == (FRAME, T + S)
    assert (stepper.step(wants=TRADE), stepper.trade_price, stepper.trade_qty, stepper.trade_buys) == (
        TRADE,
        101,
        3,
        True,
    )
    assert (stepper.step(wants=TOP), stepper.now_ns, stepper.best_ask_qty) == (TOP, T + 3 * S, 7)
    assert (stepper.step(wants=FRAME), stepper.step(T + 9 * S), stepper.rows_left) == (END, END, 0)
    assert (stepper.frames, stepper.depth, stepper.price_precision, stepper.qty_precision) == (3, 10, 1, 8)


def test_what_the_book_shows() -> None:
    stepper = stepper_of(still())
    stepper.step(T)
    assert (stepper.best_bid, stepper.best_ask, stepper.best_bid_qty, stepper.best_ask_qty) == (99, 101, 10, 10)
    assert (stepper.bids(2), stepper.asks(1)) == ([(99, 10), (98, 10)], [(101, 10)])
    assert (stepper.level_qty("buy", 95), stepper.level_qty("sell", 95)) == (10, 0)
    assert (stepper.microprice(), stepper.imbalance(5)) == (100.0, 0.0)
