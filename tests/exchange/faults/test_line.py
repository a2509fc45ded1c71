"""A line hands over, unless a fault is on for it; what waits is in order, bounded and let go in the end."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fathom.exchange.faults.kinds import KINDS
from fathom.exchange.faults.line import HELD_BYTES_MAX, HELD_FRAMES_MAX, Line, Waiting
from fault_stage import (
    ADDED,
    FILL,
    HEARTBEAT,
    NEW,
    PEER,
    SECOND_NS,
    START_NS,
    V1_BOOK,
    V1_TRADE,
    Socket,
    book,
    executions,
    on,
    opened,
    own_trades,
)


def test_without_faults_it_hands_over() -> None:
    socket = Socket(unwritten=17)
    line = Line(socket, Waiting(START_NS), number=1, role="public", peer=PEER)
    line.send(b"a", "book")
    line.send(b"b")
    assert line.backlog() == 17
    line.close(1000, "idle")
    assert (socket.sent, socket.closed) == ([b"a", b"b"], [(1000, "idle")])
    line.close(1000, "idle")
    assert len(socket.closed) == 1


@pytest.mark.parametrize(
    ("said", "plain"),
    [
        ({"kind": "drop", "role": "public"}, True),
        ({"kind": "drop", "account": "bob"}, True),
        ({"kind": "drop", "peer": "10.0.0.8"}, True),
        ({"kind": "drop", "at_s": 1}, True),
        ({"kind": "rest_drop"}, True),
        ({"kind": "drop", "role": "private"}, False),
        ({"kind": "drop", "account": "alice"}, False),
    ],
)
def test_only_faults_that_mean_it_touch_it(said: dict[str, Any], plain: bool) -> None:
    line, socket = opened(on(said), account="alice")
    line.send(b"a", "book")
    assert bool(socket.sent) is plain


def test_an_account_is_meant_from_when_it_is_known() -> None:
    line, socket = opened(on({"kind": "drop", "account": "alice"}))
    line.send(b"a", "book")
    line.name_account("alice")
    line.send(b"b", "book")
    assert socket.sent == [b"a"]


def test_what_is_delayed_stays_in_order() -> None:
    faults = on({"kind": "delay", "delay_s": 2, "channel": "book", "every": 3})
    line, socket = opened(faults)
    frames = [book(number) for number in range(7)]
    for tenth, frame in enumerate(frames):
        faults.wake(START_NS + tenth * SECOND_NS // 10)
        line.send(frame, "book")
    assert socket.sent == frames[:2]
    assert line.backlog() == sum(map(len, frames[2:]))
    assert faults.wake(START_NS + SECOND_NS) == START_NS + 2_200_000_000
    assert faults.wake(START_NS + 2_200_000_000) == START_NS + 2_500_000_000
    assert socket.sent == frames[:5]
    assert faults.wake(START_NS + 2_500_000_000) is None
    assert (socket.sent, line.backlog()) == (frames, 0)


def test_a_goodbye_pushes_out_what_waits() -> None:
    line, socket = opened(on({"kind": "delay", "delay_s": 2}))
    line.send(b"a", "book")
    line.close(1000, "idle")
    assert (socket.sent, socket.closed) == ([b"a"], [(1000, "idle")])


def test_a_stalled_client_hears_no_goodbye() -> None:
    line, socket = opened(on({"kind": "stall"}))
    line.send(b"a", "book")
    line.close(1000, "idle")
    assert (socket.sent, socket.closed) == ([], [(1006, "")])


def test_a_stall_ends_with_its_fault() -> None:
    faults = on({"kind": "stall", "count": 1})
    first, stalled = opened(faults)
    second, spared = opened(faults)
    for line in (first, second):
        line.send(b"a", "book")
        line.send(b"b", "book")
    assert (stalled.sent, spared.sent) == ([], [b"a", b"b"])
    assert first.backlog() == 2
    assert faults.remove("F1")
    first.send(b"c", "book")
    faults.wake(START_NS)
    assert stalled.sent == [b"a", b"b", b"c"]


@pytest.mark.parametrize("kind", ["stall", "delay", "late_answer"])
def test_what_waits_is_bounded(kind: str) -> None:
    faults = on({"kind": kind, "delay_s": 600})
    line, socket = opened(faults)
    for _ in range(HELD_FRAMES_MAX):
        line.send(ADDED, "")
    assert not socket.closed
    line.send(ADDED, "")
    assert (socket.sent, socket.closed) == ([], [(1006, "")])
    assert line.backlog() == 0
    line.send(ADDED, "")
    assert (faults.wake(START_NS + 601 * SECOND_NS), socket.sent) == (None, [])


def test_what_waits_is_bounded_in_bytes() -> None:
    line, socket = opened(on({"kind": "stall"}))
    line.send(b"x" * HELD_BYTES_MAX, "book")
    assert not socket.closed
    line.send(b"x", "book")
    assert socket.closed == [(1006, "")]


def test_silence_is_decided_once_a_subscription() -> None:
    line, socket = opened(on({"kind": "silent_subscription", "share": 0.5}, seed=4))
    symbols = [f"A{number}/USD" for number in range(40)]
    for round_ in range(3):
        for symbol in symbols:
            line.send(book(round_, symbol=symbol), "book")
    heard = [[symbol for symbol in symbols if book(round_, symbol=symbol) in socket.sent] for round_ in range(3)]
    assert heard[0] == heard[1] == heard[2]
    assert 10 < len(heard[0]) < 30


def test_several_faults_act_one_after_the_other() -> None:
    line, socket = opened(
        on({"kind": "duplicate"}, {"kind": "drop", "every": 2}, {"kind": "unknown_fields", "count": 1})
    )
    line.send(HEARTBEAT, "heartbeat")
    line.send(HEARTBEAT, "heartbeat")
    assert len(socket.sent) == 2
    assert b"added_later" in socket.sent[0]
    assert socket.sent[1] == HEARTBEAT


def test_it_is_plain_again_when_all_is_over() -> None:
    faults = on({"kind": "late_fill", "delay_s": 1, "for_s": 1, "count": 1}, {"kind": "delay", "count": 1})
    line, socket = opened(faults)
    line.send(executions(2, FILL), "executions")
    line.send(executions(3, NEW), "executions")
    assert faults.wake(START_NS + 2 * SECOND_NS) is None
    line.send(executions(4, NEW), "executions")
    assert socket.sent == [executions(2, NEW), executions(3, FILL), executions(4, NEW)]
    line.send(b"a", "executions")  # Not looked at any more: it would have no sequence.
    assert socket.sent[-1] == b"a"


FRAMES = st.one_of(
    st.binary(max_size=40),
    st.sampled_from([book(1), book(1, kind="snapshot"), ADDED, HEARTBEAT, V1_BOOK, own_trades(2, V1_TRADE)]),
    st.integers(0, 10**20).map(lambda sequence: executions(sequence, NEW, FILL)),
)
CHANNELS = st.sampled_from(["", "book", "executions", "ownTrades", "heartbeat", "v1.book", "book-10", "nonsense"])
NEEDED = {"text": "EService:Busy", "s": 3, "symbol": "BTC/USD", "status": "online", "account": "alice"}


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.sampled_from(sorted(KINDS)), min_size=1, max_size=4),
    st.lists(st.tuples(FRAMES, CHANNELS, st.integers(0, 3 * SECOND_NS)), max_size=20),
    st.sampled_from([None, 0.5, 1]),
    st.integers(0, 100),
)
def test_any_frames_go_through_any_faults(
    kinds: list[str], sent: list[tuple[bytes, str, int]], share: float | None, seed: int
) -> None:
    tables = []
    for kind in kinds:
        table: dict[str, Any] = {"kind": kind, **{key: NEEDED[key] for key in KINDS[kind].needs}}
        if kind == "system":
            table["status"] = "maintenance"
        if kind == "rescale":
            table["price_precision"] = 2
        if share is not None and "share" in KINDS[kind].takes:
            table["share"] = share
        tables.append(table)
    faults = on(*tables, seed=seed)
    line, socket = opened(faults, account="alice")
    now_ns = START_NS
    for frame, channel, later_ns in sent:
        now_ns += later_ns
        due_ns = faults.wake(now_ns)
        assert due_ns is None or due_ns > now_ns
        line.send(frame, channel)
        assert line.backlog() >= 0
    faults.clear()
    faults.wake(now_ns + 601 * SECOND_NS)
    faults.wake(now_ns + 1202 * SECOND_NS)
    assert line.backlog() == 0  # Nothing waits for ever.
    if not socket.closed:
        line.send(b"last", "heartbeat")
        assert socket.sent[-1] == b"last"
