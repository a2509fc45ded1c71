from pathlib import Path

import pytest

from bot_process import MAKER
from client_commands import fathom


def test_it_prints_what_would_run_or_one_error(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "bot.toml"
    path.write_text(MAKER.format(name="b", account="alice"))
    assert "can be run" in fathom(capfd, "check", str(path)).out
    assert fathom(capfd, "check", str(path), "--json").out.startswith("{")
    path.write_text("name = 3")
    said = fathom(capfd, "check", str(path))
    assert said.status == 1
    assert "bot.toml:1" in said.error
