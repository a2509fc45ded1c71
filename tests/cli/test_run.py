from pathlib import Path

import pytest

from client_commands import fathom


def test_the_mode_is_never_guessed(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    said = fathom(capfd, "run", str(tmp_path / "bot.toml"))
    assert said.status == 2
    assert "--mode" in said.error


def test_a_file_that_is_not_there_is_one_error(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    said = fathom(capfd, "run", str(tmp_path / "bot.toml"), "--mode", "paper")
    assert said.status == 1
    assert "there is no such file" in said.error
