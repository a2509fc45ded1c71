import runpy
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


def test_it_runs_and_trades(capsys: pytest.CaptureFixture[str]) -> None:
    runpy.run_path(str(EXAMPLES / "nibble.py"))
    printed = capsys.readouterr().out
    assert "book frames verified, 0 not" in printed
    assert "bought 0.10000000 XMR" in printed
