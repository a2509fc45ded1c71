"""A bot whose log breaks: what is open is cancelled past it."""

import resource
from pathlib import Path

from bot_process import MAKER, running_bot
from client_commands import open_orders
from local_exchange import LocalExchange


def test_a_full_disk_cancels_what_is_open_and_fails(local: LocalExchange, tmp_path: Path) -> None:
    with running_bot(tmp_path, MAKER.format(name="full", account="alice")) as bot:
        bot.until(lambda: len(open_orders(local.control, "alice")) == 2)
        resource.prlimit(bot.process.pid, resource.RLIMIT_FSIZE, (200_000, 200_000))
        assert bot.process.wait(60) == 1
        assert "ended: " in bot.said()
        assert open_orders(local.control, "alice") == []
