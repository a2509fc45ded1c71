import runpy
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


def test_it_runs(capsys: pytest.CaptureFixture[str]) -> None:
    runpy.run_path(str(EXAMPLES / "verified_book.py"))
    printed = capsys.readouterr().out
    assert "510 frames verified; best bid 29430.4 USD, best ask 29430.5 USD" in printed
    assert "1.23658 BTC would cost 36,403.61 USD" in printed
