from pathlib import Path
from typing import Any

import pytest
from doctor_stage import beside_an_exchange, note_of

from fathom.domain import LocalError
from fathom.net import run_loop
from fathom.net.venue import Choice
from fathom.run.doctor.doctor import DoctorCommand, Examined, examine, run_doctor
from fathom.run.local_exchange.serving import ExchangeServer


def examined(tmp_path: Path, **terms: Any) -> dict[str, str]:
    """The worst level of each group, with the exchange there."""

    async def use(server: ExchangeServer, choice: Choice) -> Examined:
        command = DoctorCommand(**{"venue": "local", "journal": tmp_path, "rest_pause_s": 0.0, **terms})
        found = await examine(command)
        shown = repr(found)
        secrets = [key.secret for key in note_of(server).accounts]
        assert len(secrets) == 6
        assert not [secret for secret in secrets if secret in shown]
        return found

    return groups(beside_an_exchange(use))


def groups(found: Examined) -> dict[str, str]:
    order = ["ok", "note", "warning", "error"]
    worst: dict[str, str] = {}
    for finding in found.findings:
        worst[finding.group] = max(worst.get(finding.group, "ok"), finding.level, key=order.index)
    return {group: level for group, level in worst.items() if group not in {"disk", "machine"}}


def test_a_local_exchange_is_looked_at_without_any_key(tmp_path: Path) -> None:
    assert examined(tmp_path) == {"reach": "ok", "clock": "ok", "status": "ok", "key": "warning", "account": "ok"}


def test_a_key_that_may_withdraw_is_an_error(tmp_path: Path) -> None:
    assert examined(tmp_path, account="treasurer")["key"] == "error"


def test_without_a_key_the_rest_is_looked_at(tmp_path: Path) -> None:
    async def use(server: ExchangeServer, choice: Choice) -> Examined:
        return await examine(DoctorCommand(venue=server.urls.rest, journal=tmp_path, rest_pause_s=0.0))

    assert groups(beside_an_exchange(use)) == {"reach": "ok", "clock": "ok", "status": "ok", "key": "note"}


def test_a_key_that_cannot_be_used_is_an_error_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "key.toml"
    path.write_text("key = 1\n")
    path.chmod(0o600)
    found = examined(tmp_path, key_file=path)
    assert (found["key"], "account" in found) == ("error", False)


def test_a_key_that_the_venue_does_not_know_is_looked_at_no_further(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FATHOM_API_KEY", "k" * 56)
    monkeypatch.setenv("FATHOM_API_SECRET", "A" * 88)
    found = examined(tmp_path)
    assert (found["key"], "account" in found) == ("error", False)


def test_a_venue_that_is_not_there_is_one_error(tmp_path: Path) -> None:
    found = run_loop(examine(DoctorCommand(venue="http://127.0.0.1:1", journal=tmp_path)))
    assert groups(found) == {"reach": "error"}
    assert {finding.group for finding in found.findings} == {"reach", "disk", "machine"}


def test_a_command_line_that_cannot_be_is_refused() -> None:
    with pytest.raises(LocalError, match="rotation_days: must be from 30 to 90"):
        run_doctor(DoctorCommand(rotation_days=7))
