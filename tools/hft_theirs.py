"""The two simple strategies in hftbacktest, where `make hft` has installed it: in a process of its own.

Imports: fathom, hft_bots, hft_rules. Imported by: compare_hft, tests.
"""

from __future__ import annotations

import json
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from hft_bots import Job
from hft_rules import Fill, Model

from fathom.run.history.hft_form import events_of

PYTHON: Final = Path(__file__).resolve().parents[1] / ".venv-hft" / "bin" / "python"
PROCESS: Final = Path(__file__).with_name("hft_process.py")


@dataclass(frozen=True)
class Told:
    """What hftbacktest says of a run. `code` is 0 where it came to its end."""

    code: int
    fills: list[Fill]
    position: int  # As its account has it.
    counted: int  # As the fills add up.


Ask = Callable[[Job, Model], Told]


class Hftbacktest:
    """The process: one recording at a time, and as many jobs on it as are asked for."""

    def __init__(self, process: subprocess.Popen[str], folder: Path) -> None:
        self._process = process
        self._file = folder / "events.npy"

    def load(self, tapes: Sequence[bytes]) -> None:
        """Take another recording."""
        import numpy as np  # noqa: PLC0415 - Only where the comparison runs.

        np.save(self._file, events_of([memoryview(tape) for tape in tapes], cut=False))

    def played(self, job: Job, model: Model, *, tick: float = 0.1, lot: float = 1e-8) -> Told:
        """Return the fills of a strategy over the recording."""
        asked: dict[str, Any] = {"file": str(self._file), "job": job.told(), "model": model, "tick": tick, "lot": lot}
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(asked) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise AssertionError("hftbacktest ended")
        told = json.loads(line)
        return Told(told["code"], [Fill(*fill) for fill in told["fills"]], told["position"], told["counted"])


@contextmanager
def hftbacktest(python: Path = PYTHON) -> Iterator[Hftbacktest]:
    """Run it."""
    with tempfile.TemporaryDirectory(prefix="fathom-hft-") as folder:
        command = [str(python), str(PROCESS)]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdin is not None
            assert process.stdout is not None
            if process.stdout.readline() != "ready\n":
                raise AssertionError("hftbacktest did not start")
            try:
                yield Hftbacktest(process, Path(folder))
            finally:
                process.stdin.close()
