"""Bots in processes of their own on a local exchange: how they begin, go on after a crash, are asked, and end."""

import signal
from pathlib import Path

import pytest

from bot_process import MAKER, running_bot
from client_commands import fathom, open_orders
from fathom.net import halt
from fathom.store import JournalReader
from local_exchange import LocalExchange

Capture = pytest.CaptureFixture[str]


def maker(name: str, account: str = "alice") -> str:
    return MAKER.format(name=name, account=account)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_trades_ends_in_good_order_and_its_journal_replays(
    local: LocalExchange, tmp_path: Path, capfd: Capture, number: int
) -> None:
    with running_bot(tmp_path, maker("ends")) as bot:
        bot.until(lambda: len(open_orders(local.control, "alice")) == 2)
        status = bot.status()
        assert (status["mode"], status["switch"]) == ("rehearsal", "armed")
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


def test_two_bots_never_share_a_journal(local: LocalExchange, tmp_path: Path, capfd: Capture) -> None:
    with running_bot(tmp_path, maker("twice")) as bot:
        bot.until(bot.status)
        words = ("--mode", "rehearsal", "--journal", str(bot.journal))
        said = fathom(capfd, "run", str(tmp_path / "bot.toml"), *words)
        assert said.status == 1
        assert "journal" in said.error
        assert bot.end() == 0
