"""Tests of the orders of a level 3 frame, in the usual layout and in others."""

from __future__ import annotations

import pytest
from kernel_market import l3_frame

from fathom.kernel import FrameRefused, L3Book

UPDATE = b'{"channel":"level3","type":"update","data":[{"bids":['
SNAPSHOT = b'{"channel":"level3","type":"snapshot","data":[{"bids":['
TAIL = b"]}]}"
STAMP = b'"timestamp":"2024-05-19T16:45:24.204654789Z"'
ADD = b'{"event":"add","order_id":"O1","limit_price":1.5,"order_qty":0.25000000,' + STAMP + b"}"


@pytest.mark.parametrize(
    "order",
    [
        ADD,
        ADD.replace(b'":', b'" : '),
        ADD.replace(b"0.25000000", b"25e-2"),
        ADD.replace(b"," + STAMP, b""),
        b'{"order_qty":0.25,"limit_price":1.50,"order_id":"O1","x":[{}],"ev\\u0065nt":"\\u0061dd"}',
    ],
)
def test_an_order_in_any_layout(order: bytes) -> None:
    book = L3Book(10, 1, 8)
    book.apply(UPDATE + order + TAIL)
    assert book.orders("buy", 15) == [("O1", 25000000)]


def test_a_snapshot_needs_no_event_and_a_delete_needs_an_id_alone() -> None:
    book = L3Book(10, 1, 8)
    book.apply(SNAPSHOT + ADD.replace(b'"event":"add",', b"") + b"," + ADD.replace(b"O1", b"O2") + TAIL)
    assert book.order_count == 2
    book.apply(UPDATE + b'{"event":"modify","order_id":"O2","order_qty":1}' + TAIL)
    book.apply(UPDATE + b'{"event":"delete","order_id":"O1"}' + TAIL)
    assert book.orders("buy", 15) == [("O2", 10**8)]
    book.apply(UPDATE + b'{"event":"delete","order_id":"O2","limit_price":7,"order_qty":0}' + TAIL)
    assert book.order_count == 0


@pytest.mark.parametrize("name", ["O", "OUF4EM-FRGI2-MQMWZD", "7" * 36, "a b~!#[]^"])
def test_ids_are_1_to_36_plain_characters(name: str) -> None:
    book = L3Book(10, 1, 8)
    for order in (ADD, ADD.replace(b'"event"', b' "event"')):
        book.apply(UPDATE + order.replace(b"O1", name.encode()) + TAIL)
        assert book.orders("buy", 15) == [(name, 25000000)]
        assert book.ahead(name) == (0, 0)


ADDED = {
    b'"order_id":"O1"': [
        (b'"order_id":""', "an order id is not 1 to 36 bytes"),
        (b'"order_id":"' + b"a" * 37 + b'"', "an order id is not 1 to 36 bytes"),
        (b'"order_id":"O\\u0031"', "an order id is not plain ASCII"),
        (b'"order_id":"O\xc3\xa9"', "an order id is not plain ASCII"),
        (b'"order_id":"O\x7f"', "an order id is not plain ASCII"),
        (b'"order_id":1', "a string was expected"),
        (b'"x":1', "an order has no id"),
        (b'"order_id":"O1","order_id":"O1"', "a name comes twice"),
    ],
    b'"event":"add"': [
        (b'"event":"ad"', "an event is unknown"),
        (b'"event":"Delete"', "an event is unknown"),
        (b'"event":null', "a string was expected"),
        (b'"x":1', "an order of an update has no event"),
        (b'"event":"add","event":"add"', "a name comes twice"),
    ],
    b'"limit_price":1.5': [
        (b'"limit_price":0.0', "a price is zero"),
        (b'"limit_price":-1.5', "a number is negative"),
        (b'"limit_price":1.55', "a number is finer than the precision"),
        (b'"x":1', "an order has no limit_price"),
        (b'"limit_price":1.5,"limit_price":1.5', "a name comes twice"),
    ],
    b'"order_qty":0.25000000': [
        (b'"order_qty":0.00000000', "an order has no order_qty, or one of zero"),
        (b'"order_qty":1e-9', "a number is finer than the precision"),
        (b'"x":1', "an order has no order_qty, or one of zero"),
        (b'"order_qty":1,"order_qty":1', "a name comes twice"),
    ],
    STAMP: [
        (b'"timestamp":"2024-05-19T16:45:24.2046547891Z"', "a time is malformed"),
        (b'"timestamp":null', "a time was expected"),
        (STAMP + b"," + STAMP, "a name comes twice"),
        (STAMP + b",", "a string was expected"),
    ],
}


@pytest.mark.parametrize(("old", "new", "why"), [(old, new, why) for old, cases in ADDED.items() for new, why in cases])
def test_other_orders_are_refused(old: bytes, new: bytes, why: str) -> None:
    book = L3Book(10, 1, 8)
    book.apply(UPDATE + ADD.replace(b"O1", b"O0") + TAIL)
    assert old in ADD
    with pytest.raises(FrameRefused) as caught:
        book.apply(UPDATE + ADD.replace(old, new) + TAIL)
    assert str(caught.value).startswith(why)
    assert book.orders("buy", 15) == [("O0", 25000000)]


@pytest.mark.parametrize("event", [b"modify", b"delete"])
def test_a_snapshot_only_adds(event: bytes) -> None:
    with pytest.raises(FrameRefused, match="an order of a snapshot is no add at byte"):
        L3Book(10, 1, 8).apply(SNAPSHOT + ADD.replace(b"add", event) + TAIL)


def test_a_modify_to_zero_is_refused() -> None:
    with pytest.raises(FrameRefused, match="one of zero"):
        L3Book(10, 1, 8).apply(UPDATE + b'{"event":"modify","order_id":"O1","order_qty":0}' + TAIL)


def test_too_many_orders_are_refused() -> None:
    orders = [{"order_id": f"O{place}", "price": 5, "qty": 1, "time_ns": 0} for place in range(65_537)]
    book = L3Book(10, 0, 0)
    with pytest.raises(FrameRefused, match="a side has too many orders"):
        book.apply(l3_frame("snapshot", orders, [], None, places=(0, 0)))
    book.apply(l3_frame("snapshot", orders[:-1], [], None, places=(0, 0)))
    assert book.bids() == [(5, 65_536)]
    adds = [{**order, "event": "add", "order_id": f"P{order['order_id']}"} for order in orders]
    with pytest.raises(FrameRefused, match="an update adds too many orders"):
        book.apply(l3_frame("update", adds[:16_385], [], None, places=(0, 0)))
    assert book.order_count == 65_536


def test_every_shorter_frame_is_refused() -> None:
    frame = UPDATE + ADD + b"," + ADD.replace(b"O1", b"O2") + TAIL
    book = L3Book(10, 1, 8)
    for length in range(len(frame)):
        with pytest.raises(FrameRefused):
            book.apply(frame[:length])
        with pytest.raises(FrameRefused):
            book.apply(frame[:length] + b"\x00" + frame[length:])
    book.apply(frame)
    assert book.order_count == 2
