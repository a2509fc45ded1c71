"""An edit changes what it means to change, and every other byte stays."""

import json
import re
from decimal import Decimal
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fathom.exchange.faults import edits
from fathom.protocol import checksum
from fault_stage import (
    ADDED,
    ADDED_BUT,
    EXTRA,
    FILL,
    HEARTBEAT,
    NEW,
    SNAPSHOT,
    SNAPSHOT_CROSSED,
    TIMES,
    V1_ADDED,
    V1_ADDED_BUT,
    V1_BOOK,
    book,
    executions,
    own_trades,
)

TINY = Decimal("0.0001")


def test_truncated_is_a_beginning() -> None:
    frame = book(1)
    for seed in range(50):
        cut = edits.truncated(frame, Random(seed))
        assert cut
        assert frame.startswith(cut)
        assert len(cut) < len(frame)
    assert edits.truncated(b"x", Random(1)) is None
    assert edits.truncated(b"", Random(1)) is None


@pytest.mark.parametrize("bits", [1, 3, 64])
def test_corrupted_has_so_many_bits_flipped_and_stays_text(bits: int) -> None:
    frame = book(1)
    for seed in range(50):
        bad = edits.corrupted(frame, Random(seed), bits=bits)
        assert bad is not None
        assert sum((old ^ new).bit_count() for old, new in zip(frame, bad, strict=True)) == bits
        assert bad.isascii()
    assert edits.corrupted(b"", Random(1), bits=1) is None


@pytest.mark.parametrize(
    ("frame", "number"),
    [
        (book(7), rb'"checksum":(\d+)'),
        (b'{"channel":"level3","data":[{"checksum":0,"symbol":"BTC/USD"}]}', rb'"checksum":(\d+)'),
        (V1_BOOK, rb'"c":"(\d+)"'),
    ],
)
def test_a_wrong_checksum_is_the_only_change(frame: bytes, number: bytes) -> None:
    for seed in range(50):
        bad = edits.with_wrong_checksum(frame, Random(seed))
        assert bad is not None
        right, wrong = re.search(number, frame), re.search(number, bad)
        assert right is not None
        assert wrong is not None
        assert (int(right[1]) ^ int(wrong[1])).bit_count() == 1
        assert 0 <= int(wrong[1]) < 2**32
        assert bad.replace(wrong[1], right[1], 1) == frame


def test_no_checksum_no_edit() -> None:
    assert edits.with_wrong_checksum(executions(2, FILL), Random(1)) is None


def test_a_crossed_book_has_the_checksum_of_just_that() -> None:
    assert edits.crossed(SNAPSHOT) == SNAPSHOT_CROSSED
    for prices, said in ((970000, SNAPSHOT), (970001, SNAPSHOT_CROSSED)):
        right = checksum([(970001, 20000000)], [(prices, 1000), (969999, 150000000)])
        assert f'"checksum":{right},'.encode() in said


@pytest.mark.parametrize(
    "frame",
    [
        SNAPSHOT.replace(b"snapshot", b"update"),
        SNAPSHOT.replace(b'"price":97000.1,"qty":0.20000000', b""),
        book(1, kind="snapshot"),  # Nobody asks.
        V1_BOOK,
    ],
)
def test_what_has_no_two_sides_is_not_crossed(frame: bytes) -> None:
    assert edits.crossed(frame) is None


def test_another_sequence() -> None:
    assert edits.with_sequence(executions(9, NEW), 10) == executions(10, NEW)
    assert edits.with_sequence(own_trades(9), 10) == own_trades(10)
    assert edits.with_sequence(HEARTBEAT, 10) == HEARTBEAT


@pytest.mark.parametrize(
    ("frame", "below", "tiny"),
    [
        (b'{"qty":0.00001000}', TINY, b'{"qty":1e-05}'),
        (b'{"fee":0.0000150}', TINY, b'{"fee":1.5e-05}'),
        (b'{"qty":-0.00001234}', TINY, b'{"qty":-1.234e-05}'),
        (b'{"price":97000.10,"qty":0.5}', Decimal(10**6), b'{"price":9.70001e+04,"qty":5e-01}'),
        (b'{"text":"0.00001","qty":0.00001}', TINY, b'{"text":"0.00001","qty":1e-05}'),
        (b'{"text":"a\\"0.00001","qty":0.00001}', TINY, b'{"text":"a\\"0.00001","qty":1e-05}'),
        (b'{"qty":0.00000000}', TINY, None),
        (b'{"qty":0.00010000}', TINY, None),
        (b'{"qty":1e-05,"id":17}', TINY, None),
        (b'{"time":"2026-09-22T10:33:05.000001Z"}', TINY, None),
        (V1_BOOK, Decimal(10**9), None),
    ],
)
def test_tiny_numbers(frame: bytes, below: Decimal, tiny: bytes | None) -> None:
    assert edits.with_tiny_numbers(frame, below=below) == tiny


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=10).map(lambda number: f"{number:f}".encode()))
def test_a_tiny_number_is_the_same_number(number: bytes) -> None:
    tiny = edits.with_tiny_numbers(b"[" + number + b"]", below=Decimal(10**12))
    if tiny is not None:
        assert json.loads(tiny, parse_float=Decimal) == [Decimal(number.decode())]


@pytest.mark.parametrize(
    ("frame", "grown"),
    [
        (HEARTBEAT, b'{"channel":"heartbeat",%s}' % EXTRA),
        (b"{}", b"{%s}" % EXTRA),
        (
            executions(2, NEW),
            b'{"channel":"executions","type":"update","data":[%s,%s}],"sequence":2,%s}' % (NEW[:-1], EXTRA, EXTRA),
        ),
        (
            b'{"method":"add_order","result":{"order_id":"A"},"success":true}',
            b'{"method":"add_order","result":{"order_id":"A",%s},"success":true,%s}' % (EXTRA, EXTRA),
        ),
        (
            b'{"channel":"instrument","data":{"assets":[{"id":"BTC"}],"pairs":[{"tick":0.10}]}}',
            b'{"channel":"instrument","data":{"assets":[{"id":"BTC",%s}],"pairs":[{"tick":0.10,%s}],%s},%s}'
            % (EXTRA, EXTRA, EXTRA, EXTRA),
        ),
        (b'[1,{"c":"1"},"book-10","XBT/USD"]', b'[1,{"c":"1",%s},"book-10","XBT/USD"]' % EXTRA),
        (b'[1,["1"],"spread","XBT/USD"]', None),
        (b"no JSON", None),
        (b"1", None),
    ],
)
def test_unknown_fields(frame: bytes, grown: bytes | None) -> None:
    assert edits.with_unknown_fields(frame) == grown


@pytest.mark.parametrize(
    ("frame", "refused"),
    [
        (ADDED, ADDED_BUT),
        (
            b'{"method":"batch_cancel","orders_cancelled":2,"success":true,%s}' % TIMES,
            b'{"error":"EService:Unavailable","method":"batch_cancel","success":false,%s}' % TIMES,
        ),
        (V1_ADDED, V1_ADDED_BUT),
        (HEARTBEAT, None),
        (V1_BOOK, None),
    ],
)
def test_refused_though_done(frame: bytes, refused: bytes | None) -> None:
    assert edits.refused(frame, error="EService:Unavailable") == refused


def test_rows_joined() -> None:
    assert bytes(edits.joined([b"1.0", b"{}"])) == b"[1.0,{}]"
    assert bytes(edits.joined([])) == b"[]"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["data", "result", "method", "event", "assets", "sequence"]), inner, max_size=3
        )
    ),
    max_leaves=8,
)


@given(st.binary(max_size=60) | JSON.map(lambda value: json.dumps(value).encode()), st.integers())
def test_any_bytes_can_be_edited(frame: bytes, seed: int) -> None:
    edits.truncated(frame, Random(seed))
    edits.corrupted(frame, Random(seed), bits=3)
    edits.with_wrong_checksum(frame, Random(seed))
    edits.crossed(frame)
    edits.with_sequence(frame, 5)
    edits.with_tiny_numbers(frame, below=TINY)
    edits.with_unknown_fields(frame)
    edits.refused(frame, error="EService:Busy")


@given(JSON)
def test_what_was_json_is_json_with_unknown_fields(value: object) -> None:
    grown = edits.with_unknown_fields(json.dumps(value).encode())
    if grown is not None:
        json.loads(grown)
