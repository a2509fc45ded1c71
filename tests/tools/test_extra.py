"""What the Makefile installs of an extra: all that it names, and nothing of ours."""

import subprocess
import sys
from pathlib import Path

EXTRA = Path(__file__).parents[2] / "tools" / "extra.py"


def asked(*names: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, EXTRA, *names], check=False, capture_output=True, text=True, timeout=60)


def test_it_names_what_the_extra_needs() -> None:
    said = asked("peers")
    assert (said.returncode, said.stderr) == (0, "")
    assert [line.split(">")[0] for line in said.stdout.splitlines()] == ["ccxt", "python-kraken-sdk"]


def test_one_that_is_not_there_is_refused_with_those_that_are() -> None:
    for names in ((), ("pears",), ("peers", "dev")):
        said = asked(*names)
        assert (said.returncode, said.stdout) == (1, "")
        assert "usage: python tools/extra.py NAME, with one of: " in said.stderr
        assert "peers" in said.stderr
