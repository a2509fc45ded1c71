"""Bots in processes of their own on a local exchange: how they begin, go on after a crash, are asked, and end."""

import signal
from pathlib import Path

import pytest

from bot_process import MAKER, SAVER, running_bot, wait_until
from client_commands import control, fathom, open_orders
from fathom.domain import (
    AccountAgreed,
    AccountDisputed,
    AccountSeen,
    FundsMoved,
    LimitsChanged,
    LimitsRefused,
    OrderTraded,
    RunResumed,
)
from fathom.market import FrameMarket
from fathom.net import halt
from fathom.orders import OrderTable
from fathom.portfolio import Portfolio
from fathom.store import JournalReader
from local_exchange import LocalExchange

LIMITS_WORDS = (LimitsChanged, LimitsRefused)
Capture = pytest.CaptureFixture[str]


def maker(name: str, account: str = "alice") -> str:
    return MAKER.format(name=name, account=account)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_trades_ends_in_good_order_and_its_journal_replays(
    local: LocalExchange, tmp_path: Path, capfd: Capture, number: int
) -> None:
    with running_bot(tmp_path, maker("ends")) as bot:
        bot.until(lambda: len(open_orders(local.control, "alice")) == 2)
        bot.until(lambda: bot.status().get("switch") == "armed")
        assert bot.status()["mode"] == "rehearsal"
        assert bot.end(number) == 0, bot.said()
        assert open_orders(local.control, "alice") == []
        assert "ends ended: stopped by SIG" in bot.said()
    said = fathom(capfd, "replay", str(bot.journal))
    assert said.status == 0, said.err


def test_a_killed_bot_goes_on_with_its_journal(local: LocalExchange, tmp_path: Path, capfd: Capture) -> None:
    with running_bot(tmp_path, maker("killed")) as bot:
        bot.until(lambda: len(open_orders(local.control, "alice")) == 2)
        bot.end(signal.SIGKILL)
        first = sum(1 for _ in JournalReader(bot.journal))
    with running_bot(tmp_path) as bot:
        bot.until(lambda: bot.status().get("switch") == "armed")
        assert bot.status()["entries"] > first
        bot.until(lambda: len(open_orders(local.control, "alice")) == 2)
        assert bot.end() == 0, bot.said()
    assert open_orders(local.control, "alice") == []
    assert fathom(capfd, "replay", str(bot.journal)).status == 0


def test_what_filled_while_it_was_down_counts_once(local: LocalExchange, tmp_path: Path) -> None:
    text = maker("down").replace("half_spread = 500", "half_spread = 1")
    with running_bot(tmp_path, text) as bot:
        bot.until(lambda: len(open_orders(local.control, "alice")) == 2)
        bot.end(signal.SIGKILL)
    wait_until(lambda: len(open_orders(local.control, "alice")) < 2)  # The market fills one.
    with running_bot(tmp_path) as bot:
        bot.until(lambda: bot.said().count("agrees with the journal") == 2)
        assert bot.end() == 0, bot.said()
    portfolio = Portfolio(FrameMarket([], depths={}), quote="USD")
    resumed, seen = False, None
    for entry, _ in JournalReader(bot.journal):
        portfolio.apply(entry.event)
        resumed = resumed or isinstance(entry.event, RunResumed)
        seen = entry.event if isinstance(entry.event, AccountSeen) else seen
        if resumed and isinstance(entry.event, AccountAgreed):
            break
    assert seen is not None
    assert {asset: portfolio.balance(asset) for asset, _ in seen.balances} == dict(seen.balances)


def test_kill_stops_a_bot_that_runs_and_a_restart_does_not_reset_it(
    local: LocalExchange, tmp_path: Path, capfd: Capture
) -> None:
    try:
        with running_bot(tmp_path, maker("halted")) as bot:
            bot.until(lambda: len(open_orders(local.control, "alice")) == 2)
            halt.write_halt("enough")
            bot.until(lambda: not open_orders(local.control, "alice"))
            bot.until(lambda: bot.status().get("halts"))
            assert bot.end() == 0
        with running_bot(tmp_path) as bot:
            bot.until(lambda: bot.status().get("switch") == "armed")
            assert bot.status()["halts"]
            halt.remove_halt()
            bot.until(lambda: len(open_orders(local.control, "alice")) == 2)
            assert bot.end() == 0
    finally:
        halt.remove_halt()


def test_limits_are_changed_or_refused_and_it_says_which(local: LocalExchange, tmp_path: Path, capfd: Capture) -> None:
    with running_bot(tmp_path, maker("limits")) as bot:
        bot.until(lambda: len(open_orders(local.control, "alice")) == 2)
        folder = str(bot.journal)
        assert fathom(capfd, "set", folder, "order_value_max=-1").error.endswith("they are as they were")
        assert "no_such_limit" in fathom(capfd, "set", folder, "no_such_limit=1").error
        said = fathom(capfd, "set", folder, "order_value_max=1")
        assert said.status == 0
        assert "in force from entry" in said.out
        assert bot.end() == 0, bot.said()
    words = [entry.event for entry, _ in JournalReader(bot.journal) if isinstance(entry.event, LIMITS_WORDS)]
    assert [type(word) for word in words] == [LimitsRefused, LimitsRefused, LimitsChanged]


def test_resume_does_not_undo_a_kill(local: LocalExchange, tmp_path: Path, capfd: Capture) -> None:
    try:
        with running_bot(tmp_path, maker("killed_for_all")) as bot:
            bot.until(lambda: len(open_orders(local.control, "alice")) == 2)
            halt.write_halt("enough")
            bot.until(lambda: bot.status().get("halts"))
            assert "`fathom kill --resume`" in fathom(capfd, "resume", str(bot.journal)).error
            assert bot.status()["halts"]
            assert bot.end() == 0, bot.said()
    finally:
        halt.remove_halt()


def test_a_bot_that_is_to_end_flat_sells_what_it_holds(local: LocalExchange, tmp_path: Path) -> None:
    text = SAVER.format(name="flat", account="bob") + '\n[stop]\norders = "flatten"\nseconds = 60\n'
    with running_bot(tmp_path, text) as bot:
        bot.until(lambda: float(bot.status().get("positions", {}).get("BTC/USD", 0)) > 0.02)
        assert bot.end() == 0, bot.said()
    table, lots = OrderTable(), {"buy": 0, "sell": 0}
    for entry, _ in JournalReader(bot.journal):
        table.apply(entry.event)
        if isinstance(entry.event, OrderTraded):
            lots[entry.event.side] += entry.event.qty_lots
    assert lots["buy"] > 0
    assert 0 <= lots["buy"] - lots["sell"] < 10_000  # Below 0.0001 BTC, the least that can be sold.
    assert table.open() == []


def test_two_bots_never_share_a_journal(local: LocalExchange, tmp_path: Path, capfd: Capture) -> None:
    with running_bot(tmp_path, maker("twice")) as bot:
        bot.until(bot.status)
        words = ("--mode", "rehearsal", "--journal", str(bot.journal))
        said = fathom(capfd, "run", str(tmp_path / "bot.toml"), *words)
        assert said.status == 1
        assert "journal" in said.error
        assert bot.end() == 0


def test_money_that_comes_from_outside_is_no_dispute_and_no_profit(local: LocalExchange, tmp_path: Path) -> None:
    def deposit(amount: str) -> None:
        control(local.control, "/accounts/alice/deposit", {"asset": "USD", "amount": amount})

    with running_bot(tmp_path, maker("paid")) as bot:
        bot.until(lambda: bot.said().count("agrees with the journal") == 1)
        deposit("777")
        bot.until(lambda: any(isinstance(entry.event, FundsMoved) for entry, _ in JournalReader(bot.journal)))
        bot.end(signal.SIGKILL)
    deposit("888")  # Nobody of ours hears of it.
    with running_bot(tmp_path) as bot:
        bot.until(lambda: bot.said().count("agrees with the journal") == 2)
        assert bot.end() == 0, bot.said()
    entries = [entry.event for entry, _ in JournalReader(bot.journal)]
    assert not [event for event in entries if isinstance(event, AccountDisputed)]
    moved = {event.ledger_id: event for event in entries if isinstance(event, FundsMoved) and event.kind != "trade"}
    assert [(event.kind, event.amount) for event in moved.values()] == [("deposit", 777), ("deposit", 888)]
    assert bot.said().count("halted") == 0
