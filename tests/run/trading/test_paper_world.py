"""A bot on paper: the market of the exchange, and no order of ours there."""

from pathlib import Path

import pytest

from bot_process import MAKER, running_bot
from client_commands import fathom, open_orders
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
