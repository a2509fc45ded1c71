"""Rows that are fills are told twice, late or with less; every other row stays."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fathom.exchange.faults import fills
from fault_stage import (
    FILL,
    FILL_BARE,
    FILLED,
    HEARTBEAT,
    NEW,
    V1_BOOK,
    V1_TRADE,
    balances,
    executions,
    own_trades,
)


@pytest.mark.parametrize(
    ("frame", "twice"),
    [
        (executions(4, FILL), executions(4, FILL, FILL)),
        (executions(4, NEW, FILL, FILLED), executions(4, NEW, FILL, FILL, FILLED)),
        (own_trades(2, V1_TRADE), own_trades(2, V1_TRADE, V1_TRADE)),
        (executions(4, NEW, FILLED), None),
        (executions(4), None),
        (balances(4), None),
        (V1_BOOK, None),
    ],
)
def test_twice(frame: bytes, twice: bytes | None) -> None:
    assert fills.with_fill_twice(frame) == twice


@pytest.mark.parametrize(
    ("frame", "parts"),
    [
        (executions(4, FILL), (None, executions(4, FILL))),
        (executions(4, NEW, FILL, FILLED), (executions(4, NEW, FILLED), executions(4, FILL))),
        (own_trades(2, V1_TRADE), (None, own_trades(2, V1_TRADE))),
        (own_trades(1, V1_TRADE), None),  # A snapshot tells what was.
        (executions(1, FILL, kind="snapshot"), None),
        (executions(4, NEW), None),
        (HEARTBEAT, None),
    ],
)
def test_apart(frame: bytes, parts: tuple[bytes | None, bytes] | None) -> None:
    assert fills.split_fills(frame) == parts


@pytest.mark.parametrize(
    ("frame", "bare"),
    [
        (executions(4, NEW, FILL), executions(4, NEW, FILL_BARE)),
        (executions(4, FILL_BARE), None),
        (executions(4, NEW), None),
        (own_trades(2, V1_TRADE), None),
        (b"", None),
    ],
)
def test_with_less(frame: bytes, bare: bytes | None) -> None:
    assert fills.without_symbol(frame) == bare


PIECES = st.lists(
    st.sampled_from(
        [FILL, NEW, V1_TRADE, b"[", b"]", b"{", b"}", b",", b'"data":', b'"sequence":5', b'"type":"update"']
    ),
    max_size=6,
).map(b"".join)


@given(PIECES | PIECES.map(lambda inner: executions(2, inner)) | PIECES.map(lambda inner: own_trades(2, inner)))
def test_any_bytes_can_be_asked(frame: bytes) -> None:
    fills.with_fill_twice(frame)
    fills.split_fills(frame)
    fills.without_symbol(frame)
