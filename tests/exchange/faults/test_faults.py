"""All faults together: what is on when, and every door that asks."""

from typing import Any

import pytest

from fathom.domain import LocalError
from fathom.exchange.doors import HttpAnswer, Upgrade
from fathom.exchange.faults import Faults, FaultSpec, read_fault
from fathom.exchange.faults.reading import FAULTS_MAX
from fault_stage import PEER, SECOND_NS, START_NS, ToldVenue, book, on, opened

DONE = HttpAnswer(body=b'{"error":[],"result":{"txid":["OK4GJX-KSTLS-7DZZO5"]}}')
UPGRADE = Upgrade(role="private", path="/v2", peer=PEER)


def at(seconds: float) -> int:
    return START_NS + round(seconds * SECOND_NS)


# -- What is on ------------------------------------------------------------------------------------------------


def test_a_fault_is_on_in_its_window() -> None:
    faults = on({"kind": "drop", "at_s": 1, "for_s": 2})
    line, socket = opened(faults)
    for second in range(5):
        faults.wake(at(second))
        line.send(book(second), "book")
    assert socket.sent == [book(0), book(3), book(4)]
    assert faults.listed() == []
    assert faults.counts() == {"drop": 2}


def test_wake_says_when_a_fault_begins_or_ends() -> None:
    faults = on({"kind": "drop", "at_s": 1, "for_s": 2}, {"kind": "rest_lag", "s": 5, "at_s": 2})
    assert faults.wake(at(0)) == at(1)
    assert faults.wake(at(1)) == at(2)
    assert faults.wake(at(2)) == at(3)
    assert faults.wake(at(3)) is None


def test_one_that_is_added_counts_its_time_from_then() -> None:
    faults = on()
    line, socket = opened(faults)
    faults.wake(at(100))
    assert faults.add(read_fault({"kind": "drop", "at_s": 1}), now_ns=at(100)) == "F1"
    line.send(b"a", "book")
    faults.wake(at(101))
    line.send(b"b", "book")
    assert socket.sent == [b"a"]
    assert [(fault["id"], fault["on"], fault["hits"]) for fault in faults.listed()] == [("F1", True, 1)]


def test_added_without_a_time_it_is_on_at_once() -> None:
    faults = on()
    line, socket = opened(faults)
    fault_id = faults.add(FaultSpec(kind="drop"))
    line.send(b"a", "book")
    assert faults.remove(fault_id)
    assert not faults.remove(fault_id)
    line.send(b"b", "book")
    assert socket.sent == [b"b"]
    faults.add(FaultSpec(kind="drop"))
    faults.add(FaultSpec(kind="drop"))
    assert faults.clear() == 2
    line.send(b"c", "book")
    assert socket.sent == [b"b", b"c"]


def test_one_that_is_used_up_is_gone() -> None:
    faults = on({"kind": "drop", "count": 1})
    line, _ = opened(faults)
    line.send(b"a", "book")
    faults.wake(at(0))
    assert (faults.listed(), faults.counts()) == ([], {"drop": 1})


def test_there_are_not_endless_faults() -> None:
    faults = on()
    for _ in range(FAULTS_MAX):
        faults.add(FaultSpec(kind="rest_drop", at_s=5))
    with pytest.raises(LocalError, match="there are 1000 already"):
        faults.add(FaultSpec(kind="rest_drop"))


def test_a_spec_made_by_hand_is_checked() -> None:
    with pytest.raises(LocalError, match=r"^share: must be"):
        Faults([FaultSpec(kind="drop", share=7)], seed=1, now_ns=START_NS)


def test_a_symbol_must_be_listed() -> None:
    faults = on({"kind": "drop"}, {"kind": "drop", "symbol": "NO/USD"})
    with pytest.raises(LocalError, match=r"^fault 2, symbol: NO/USD is not listed; listed are "):
        faults.venue = ToldVenue()
    faults = on()
    faults.venue = ToldVenue()
    with pytest.raises(LocalError, match=r"^symbol: NO/USD is not listed"):
        faults.add(FaultSpec(kind="drop", symbol="NO/USD"))
    assert faults.listed() == []


def test_a_symbol_is_found_under_v1s_name_too() -> None:
    faults = on({"kind": "drop", "symbol": "BTC/USD"})
    faults.venue = ToldVenue()
    line, socket = opened(faults)
    line.send(b'[1,{"a":[]},"book-10","XBT/USD"]', "book-10")
    line.send(b'[1,{"a":[]},"book-10","ETH/USD"]', "book-10")
    assert socket.sent == [b'[1,{"a":[]},"book-10","ETH/USD"]']


def test_the_same_seed_plays_the_same_faults() -> None:
    def play(seed: int) -> list[bytes]:
        faults = on({"kind": "drop", "share": 0.3}, {"kind": "corrupt", "share": 0.3}, seed=seed)
        line, socket = opened(faults)
        for number in range(200):
            line.send(book(number), "book")
        return socket.sent

    assert play(1) == play(1) != play(2)


def test_another_fault_does_not_disturb_the_first() -> None:
    def dropped(*others: dict[str, Any]) -> list[bytes]:
        line, socket = opened(on({"kind": "drop", "share": 0.3}, *others))
        for number in range(200):
            line.send(book(number), "book")
        return socket.sent

    assert dropped() == dropped({"kind": "rest_drop"}) == dropped({"kind": "wrong_checksum", "channel": "level3"})


# -- Connections -----------------------------------------------------------------------------------------------


def test_a_close_does_not_wait_for_a_frame() -> None:
    faults = on({"kind": "close", "at_s": 1, "code": 1012, "role": "private"})
    sockets = [opened(faults, role=role) for role in ("private", "public")]
    faults.wake(at(1))
    assert [socket.closed for _, socket in sockets] == [[(1012, "")], []]
    line, later = opened(faults)
    line.send(b"a")
    assert (later.sent, later.closed) == ([b"a"], [])
    assert (faults.counts(), faults.listed()) == ({"close": 1}, [])


def test_a_close_that_lasts_closes_who_comes_back() -> None:
    faults = on({"kind": "close", "at_s": 1, "for_s": 5})
    faults.wake(at(1))
    line, socket = opened(faults)
    line.send(b"a")
    assert (socket.sent, socket.closed) == ([], [(1006, "")])
    faults.wake(at(6))
    line, socket = opened(faults)
    line.send(b"a")
    assert socket.sent == [b"a"]


def test_a_close_closes_at_most_its_count() -> None:
    faults = on({"kind": "close", "at_s": 1, "count": 2})
    sockets = [opened(faults) for _ in range(3)]
    faults.wake(at(1))
    assert [len(socket.closed) for _, socket in sockets] == [1, 1, 0]
    sockets[2][0].send(b"a")
    assert sockets[2][1].sent == [b"a"]


@pytest.mark.parametrize(
    ("said", "status"),
    [({}, 429), ({"status": 403}, 403), ({"role": "private"}, 429), ({"role": "public"}, None), ({"at_s": 9}, None)],
)
def test_upgrades_are_refused(said: dict[str, Any], status: int | None) -> None:
    answer = on({"kind": "upgrade_refused", **said}).upgrade(UPGRADE, now_ns=at(1))
    assert (answer and answer.status) == status
    if status == 429:
        assert answer is not None
        assert b"1015" in answer.body


def test_lines_that_are_gone_are_forgotten() -> None:
    faults = on()
    for _ in range(100):
        opened(faults)
    line, _ = opened(faults)
    assert len(faults._lines) == 1
    del line


# -- Requests --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "kind", "account", "refused"),
    [
        ({}, "add_order", None, True),
        ({}, "Balance", "alice", True),
        ({"method": "add_order"}, "add_order", None, True),
        ({"method": "add_order"}, "AddOrder", None, True),
        ({"method": "AddOrder"}, "addOrder", None, True),
        ({"method": "add_order"}, "cancel_order", None, False),
        ({"method": "add_order", "door": "rest"}, "AddOrder", None, True),
        ({"method": "add_order", "door": "rest"}, "add_order", None, False),
        ({"method": "add_order", "door": "websocket"}, "AddOrder", None, False),
        ({"account": "alice"}, "add_order", "alice", True),
        ({"account": "alice"}, "add_order", "bob", False),
        ({"account": "alice"}, "add_order", None, False),
        ({"at_s": 2}, "add_order", None, False),
        ({"at_s": 1}, "add_order", None, True),
    ],
)
def test_requests_are_refused(said: dict[str, Any], kind: str, account: str | None, refused: bool) -> None:
    faults = on({"kind": "refuse", "text": "EOrder:Rate limit exceeded", **said})
    error = faults.request(kind, now_ns=at(1), account=account)
    assert error == ("EOrder:Rate limit exceeded" if refused else None)


@pytest.mark.parametrize(
    ("kind", "account", "refused"),
    [
        ("add_order", None, True),
        ("addOrder", "alice", True),
        ("subscribe", "alice", True),
        ("subscribe", None, False),  # Of public data: it needs no session.
        ("AddOrder", "alice", False),
        ("Time", None, False),
    ],
)
def test_sessions_are_invalid(kind: str, account: str | None, refused: bool) -> None:
    error = on({"kind": "invalid_session"}).request(kind, now_ns=at(0), account=account)
    assert error == ("ESession:Invalid session" if refused else None)


# -- REST ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "method", "changed"),
    [
        ({"kind": "rest_delay", "delay_s": 2}, "Balance", {"delay_ns": 2 * SECOND_NS}),
        ({"kind": "rest_drop", "method": "AddOrder"}, "AddOrder", {"drop": True}),
        ({"kind": "rest_drop", "method": "AddOrder"}, "Balance", {}),
        ({"kind": "rest_status", "status": 520}, "Balance", {"status": 520, "content_type": "text/html"}),
        ({"kind": "rest_error_after_accept"}, "AddOrder", {"body": b'{"error":["EService:Unavailable"]}'}),
        ({"kind": "rest_error_after_accept"}, "AddOrderBatch", {"body": b'{"error":["EService:Unavailable"]}'}),
        ({"kind": "rest_error_after_accept"}, "Balance", {}),
        (
            {"kind": "rest_error_after_accept", "method": "Balance", "text": "EGeneral:Internal error"},
            "Balance",
            {"body": b'{"error":["EGeneral:Internal error"]}'},
        ),
        ({"kind": "rest_malformed"}, "Balance", {"body": b'{"error":[],"result":["malformed"]}'}),
        ({"kind": "rest_drop", "account": "alice"}, "Balance", {"drop": True}),
        ({"kind": "rest_drop", "account": "bob"}, "Balance", {}),
        ({"kind": "rest_drop", "at_s": 9}, "Balance", {}),
    ],
)
def test_answers_over_rest(said: dict[str, Any], method: str, changed: dict[str, Any]) -> None:
    answer = on(said).answer(method, DONE, now_ns=at(1), account="alice")
    for name in ("status", "delay_ns", "drop", "content_type"):
        assert getattr(answer, name) == changed.get(name, getattr(DONE, name)), name
    if "body" in changed:
        assert answer.body == changed["body"]
    assert (answer == DONE) is (not changed)


def test_a_refusal_is_no_accepted_order() -> None:
    refused = HttpAnswer(body=b'{"error":["EOrder:Insufficient funds"]}')
    faults = on({"kind": "rest_error_after_accept"})
    assert faults.answer("AddOrder", refused, now_ns=at(0)) == refused
    assert faults.counts() == {"rest_error_after_accept": 0}


def test_levels_last_and_add_up() -> None:
    faults = on(
        {"kind": "rest_lag", "s": 20, "at_s": 1, "for_s": 2},
        {"kind": "clock_skew", "s": -1.5, "at_s": 2},
        {"kind": "clock_skew", "s": 1, "at_s": 3},
    )
    lags = [faults.rest_lag_ns(at(second)) // SECOND_NS for second in range(5)]
    assert lags == [0, 20, 20, 0, 0]
    faults = on({"kind": "clock_skew", "s": -1.5, "at_s": 2}, {"kind": "clock_skew", "s": 1, "at_s": 3})
    assert [faults.clock_offset_ns(at(second)) / SECOND_NS for second in range(5)] == [0, 0, -1.5, -0.5, -0.5]
    assert faults.counts() == {"clock_skew": 2}


# -- The venue -------------------------------------------------------------------------------------------------


def test_the_venue_is_acted_on_in_time() -> None:
    faults = on({"kind": "system", "at_s": 1, "cycle": [["maintenance", 2], ["cancel_only", 1]]})
    venue = ToldVenue()
    faults.venue = venue
    now_ns: int | None = at(0)
    while (now_ns := faults.wake(now_ns)) is not None:
        assert now_ns < at(10)
    assert venue.told == [(at(1), "maintenance"), (at(3), "cancel_only"), (at(4), "online")]
    assert (faults.counts(), faults.listed()) == ({"system": 1}, [])


def test_what_lasts_until_it_is_removed_is_undone_then() -> None:
    faults = on({"kind": "delist", "symbol": "BTC/USD"})
    venue = ToldVenue()
    faults.venue = venue
    assert faults.wake(at(0)) is None
    assert [fault["hits"] for fault in faults.listed()] == [1]
    faults.remove("F1")
    faults.wake(at(5))
    assert [(told[0], told[1][1]) for told in venue.told] == [(at(0), "delisted"), (at(5), "online")]


def test_without_a_venue_its_faults_wait() -> None:
    faults = on({"kind": "system", "status": "maintenance"})
    assert faults.wake(at(1)) is None
    venue = ToldVenue()
    faults.venue = venue
    faults.wake(at(2))
    assert venue.told == [(at(2), "maintenance")]
