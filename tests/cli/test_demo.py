from pathlib import Path

import pytest

from fathom.cli.app import OK, main


def test_the_demo_takes_its_length_from_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DEMO_SECONDS", "0.3")
    assert main(["demo", "--journal", str(tmp_path / "journal"), "--plain"]) == OK
    printed = capsys.readouterr().out
    assert "played in 0." in printed or "played in 1." in printed or "played in 2." in printed
    assert "replay agrees byte for byte" in " ".join(printed.split())
