import json
from pathlib import Path

import pytest

from fathom.cli.app import FAILED, OK, USAGE, main


@pytest.fixture(scope="module")
def journal(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("cli") / "journal"
    assert main(["demo", "--recorded", "--seconds", "0.3", "--journal", str(folder), "--plain"]) == OK
    return folder


def test_a_report_as_text(journal: Path, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert main(["report", str(journal)]) == OK
    said = capsys.readouterr().out
    assert "The run ended: the recording ended." in said
    assert "By strategy, in USD" in said


def test_a_report_as_json(journal: Path, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert main(["report", str(journal), "--json", "--lots", "hifo"]) == OK
    told = json.loads(capsys.readouterr().out)
    assert told["summary"]["quote"] == "USD"
    assert told["summary"]["total"]["fills"] > 0


def test_a_report_as_one_page(journal: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = tmp_path / "page.html"
    capsys.readouterr()
    assert main(["report", str(journal), "--html", str(target)]) == OK
    assert target.read_text().startswith("<!doctype html>")
    assert str(target) in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "status", "sentence"),
    [
        (["report", "/nowhere"], FAILED, "is not there"),
        (["report", "{journal}", "--html", "/nowhere/page.html"], FAILED, "cannot be written"),
        (["report", "{journal}", "--lots", "best"], USAGE, "fifo"),
        (["report"], USAGE, "journal"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(
    journal: Path, capsys: pytest.CaptureFixture[str], words: list[str], status: int, sentence: str
) -> None:
    capsys.readouterr()
    assert main([word.format(journal=journal) for word in words]) == status
    error = capsys.readouterr().err
    assert sentence.lower() in error.lower()
    assert error.count("\n") == 1
