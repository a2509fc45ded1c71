from pathlib import Path

import pytest

from bot_process import MAKER
from client_commands import fathom
from fathom.domain import Finding, Level, LocalError
from fathom.run.preflight import judged
from local_exchange import LocalExchange


def finding(level: Level, check: str = "age", advice: str = "make another") -> Finding:
    return Finding(group="key", check=check, level=level, found="it is old", advice=advice)


def test_what_is_well_is_not_told_and_a_warning_stops_nobody() -> None:
    assert judged([finding("ok"), finding("note"), finding("warning")]) == ["key age: it is old: make another."]


def test_all_that_is_wrong_is_told_at_once() -> None:
    with pytest.raises(
        LocalError, match=r"nothing was begun. key age: it is old: make another. key rights: it is old."
    ):
        judged([finding("error"), finding("warning"), finding("error", "rights", "")])


def test_real_money_is_not_traded_with_a_key_that_may_withdraw(
    local: LocalExchange, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    key, secret = local.key("treasurer")
    (tmp_path / "key").write_text(f'key = "{key}"\nsecret = "{secret}"\n')
    (tmp_path / "key").chmod(0o600)
    text = MAKER.format(name="b", account="alice").replace("[account]", f"[account]\nkey_file = '{tmp_path}/key'")
    (tmp_path / "bot.toml").write_text(text)
    words = ("--mode", "live", "--venue", "local", "--yes", "--seconds", "1", "--journal", str(tmp_path / "j"))
    said = fathom(capfd, "run", str(tmp_path / "bot.toml"), *words)
    assert said.status == 1
    assert "nothing was begun" in said.error
    assert "withdraw" in said.error
    assert secret not in said.err
    assert list((tmp_path / "j").iterdir()) == []


def test_with_a_fit_key_it_looks_and_begins(
    local: LocalExchange, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "bot.toml").write_text(MAKER.format(name="b", account="alice"))
    words = ("--mode", "live", "--venue", "local", "--yes", "--seconds", "1", "--journal", str(tmp_path / "j"))
    said = fathom(capfd, "run", str(tmp_path / "bot.toml"), *words)
    assert said.status == 0, said.err
    assert "before it begins: looking at clock" in said.err
    assert "warning: key addresses" in said.err
