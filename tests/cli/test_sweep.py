"""The command, with a backtest that is a known function in place of the real one; see `fake_backtest`."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import fake_backtest
from bot_process import wait_until
from fathom.cli.app import FAILED, OK, USAGE, main

pytest.importorskip("optuna", reason="the extra `sweep` is not installed")
INTERRUPTED = 130


@pytest.fixture
def words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    fake_backtest.install(tmp_path, monkeypatch)
    (tmp_path / "bot.toml").write_text(fake_backtest.BOT)
    data = fake_backtest.record(tmp_path / "data")
    return [
        "sweep", str(tmp_path / "bot.toml"), "--data", str(data), "--out", str(tmp_path / "s"), "--jobs", "1",
        "--only", "trend.entry_n",
    ]  # fmt: skip


def test_people_see_tables_and_where_the_page_is(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*words, "--trials", "4"]) == OK
    said = capsys.readouterr().out
    assert "All of 4 trials are done." in said
    assert "Walk forward" in said
    assert "report.html" in said


def test_machines_get_one_object_and_another_question_is_refused(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*words, "--trials", "3", "--no-neighbours", "--held-out", "0.3", "--folds", "3", "--json"]) == OK
    told = json.loads(capsys.readouterr().out)
    assert (told["finished"], len(told["folds"]), told["neighbourhood"]) == (3, 3, None)
    assert told["held_out"]["looks"] == 1
    assert main([*words, "--trials", "3", "--seed", "2", "--held-out", "0.3", "--folds", "3"]) == FAILED
    assert "holds a sweep of another seed: give another --out" in capsys.readouterr().err


def test_ctrl_c_keeps_what_is_finished_and_the_same_command_goes_on(
    words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "slow").mkdir()
    fake_backtest.install(tmp_path / "slow", monkeypatch, seconds=0.05)
    command = [sys.executable, "-m", "fathom", *words, "--trials", "60"]
    results = tmp_path / "s" / "results.jsonl"
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True) as process:
        wait_until(lambda: results.exists() and results.read_bytes().count(b"\n") >= 2)
        os.killpg(process.pid, signal.SIGINT)  # As a terminal does: to every process of it.
        said, _ = process.communicate(timeout=60)
    assert process.returncode == INTERRUPTED
    kept = results.read_bytes()
    count = kept.count(b"\n")
    assert kept.endswith(b"\n")
    assert f"Stopped after {count} of 60 trials" in said
    again = subprocess.run([*command[:-1], str(count + 1)], capture_output=True, text=True, timeout=60, check=False)
    assert again.returncode == OK, again.stderr
    assert f"All of {count + 1} trials are done." in again.stdout
    assert results.read_bytes().startswith(kept)


def test_killed_it_leaves_nobody_and_goes_on_as_if_nothing_had_been(
    words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "slow").mkdir()
    fake_backtest.install(tmp_path / "slow", monkeypatch, seconds=0.02)
    command = [sys.executable, "-m", "fathom", *words, "--trials", "12", "--json"]
    results = tmp_path / "s" / "results.jsonl"
    with subprocess.Popen(command, stdout=subprocess.PIPE, start_new_session=True) as process:
        wait_until(lambda: results.exists() and results.read_bytes().count(b"\n") >= 3)
        process.kill()  # It alone: its workers are to find out.
        process.communicate(timeout=60)
    wait_until(lambda: not group_lives(process.pid))
    assert main([*words, "--trials", "12"]) == OK
    whole = [str(tmp_path / "whole") if word == str(tmp_path / "s") else word for word in words]
    assert main([*whole, "--trials", "12"]) == OK
    assert told_in(results) == told_in(tmp_path / "whole" / "results.jsonl")


def group_lives(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


def told_in(results: Path) -> list[object]:
    rows = [json.loads(line) for line in results.read_text().splitlines()]
    return [(row["kind"], row["number"], row["params"], row.get("score")) for row in rows]


@pytest.mark.parametrize(
    ("more", "status", "sentence"),
    [
        (["--trials", "0"], FAILED, "trials: must be 1 to"),
        (["--folds", "0"], FAILED, "folds: must be 1 to 100"),
        (["--objective", "luck"], USAGE, "sharpe"),
        (["--only", "trend.nothing"], FAILED, "trend.nothing cannot be searched; there are trend.signal"),
        (["--from", "yesterday"], FAILED, "--from: must be a day"),
        (["--data", "/nowhere"], FAILED, "/nowhere: is no folder"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(
    words: list[str], capsys: pytest.CaptureFixture[str], more: list[str], status: int, sentence: str
) -> None:
    given = [*words[: words.index(more[0])], *words[words.index(more[0]) + 2 :]] if more[0] in words else words
    assert main([*given, *more]) == status
    error = capsys.readouterr().err
    assert sentence in error
    assert error.count("\n") == 1
