"""When a fault is on, and which of the matches it strikes."""

from typing import Any

import pytest

from fathom.exchange.faults.armed import Armed
from fathom.exchange.faults.reading import read_fault
from fault_stage import SECOND_NS, START_NS, book


def armed(seed: int = 1, fault_id: str = "F1", **said: Any) -> Armed:
    spec = read_fault({"kind": "drop", **said})
    return Armed(spec, fault_id=fault_id, seed=seed, now_ns=START_NS, tally={})


def struck(fault: Armed, matches: int) -> list[int]:
    return [match for match in range(1, matches + 1) if fault.strikes()]


@pytest.mark.parametrize(
    ("said", "matches"),
    [
        ({}, [1, 2, 3, 4, 5, 6, 7, 8, 9]),
        ({"count": 2}, [1, 2]),
        ({"every": 3}, [3, 6, 9]),
        ({"every": 3, "count": 2}, [3, 6]),
        ({"share": 1}, [1, 2, 3, 4, 5, 6, 7, 8, 9]),
    ],
)
def test_count_and_every(said: dict[str, Any], matches: list[int]) -> None:
    fault = armed(**said)
    assert struck(fault, 9) == matches
    assert (fault.seen, fault.hits) == (9, len(matches))


def test_share_is_a_chance_under_the_seed() -> None:
    first = struck(armed(share=0.2), 5000)
    assert 900 < len(first) < 1100
    assert struck(armed(share=0.2), 5000) == first
    assert struck(armed(share=0.2, seed=2), 5000) != first
    assert struck(armed(share=0.2, fault_id="F2"), 5000) != first


def test_share_chooses_among_each_nth() -> None:
    assert all(match % 4 == 0 for match in struck(armed(share=0.5, every=4), 400))


@pytest.mark.parametrize(
    ("said", "at_s", "begun", "ended"),
    [
        ({}, 0, True, False),
        ({}, 10**6, True, False),
        ({"at_s": 5}, 4.999, False, False),
        ({"at_s": 5}, 5, True, False),
        ({"at_s": 5, "for_s": 2}, 6.999, True, False),
        ({"at_s": 5, "for_s": 2}, 7, True, True),
    ],
)
def test_its_window(said: dict[str, Any], at_s: float, begun: bool, ended: bool) -> None:
    now_ns = START_NS + int(at_s * SECOND_NS)
    assert armed(**said).begun(now_ns) is begun
    assert armed(**said).ended(now_ns) is ended


def test_it_ends_with_its_count_unless_what_it_did_lasts() -> None:
    fault = armed(count=1)
    assert fault.strikes()
    assert fault.ended(START_NS)
    lasting = armed(kind="stall", count=1)
    assert lasting.strikes()
    assert not lasting.ended(START_NS)
    assert not lasting.strikes()


def test_a_cycle_lasts_as_long_as_its_steps() -> None:
    fault = armed(kind="system", at_s=1, cycle=[["maintenance", 2], ["cancel_only", 3]])
    assert fault.end_ns == START_NS + 6 * SECOND_NS


@pytest.mark.parametrize(
    ("said", "account", "meant"),
    [
        ({}, None, True),
        ({"role": "private"}, None, True),
        ({"role": "public"}, None, False),
        ({"peer": "10.0.0.7"}, None, True),
        ({"peer": "10.0.0.8"}, None, False),
        ({"account": "alice"}, None, False),
        ({"account": "alice"}, "bob", False),
        ({"account": "alice"}, "alice", True),
    ],
)
def test_which_connections_it_means(said: dict[str, Any], account: str | None, meant: bool) -> None:
    assert armed(**said).is_for_line(role="private", account=account, peer="10.0.0.7") is meant


@pytest.mark.parametrize(
    ("said", "channel", "meant"),
    [
        ({}, "book", True),
        ({}, "", True),
        ({"channel": "answers"}, "", True),
        ({"channel": "answers"}, "book", False),
        ({"channel": "book"}, "", False),
        ({"channel": "book"}, "book", True),
        ({"symbol": "BTC/USD"}, "book", True),
        ({"symbol": "ETH/USD"}, "book", False),
        ({"symbol": "TC/USD"}, "book", False),
        ({"kind": "wrong_checksum"}, "trade", False),
        ({"kind": "wrong_checksum"}, "level3", True),
    ],
)
def test_which_frames_it_means(said: dict[str, Any], channel: str, meant: bool) -> None:
    assert armed(**said).is_for_frame(book(1), channel) is meant


def test_a_symbol_is_known_by_v1s_name_too() -> None:
    fault = armed(symbol="BTC/USD")
    fault.name_symbol("BTC/USD", "XBT/USD")
    assert fault.is_for_frame(b'[1,{},"book-10","XBT/USD"]', "book")


def test_which_methods_it_means() -> None:
    named = armed(kind="late_answer", method="AddOrder")
    assert named.is_for_method("addorder")
    assert not named.is_for_method("cancelorder")
    unnamed = armed(kind="late_answer")
    assert unnamed.is_for_method("ping")
    assert not unnamed.is_for_method("ping", unnamed=frozenset({"addorder"}))


def test_how_it_is_listed() -> None:
    fault = armed(at_s=1, share=0.5)
    assert fault.listed(now_ns=START_NS) == {
        "id": "F1",
        "kind": "drop",
        "at_s": 1.0,
        "share": 0.5,
        "on": False,
        "seen": 0,
        "hits": 0,
    }
