"""A bot whose log breaks: what is open is cancelled past it. And what the venue places for us by itself is ours."""

import resource
import signal
from pathlib import Path

import pytest

from bot_process import MAKER, BotProcess, running_bot, wait_until
from client_commands import fathom, faulty, open_orders
from fathom.domain import ClosePlaced, ForeignOrderSeen
from fathom.store import JournalReader
from local_exchange import LocalExchange


def test_a_full_disk_cancels_what_is_open_and_fails(local: LocalExchange, tmp_path: Path) -> None:
    with running_bot(tmp_path, MAKER.format(name="full", account="alice")) as bot:
        bot.until(lambda: len(open_orders(local.control, "alice")) == 2)
        resource.prlimit(bot.process.pid, resource.RLIMIT_FSIZE, (200_000, 200_000))
        assert bot.process.wait(60) == 1
        assert "ended: " in bot.said()
        assert open_orders(local.control, "alice") == []


def test_what_cannot_be_cancelled_at_the_end_is_left_to_the_dead_mans_switch(
    local: LocalExchange, tmp_path: Path
) -> None:
    text = MAKER.format(name="stuck", account="alice").replace("seconds = 10", "seconds = 1")
    text += "\n[switch]\ntimeout_s = 10\nrenew_s = 2\n"
    with running_bot(tmp_path, text) as bot:
        bot.until(lambda: len(open_orders(local.control, "alice")) == 2)
        bot.until(lambda: bot.status().get("switch") == "armed")
        refusal = {"kind": "refuse", "text": "EService:Unavailable", "account": "alice"}
        with faulty(local.control, method="cancel_order", **refusal):
            assert bot.end() == 3, bot.said()
        assert "still open or not known: mm-" in bot.said()
        assert "the dead man's switch is left armed" in bot.said()
        assert open_orders(local.control, "alice")  # The market may have filled one meanwhile.
        wait_until(lambda: not open_orders(local.control, "alice"))


# -- Kraken's own closes: ours while the bot runs, and after a crash --

CLOSING_BOT = """
name = "{name}"
symbols = ["BTC/USD"]

[account]
rehearsal = "alice"

[risk]
position_share_max = "1"
order_value_max = "100000"

[[strategies]]
name = "once"
strategy = "once.py:Once"
params = {{ symbol = "BTC/USD", beyond_ticks = {beyond} }}
"""

ONCE = '''
"""Buys once, and leaves the exit to the venue."""

from msgspec import Struct

from fathom.strategy import OnBook

QTY = 1_000_000


class Params(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    symbol: str
    beyond_ticks: int


class Once:
    def __init__(self, name: str, params: Params) -> None:
        self.name, self.params, self.tries = name, params, 0

    def wakes(self):
        return (OnBook(self.params.symbol),)

    def on_book(self, book, view):
        symbol, ask = book.symbol, book.best_ask_ticks
        if ask is None or view.halted(symbol) or view.open_orders(symbol) or view.position_lots(symbol):
            return
        entry = view.take(symbol, "buy", price_ticks=ask + 100, qty_lots=QTY)
        yield view.bracket(entry, target_ticks=ask + self.params.beyond_ticks, stop_ticks=None, at_venue=True)
'''

TAKING = 'view.take(symbol, "buy", price_ticks=ask + 100, qty_lots=QTY)'
RESTING = (TAKING, "view.bid(symbol, price_ticks=ask - 1, qty_lots=QTY)")


def closes(bot: BotProcess) -> list[ClosePlaced]:
    return [entry.event for entry, _ in JournalReader(bot.journal) if isinstance(entry.event, ClosePlaced)]


def test_the_venues_own_close_is_ours_over_a_crash_and_cancelled_at_the_end(
    local: LocalExchange, tmp_path: Path
) -> None:
    (tmp_path / "once.py").write_text(ONCE)
    with running_bot(tmp_path, CLOSING_BOT.format(name="closes", beyond=100_000)) as bot:
        bot.until(lambda: len(open_orders(local.control, "alice")) == 1)
        bot.until(lambda: len(bot.ask("orders", "--json") or ()) == 1)
        bot.end(signal.SIGKILL)
    with running_bot(tmp_path) as bot:
        bot.until(lambda: bot.said().count("agrees with the journal") == 2)
        (order,) = bot.ask("orders", "--json")
        (placed,) = closes(bot)
        assert order["order_id"] == placed.order.order_id
        assert len(open_orders(local.control, "alice")) == 1
        assert bot.end() == 0, bot.said()
    assert open_orders(local.control, "alice") == []
    assert not [entry for entry, _ in JournalReader(bot.journal) if isinstance(entry.event, ForeignOrderSeen)]


def test_a_close_that_was_placed_while_the_bot_was_down_is_found(
    local: LocalExchange, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "once.py").write_text(ONCE.replace(*RESTING))
    with running_bot(tmp_path, CLOSING_BOT.format(name="found", beyond=100_000)) as bot:
        bot.until(lambda: len(open_orders(local.control, "alice")) == 1)
        bot.end(signal.SIGKILL)
        (entry,) = open_orders(local.control, "alice")
    at_bobs = ("--yes", "--venue", "local", "--account", "bob")
    assert fathom(capfd, "order", "add", "BTC/USD", "sell", "0.02", "--type", "market", *at_bobs).status == 0
    wait_until(lambda: open_orders(local.control, "alice") not in ([], [entry]))
    with running_bot(tmp_path) as bot:
        bot.until(lambda: closes(bot))
        assert [placed.venue_order_id for placed in closes(bot)] == open_orders(local.control, "alice")
        assert bot.end() == 0, bot.said()
    assert open_orders(local.control, "alice") == []
