import io
from pathlib import Path

import pytest

from bot_process import MAKER
from client_commands import fathom
from fathom.domain import LocalError
from fathom.net import run_loop
from fathom.run.run_command import RunCommand, run_bot
from local_exchange import LocalExchange


def written(tmp_path: Path) -> Path:
    path = tmp_path / "bot.toml"
    path.write_text(MAKER.format(name="b", account="alice"))
    return path


def test_real_money_wants_the_accounts_name(
    local: LocalExchange, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("mian\n"))
    command = RunCommand(path=written(tmp_path), mode="live", venue="local", journal=tmp_path / "j", environment={})
    with pytest.raises(LocalError, match="not the account's name: nothing was begun"):
        run_loop(run_bot(command))
    said = capsys.readouterr().err
    assert "REAL MONEY" in said
    assert "EVERY order" in said
    assert list((tmp_path / "j").iterdir()) == []


def test_a_rehearsal_is_never_at_kraken(tmp_path: Path) -> None:
    command = RunCommand(path=written(tmp_path), mode="rehearsal", venue="kraken", environment={})
    with pytest.raises(LocalError, match="a rehearsal is on the local exchange"):
        run_loop(run_bot(command))


def test_without_an_exchange_it_says_what_to_start(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    said = fathom(capfd, "run", str(written(tmp_path)), "--mode", "rehearsal", "--venue", "http://127.0.0.1:9")
    assert said.status == 1
    assert "127.0.0.1:9" in said.error


def test_it_stops_by_itself_after_its_time(
    local: LocalExchange, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    words = ("--mode", "rehearsal", "--venue", "local", "--journal", str(tmp_path / "j"), "--seconds", "1", "--json")
    said = fathom(capfd, "run", str(written(tmp_path)), *words)
    assert said.status == 0, said.err
    assert "b ended: its time was over" in said.err
    assert all(line.startswith("{") for line in said.out.splitlines())
