"""A close that the venue itself places, in a bot of its own process: ours while it runs, and after a crash."""

import signal
from pathlib import Path

import pytest

from bot_process import BotProcess, running_bot, wait_until
from client_commands import fathom, open_orders
from fathom.domain import ClosePlaced, ForeignOrderSeen
from fathom.store import JournalReader
from local_exchange import LocalExchange

BOT = """
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
    with running_bot(tmp_path, BOT.format(name="closes", beyond=100_000)) as bot:
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
    with running_bot(tmp_path, BOT.format(name="found", beyond=100_000)) as bot:
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
