"""The soak in its short form, in a process whose memory is its own."""

import subprocess
import sys
from pathlib import Path

TOOL = Path(__file__).resolve().parents[2] / "tools" / "soak.py"
SECONDS = 40  # Two bursts and some ten faults; `make soak` takes hours.
RATE = 1_500  # The machine has other tests to run.


def test_it_is_left_alone_for_a_while_and_all_is_well() -> None:
    command = [sys.executable, TOOL, "--seconds", str(SECONDS), "--rate", str(RATE)]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert (ended.returncode, "WRONG" in ended.stdout) == (0, False), ended.stdout + ended.stderr
    assert "| frames |" in ended.stdout
    assert "of them unverified 0" in ended.stdout
