"""Tests of the stepper: against a plain one over seeded markets, and each rule by itself."""

from __future__ import annotations

import struct
from random import Random
from typing import Any, NamedTuple

import pytest
from stepper_oracle import Book, PlainVenue

from fathom.kernel import MISMATCH, VERIFIED
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
    Stepper,
)

FORM = struct.Struct("<6qI2B2x")
MS = 1_000_000
S = 1000 * MS
T = 10**18
BID, ASK = form.LEVEL, form.LEVEL + 1
BOUGHT, SOLD = form.TRADE, form.TRADE + 1


class Row(NamedTuple):
    local_ns: int
    venue_ns: int
    order_ns: int
    price: int
    qty: int
    order: int
    frame: int
    kind: int
    flags: int


class Market:
    """A tape that is written row by row; frames come a time after they were made."""

    def __init__(self, *, latency_ns: int = 0) -> None:
        self.rows: list[Row] = []
        self.latency_ns = latency_ns
        self.number = 0

    def frame(self, at_ns: int, *levels: tuple[int, int, int], verdict: int = VERIFIED, clear: int = 0) -> None:
        """(kind, price, qty) of each row; `clear`: it is a snapshot of a book so deep."""
        self.number += 1
        rows = [(form.CLEAR, 1, 8, clear)] * bool(clear) + [(kind, price, qty, 0) for kind, price, qty in levels]
        for place, (kind, price, qty, order) in enumerate(rows):
            flags = verdict | (form.LAST if place == len(rows) - 1 else 0) | (form.SNAPSHOT if clear else 0)
            self.rows.append(
                Row(T + at_ns + self.latency_ns, T + at_ns, -1, price, qty, order, self.number, kind, flags)
            )

    def trade(self, at_ns: int, kind: int, price: int, qty: int) -> None:
        self.number += 1
        self.rows.append(
            Row(T + at_ns + self.latency_ns, T + at_ns, -1, price, qty, self.number, self.number, kind, form.LAST)
        )

    def data(self) -> bytes:
        return b"".join(FORM.pack(*row) for row in self.rows)


def still(*, latency_ns: int = 0) -> Market:
    """Ten lots on each of five levels a side, 95 to 99 and 101 to 105."""
    market = Market(latency_ns=latency_ns)
    bids = [(BID, price, 10) for price in range(99, 94, -1)]
    market.frame(0, *bids, *((ASK, price, 10) for price in range(101, 106)), clear=10)
    return market


def stepper_of(market: Market, model: int = PESSIMISTIC) -> Stepper:
    return Stepper(market.data(), model)


def filled(stepper: Stepper) -> list[tuple[int, int, int]]:
    """Run to the end; (handle, price, qty) of every fill."""
    found = []
    while stepper.step() != END:
        found += [fill[:3] for fill in stepper.fills()]
    return found + [fill[:3] for fill in stepper.fills()]


# -- Against a plain one -------------------------------------------------------------------------------------------


def living(seed: int, *, frames: int = 400) -> Market:  # noqa: PLR0912 - A market has many ways to live.
    """A market that lives: levels change, trades use them up, now and then a snapshot, a doubt, a gap."""
    random = Random(seed)
    market = Market(latency_ns=random.choice([0, 3 * MS]))
    book: dict[int, dict[int, int]] = {0: {}, 1: {}}
    mid, now = 1000, 0

    def snapshot() -> None:
        for side in (0, 1):
            book[side] = {mid + (step + 1) * (1 if side else -1): random.randrange(1, 30) for step in range(8)}
        levels = [(form.LEVEL + side, price, qty) for side in (0, 1) for price, qty in book[side].items()]
        market.frame(now, *levels, clear=6)

    snapshot()
    for _ in range(frames):
        now += random.choice([0, MS, 20 * MS, 2 * S])
        what = random.random()
        if what < 0.02 or not (book[0] and book[1]):
            snapshot()
        elif what < 0.03:
            market.frame(now, (BID, 990, 5), verdict=MISMATCH)
        elif what < 0.04:
            market.trade(now, form.GAP, 0, 0)
        elif what < 0.35:
            side = random.randrange(2)
            best = sorted(book[side], reverse=side == 0)[: random.choice([1, 1, 2])]
            price, size = best[-1], random.randrange(1, 25)
            frame = []
            for one in best:
                left = max(0, book[side][one] - size)
                frame.append((form.LEVEL + side, one, left))
                book[side][one] = left
                if not left:
                    del book[side][one]
            trade_first = random.random() < 0.5
            if trade_first:
                market.trade(now, BOUGHT if side else SOLD, price, size)
            market.frame(now, *frame)
            if not trade_first:
                market.trade(now, BOUGHT if side else SOLD, price, size)
            if not book[side]:
                snapshot()
        else:
            frame = []
            for _ in range(random.choice([1, 1, 2, 3])):
                side = random.randrange(2)
                price = mid + random.randrange(-9, 10)
                other = book[1 - side]
                if other and (price <= max(other) if side else price >= min(other)):
                    continue
                qty = random.choice([0, random.randrange(1, 30)])
                frame.append((form.LEVEL + side, price, qty))
                if qty:
                    book[side][price] = qty
                else:
                    book[side].pop(price, None)
            if frame:
                market.frame(now, *frame)
            mid += random.choice([-1, 0, 0, 1])
    return market


@pytest.mark.parametrize("model", [PESSIMISTIC, PROPORTIONAL, TRADES])
@pytest.mark.parametrize("seed", range(40))
def test_a_plain_venue_says_the_same(seed: int, model: int) -> None:
    market, random = living(seed), Random(seed + 1000)
    stepper, plain = stepper_of(market, model), PlainVenue(market.rows, model)
    fills: list[tuple[int, int, int, int]] = []
    now, end, handle = T, market.rows[-1].local_ns, 0
    while now < end:
        now += random.choice([MS, 30 * MS, S])
        while stepper.step(now) == OWN:
            fills += stepper.fills()
        plain.advance(now)
        assert fills == plain.fills
        what, handle = random.random(), handle + 1
        side = random.choice(["buy", "sell"])
        if what < 0.5:
            best = plain.shown.best(1 if side == "buy" else 0)
            price = 1000 + random.randrange(-8, 9)
            if best and (price >= best[0] if side == "buy" else price <= best[0]):
                price = best[0] + (-1 if side == "buy" else 1)
            qty = random.randrange(1, 20)
            assert stepper.rest(handle, side, price, qty, now) == plain.rest(handle, side, price, qty)
        elif what < 0.65:
            qty, limit = random.randrange(1, 40), random.choice([None, 1000 + random.randrange(-6, 7)])
            assert stepper.take(side, qty, now, limit) == plain.take(side, qty, limit)
        elif what < 0.8:
            other = random.randrange(1, handle + 1)
            assert stepper.cancel(other, now) == plain.cancel(other)
        else:
            other, qty = random.randrange(1, handle + 1), random.randrange(1, 10)
            assert stepper.reduce(other, qty, now) == plain.reduce(other, qty)
        assert stepper.resting == len(plain.owns)
        for own in plain.owns:
            assert stepper.ahead(own.handle) == own.ahead
        assert stepper.venue_levels() == plain.levels()


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
                if woken:
                    break
        assert (stepper.bids(), stepper.asks()) == book.levels()
        assert (stepper.trusted, stepper.now_ns, stepper.frame) == (book.trusted, row.local_ns, row.frame)
        changed = [one[:1] for one in book.levels()] != [one[:1] for one in before[0]]
        assert bool(why & TOP) == (changed and book.trusted and kind != form.TRADE)
        assert bool(why & BOOK) == (book.trusted != before[1])
        assert bool(why & TRADE) == (kind == form.TRADE)


# -- Each rule ---------------------------------------------------------------------------------------------------------


def test_trades_use_up_what_stands_before_us_first() -> None:
    market = still()
    for second, qty in ((1, 6), (2, 6), (3, 1)):
        market.trade(second * S, SOLD, 99, qty)
    stepper = stepper_of(market)
    stepper.step(T)
    assert stepper.rest(7, "buy", 99, 5, T) == 10
    assert filled(stepper) == [(7, 99, 2), (7, 99, 1)]
    assert stepper.ahead(7) == 0
    assert stepper.cancel(7, stepper.now_ns) == 2


@pytest.mark.parametrize(
    ("model", "ahead"),
    [(PESSIMISTIC, 10), (PROPORTIONAL, 7), (TRADES, 10)],
    ids=["pessimistic", "proportional", "trades"],
)
def test_who_leaves_stood_where_the_model_says(model: int, ahead: int) -> None:
    market = still()
    market.frame(S, (BID, 99, 20))
    market.frame(2 * S, (BID, 99, 14))
    stepper = stepper_of(market, model)
    stepper.step(T)
    stepper.rest(7, "buy", 99, 5, T)
    stepper.step(T + 2 * S)
    assert stepper.ahead(7) == ahead


@pytest.mark.parametrize(("model", "ahead"), [(PESSIMISTIC, 4), (PROPORTIONAL, 4), (TRADES, 10)])
def test_no_more_stands_before_us_than_is_shown(model: int, ahead: int) -> None:
    market = still()
    market.frame(S, (BID, 99, 4))
    stepper = stepper_of(market, model)
    stepper.step(T)
    stepper.rest(7, "buy", 99, 5, T)
    stepper.step(T + S)
    assert stepper.ahead(7) == ahead


@pytest.mark.parametrize("trade_first", [True, False])
@pytest.mark.parametrize("model", [PESSIMISTIC, PROPORTIONAL])
def test_a_trade_and_what_it_took_from_the_level_count_once(model: int, *, trade_first: bool) -> None:
    market = still()
    told = [lambda: market.trade(S, SOLD, 99, 6), lambda: market.frame(S, (BID, 99, 4))]
    for tell in told if trade_first else reversed(told):
        tell()
    stepper = stepper_of(market, model)
    stepper.step(T)
    stepper.rest(7, "buy", 99, 5, T)
    assert filled(stepper) == []
    assert stepper.ahead(7) == 4


def test_a_trade_through_our_price_fills_us_and_not_more_than_it_was() -> None:
    market = still()
    market.trade(S, SOLD, 98, 3)
    market.trade(2 * S, BOUGHT, 105, 50)
    stepper = stepper_of(market)
    stepper.step(T)
    stepper.rest(7, "buy", 99, 5, T)
    stepper.rest(8, "sell", 102, 5, T)
    assert filled(stepper) == [(7, 99, 3), (8, 102, 5)]


def test_no_fill_at_a_price_that_the_market_never_reached() -> None:
    market = still()
    market.trade(S, SOLD, 99, 1000)
    market.frame(S, (BID, 99, 0))
    stepper = stepper_of(market)
    stepper.step(T)
    stepper.rest(7, "buy", 98, 5, T)
    assert filled(stepper) == []


def test_a_level_that_meets_us_fills_us_and_is_gone_as_far_as_it_did() -> None:
    market = still()
    market.frame(S, (ASK, 100, 8))
    market.frame(2 * S, (ASK, 100, 9))
    stepper = stepper_of(market)
    stepper.step(T)
    stepper.rest(7, "buy", 100, 5, T)
    assert stepper.step(T + S) == OWN
    assert stepper.fills() == [(7, 100, 5, T + S)]
    stepper.step(T + S)
    assert stepper.take("buy", 100, T + S, 100) == [(100, 3)]
    assert stepper.take("buy", 100, T + 2 * S, 100) == [(100, 1)]  # One more was put there.


def test_what_we_took_stays_taken_until_the_market_shows_more() -> None:
    market = still()
    market.frame(S, (ASK, 101, 8))
    market.frame(2 * S, (ASK, 101, 12))
    market.frame(3 * S, (ASK, 101, 0))
    market.frame(4 * S, (ASK, 101, 6))
    stepper = stepper_of(market)
    stepper.step(T)
    assert stepper.take("buy", 9, T) == [(101, 9)]
    assert stepper.take("buy", 9, T, 101) == [(101, 1)]
    assert stepper.take("buy", 2, T) == [(102, 2)]
    for second, left in ((1, 0), (2, 4), (3, 0), (4, 6)):
        stepper.step(T + second * S)
        assert sum(qty for _, qty in stepper.take("buy", left + 1, T + second * S, 101)) == left


def test_the_venue_is_ahead_of_us_by_what_a_frame_takes() -> None:
    market = still(latency_ns=5 * MS)
    market.frame(S, (ASK, 101, 0))
    stepper = stepper_of(market)
    stepper.step(T + S)
    assert stepper.best_ask == 101
    assert stepper.take("buy", 1, T + S) == [(102, 1)]
    stepper.step(T + S + 5 * MS)
    assert stepper.best_ask == 102


def test_two_of_ours_at_one_price_are_filled_in_their_order() -> None:
    market = still()
    market.trade(S, SOLD, 99, 16)
    stepper = stepper_of(market)
    stepper.step(T)
    assert [stepper.rest(handle, "buy", 99, 4, T) for handle in (1, 2)] == [10, 10]
    assert filled(stepper) == [(1, 99, 4), (2, 99, 2)]


def test_a_cancel_comes_too_late_for_what_was_filled() -> None:
    market = still()
    market.trade(S, SOLD, 99, 12)
    stepper = stepper_of(market)
    stepper.step(T)
    stepper.rest(1, "buy", 99, 5, T)
    assert stepper.step(T + 2 * S) == OWN
    assert stepper.cancel(1, T + 2 * S) == 3
    assert stepper.cancel(1, T + 2 * S) == 0


def test_nothing_is_taken_from_a_book_in_doubt_and_it_wakes_nobody() -> None:
    market = still()
    market.frame(S, (ASK, 101, 1), verdict=MISMATCH)
    market.frame(2 * S, (ASK, 101, 5))
    stepper = stepper_of(market)
    assert stepper.step(wants=FRAME | BOOK) == FRAME | BOOK
    assert stepper.step(wants=FRAME | BOOK) == BOOK
    assert not stepper.trusted
    assert stepper.take("buy", 1, stepper.now_ns) == []
    assert stepper.step(wants=FRAME | TOP) == END


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


def twice() -> None:
    stepper = Stepper(b"")
    stepper.rest(1, "buy", 1, 1, 0)
    stepper.rest(1, "buy", 1, 1, 0)


def many() -> None:
    stepper = Stepper(b"")
    for handle in range(257):
        stepper.rest(handle, "buy", 1, 1, 0)


def late() -> None:
    stepper = Stepper(b"")
    stepper.rest(1, "buy", 1, 1, 5)
    stepper.cancel(1, 4)


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: Stepper(b"x"), "no whole number of rows"),
        (lambda: Stepper(b"", 9), "no queue model"),
        (lambda: Stepper(b"").rest(1, "buy", 1, 0, 0), "an order has a quantity"),
        (twice, "rests already"),
        (many, "no more than 256"),
        (late, "the venue is at"),
        (lambda: Stepper(b"").rest(1, "up", 1, 1, 0), "side"),
    ],
)
def test_what_cannot_be_is_said(call: Any, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        call()


def test_what_is_no_buffer_is_a_type_error() -> None:
    with pytest.raises(TypeError):
        Stepper(5)  # type: ignore[arg-type]
