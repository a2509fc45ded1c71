"""What a frame is about is read from its bytes, whatever the bytes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fathom.exchange.faults.frames import (
    Answer,
    answer_of,
    is_update,
    plain_channel,
    read_array,
    read_object,
    sequence_of,
    topic_of,
)
from fault_stage import (
    ADDED,
    DENIED,
    FILL,
    HEARTBEAT,
    PONG,
    V1_ADDED,
    V1_ADDED_BUT,
    V1_BOOK,
    V1_BOOK_SNAPSHOT,
    V1_TRADE,
    book,
    executions,
    own_trades,
    subscribed,
)


@pytest.mark.parametrize(
    ("channel", "plain"),
    [("book", "book"), ("book-10", "book"), ("v1.ohlc", "ohlc"), ("v1.book-25", "book"), ("", "")],
)
def test_a_channel_has_a_bare_name(channel: str, plain: str) -> None:
    assert plain_channel(channel) == plain


@pytest.mark.parametrize(
    ("frame", "channel", "topic"),
    [
        (book(1), "book", ("book", b"BTC/USD")),
        (V1_BOOK, "book", ("book", b"XBT/USD")),
        (executions(1, FILL), "executions", ("executions", b"")),
        (ADDED, "", ("", b"")),
        (HEARTBEAT, "heartbeat", ("heartbeat", b"")),
        (b"[", "book", ("book", b"")),
    ],
)
def test_the_topic(frame: bytes, channel: str, topic: tuple[str, bytes]) -> None:
    assert topic_of(frame, channel) == topic


@pytest.mark.parametrize(
    ("frame", "sequence"),
    [(executions(12, FILL), 12), (own_trades(3, V1_TRADE), 3), (book(1), None), (b'"sequence":x', None), (b"", None)],
)
def test_the_sequence_and_where_it_stands(frame: bytes, sequence: int | None) -> None:
    found = sequence_of(frame)
    assert (found and found[0]) == sequence
    if found is not None:
        assert frame[found[1] : found[2]] == str(sequence).encode()


@pytest.mark.parametrize(
    ("frame", "channel", "update"),
    [
        (book(1), "book", True),
        (book(1, kind="snapshot"), "book", False),
        (executions(5, FILL), "executions", True),
        (V1_BOOK, "book", True),
        (V1_BOOK_SNAPSHOT, "book", False),
        (own_trades(1, V1_TRADE), "ownTrades", False),
        (own_trades(2, V1_TRADE), "ownTrades", True),
        (b"[]", "ownTrades", False),
        (HEARTBEAT, "heartbeat", False),
    ],
)
def test_an_update_changes_what_is_known(frame: bytes, channel: str, update: bool) -> None:
    assert is_update(frame, channel) is update


@pytest.mark.parametrize(
    ("frame", "answer"),
    [
        (ADDED, Answer("addorder", success=True)),
        (DENIED, Answer("addorder", success=False)),
        (PONG, Answer("ping", success=True)),
        (subscribed("book", "BTC/USD"), Answer("subscribe", success=True, topic=("book", b"BTC/USD"))),
        (b'{"method":"batch_add","result":[{"order_id":"A"}],"success":true}', Answer("batchadd", success=True)),
        (V1_ADDED, Answer("addorder", success=True)),
        (V1_ADDED_BUT, Answer("addorder", success=False)),
        (b'{"event":"pong","reqid":42}', Answer("ping", success=True)),
        (
            b'{"channelName":"book-10","event":"subscriptionStatus","pair":"XBT/EUR","status":"subscribed"}',
            Answer("subscribe", success=True, topic=("book", b"XBT/EUR")),
        ),
        (b'{"event":"systemStatus","status":"online"}', None),
        (HEARTBEAT, None),
        (book(1), None),
        (V1_BOOK, None),
        (b"not JSON", None),
        (b'{"method":5}', None),
    ],
)
def test_which_answer_it_is(frame: bytes, answer: Answer | None) -> None:
    assert answer_of(frame) == answer


def test_members_are_read_as_written() -> None:
    members = read_object(b'{"a": 1.50, "b":[ 1 ]}')
    assert members is not None
    assert {name: bytes(value) for name, value in members.items()} == {"a": b"1.50", "b": b"[ 1 ]"}
    assert [bytes(member) for member in read_array(b'[1e-05, {"x":0.10}]') or []] == [b"1e-05", b'{"x":0.10}']
    assert read_object(b"[]") is None
    assert read_array(b"{}") is None


@given(st.binary(max_size=80) | st.text(max_size=40).map(str.encode), st.sampled_from(["", "book", "ownTrades", "x"]))
def test_any_bytes_can_be_asked(frame: bytes, channel: str) -> None:
    topic_of(frame, channel)
    sequence_of(frame)
    is_update(frame, channel)
    answer_of(frame)
    read_object(frame)
    read_array(frame)
