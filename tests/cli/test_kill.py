"""`fathom kill`: the halt by itself; what it cancels is tested where it is done."""

import pytest

from fathom.cli.app import FAILED, OK, main
from fathom.net import halt


def test_it_halts_before_all_else_and_resumes(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["kill", "--venue", "krakn", "--reason", "enough"]) == FAILED
    assert capsys.readouterr().err.splitlines()[-1].startswith("error: venue: 'krakn' is none")
    halted = halt.read_halt()
    assert halted is not None
    assert halted.reason == "enough"
    assert main(["kill", "--resume"]) == OK
    assert halt.read_halt() is None
