"""Tests of the rows of a tape: replayed by the plain books, they are the books that the frames made."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from random import Random
from typing import Any, NamedTuple

import pytest
from kernel_market import l2_frame, l2_stream, l3_frame, l3_stream
from kernel_oracle import PlainL2, PlainL3

from fathom.kernel import MISMATCH, UNCHECKED, VERIFIED, FrameRefused, L2Book, L3Book
from fathom.kernel import rows as tape
from fathom.kernel.rows import Rows

PLACES = (1, 8)
FORM = struct.Struct("<6qI2B2x")


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

    @property
    def verdict(self) -> int:
        return self.flags & 3


def drained(rows: Rows) -> list[Row]:
    return [Row(*one) for one in FORM.iter_unpack(rows.drain()[0])]


def frames_of(rows: list[Row]) -> Iterator[list[Row]]:
    """Group rows by what ends a frame."""
    frame: list[Row] = []
    for row in rows:
        frame.append(row)
        if row.flags & tape.LAST:
            yield frame
            frame = []
    assert not frame


def play_levels(plain: PlainL2, frame: list[Row]) -> None:
    """Apply a frame's rows to a plain book."""
    sides: tuple[list[tuple[int, int]], list[tuple[int, int]]] = ([], [])
    kind = "update"
    for row in frame:
        if row.kind == tape.CLEAR:
            kind = "snapshot"
        else:
            sides[row.kind - tape.LEVEL].append((row.price, row.qty))
    plain.apply(kind, *sides)


def play_orders(plain: PlainL3, frame: list[Row]) -> None:
    sides: tuple[list[dict[str, Any]], list[dict[str, Any]]] = ([], [])
    kind = "update"
    for row in frame:
        if row.kind == tape.CLEAR:
            kind = "snapshot"
            continue
        what = {tape.ADD: "add", tape.MODIFY: "modify", tape.DELETE: "delete"}[row.kind & ~1]
        time_ns = None if row.order_ns < 0 else row.order_ns
        event = {"event": what, "order_id": row.order, "price": row.price, "qty": row.qty, "time_ns": time_ns}
        sides[row.kind & 1].append(event)
    plain.apply(kind, *sides)


def test_a_row_is_what_numpy_and_struct_read() -> None:
    assert FORM.size == tape.ROW_BYTES == 56
    rows = Rows()
    rows.add(tape.TRADE + 1, 11, 22, 33, price=44, qty=55, order=66)
    rows.add(tape.GAP, 12, -1, 34)
    assert drained(rows) == [
        Row(11, 22, -1, 44, 55, 66, 33, tape.TRADE + 1, tape.LAST),
        Row(12, -1, -1, 0, 0, 0, 34, tape.GAP, tape.LAST),
    ]
    assert len(rows) == 0


@pytest.mark.parametrize(("depth", "seed"), [(10, 1), (25, 2), (100, 3)])
def test_levels_come_back_as_the_book_that_they_were(depth: int, seed: int) -> None:
    rows, book, plain, twin = Rows(), L2Book(depth, *PLACES), PlainL2(depth), L2Book(depth, *PLACES)
    doubt = False
    for number, (frame, right) in enumerate(l2_stream(depth, seed, 1500, places=PLACES)):
        verdict = rows.take_levels(book, frame, 1000 + number, number)
        assert verdict == twin.apply(frame) == (VERIFIED if right else MISMATCH)
        for said in frames_of(drained(rows)):
            play_levels(plain, said)
            doubt = verdict == MISMATCH or (doubt and not said[0].flags & tape.SNAPSHOT)
            marked = MISMATCH if doubt else verdict
            assert {(row.local_ns, row.frame, row.verdict) for row in said} == {(1000 + number, number, marked)}
            assert all(row.venue_ns == (-1 if book.time_ns is None else book.time_ns) for row in said)
        assert (plain.bids(depth), plain.asks(depth)) == (book.bids(), book.asks()) == (twin.bids(), twin.asks())


@pytest.mark.parametrize(("depth", "seed"), [(10, 1), (100, 3)])
def test_orders_come_back_as_the_queues_that_they_were(depth: int, seed: int) -> None:
    rows, book, plain = Rows(named=True), L3Book(depth, *PLACES), PlainL3(depth)
    names: dict[int, str] = {}
    for number, (frame, right) in enumerate(l3_stream(depth, seed, 1500, places=PLACES)):
        assert rows.take_orders(book, frame, 1000 + number, number) == (VERIFIED if right else MISMATCH)
        raw, ids = rows.drain()
        found = [Row(*one) for one in FORM.iter_unpack(raw)]
        for place, row in enumerate(found):
            name = ids[place * tape.NAME_BYTES : (place + 1) * tape.NAME_BYTES].rstrip(b"\0").decode()
            if row.kind & ~1 == tape.ADD:
                assert names.setdefault(row.order, name) == name  # A number is one order's, for ever.
            elif row.order and row.kind != tape.CLEAR:
                assert names[row.order] == name
        for said in frames_of(found):
            play_orders(plain, said)
        for side, levels in (("buy", book.bids()), ("sell", book.asks())):
            for price, _ in levels:
                queue = [(names[order], qty) for order, qty in plain.orders(side == "sell", price)]  # type: ignore[index]
                assert queue == book.orders(side, price)
        assert [len(prices) for prices in plain.prices] == [book.bid_count, book.ask_count]


@pytest.mark.parametrize("seed", [4, 5])
def test_a_day_begins_with_the_book_as_it_stood(seed: int) -> None:
    levels, orders = L2Book(10, *PLACES), L3Book(10, *PLACES)
    for frame, _ in l2_stream(10, seed, 200, places=PLACES):
        levels.apply(frame)
    for frame, _ in l3_stream(10, seed, 200, places=PLACES):
        orders.apply(frame)
    rows, plain, queues = Rows(), PlainL2(10), PlainL3(10)
    rows.seed_levels(levels, 77, 0)
    (said,) = frames_of(drained(rows))
    assert all(row.flags & ~tape.LAST == tape.SEED | tape.SNAPSHOT and row.local_ns == 77 for row in said)
    assert (said[0].kind, said[0].price, said[0].qty, said[0].order) == (tape.CLEAR, *PLACES, 10)
    play_levels(plain, said)
    assert (plain.bids(10), plain.asks(10)) == (levels.bids(), levels.asks())
    rows.seed_orders(orders, 78, 1)
    (said,) = frames_of(drained(rows))
    play_orders(queues, said)
    for side, held in ((0, orders.bids()), (1, orders.asks())):
        for price, _ in held:
            expected = [qty for _, qty in orders.orders(("buy", "sell")[side], price)]
            assert [qty for _, qty in queues.orders(side, price)] == expected


def test_a_frame_that_is_refused_writes_nothing() -> None:
    rows, levels, orders = Rows(named=True), L2Book(10, *PLACES), L3Book(10, *PLACES)
    good = l2_frame("snapshot", [(5, 6)], [(7, 8)], None, places=PLACES)
    assert rows.take_levels(levels, good, 1, 1) == UNCHECKED
    assert rows.take_orders(orders, l3_frame("snapshot", [], [], None, places=PLACES), 1, 1) == UNCHECKED
    before = len(rows)
    for bad in (good[:-1], b"", b"[]", good.replace(b"book", b"level3")):
        with pytest.raises(FrameRefused):
            rows.take_levels(levels, bad, 2, 2)
    with pytest.raises(FrameRefused):
        rows.take_orders(orders, good, 2, 2)
    with pytest.raises(TypeError):
        rows.take_orders(orders, "text", 2, 2)  # type: ignore[arg-type]
    assert len(rows) == before
    assert levels.bids() == [(5, 6)]


def test_an_order_that_nobody_knew_has_no_number() -> None:
    rows, book = Rows(), L3Book(10, 0, 0)
    event = {"event": "delete", "order_id": "OGHOST", "price": 5, "qty": 1, "time_ns": 10**18}
    rows.take_orders(book, l3_frame("update", [event], [], None, places=(0, 0)), 1, 1)
    (row,) = drained(rows)
    assert (row.kind, row.order, row.order_ns) == (tape.DELETE, 0, 10**18)


def test_it_grows_and_is_used_again() -> None:
    rows, random = Rows(named=True), Random(6)
    for _ in range(3):
        wanted = random.randrange(5_000, 20_000)
        for number in range(wanted):
            rows.add(tape.GAP, number, -1, number)
        assert len(rows) == wanted
        raw, names = rows.drain()
        assert len(raw) == wanted * tape.ROW_BYTES
        assert names == bytes(wanted * tape.NAME_BYTES)
