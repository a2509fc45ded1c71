"""Each breaker and each gate in a bot that runs: what must go goes, nothing is sent, and it lets go by its own rule."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot_process import running_bot
from fathom.cli import main
from fathom.domain import (
    BookQuarantined,
    BookTrusted,
    CancelApproved,
    Entry,
    Event,
    OrderApproved,
    OrderDenied,
    OrderRejected,
    OrderWanted,
    TradingHalted,
    TradingResumed,
)
from fathom.risk import BREAKERS, REASONS
from fathom.store import JournalReader
from trip_breakers import MOVED, SLOW_DISK, STILL, TRIPS, Scene, Trip, bot_toml, namesake
from trip_refusals import REFUSALS, STANDING
from trip_stage import Tail, TripStage, folder_with_probe, quiet_exchange, told, until_none

ACCOUNT = "bob"


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the exchange's note and the kill file are, as every test has it."""
    return tmp_path_factory.getbasetemp() / "state"


@pytest.fixture(scope="module")
def stage(state: Path) -> Iterator[TripStage]:
    """An exchange with two markets."""
    with quiet_exchange(state, "--pairs", MOVED, STILL) as exchange:
        stage = TripStage(exchange, ACCOUNT)
        stage.quote(MOVED)
        stage.quote(STILL)
        yield stage


@pytest.fixture(scope="module")
def scene(stage: TripStage, state: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """A bot that trades there; in the end it stops well, and its journal replays to the same bytes."""
    folder = folder_with_probe(tmp_path_factory.mktemp("tripped"))
    slow_disk = folder / "slow"
    (folder / "sitecustomize.py").write_text(SLOW_DISK.format(flag=str(slow_disk)))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FATHOM_STATE_DIR", str(state))
        patch.setenv("PYTHONPATH", f"{folder}{os.pathsep}{os.environ.get('PYTHONPATH', '')}")
        with running_bot(folder, bot_toml(ACCOUNT)) as bot:
            scene = Scene(stage, bot, Tail(bot), slow_disk)
            scene.until_all_open()
            yield scene
            assert bot.end() == 0, bot.said()
        assert stage.open_orders() == []
        assert main(["replay", str(bot.journal)]) == 0


class Row:
    """One row of the table, as it is played."""

    def __init__(self, scene: Scene, trip: Trip) -> None:
        scene.calm()
        self.scene, self.trip, self.bot, self.desk = scene, trip, scene.bot, scene.stage.desk
        self.start, self.before = scene.tail.last_seq(), self.desk.count()

    def since(self) -> list[Entry]:
        """Return what the journal has of this row."""
        return self.scene.tail.after(self.start)

    def told(self, kind: type[Event]) -> list[Any]:
        """Return the events of a kind that name the row's limit."""
        return told(self.since(), kind, limit=self.trip.reason)

    def play(self, *limits: str) -> None:
        """Trip it, and wait until somebody was refused."""
        if limits:
            self.scene.set_limits(*limits)
        self.trip.does(self.scene)
        until_none(self.bot, lambda: not self.told(OrderDenied))

    def insist_that_it_holds(self) -> None:
        """What must go is gone, the status names it, and nothing is sent for as long as nobody does anything."""
        trip, bot, stage = self.trip, self.bot, self.scene.stage
        if trip.left_open is not None:
            bot.until(lambda: len(stage.open_orders()) == trip.left_open)
        assert [halt["limit"] for halt in self.scene.status()["halts"]] == ([trip.reason] if trip.level else [])
        seen, sent = len(self.told(OrderDenied)), self.desk.count()
        until_none(bot, lambda: len(self.told(OrderDenied)) < seen + 3)
        assert self.desk.count() == sent

    def insist_on_the_journal(self) -> None:
        """It says why; nothing was approved that is forbidden; and the venue got just what was approved."""
        trip, halts, entries = self.trip, self.told(TradingHalted), self.since()
        assert {(one.limit, one.symbol, one.level) for one in told(entries, TradingHalted)} == (
            {(trip.reason, trip.symbol, trip.level)} if trip.level else set()
        )
        said = [one.detail for one in halts or self.told(OrderDenied)]
        assert all(trip.says in detail for detail in said), said
        assert forbidden(entries, trip) == []
        approved, rejected = told(entries, OrderApproved), told(entries, OrderRejected)
        strangers = trip.does is namesake
        assert self.desk.count() - self.before == len(approved) - len(rejected) + strangers


def forbidden(entries: list[Entry], trip: Trip) -> list[OrderWanted]:
    """Return the orders that were approved while the breaker was tripped, and must not be."""
    halted, found = False, []
    for event in (entry.event for entry in entries):
        if isinstance(event, TradingHalted | TradingResumed):
            halted = isinstance(event, TradingHalted)
        elif isinstance(event, OrderApproved) and halted:
            adds = event.order.side == "buy" and trip.symbol in {"", event.order.symbol}
            found += [event.order] if adds or trip.level == "hard" else []
    return found


@pytest.mark.parametrize("trip", TRIPS, ids=lambda trip: trip.title)
def test_what_trips_it_stops_it_for_as_long_as_it_holds(scene: Scene, trip: Trip) -> None:
    row = Row(scene, trip)
    row.play(*trip.limits, *trip.lasting)
    row.insist_that_it_holds()
    trip.undoes(scene)
    if trip.lasting:
        scene.resume(trip.reason)
    scene.until_all_open()
    row.insist_on_the_journal()


@pytest.mark.parametrize("trip", [trip for trip in TRIPS if trip.release == "time"], ids=lambda trip: trip.title)
def test_time_lets_go_of_it(scene: Scene, trip: Trip) -> None:
    row = Row(scene, trip)
    if trip.limits:
        scene.set_limits(*trip.limits)
    trip.does(scene)
    until_none(row.bot, lambda: not row.told(TradingHalted))
    trip.undoes(scene)
    until_none(row.bot, lambda: not row.told(TradingResumed))
    scene.until_all_open()
    row.insist_on_the_journal()
    assert {one.reason for one in row.told(TradingResumed)} == {"its time is over"}


def test_what_rests_is_cancelled_at_once_where_its_book_is_in_quarantine(scene: Scene) -> None:
    scene.calm()
    start = scene.tail.last_seq()
    (resting,) = scene.stage.desk.open_bids(MOVED)
    scene.stage.fault("wrong_checksum", channel="book", symbol=MOVED, count=1)
    scene.stage.move(MOVED, "0.99")
    scene.bot.until(
        lambda: len(scene.stage.desk.open_bids(MOVED)) == 1 != (resting in scene.stage.desk.open_bids(MOVED))
    )
    entries = scene.tail.after(start)
    (quarantined,) = [entry for entry in entries if isinstance(entry.event, BookQuarantined)]
    assert quarantined.event.reason == "checksum mismatch"
    cancelled = [entry.event.order_id for entry in entries if isinstance(entry.event, CancelApproved)]
    assert [order_id.partition("-")[0] for order_id in cancelled] == ["bid", "ask"]
    (trusted,) = [entry for entry in entries if isinstance(entry.event, BookTrusted)]
    between = [entry.event for entry in entries if quarantined.seq < entry.seq < trusted.seq]
    assert not any(isinstance(event, OrderApproved) for event in between)


def test_a_switch_that_cannot_be_armed_lets_nothing_begin(
    stage: TripStage, state: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    folder = folder_with_probe(tmp_path)
    (folder / "bot.toml").write_text(bot_toml("carol"))
    for door in ("websocket", "rest"):
        stage.fault("refuse", method="cancel_all_orders_after", text="EService:Unavailable", door=door, account="carol")
    try:
        journal = ("--journal", str(folder / "journal"))
        assert main(["run", str(folder / "bot.toml"), "--mode", "rehearsal", "--plain", *journal]) == 1
    finally:
        stage.no_more_faults()
    assert "EService:Unavailable" in capfd.readouterr().err
    entries = [entry for entry, _ in JournalReader(folder / "journal")]
    assert told(entries, OrderApproved) == []


def test_every_reason_that_risk_can_give_is_tripped() -> None:
    rows = {row.reason for row in (*REFUSALS, *STANDING)} | {trip.reason for trip in TRIPS}
    assert rows == set(REASONS)
    tripped = {trip.reason: (trip.level, trip.release) for trip in TRIPS if trip.level}
    tripped["clock_offset_ms_max"] = ("soft", "time")  # In test_refusals: a clock is looked at when a bot begins.
    assert tripped == {name: (breaker.level, breaker.release) for name, breaker in BREAKERS.items()}
