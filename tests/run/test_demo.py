"""The demo end to end: every room on real recorded frames."""

import io
import os
import resource
import signal
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest
from rich.console import Console

from fathom.domain import (
    AmendApproved,
    AmendWanted,
    BalancesSeen,
    BookMoved,
    BookQuarantined,
    CancelApproved,
    CancelWanted,
    Entry,
    FrameReceived,
    LocalError,
    OrderApproved,
    OrderDenied,
    OrderTraded,
    OrderWanted,
    RunStopped,
)
from fathom.run.config import RunConfig
from fathom.run.demo import demo
from fathom.run.replay import replay_journal
from fathom.store import JournalReader

SAID_BY_RISK = (OrderApproved, OrderDenied, AmendApproved, CancelApproved)
SAID_BY_STRATEGIES = (OrderWanted, AmendWanted, CancelWanted)


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str, bool]:
    folder = tmp_path_factory.mktemp("demo") / "journal"
    console = Console(file=io.StringIO(), width=120)
    agreed = demo(seconds=0.5, journal=folder, console=console)
    assert isinstance(console.file, io.StringIO)
    return folder, console.file.getvalue(), agreed


@pytest.fixture(scope="module")
def entries(played: tuple[Path, str, bool]) -> list[Entry]:
    return [entry for entry, _ in JournalReader(played[0])]


def test_it_ends_with_a_summary_and_a_replay_that_agrees(played: tuple[Path, str, bool]) -> None:
    folder, printed, agreed = played
    assert agreed
    assert "replay agrees byte for byte" in " ".join(printed.split())
    assert str(folder) in printed.replace("\n", "")
    assert "0 not" in printed


def test_every_frame_of_a_book_verified_and_the_bot_traded(entries: list[Entry]) -> None:
    kinds = [type(entry.event) for entry in entries]
    assert BookQuarantined not in kinds
    assert kinds.count(FrameReceived) > 1900
    assert kinds.count(BookMoved) > 100
    fills = [entry.event for entry in entries if isinstance(entry.event, OrderTraded)]
    assert {fill.liquidity for fill in fills} == {"maker", "taker"}


def test_each_kind_of_event_has_one_author(entries: list[Entry], demo_config: RunConfig) -> None:
    strategies = {one.name for one in demo_config.strategies}
    for entry in entries:
        if isinstance(entry.event, SAID_BY_RISK):
            assert entry.author == "risk"
        if isinstance(entry.event, SAID_BY_STRATEGIES):
            assert entry.author in strategies
        if entry.seq == entry.cause_seq:
            assert entry.author == "world"


def test_the_venue_hears_only_what_risk_approved(entries: list[Entry]) -> None:
    approved = {e.event.order.order_id for e in entries if isinstance(e.event, OrderApproved)}
    assert {e.event.order_id for e in entries if isinstance(e.event, OrderTraded)} <= approved


def test_no_position_was_ever_beyond_its_share(entries: list[Entry], demo_config: RunConfig) -> None:
    """Counted anew from the fills alone, at the price of each fill."""
    balances: dict[str, Decimal] = {}
    instruments = {one.symbol: one for one in demo_config.instruments}
    marks: dict[str, Decimal] = {}
    for entry in entries:
        event = entry.event
        if isinstance(event, BalancesSeen):
            balances = dict(event.balances)
        if isinstance(event, OrderTraded):
            instrument = instruments[event.symbol]
            sign = 1 if event.side == "buy" else -1
            marks[instrument.base] = instrument.price(event.price_ticks)
            cost = instrument.cost(price_ticks=event.price_ticks, qty_lots=event.qty_lots)
            balances[instrument.base] += sign * instrument.qty(event.qty_lots)
            balances["USD"] -= sign * cost + event.fee
            assert balances["USD"] > 0
            value = balances[instrument.base] * marks[instrument.base]
            # Equity is at least the cash, so this is stricter than the limit itself.
            assert event.side == "sell" or value <= Decimal("0.1") * (balances["USD"] + value)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_cleanly(tmp_path: Path, number: signal.Signals) -> None:
    folder = tmp_path / "journal"
    process = subprocess.Popen(
        [sys.executable, "-m", "fathom", "demo", "--recorded", "--seconds", "600", "--journal", str(folder), "--plain"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    lines = [process.stdout.readline() for _ in range(3)]  # It is under way.
    assert "verified" in lines[-1]
    process.send_signal(number)
    printed, errors = process.communicate(timeout=30)
    assert process.returncode == 0, errors
    assert "replay agrees byte for byte" in " ".join(printed.split())
    last = [entry for entry, _ in JournalReader(folder)]
    stops = [entry.event for entry in last if isinstance(entry.event, RunStopped)]
    assert stops == [RunStopped(f"stopped by {number.name}")]


def test_a_full_disk_stops_trading_and_says_so(tmp_path: Path) -> None:
    """For real: the kernel refuses to let the journal's file grow."""
    folder = tmp_path / "journal"

    def small_disk() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))

    done = subprocess.run(
        [sys.executable, "-m", "fathom", "demo", "--recorded", "--seconds", "0.5", "--journal", str(folder), "--plain"],
        capture_output=True,
        text=True,
        timeout=60,
        preexec_fn=small_disk,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.startswith("error: ")
    assert len(done.stderr.strip().splitlines()) == 1
    assert "journal" in done.stderr
    replayed, torn = replay_journal(folder)  # What was kept is whole, and it is a part of the run.
    assert replayed.agrees
    assert torn is None
    assert replayed.entries > 100


def test_a_journal_that_is_there_already_is_not_written_over(played: tuple[Path, str, bool]) -> None:
    before = sorted((path.name, path.stat().st_size) for path in played[0].iterdir())
    with pytest.raises(LocalError, match="holds a journal already"):
        demo(seconds=0.5, journal=played[0], console=Console(file=io.StringIO()))
    assert sorted((path.name, path.stat().st_size) for path in played[0].iterdir()) == before
