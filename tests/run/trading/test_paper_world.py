"""A bot on paper: the market of the exchange, and no order of ours there."""

import signal
from decimal import Decimal
from pathlib import Path

import pytest

from bot_process import MAKER, running_bot
from client_commands import fathom, open_orders
from fathom.domain import AccountDisputed, AccountSeen, OrderTraded
from fathom.orders import OrderTable
from fathom.store import JournalReader
from local_exchange import LocalExchange


def test_on_paper_it_trades_the_venues_market_with_our_money(
    local: LocalExchange, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    text = MAKER.format(name="paper", account="alice") + '\n[paper]\nbalances = { USD = "100000", BTC = "1" }\n'
    before = open_orders(local.control, "alice")
    with running_bot(tmp_path, text, mode="paper") as bot:
        bot.until(lambda: bot.status().get("open_orders") == 2)
        assert bot.status()["balances"]["USD"]
        assert open_orders(local.control, "alice") == before
        assert bot.end() == 0, bot.said()
    assert fathom(capfd, "replay", str(bot.journal)).status == 0


def test_on_paper_a_killed_bot_goes_on_with_its_money_and_without_its_orders(
    local: LocalExchange, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    text = MAKER.format(name="paper", account="alice").replace("half_spread = 500", "half_spread = 1")
    text += '\n[paper]\nbalances = { USD = "100000", BTC = "1" }\n'
    with running_bot(tmp_path, text, mode="paper") as bot:
        bot.until(lambda: bot.status().get("orders", {}).get("fills", 0) >= 2 and bot.status()["open_orders"] == 2)
        bot.end(signal.SIGKILL)
    with running_bot(tmp_path, mode="paper") as bot:
        bot.until(lambda: bot.said().count("agrees with the journal") == 2)
        bot.until(lambda: bot.status().get("orders", {}).get("canceled", 0) >= 2)  # What rested is gone.
        bot.until(lambda: bot.status().get("open_orders") == 2)
        assert bot.end() == 0, bot.said()
    table, lots = OrderTable(), 0
    last: dict[str, Decimal] = {}
    for entry, _ in JournalReader(bot.journal):
        event = entry.event
        table.apply(event)
        assert not isinstance(event, AccountDisputed)
        if isinstance(event, OrderTraded):
            lots += event.qty_lots if event.side == "buy" else -event.qty_lots
        if isinstance(event, AccountSeen):
            last = dict(event.balances)
            assert last["BTC"] == 1 + Decimal(lots).scaleb(-8)
    assert last
    assert table.open() == []
    assert fathom(capfd, "replay", str(bot.journal)).status == 0
