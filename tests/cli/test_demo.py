from pathlib import Path

import pytest

from fathom.cli.app import FAILED, OK, main


def test_the_demo_takes_its_length_from_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DEMO_SECONDS", "0.3")
    assert main(["demo", "--recorded", "--journal", str(tmp_path / "journal"), "--plain"]) == OK
    printed = capsys.readouterr().out
    assert "played in 0." in printed or "played in 1." in printed or "played in 2." in printed
    assert "replay agrees byte for byte" in " ".join(printed.split())


def test_a_journal_cannot_be_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "journal"
    path.write_bytes(b"")
    assert main(["demo", "--journal", str(path)]) == FAILED
    assert capsys.readouterr().err == f"error: journal: {path} is a file: name a new folder\n"
