"""Clients of one process share the authority for nonces."""

from pathlib import Path

import pytest

from fathom.net.loop import run_loop
from fathom.net.rest.shared import shared_authority


def test_one_a_loop_and_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def both() -> tuple[object, object, object, int, int]:
        monkeypatch.setenv("FATHOM_STATE_DIR", str(tmp_path / "one"))
        first, again = shared_authority(), shared_authority()
        low, high = await first.next("key"), await again.next("key")
        monkeypatch.setenv("FATHOM_STATE_DIR", str(tmp_path / "two"))
        return first, again, shared_authority(), low, high

    first, again, elsewhere, low, high = run_loop(both())
    assert first is again
    assert first is not elsewhere
    assert low < high

    async def one() -> object:
        monkeypatch.setenv("FATHOM_STATE_DIR", str(tmp_path / "one"))
        return shared_authority()

    assert run_loop(one()) is not first  # Another loop: its waits are its own.
