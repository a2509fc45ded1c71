from pathlib import Path

import pytest

from fathom.cli import main


def test_it_says_what_it_wrote(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["new", "lean"]) == 0
    said = capsys.readouterr().out
    assert "wrote lean/lean.py" in said
    assert "cd lean && python -m pytest && fathom check bot.toml" in said
    assert main(["check", "lean/bot.toml"]) == 0
    assert main(["new", "Lean!"]) == 1
