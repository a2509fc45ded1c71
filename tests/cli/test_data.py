"""`fathom data` names what is below it."""

import pytest

from fathom.cli import main


def test_it_lists_its_commands(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["data", "--help"]) == 0
    said = capsys.readouterr().out
    for word in ("compile", "copy", "export", "fetch", "import", "info", "ls", "query"):
        assert word in said
