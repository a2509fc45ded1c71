"""Hftbacktest beside us, where `make hft` has installed it: it needs an older numpy, so it has its own environment.

Imports: stepping_tapes. Imported by: stepping.
"""

import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from stepping_tapes import Recorded

PYTHON = Path(__file__).resolve().parents[1] / ".venv-hft" / "bin" / "python"
LOOPS = ("each event", "each 100 ms")


@contextmanager
def contenders(tape: Recorded) -> Iterator[dict[str, Callable[[], float]]]:
    """Yield what is measured, by its name; each returns the seconds that it took. Nothing where it is not installed."""
    if not PYTHON.exists():
        yield {}
        return
    with tempfile.TemporaryDirectory(prefix="fathom-bench-") as folder:
        file = Path(folder) / "events.npy"
        np.save(file, tape.for_hftbacktest())
        command = [str(PYTHON), str(Path(__file__).with_name("stepping_hft_process.py")), str(file)]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdin is not None
            assert process.stdout is not None
            if process.stdout.readline() != "ready\n":
                raise AssertionError("hftbacktest did not start")

            def measure(loop: str) -> Callable[[], float]:
                def ask() -> float:
                    assert process.stdin is not None
                    assert process.stdout is not None
                    process.stdin.write(loop + "\n")
                    process.stdin.flush()
                    return float(process.stdout.readline())

                return ask

            try:
                yield {f"hftbacktest: {loop}, compiled": measure(loop) for loop in LOOPS}
            finally:
                process.stdin.close()
