"""A bot whose log breaks: what is open is cancelled past it."""

import resource
from pathlib import Path

from bot_process import MAKER, running_bot, wait_until
from client_commands import faulty, open_orders
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
