"""Runs an example as a user does: in a process of its own, with nothing but the state folder to find the exchange."""

import os
import subprocess
import sys
from pathlib import Path

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
SECONDS_MAX = 60


def run_example(name: str, state: Path) -> str:
    """Return what it printed; it must end well and complain of nothing."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith("FATHOM_")}
    environment["FATHOM_STATE_DIR"] = str(state)
    done = subprocess.run(
        [sys.executable, "-W", "error", str(EXAMPLES / name)],
        capture_output=True,
        text=True,
        timeout=SECONDS_MAX,
        env=environment,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    return done.stdout
