"""`fathom order`: its commands by name."""

import pytest

from fathom.cli.app import OK, USAGE, main
from fathom.cli.order import COMMANDS

Capture = pytest.CaptureFixture[str]


def test_every_command_is_named_and_explains_itself(capsys: Capture) -> None:
    assert main(["order", "--help"]) == OK
    listed = capsys.readouterr().out
    for name in COMMANDS:
        assert f" {name} " in listed
        assert main(["order", name, "--help"]) == OK
        text = capsys.readouterr().out
        assert f"Usage: fathom order {name}" in text
        assert all(option in text for option in ("--yes", "--json", "--venue", "--key-file"))


def test_another_is_none(capsys: Capture) -> None:
    assert main(["order", "bogus"]) == USAGE
    assert "bogus" in capsys.readouterr().err
