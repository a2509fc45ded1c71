"""Tests of the level 3 book: the reference's vectors, and the plain book over 100,000 steps."""

from __future__ import annotations

import re
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kernel_market import l3_frame, l3_stream, odd_l3_frame, stamp_of
from kernel_oracle import PlainL3, Refused, read_l3

from fathom.kernel import (
    CROSSED,
    MISMATCH,
    OUT_OF_ORDER,
    TOO_DEEP,
    UNCHECKED,
    UNKNOWN_ORDER,
    VERIFIED,
    FrameRefused,
    L3Book,
)
from recorded import DOCUMENTS

PLACES = (1, 8)
NOW_NS = 1_716_137_124_204_654_789


def order(name: str, price: int, qty: int = 1, *, event: str | None = "add", time_ns: int = NOW_NS) -> dict[str, Any]:
    kind = {} if event is None else {"event": event}
    return {**kind, "order_id": name, "price": price, "qty": qty, "time_ns": time_ns}


def update(*events: dict[str, Any], side: str = "bids", kind: str = "update") -> bytes:
    sides: tuple[Any, Any] = (list(events), []) if side == "bids" else ([], list(events))
    return l3_frame(kind, *sides, None, places=(0, 0))


def table_of(reference: str, side: str) -> list[dict[str, Any]]:
    """Return the orders of one side's table of book-checksum.md 4.1."""
    section = reference.split("### 4.1")[1].split(f"\n{side}\n")[1]
    found = re.findall(r"^\| (O\S+) \| (\S+) \| (\S+) \| \S+ \|$", section.split("\n\n")[0], re.MULTILINE)
    return [
        order(name, int(price.replace(".", "")), int(qty.replace(".", "")), event=None, time_ns=NOW_NS + place)
        for place, (name, price, qty) in enumerate(found)
    ]


def test_the_vectors_of_the_reference(fixtures: Path) -> None:
    reference = (DOCUMENTS / "book-checksum.md").read_text()
    bids, asks = table_of(reference, "bids"), table_of(reference, "asks")
    assert (len(bids), len(asks)) == (21, 14)
    book = L3Book(10, *PLACES)
    assert book.apply(l3_frame("snapshot", bids, asks, 1063832831, places=PLACES)) == VERIFIED
    steps = [
        ([order("OTCFZG-YOE2Q-LQKNM3", 449394, 50000000, event="modify")], [], 404903681),
        ([order("OTEST1-AAAAA-BBBBBB", 449394, 25000000)], [], 310555512),
        ([], [order("OFVLAA-HRSSP-BK75KB", 449395, event="delete")], 1965768059),
    ]
    for new_bids, new_asks, checksum in steps:
        assert book.apply(l3_frame("update", new_bids, new_asks, checksum, places=PLACES)) == VERIFIED
    swapped = [bids[1], bids[0], *bids[2:]]
    assert book.apply(l3_frame("snapshot", swapped, asks, 1063832831, places=PLACES)) == MISMATCH
    assert book.checksum() == 1399232563


def test_the_official_example(fixtures: Path) -> None:
    book = L3Book(10, *PLACES)
    assert book.apply((fixtures / "kraken-docs" / "level3-checksum-example.json").read_bytes()) == VERIFIED
    assert (book.best_bid, book.best_ask, book.order_count) == (449394, 449395, 35)
    assert (book.bid_count, book.ask_count) == (10, 10)
    assert book.orders("buy", 449302)[0] == ("OPUOGC-Q532V-3OKLPM", 22734299)
    assert book.ahead("OCIU7J-VB3CI-HPULSF") == (22734299, 1)


def whole(book: L3Book) -> list[Any]:
    """Return every order of a book."""
    return [
        (side, price, book.orders(side, price))
        for side, levels in (("bid", book.bids()), ("ask", book.asks()))
        for price, _ in levels
    ]


@pytest.mark.parametrize(("depth", "seed", "steps"), [(10, 1, 60_000), (100, 2, 25_000), (1000, 3, 15_000)])
def test_it_agrees_with_the_plain_book(depth: int, seed: int, steps: int) -> None:
    book, plain = L3Book(depth, *PLACES), PlainL3(depth)
    planted = found = 0
    top: tuple[Any, Any] = ([], [])
    for step, (frame, right) in enumerate(l3_stream(depth, seed, steps, places=PLACES)):
        plain.apply(*read_l3(frame, PLACES)[:3])
        verdict = book.apply(frame)
        assert verdict == (VERIFIED if right else MISMATCH), f"seed {seed}, step {step}: {frame!r}"
        planted += not right
        found += verdict == MISMATCH
        assert book.checksum() == plain.checksum()
        assert book.flaws == 0
        before, top = top, (plain.levels(0, 1), plain.levels(1, 1))
        assert book.top_changed == (before != top)
        if step % 1000 == 0:
            assert book.bids() == plain.levels(0, depth)
            assert book.asks() == plain.levels(1, depth)
            assert whole(book) == [
                (("bid", "ask")[side], price, plain.orders(side, price))
                for side in range(2)
                for price in plain.best(side, depth)
            ]
            assert book.order_count == len(plain.places)
    assert planted == found > steps // 200


NAMES = st.sampled_from(["A", "B", "C", "D", "E", "F"])
EVENTS = st.lists(
    st.builds(
        order,
        NAMES,
        st.integers(1, 5),
        st.integers(1, 9),
        event=st.sampled_from(["add", "add", "modify", "delete"]),
        time_ns=st.integers(NOW_NS, NOW_NS + 4),
    ),
    max_size=8,
)


@given(st.lists(st.tuples(EVENTS, EVENTS), max_size=5), st.randoms(use_true_random=False))
def test_any_events_are_as_in_the_plain_book_in_any_layout(messages: list[Any], random: Random) -> None:
    usual, odd, plain = L3Book(3, 0, 0), L3Book(3, 0, 0), PlainL3(3)
    for bids, asks in messages:
        plain.apply("update", bids, asks)
        check = plain.checksum()
        assert usual.apply(l3_frame("update", bids, asks, check, places=(0, 0))) == VERIFIED
        assert odd.apply(odd_l3_frame("update", bids, asks, check, places=(0, 0), random=random)) == VERIFIED
        assert whole(usual) == whole(odd)
        assert usual.bids() == plain.levels(0, 3)
        assert usual.asks() == plain.levels(1, 3)
        assert bool(usual.flaws & UNKNOWN_ORDER) == plain.unknown
        assert usual.order_count == len(plain.places)


def test_the_adds_of_one_message_queue_by_time_and_behind_those_of_others() -> None:
    book = L3Book(10, 0, 0)
    book.apply(update(order("OLD", 5, time_ns=NOW_NS + 9)))
    book.apply(
        update(
            order("C", 5, time_ns=NOW_NS + 3),
            order("A", 5, time_ns=NOW_NS + 1),
            order("OLD", 5, 7, event="modify"),
            order("B", 5, time_ns=NOW_NS + 1),
        )
    )
    assert book.orders("buy", 5) == [("OLD", 7), ("A", 1), ("B", 1), ("C", 1)]
    assert book.ahead("C") == (9, 3)
    assert book.ahead("nobody") is None


def test_an_add_that_is_changed_or_deleted_in_its_own_message_is_so_after_any_other_add() -> None:
    book = L3Book(10, 0, 0)
    book.apply(
        update(
            order("X", 5, time_ns=NOW_NS + 5),
            order("X", 5, event="delete"),
            order("Z", 5, time_ns=NOW_NS + 6),
            order("Z", 5, 4, event="modify"),
            order("Y", 5, time_ns=NOW_NS + 1),
        )
    )
    assert book.orders("bid", 5) == [("Y", 1), ("Z", 4)]
    assert book.flaws == 0


def test_an_add_without_a_time_stays_where_it_was_put() -> None:
    book = L3Book(10, 0, 0)
    stamp = f',"timestamp":"{stamp_of(NOW_NS + 2)}"'.encode()
    frame = update(order("B", 5, time_ns=NOW_NS + 2), order("A", 5, time_ns=NOW_NS), order("C", 5, time_ns=NOW_NS))
    book.apply(frame.replace(f',"timestamp":"{stamp_of(NOW_NS)}"'.encode(), b"", 1))
    assert stamp in frame
    assert [name for name, _ in book.orders("buy", 5)] == ["B", "A", "C"]


def test_an_add_of_an_order_that_is_held_moves_it() -> None:
    book = L3Book(10, 0, 0)
    book.apply(update(order("A", 5, 1), order("B", 5, 2)))
    book.apply(update(order("A", 5, 3)))
    assert book.orders("buy", 5) == [("B", 2), ("A", 3)]
    book.apply(update(order("B", 9, 4), side="asks"))
    assert (book.orders("buy", 5), book.orders("sell", 9)) == ([("A", 3)], [("B", 4)])


def test_what_falls_out_of_the_depth_is_forgotten_by_id() -> None:
    book = L3Book(1, 0, 0)
    book.apply(update(order("A", 5), order("B", 5)))
    book.apply(update(order("C", 6)))
    assert (book.bids(), book.order_count, book.ahead("A")) == ([(6, 1)], 1, None)
    book.apply(update(order("A", 5, event="delete")))
    assert book.flaws == UNKNOWN_ORDER
    book.apply(update(order("C", 6, event="delete"), order("B", 5), order("A", 5)))
    assert (book.flaws, book.orders("buy", 5)) == (0, [("B", 1), ("A", 1)])


def test_what_a_snapshot_shows_of_itself() -> None:
    book = L3Book(2, 0, 0)
    assert book.apply(update(order("A", 5), order("B", 5), order("C", 4), kind="snapshot")) == UNCHECKED
    assert book.flaws == 0
    book.apply(update(order("A", 4), order("B", 5), kind="snapshot"))
    assert (book.flaws, book.bids()) == (OUT_OF_ORDER, [(5, 1), (4, 1)])
    book.apply(update(order("A", 5), order("B", 4), order("C", 3), kind="snapshot"))
    assert (book.flaws, book.order_count) == (TOO_DEEP, 2)
    book.apply(update(order("Z", 5), side="asks"))
    assert book.flaws == CROSSED
    book.clear()
    assert (book.flaws, book.order_count, book.bids(), book.asks(), book.checksum()) == (0, 0, [], [], 0)


def test_sums_beyond_64_bits_are_refused() -> None:
    book = L3Book(10, 0, 0)
    book.apply(update(order("A", 5, 2**62)))
    with pytest.raises(FrameRefused, match="do not fit 64 bits"):
        book.apply(update(order("B", 4, 2**62)))
    book.apply(update(order("B", 4, 2**62 - 1)))
    assert book.bids() == [(5, 2**62), (4, 2**62 - 1)]


def test_its_memory_follows_what_it_holds() -> None:
    book = L3Book(10, 0, 0)
    for message in range(300):
        book.apply(update(*(order(f"{message}-{place}", 1 + place) for place in range(100))))
    assert (book.order_count, book.bid_count) == (3000, 10)
    assert book.orders("buy", 100) == [(f"{message}-99", 1) for message in range(300)]


@pytest.mark.parametrize("arguments", [(0, 1, 8), (1001, 1, 8), (10, -1, 8), (10, 19, 8), (10, 1, 19)])
def test_nonsense_is_no_book(arguments: tuple[int, int, int]) -> None:
    with pytest.raises(ValueError, match="is"):
        L3Book(*arguments)


def test_any_buffer_is_a_frame_and_text_is_not() -> None:
    frame = update(order("A", 5))
    for kind in (bytearray, memoryview):
        assert L3Book(10, 0, 0).apply(kind(frame)) == UNCHECKED
    text: Any = frame.decode()
    with pytest.raises(TypeError):
        L3Book(10, 0, 0).apply(text)


def state(book: L3Book) -> tuple[Any, ...]:
    return (whole(book), book.checksum(), book.flaws, book.top_changed, book.order_count, book.time_ns)


@given(st.randoms(use_true_random=False))
def test_a_damaged_frame_is_refused_or_means_what_it_says(random: Random) -> None:
    start = l3_frame("snapshot", [order("A", 20, event=None)], [order("B", 21, 7, event=None)], None, places=PLACES)
    events = ([order("A", 20, event="modify"), order("C", 19, 5)], [order("B", 21, event="delete")])
    frame = bytearray(l3_frame("update", *events, 17, places=PLACES))
    for _ in range(random.randrange(1, 4)):
        place = random.randrange(len(frame))
        what = random.choice([None, random.randrange(256), random.choice(b'0123456789.eE-+{}[]",: ')])
        frame[place : place + random.randrange(2)] = b"" if what is None else bytes([what])
    book, plain = L3Book(5, *PLACES), PlainL3(5)
    book.apply(start)
    plain.apply(*read_l3(start, PLACES)[:3])
    before = state(book)
    try:
        kind, bids, asks, checksum = read_l3(bytes(frame), PLACES)
    except Refused:
        with pytest.raises(FrameRefused, match=r" at byte \d+$"):
            book.apply(bytes(frame))
        assert state(book) == before
        return
    plain.apply(kind, bids, asks)
    verdict = VERIFIED if checksum == plain.checksum() else MISMATCH
    assert book.apply(bytes(frame)) == (UNCHECKED if checksum is None else verdict)
    assert (book.bids(), book.asks()) == (plain.levels(0, 5), plain.levels(1, 5))
