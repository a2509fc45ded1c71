"""Lets the tests of this folder import its stages and parts, and what the tests of links, keys and venues use."""

import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
for folder in (HERE, HERE.parent / "link", HERE.parent / "keys", HERE.parent / "venue"):
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))


@pytest.fixture(autouse=True)
def own_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nonces and whatever else processes share are each test's own."""
    monkeypatch.setenv("FATHOM_STATE_DIR", str(tmp_path / "state"))
