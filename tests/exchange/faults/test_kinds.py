"""The page of faults is true: every kind has an example there, and each example does what the page says."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, get_args

import pytest

from fathom.exchange.core.events import SystemStatus
from fathom.exchange.doors import HttpAnswer, Role, Upgrade
from fathom.exchange.faults import Faults, read_faults
from fathom.exchange.faults.kinds import CHANNELS, KINDS, SYSTEM_STATUSES
from fault_stage import (
    ADDED,
    FILL,
    FILL_BARE,
    FILLED,
    HEARTBEAT,
    NEW,
    PEER,
    SECOND_NS,
    SNAPSHOT,
    SNAPSHOT_CROSSED,
    START_NS,
    Socket,
    ToldVenue,
    balances,
    book,
    executions,
    opened,
    subscribed,
)

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "faults.md").read_text()
SECTIONS = dict(re.findall(r"^### (\w+)\n(.*?)(?=^##|\Z)", PAGE, re.MULTILINE | re.DOTALL))
DONE = HttpAnswer(body=b'{"error":[],"result":{}}')
LEVEL3 = (
    b'{"channel":"level3","type":"update","data":[{"checksum":5,"symbol":"BTC/USD","bids":[{"order_qty":0.00120}]}]}'
)


class Stage:
    """One example, on: with a connection of alice's to each host."""

    def __init__(self, kind: str) -> None:
        self.faults: Faults = Faults(read_faults(example(kind)), seed=1, now_ns=START_NS)
        self.venue = ToldVenue()
        self.faults.venue = self.venue
        roles: tuple[Role, ...] = get_args(Role)
        self.ends: dict[str, Any] = {role: opened(self.faults, role=role, account="alice") for role in roles}

    def now(self, seconds: float) -> int:
        """Let the venue's clock be there, step by step, and return it."""
        now_ns = START_NS + int(seconds * SECOND_NS)
        due_ns = self.faults.wake(START_NS)
        while due_ns is not None and due_ns <= now_ns:
            due_ns = self.faults.wake(due_ns)
        self.faults.wake(now_ns)
        return now_ns

    def got(self, role: str, channel: str, *frames: bytes) -> list[bytes]:
        """Send frames, and return what came since the last look."""
        line, socket = self.ends[role]
        for frame in frames:
            line.send(frame, channel)
        taken: list[bytes] = socket.take()
        return taken

    def socket(self, role: str) -> Socket:
        socket: Socket = self.ends[role][1]
        return socket


def example(kind: str) -> bytes:
    found: str = re.findall(r"```toml\n(.*?)```", SECTIONS[kind], re.DOTALL)[0]
    return found.encode()


def drop(stage: Stage) -> None:
    trade = b'{"channel":"trade","type":"update","data":[{"symbol":"BTC/USD"}]}'
    assert 950 < len(stage.got("public", "trade", *[trade] * 1000)) < 1000
    assert len(stage.got("public", "trade", *[trade.replace(b"BTC", b"ETH")] * 1000)) == 1000


def duplicate(stage: Stage) -> None:
    told = [executions(sequence, NEW) for sequence in range(1, 21)]
    assert stage.got("private", "executions", *told) == [*told[:10], told[9], *told[10:], told[19]]


def delay(stage: Stage) -> None:
    assert stage.got("public", "book", book(1)) == [book(1)]
    stage.now(60)
    assert stage.got("public", "book", book(2)) == []
    assert stage.got("private", "", ADDED) == [ADDED]
    stage.now(62.4)
    assert stage.got("public", "book") == []
    stage.now(62.5)
    assert stage.got("public", "book") == [book(2)]
    stage.now(90)
    assert stage.got("public", "book", book(3)) == [book(3)]


def reorder(stage: Stage) -> None:
    told = [book(number) for number in range(1000)] * 3
    got = stage.got("public", "book", *told)
    assert got != told
    assert sorted(got) == sorted(told)


def truncate(stage: Stage) -> None:
    got = stage.got("public", "ticker", *[b'{"channel":"ticker"}'] * 5)
    assert [frame == b'{"channel":"ticker"}' for frame in got] == [False] * 3 + [True] * 2


def corrupt(stage: Stage) -> None:
    got = stage.got("level3", "level3", *[LEVEL3] * 1000)
    assert got[:999] == [LEVEL3] * 999
    assert sum((old ^ new).bit_count() for old, new in zip(LEVEL3, got[999], strict=True)) == 2


def wrong_checksum(stage: Stage) -> None:
    got = stage.got("public", "book", *[book(1)] * 100)
    assert got[:99] == [book(1)] * 99
    assert re.sub(rb'"checksum":\d+', b"", got[99]) == re.sub(rb'"checksum":\d+', b"", book(1))
    assert got[99] != book(1)


def crossed_book(stage: Stage) -> None:
    assert stage.got("public", "book", book(1), SNAPSHOT, SNAPSHOT) == [book(1), SNAPSHOT_CROSSED, SNAPSHOT]


def lost_update(stage: Stage) -> None:
    told = [executions(1, NEW, kind="snapshot"), executions(2, NEW), executions(3, NEW)]
    assert stage.got("private", "executions", *told) == [told[0], told[2]]


def silent_subscription(stage: Stage) -> None:
    answer, frame = subscribed("book", "ETH/USD"), book(1, symbol="ETH/USD")
    assert stage.got("public", "", answer) == [answer]
    assert stage.got("public", "book", frame, frame, book(1)) == [book(1)]
    assert stage.got("public", "", answer) == [answer]
    assert stage.got("public", "book", frame) == [frame]


def stall(stage: Stage) -> None:
    stage.now(120)
    assert stage.got("level3", "level3", LEVEL3, LEVEL3) == []
    stage.now(139)
    assert stage.got("level3", "heartbeat", HEARTBEAT) == []
    stage.now(140)
    assert stage.got("level3", "") == [LEVEL3, LEVEL3, HEARTBEAT]


def close(stage: Stage) -> None:
    stage.now(300)
    for role in ("public", "private", "level3"):
        assert stage.socket(role).closed == [(1001, "CloudFlare WebSocket proxy restarting")]
        assert stage.socket(role).sent == [b"CloudFlare WebSocket proxy restarting"]
    assert opened(stage.faults)[1].closed == []


def duplicate_fill(stage: Stage) -> None:
    got = stage.got("private", "executions", *[executions(sequence, FILL) for sequence in range(1, 101)])
    twice = [frame for frame in got if frame.count(FILL) == 2]
    assert 2 < len(twice) < 25
    assert len(got) == 100


def late_fill(stage: Stage) -> None:
    told = [executions(1, FILL), executions(2, FILL), executions(3, FILLED)]
    assert stage.got("private", "executions", *told) == [executions(1, FILL), executions(2, FILLED)]
    stage.now(3)
    assert stage.got("private", "") == [executions(3, FILL)]


def delta_without_symbol(stage: Stage) -> None:
    assert stage.got("private", "executions", executions(1, FILL)) == [executions(1, FILL_BARE)]


def sequence_gap(stage: Stage) -> None:
    told = [balances(sequence) for sequence in (1, 2, 3)]
    assert stage.got("private", "balances", *told) == [balances(1), balances(3), balances(4)]


def tiny_numbers(stage: Stage) -> None:
    assert stage.got("level3", "level3", LEVEL3) == [LEVEL3.replace(b"0.00120", b"1.2e-03")]


def unknown_fields(stage: Stage) -> None:
    assert b"added_later" in stage.got("public", "book", book(1))[0]
    stage.now(600)
    assert stage.got("public", "book", book(1)) == [book(1)]


def late_answer(stage: Stage) -> None:
    early = stage.got("private", "", *[ADDED] * 100)
    assert 60 < len(early) < 95
    stage.now(8)
    assert len(early) + len(stage.got("private", "")) == 100


def lost_answer(stage: Stage) -> None:
    canceled = ADDED.replace(b"add_order", b"cancel_order")
    assert stage.got("private", "", ADDED, canceled, canceled) == [ADDED, canceled]


def error_after_accept(stage: Stage) -> None:
    got = stage.got("private", "", *[ADDED] * 5)
    assert got[:4] == [ADDED] * 4
    assert b'"error":"EGeneral:Internal error"' in got[4]
    assert b'"req_id":7' in got[4]


def refuse(stage: Stage) -> None:
    errors = [stage.faults.request("AddOrder", now_ns=stage.now(second)) for second in (29, 30, 40)]
    assert errors == [None, "EOrder:Rate limit exceeded", None]


def invalid_session(stage: Stage) -> None:
    asked = [
        stage.faults.request("subscribe", now_ns=START_NS, account=name) for name in ("bob", "alice", "alice", "alice")
    ]
    assert asked == [None, "ESession:Invalid session", "ESession:Invalid session", None]


def upgrade_refused(stage: Stage) -> None:
    upgrade = Upgrade(role="private", path="/v2", peer=PEER)
    answers = [stage.faults.upgrade(upgrade, now_ns=stage.now(second)) for second in (299, 300, 315)]
    assert [answer and answer.status for answer in answers] == [None, 503, None]


def rest_delay(stage: Stage) -> None:
    assert stage.faults.answer("OpenOrders", DONE, now_ns=START_NS).delay_ns == 10 * SECOND_NS


def rest_lag(stage: Stage) -> None:
    assert [stage.faults.rest_lag_ns(stage.now(second)) // SECOND_NS for second in (99, 100, 220)] == [0, 45, 0]


def rest_error_after_accept(stage: Stage) -> None:
    bodies = [stage.faults.answer("AddOrder", DONE, now_ns=START_NS).body for _ in range(100)]
    assert 30 < bodies.count(b'{"error":["EService:Busy"]}') < 70
    assert stage.faults.answer("Balance", DONE, now_ns=START_NS) == DONE


def rest_drop(stage: Stage) -> None:
    drops = [stage.faults.answer("AddOrder", DONE, now_ns=START_NS).drop for _ in range(3)]
    assert drops == [False, False, True]


def rest_status(stage: Stage) -> None:
    statuses = [stage.faults.answer("Time", DONE, now_ns=START_NS).status for _ in range(1000)]
    assert 20 < statuses.count(520) < 90


def rest_malformed(stage: Stage) -> None:
    assert stage.faults.answer("Time", DONE, now_ns=START_NS) == DONE
    bodies = [stage.faults.answer("OpenPositions", DONE, now_ns=START_NS).body for _ in range(3)]
    assert [b"malformed" in body for body in bodies] == [True, True, False]


def clock_skew(stage: Stage) -> None:
    offsets = [stage.faults.clock_offset_ns(stage.now(second)) for second in (59, 60)]
    assert offsets == [0, -3_500_000_000]


def system(stage: Stage) -> None:
    for second, status in (
        (599, "online"),
        (600, "maintenance"),
        (660, "cancel_only"),
        (680, "post_only"),
        (700, "online"),
    ):
        stage.now(second)
        assert stage.venue.system == status


def pair_status(stage: Stage) -> None:
    statuses = []
    for second in (49, 50, 75):
        stage.now(second)
        statuses.append(stage.venue.listing.pairs["ETH/USD"].status)
    assert statuses == ["online", "cancel_only", "online"]


def delist(stage: Stage) -> None:
    stage.now(900)
    assert stage.venue.listing.pairs["SOL/USD"].status == "delisted"


def rescale(stage: Stage) -> None:
    stage.now(400)
    assert stage.venue.listing.pairs["BTC/USD"].price_precision == 2


def dead_man(stage: Stage) -> None:
    stage.now(200)
    assert [told for _, told in stage.venue.told] == [("alice", "switch")]


SCENES: list[Callable[[Stage], None]] = [
    drop, duplicate, delay, reorder, truncate, corrupt, wrong_checksum, crossed_book, lost_update, silent_subscription,
    stall, close, duplicate_fill, late_fill, delta_without_symbol, sequence_gap, tiny_numbers, unknown_fields,
    late_answer, lost_answer, error_after_accept,
    refuse, invalid_session, upgrade_refused,
    rest_delay, rest_lag, rest_error_after_accept, rest_drop, rest_status, rest_malformed,
    clock_skew, system, pair_status, delist, rescale, dead_man,
]  # fmt: skip


@pytest.mark.parametrize("scene", SCENES)
def test_an_example_does_what_the_page_says(scene: Callable[[Stage], None]) -> None:
    stage = Stage(scene.__name__)
    scene(stage)
    assert stage.faults.counts()[scene.__name__] > 0


def test_every_kind_has_its_section_its_example_and_its_scene() -> None:
    assert list(SECTIONS) == [scene.__name__ for scene in SCENES]
    assert set(SECTIONS) == set(KINDS)
    assert PAGE.count("```toml") == len(KINDS)
    for kind in KINDS:
        assert [spec.kind for spec in read_faults(example(kind))] == [kind]


@pytest.mark.parametrize("kind", KINDS)
def test_the_page_names_every_key_of_a_kind(kind: str) -> None:
    said = PAGE.split("## Frames")[0] + SECTIONS[kind]
    assert [key for key in KINDS[kind].takes if f"`{key}`" not in said and f"{key} = " not in said] == []


def test_what_a_kind_takes_for_granted_it_also_takes() -> None:
    for name, kind in KINDS.items():
        assert set(kind.defaults) | set(kind.needs) <= set(kind.takes), name
        assert set(kind.channels) <= set(CHANNELS), name
        for key, value in kind.defaults.items():
            assert kind.takes[key].read(value) == value


def test_the_venues_states_are_the_venues() -> None:
    assert get_args(SystemStatus) == SYSTEM_STATUSES
