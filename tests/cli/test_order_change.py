"""Arguments of these order commands: what nobody confirms is not sent, and nothing is asked of a venue before."""

import pytest

from fathom.cli.app import FAILED, USAGE, main

Capture = pytest.CaptureFixture[str]


@pytest.mark.parametrize(
    "line",
    [
        "amend x --qty 1",
        "edit OM5CRX-N2HAL-GFGWE9 --qty 1",
    ],
)
def test_nobody_to_confirm(line: str, capfd: Capture, tmp_path: object) -> None:
    assert main(["order", *line.split(), "--venue", "http://127.0.0.1:1"]) == FAILED
    err = capfd.readouterr().err
    assert err.startswith(("error: yes: stdin is no terminal", "error: file: cannot read x.json"))
    assert main(["order", *line.split(), "--bogus"]) == USAGE
