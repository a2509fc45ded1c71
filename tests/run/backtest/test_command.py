import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from held_data import MAKER, bot_file, hold_tape
from test_backtest import living

from fathom.domain import LocalError
from fathom.run.backtest.command import BacktestCommand, backtest_bot


def command(tmp_path: Path, **options: object) -> BacktestCommand:
    hold_tape(tmp_path / "data", living())
    bot = bot_file(tmp_path / "bot.toml", MAKER)
    given = {"bot": bot, "data": tmp_path / "data", "journal": tmp_path / "journal", **options}
    return BacktestCommand(**given)  # type: ignore[arg-type]


def test_it_prints_what_came_of_it_and_how_to_run_it_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = tmp_path / "report.html"
    assert backtest_bot(command(tmp_path, html=page)) == 0
    said = capsys.readouterr().out
    for words in ("stepped over", "BTC/USD (l2)", "by the model pessimistic", "Queues", "By strategy", "replay"):
        assert words in said
    text = page.read_text()
    assert "stepped over" in text
    assert "https:" not in text  # It needs no network.


def test_its_json_is_one_object(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert backtest_bot(command(tmp_path, json=True)) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["symbols"] == {"BTC/USD": "l2"}
    assert told["run"]["summary"]["total"]["fills"] > 0


def test_a_folder_that_holds_something_is_not_written_into(tmp_path: Path) -> None:
    (tmp_path / "journal").mkdir()
    (tmp_path / "journal" / "mine").write_text("x")
    with pytest.raises(LocalError, match="holds a journal already"):
        backtest_bot(command(tmp_path))


def test_a_page_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(LocalError, match="cannot be written"):
        backtest_bot(command(tmp_path, html=tmp_path / "no" / "where.html"))


def test_ctrl_c_ends_it_in_good_order(tmp_path: Path) -> None:
    hold_tape(tmp_path / "data", living(steps=4_000))
    bot = bot_file(tmp_path / "bot.toml", MAKER)
    told = [sys.executable, "-m", "fathom", "backtest", str(bot), "--data", str(tmp_path / "data")]
    told += ["--journal", str(tmp_path / "journal")]
    with subprocess.Popen(told, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=os.environ) as process:
        folder = tmp_path / "journal"
        while process.poll() is None and not list(folder.glob("*.fathom")):
            pass
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
    assert "stopped by SIGINT: what is told is of the part until then" in err
    assert "stepped over" in out
