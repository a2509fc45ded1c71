"""Every kind that acts on frames, as a row: what the session sends, and what reaches the client."""

from typing import Any

import pytest

from fathom.exchange.faults.kinds import KINDS
from fathom.exchange.faults.strikes import STRIKES
from fault_stage import (
    ADDED,
    ADDED_BUT,
    DENIED,
    EXTRA,
    FILL,
    FILL_BARE,
    FILLED,
    HEARTBEAT,
    NEW,
    PONG,
    SECOND_NS,
    SNAPSHOT,
    SNAPSHOT_CROSSED,
    START_NS,
    V1_ADDED,
    V1_ADDED_BUT,
    V1_BOOK,
    V1_BOOK_SNAPSHOT,
    V1_TRADE,
    balances,
    book,
    executions,
    on,
    opened,
    own_trades,
    subscribed,
)

Sent = tuple[str, bytes]  # The channel, and the frame.
ETH = "ETH/USD"


def books(*numbers: int) -> list[Sent]:
    return [("book", book(number)) for number in numbers]


ROWS: list[tuple[str, dict[str, Any], list[Sent], list[bytes]]] = [
    ("drop", {"every": 2}, books(1, 2, 3, 4), [book(1), book(3)]),
    ("drop", {"count": 1}, books(1, 2, 3), [book(2), book(3)]),
    ("drop", {"channel": "answers"}, [*books(1), ("", PONG)], [book(1)]),
    ("drop", {"symbol": ETH}, [*books(1), ("book", book(2, symbol=ETH))], [book(1)]),
    ("duplicate", {"every": 2}, books(1, 2, 3), [book(1), book(2), book(2), book(3)]),
    ("reorder", {"count": 1}, books(1, 2, 3), [book(2), book(1), book(3)]),
    ("reorder", {"every": 2}, books(1, 2, 3, 4, 5, 6), [book(1), book(3), book(2), book(4), book(6), book(5)]),
    (  # Of another topic, nothing is behind: they do not depend on each other.
        "reorder",
        {"count": 1},
        [*books(1), ("book", book(2, symbol=ETH)), ("heartbeat", HEARTBEAT), *books(3)],
        [book(2, symbol=ETH), HEARTBEAT, book(3), book(1)],
    ),
    ("lost_update", {}, [("book", book(1, kind="snapshot")), *books(2)], [book(1, kind="snapshot")]),
    ("lost_update", {"count": 1}, [("executions", executions(n, NEW)) for n in (1, 2)], [executions(2, NEW)]),
    ("lost_update", {}, [("book-10", V1_BOOK_SNAPSHOT), ("book-10", V1_BOOK)], [V1_BOOK_SNAPSHOT]),
    ("lost_update", {}, [("trade", b'{"channel":"trade","type":"update"}')], [b'{"channel":"trade","type":"update"}']),
    (
        "silent_subscription",
        {"symbol": "BTC/USD"},
        [("", subscribed("book", "BTC/USD")), *books(1, 2), ("book", book(3, symbol=ETH)), ("heartbeat", HEARTBEAT)],
        [subscribed("book", "BTC/USD"), book(3, symbol=ETH), HEARTBEAT],
    ),
    (  # The second subscription is not silent: only one was to be.
        "silent_subscription",
        {"count": 1},
        [*books(1, 2), ("", subscribed("book", "BTC/USD")), *books(3)],
        [subscribed("book", "BTC/USD"), book(3)],
    ),
    ("crossed_book", {}, [("book", SNAPSHOT), *books(1)], [SNAPSHOT_CROSSED, book(1)]),
    ("duplicate_fill", {}, [("executions", executions(3, NEW, FILL))], [executions(3, NEW, FILL, FILL)]),
    ("duplicate_fill", {}, [("ownTrades", own_trades(3, V1_TRADE))], [own_trades(3, V1_TRADE, V1_TRADE)]),
    ("delta_without_symbol", {}, [("executions", executions(3, FILL))], [executions(3, FILL_BARE)]),
    (
        "sequence_gap",
        {"count": 1, "skip": 2},
        [("executions", executions(n, NEW)) for n in (1, 2, 3)],
        [executions(1, NEW), executions(4, NEW), executions(5, NEW)],
    ),
    (  # A channel each; and who subscribes anew is counted anew.
        "sequence_gap",
        {"count": 1},
        [("executions", executions(2, NEW)), ("balances", balances(2)), ("executions", executions(1, NEW))],
        [executions(3, NEW), balances(2), executions(1, NEW)],
    ),
    ("tiny_numbers", {}, books(1), [book(1).replace(b"0.00001000", b"1e-05")]),
    ("unknown_fields", {}, [("heartbeat", HEARTBEAT)], [b'{"channel":"heartbeat",%s}' % EXTRA]),
    ("lost_answer", {}, [("", ADDED), ("", PONG)], [PONG]),
    ("lost_answer", {"method": "ping"}, [("", ADDED), ("", PONG)], [ADDED]),
    ("lost_answer", {}, [("", DENIED)], []),
    ("lost_answer", {}, [("", V1_ADDED)], []),
    ("error_after_accept", {}, [("", ADDED), ("", DENIED), ("", PONG)], [ADDED_BUT, DENIED, PONG]),
    ("error_after_accept", {}, [("", V1_ADDED)], [V1_ADDED_BUT]),
    ("error_after_accept", {"method": "cancel_order"}, [("", ADDED)], [ADDED]),
    (
        "error_after_accept",
        {"text": "EService:Busy"},
        [("", ADDED)],
        [ADDED_BUT.replace(b"EService:Unavailable", b"EService:Busy")],
    ),
    # What is kept back for a time: here its absence, below its return.
    ("delay", {"count": 1}, books(1, 2), []),
    ("stall", {}, books(1, 2), []),
    ("late_answer", {}, [("", ADDED), ("", PONG), *books(1)], [PONG, book(1)]),
    ("late_fill", {}, [("executions", executions(2, NEW, FILL, FILLED))], [executions(2, NEW, FILLED)]),
    ("close", {"share": 1}, books(1, 2), []),
]


@pytest.mark.parametrize(("kind", "said", "sent", "got"), ROWS)
def test_frames_in_frames_out(kind: str, said: dict[str, Any], sent: list[Sent], got: list[bytes]) -> None:
    faults = on({"kind": kind, **said})
    line, socket = opened(faults)
    for channel, frame in sent:
        line.send(frame, channel)
    assert socket.sent == got
    # A row whose frames all come through unchanged shows what the fault leaves alone.
    assert faults.counts()[kind] > 0 or [frame for _, frame in sent] == got


# What comes later: (seconds after the start, what is there by then).
LATER: list[tuple[str, dict[str, Any], list[Sent], list[tuple[float, list[bytes]]]]] = [
    ("delay", {"delay_s": 2, "count": 1}, books(1, 2), [(0, []), (1.999, []), (2, [book(1), book(2)])]),
    ("reorder", {"count": 1}, books(1), [(0, []), (4.999, []), (5, [book(1)])]),
    ("stall", {"delay_s": 2, "count": 1}, books(1, 2), [(1.999, []), (2, [book(1), book(2)])]),
    ("stall", {"for_s": 3}, books(1, 2), [(2.999, []), (3, [book(1), book(2)])]),
    ("late_answer", {"delay_s": 2}, [("", ADDED), *books(1)], [(0, [book(1)]), (2, [book(1), ADDED])]),
    (
        "late_fill",  # Sequences are told without a gap: 2, 3, 4.
        {"delay_s": 2, "count": 1},
        [("executions", executions(n, row)) for n, row in ((2, NEW), (3, FILL), (4, FILLED))],
        [
            (0, [executions(2, NEW), executions(3, FILLED)]),
            (2, [executions(2, NEW), executions(3, FILLED), executions(4, FILL)]),
        ],
    ),
    (
        "late_fill",
        {"delay_s": 2, "count": 1},
        [("executions", executions(2, NEW, FILL)), ("executions", executions(3, FILLED))],
        [
            (0, [executions(2, NEW), executions(3, FILLED)]),
            (2, [executions(2, NEW), executions(3, FILLED), executions(4, FILL)]),
        ],
    ),
    ("late_fill", {"delay_s": 1}, [("ownTrades", own_trades(2, V1_TRADE))], [(0, []), (1, [own_trades(2, V1_TRADE)])]),
]


@pytest.mark.parametrize(("kind", "said", "sent", "later"), LATER)
def test_what_comes_later(
    kind: str, said: dict[str, Any], sent: list[Sent], later: list[tuple[float, list[bytes]]]
) -> None:
    faults = on({"kind": kind, **said})
    line, socket = opened(faults)
    for channel, frame in sent:
        line.send(frame, channel)
    for at_s, got in later:
        faults.wake(START_NS + int(at_s * SECOND_NS))
        assert socket.sent == got, at_s


def test_after_a_late_fill_counting_goes_on() -> None:
    faults = on({"kind": "late_fill", "delay_s": 1, "count": 1})
    line, socket = opened(faults)
    sent = [(2, NEW, FILL), (3, FILLED)]
    for sequence, *rows in sent:
        line.send(executions(sequence, *rows), "executions")
    faults.wake(START_NS + SECOND_NS)
    line.send(executions(4, NEW), "executions")
    assert socket.sent[-2:] == [executions(4, FILL), executions(5, NEW)]


@pytest.mark.parametrize(
    ("said", "sent", "closed"),
    [
        ({}, [], [(1006, "")]),
        ({"code": 1013}, [], [(1013, "Market data unavailable")]),
        ({"code": 1001}, [b"CloudFlare WebSocket proxy restarting"], [(1001, "CloudFlare WebSocket proxy restarting")]),
        ({"code": 1001, "bare": False}, [], [(1001, "CloudFlare WebSocket proxy restarting")]),
        ({"code": 1012, "text": "bye", "bare": True}, [b"bye"], [(1012, "bye")]),
    ],
)
def test_how_it_closes(said: dict[str, Any], sent: list[bytes], closed: list[tuple[int, str]]) -> None:
    faults = on({"kind": "close", "channel": "book", **said})
    line, socket = opened(faults)
    line.send(book(1), "book")
    line.send(book(2), "book")
    assert (socket.sent, socket.closed) == (sent, closed)


def test_damaged_frames_are_the_seeds() -> None:
    for kind in ("truncate", "corrupt", "wrong_checksum"):
        taken = []
        for seed in (1, 1, 2):
            line, socket = opened(on({"kind": kind}, seed=seed))
            for _, frame in books(*range(20)):
                line.send(frame, "book")
            taken.append(socket.take())
        assert taken[0] == taken[1] != taken[2]
        assert not set(taken[0]) & {frame for _, frame in books(*range(20))}


def test_every_kind_that_acts_on_frames_has_a_strike_and_a_row() -> None:
    kinds = {name for name, kind in KINDS.items() if kind.group in {"frames", "answers"}}
    assert set(STRIKES) == kinds
    assert {kind for kind, *_ in (*ROWS, *LATER)} | {"truncate", "corrupt", "wrong_checksum"} == kinds
