"""Where processes of one user meet."""

from pathlib import Path

import pytest

from fathom.net.state_dir import state_dir


def test_what_is_given_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", "/x")
    monkeypatch.setenv("FATHOM_STATE_DIR", "/somewhere")
    assert state_dir() == Path("/somewhere")


def test_without_it_the_users_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FATHOM_STATE_DIR", raising=False)
    monkeypatch.setenv("XDG_STATE_HOME", "/x")
    assert state_dir() == Path("/x/fathom")
    monkeypatch.delenv("XDG_STATE_HOME")
    monkeypatch.setenv("HOME", "/home/me")
    assert state_dir() == Path("/home/me/.local/state/fathom")
