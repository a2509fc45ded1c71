"""`fathom doctor` beside a running exchange: lines, JSON, exit status."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from fathom.cli import doctor as command
from fathom.domain import Finding
from local_exchange import LocalExchange, running_exchange

SMALL = ("--quiet-market", "--pairs", "BTC/USD", "--no-limits")


@pytest.fixture(scope="module")
def exchange(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalExchange]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FATHOM_STATE_DIR", str(tmp_path_factory.getbasetemp() / "state"))
        with running_exchange(*SMALL) as started:
            yield started


def test_piped_it_is_a_line_each_and_all_is_well(
    exchange: LocalExchange, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status = command.doctor(venue="local", journal=tmp_path)
    lines = capsys.readouterr().out.splitlines()
    assert lines[-1].startswith("local: ")
    levels = {line.split()[0] for line in lines[:-1]}
    assert levels <= {"ok", "note", "warning", "error"}
    assert (status == 1) == ("error" in levels)
    assert any(line.startswith("ok      reach private") for line in lines)
    said = "\n".join(lines)
    assert all(account["secret"] not in said for account in exchange.said["accounts"])


def test_the_exit_status_tells_of_a_key_that_may_withdraw(
    exchange: LocalExchange, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command.doctor(venue="local", account="treasurer", journal=tmp_path, json=True) == 1
    said = json.loads(capsys.readouterr().out)
    assert (said["venue"], said["worst"]) == ("local", "error")
    errors = [finding for finding in said["findings"] if finding["level"] == "error"]
    assert any("withdraw funds" in finding["found"] for finding in errors)
    assert all(finding["advice"] for finding in errors)


def test_on_a_terminal_it_is_a_table(capsys: pytest.CaptureFixture[str]) -> None:
    findings = [
        Finding(group="disk", check="space", level="ok", found="12.0 GiB are free"),
        Finding(group="key", check="age", level="warning", found="the key [old] \x1b[31m", advice="make a new one"),
    ]
    command._show("kraken", findings, "0 errors, 1 warning")
    said = capsys.readouterr().out
    for text in ("kraken", "what to do", "12.0 GiB are free", "[old]", "make a new one", "0 errors, 1 warning"):
        assert text in said
    assert "\x1b[31m" not in said
