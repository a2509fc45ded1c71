"""The havoc in its short form: four moments of four kinds, on real processes, judged after each."""

import subprocess
import sys
from pathlib import Path

TOOL = Path(__file__).resolve().parents[2] / "tools" / "havoc.py"
KINDS = ("kill", "cut", "exchange stop", "disk full", "hold")
SEED = 21853  # All of its four moments are short: REST held back, the exchange started again, a kill, a full disk.


def test_a_bot_comes_through_a_slow_net_a_restart_of_the_exchange_a_kill_and_a_full_disk(tmp_path: Path) -> None:
    command = [sys.executable, TOOL, "--seed", str(SEED), "--moments", "4", "--folder", tmp_path / "havoc"]
    command += [word for kind in KINDS for word in ("--kind", kind)]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    for kind in ("hold", "exchange stop", "kill", "disk full"):
        assert f"| {kind} | 1 | 0 |" in ended.stdout
