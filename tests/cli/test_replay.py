from pathlib import Path

import pytest

from fathom.cli.app import FAILED, OK, main
from fathom.domain import Entry, RunStopped
from fathom.store import JournalWriter


def test_a_demo_replays(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "journal"
    assert main(["demo", "--recorded", "--seconds", "0.3", "--journal", str(folder), "--plain"]) == OK
    capsys.readouterr()
    assert main(["replay", str(folder)]) == OK
    assert capsys.readouterr().out.startswith("replay agrees byte for byte: ")


def test_a_recording_has_no_run_to_replay(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with JournalWriter(tmp_path / "journal") as journal:
        journal.append(Entry(1, 1, 0, "world", RunStopped("")))
    assert main(["replay", str(tmp_path / "journal")]) == FAILED
    assert "does not begin with RunStarted" in capsys.readouterr().err


def test_a_damaged_journal_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "journal"
    assert main(["demo", "--recorded", "--seconds", "0.3", "--journal", str(folder), "--plain"]) == OK
    capsys.readouterr()
    segment = max(folder.glob("journal-*"), key=lambda path: path.stat().st_size)
    damaged = bytearray(segment.read_bytes())
    damaged[len(damaged) // 2] ^= 1
    segment.write_bytes(damaged)
    assert main(["replay", str(folder)]) == FAILED
    assert segment.name in capsys.readouterr().err
