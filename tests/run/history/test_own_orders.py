"""A run's own orders taken out of what it recorded: what is left is the book without them, frame by frame."""

from __future__ import annotations

import struct
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fathom.domain import (
    AccountSeen,
    ClosePlaced,
    Entry,
    Event,
    ForeignOrderSeen,
    LocalError,
    OrderAccepted,
    OrderWanted,
    RunStopped,
    VenueFill,
    VenueOrder,
)
from fathom.kernel import L3Book
from fathom.kernel import rows as form
from fathom.orders import mark_of
from fathom.run.history.own_orders import WithoutOwn, own_orders
from fathom.store import JournalWriter
from level3_feed import Feed3
from two_runs import CONFIG, Hand

ROW = struct.Struct("<6qI2B2x")
DEPTH = 3
OWN = frozenset({b"MINE0", b"MINE1", b"MINE2"})
# What happens next: add, modify or delete; which of the orders; at which price; how much.
doing = st.sampled_from(["add", "add", "modify", "delete"])
steps = st.lists(st.tuples(doing, st.integers(0, 9), st.integers(0, 9), st.integers(1, 9)), max_size=40)


class Replayed:
    """The plain book of a tape's rows, with the venue's depth."""

    def __init__(self) -> None:
        self.levels: tuple[dict[int, dict[int, int]], dict[int, dict[int, int]]] = ({}, {})
        self.depth = 0
        self.frames: list[int] = []

    def take(self, rows: bytes) -> None:
        begun = True
        for _, _, _, price, qty, order, frame, kind, flags in ROW.iter_unpack(rows):
            self.frames += [frame] if begun else []
            assert frame == self.frames[-1]
            begun = bool(flags & form.LAST)
            self._do(kind, price, qty, order)
            if begun:
                for side, levels in enumerate(self.levels):
                    while len(levels) > self.depth:
                        del levels[max(levels) if side else min(levels)]
        assert begun, "a frame without a last row"

    def _do(self, kind: int, price: int, qty: int, order: int) -> None:
        side, what = kind & 1, kind & ~1
        if kind == form.CLEAR:
            self.levels, self.depth = ({}, {}), order
        elif what == form.ADD:
            self.levels[side].setdefault(price, {})[order] = qty
        elif what in {form.MODIFY, form.DELETE}:
            for at, level in list(self.levels[side].items()):
                if order in level and what == form.MODIFY:
                    level[order] = qty
                elif order in level:
                    del level[order]
                    if not level:
                        del self.levels[side][at]

    def quantities(self) -> list[dict[int, list[int]]]:
        return [{price: sorted(level.values()) for price, level in side.items()} for side in self.levels]


def without_own(book: L3Book) -> list[dict[int, list[int]]]:
    found = []
    for side, levels in (("buy", book.bids()), ("sell", book.asks())):
        those = {
            price: sorted(qty for name, qty in book.orders(side, price) if name.encode() not in OWN)
            for price, _ in levels
        }
        found.append({price: quantities for price, quantities in those.items() if quantities})
    return found


@given(steps, st.booleans())
def test_after_each_frame_it_is_the_book_without_ours(moves: list[tuple[str, int, int, int]], often: bool) -> None:
    feed, book, rows = Feed3(depth=DEPTH), L3Book(DEPTH, 1, 2), form.Rows(True)
    for place in range(5):
        feed.rest(f"B{place}", "buy", 998 - 2 * place, 10)
        feed.rest(f"A{place}", "sell", 1002 + 2 * place, 10)
    taken, replayed = WithoutOwn(OWN), Replayed()
    rows.take_orders(book, feed.snapshot(), 1, 1)
    replayed.take(taken.take_out(*rows.drain())[0])
    for number, (what, who, distance, qty) in enumerate(moves, 2):
        side = "buy" if who % 2 else "sell"
        name = f"MINE{who}" if who < 3 else f"O{who}"
        there = any(name == one for one, _, _ in (*feed.bids, *feed.asks))
        if what == "add" and not there:
            frame = feed.add(name, side, 1000 - distance if side == "buy" else 1001 + distance, qty)  # type: ignore[arg-type]  # A side.
        elif what == "modify" and there:
            frame = feed.modify(name, qty)
        elif there:
            frame = feed.delete(name)
        else:
            continue
        rows.take_orders(book, frame, number, number)
        if often or number % 5 == 0:
            out, names = taken.take_out(*rows.drain())
            assert len(out) // form.ROW_BYTES == len(names) // form.NAME_BYTES
            assert not any(own in names for own in OWN)
            replayed.take(out)
            assert replayed.quantities() == without_own(book)


def test_a_frame_of_ours_alone_leaves_no_row_and_the_others_their_numbers() -> None:
    feed, book, rows = Feed3(), L3Book(10, 1, 2), form.Rows(True)
    feed.rest("B0", "buy", 999, 10)
    rows.take_orders(book, feed.snapshot(), 1, 1)
    rows.take_orders(book, feed.add("MINE0", "buy", 999, 5), 2, 2)
    rows.take_orders(book, feed.add("B1", "buy", 999, 5), 3, 3)
    taken, replayed = WithoutOwn(OWN), Replayed()
    replayed.take(taken.take_out(*rows.drain())[0])
    assert replayed.frames == [1, 3]
    assert taken.rows_left_out == 1


def test_nothing_at_all_stays_nothing() -> None:
    assert WithoutOwn(OWN).take_out(b"", b"") == (b"", b"")


def journal(folder: Path, *events: Event) -> Path:
    hand = Hand()
    for event in events:
        hand.say(10, "world", event)
    return hand.journal(folder)


def order(venue_id: str, *, order_id: str = "", client_id: str = "") -> VenueOrder:
    return VenueOrder(order_id, venue_id, client_id, "BTC/USD", "buy", "limit", 1000, 10, 0, "new")


def test_which_orders_are_the_runs_own(tmp_path: Path) -> None:
    marked = mark_of(CONFIG.name) + "0" * 13
    fill = VenueFill("maker-3", "V-3", "T", "BTC/USD", "buy", 1000, 1, "maker", Decimal(0), "USD", 0)
    strange = VenueFill("", "X-3", "T", "BTC/USD", "buy", 1000, 1, "maker", Decimal(0), "USD", 0)
    found = own_orders(
        journal(
            tmp_path,
            OrderAccepted("maker-1", "V-1"),
            ClosePlaced(OrderWanted("maker-1.c1", "BTC/USD", "sell", "limit", 1, 1), "V-1c", "maker-1"),
            AccountSeen(
                0, "venue", (order("V-2", order_id="maker-2"), order("X-1")), (order("V-4", client_id=marked),),
                (fill, strange), (),
            ),
            ForeignOrderSeen(order("V-5", client_id=marked)),
            ForeignOrderSeen(order("X-2", client_id="somebody")),
        )
    )  # fmt: skip
    assert found == {b"V-1", b"V-1c", b"V-2", b"V-3", b"V-4", b"V-5"}


def test_what_is_no_run_has_none(tmp_path: Path) -> None:
    with JournalWriter(tmp_path / "recording") as writer:
        writer.append(Entry(1, 1, 0, "world", RunStopped("")))
        writer.commit()
    (tmp_path / "frames.jsonl").write_text("{}")
    for name in ("recording", "frames.jsonl"):
        with pytest.raises(LocalError, match="leave out --without-own"):
            own_orders(tmp_path / name)
