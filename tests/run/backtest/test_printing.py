import io
from pathlib import Path

import msgspec
from held_data import MAKER, bot_file, hold_tape
from rich.console import Console
from test_backtest import living

from fathom.run.backtest.backtest import backtest
from fathom.run.backtest.outcome import HoldingTold
from fathom.run.backtest.printing import extras, screen
from fathom.run.bot_file import read_bot_file


def test_everything_assumed_is_said(tmp_path: Path) -> None:
    hold_tape(tmp_path / "data", living())
    told = backtest(read_bot_file(bot_file(tmp_path / "bot.toml", MAKER), {}), tmp_path / "data").told
    whole, queues = extras(told)
    rows = dict(whole.rows)
    assert rows["latency"] == "20 ms each way"
    assert rows["fees"].startswith("Kraken's schedule")
    assert [words for name, words in whole.rows if name == "assumed"] == told.assumed
    assert queues.rows[0][0] == "BTC/USD"
    console = Console(width=160, record=True, file=io.StringIO())
    console.print(screen(told))
    assert "stepped over" in console.export_text()


def test_what_has_no_price_is_a_dash_and_what_the_switch_ended_is_said(tmp_path: Path) -> None:
    hold_tape(tmp_path / "data", living(steps=50))
    told = backtest(read_bot_file(bot_file(tmp_path / "bot.toml", MAKER), {}), tmp_path / "data").told
    told = msgspec.structs.replace(
        told, holding=HoldingTold(first=None, last=None, share=None, better=None), switched_off=3
    )
    rows = dict(extras(told)[0].rows)
    assert rows["holding"] == "- to - USD, -; the bot did - against it"
    assert rows["dead man's switch"].startswith("ended 3 orders")
