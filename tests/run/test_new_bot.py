import os
import subprocess
import sys
from pathlib import Path

import pytest

import fathom
from fathom.domain import LocalError
from fathom.run.bot import Bot
from fathom.run.bot_file import read_bot_file
from fathom.run.new_bot import new_bot


def test_what_is_written_passes_its_own_test(tmp_path: Path) -> None:
    folder = tmp_path / "lean_2"
    assert new_bot("lean_2", parent=tmp_path) == [folder / name for name in ("lean_2.py", "bot.toml", "test_lean_2.py")]
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    environment = os.environ | {"PYTHONPATH": str(Path(fathom.__file__).parents[1])}  # This one, wherever it is.
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "4 passed" in done.stdout


def test_its_bot_can_be_run(tmp_path: Path) -> None:
    new_bot("lean", parent=tmp_path)
    bot = Bot(read_bot_file(tmp_path / "lean" / "bot.toml", {}).run_config("paper"))
    assert [host.name for host in bot.hosts] == ["lean"]
    assert type(bot.hosts[0].strategy).__name__ == "Lean"


@pytest.mark.parametrize("name", ["", "Lean", "9lives", "a-b", "a/b", "a" * 13, "class", "../x"])
def test_a_name_that_cannot_be_one_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(LocalError, match="small letters"):
        new_bot(name, parent=tmp_path)
    assert not list(tmp_path.iterdir())


def test_nothing_is_written_over(tmp_path: Path) -> None:
    new_bot("lean", parent=tmp_path)
    (tmp_path / "lean" / "lean.py").write_text("mine")
    with pytest.raises(LocalError, match="is there already"):
        new_bot("lean", parent=tmp_path)
    assert (tmp_path / "lean" / "lean.py").read_text() == "mine"
