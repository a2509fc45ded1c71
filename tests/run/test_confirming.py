"""Asking: only a person at a terminal can say yes, and a question does not wait for ever."""

import asyncio
import os
import pty
from collections.abc import Iterator
from pathlib import Path

import pytest

from fathom.domain import LocalError
from fathom.run.confirming import confirmed, need_somebody


@pytest.fixture
def keyboard(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    ours, theirs = pty.openpty()
    with os.fdopen(theirs) as stdin:
        monkeypatch.setattr("sys.stdin", stdin)
        yield ours
    os.close(ours)


@pytest.mark.parametrize(
    ("typed", "yes"),
    [
        ("y\n", True),
        ("YES\n", True),
        (" yes \n", True),
        ("\n", False),
        ("n\n", False),
        ("yeah\n", False),
        ("\x04", False),
    ],
)
def test_only_yes_is_yes(keyboard: int, capsys: pytest.CaptureFixture[str], typed: str, yes: object) -> None:
    os.write(keyboard, typed.encode())
    assert asyncio.run(confirmed("Really?")) is yes
    assert capsys.readouterr().err == "Really? [y/N] "


def test_nobody_answers(keyboard: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fathom.run.confirming.ANSWER_S_MAX", 0.05)
    with pytest.raises(LocalError, match=r"nobody answered within .*: nothing was sent"):
        asyncio.run(confirmed("Really?"))


def test_without_a_terminal_yes_must_be_said_before(keyboard: int, monkeypatch: pytest.MonkeyPatch) -> None:
    need_somebody(yes=False)
    with Path(os.devnull).open() as nothing:
        monkeypatch.setattr("sys.stdin", nothing)
        need_somebody(yes=True)
        with pytest.raises(LocalError, match="stdin is no terminal"):
            need_somebody(yes=False)
