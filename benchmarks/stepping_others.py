"""Hftbacktest and nautilus_trader beside us, where `make hft` and `make nautilus` have installed them.

Each has an environment of its own: they need other versions of what we use, and much that nobody else does.

Imports: stepping_tapes. Imported by: stepping, stepping_bots.
"""

import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from stepping_tapes import Recorded

HERE = Path(__file__).resolve().parent
LOOPS = ("each event", "each 100 ms")
Measure = Callable[[], float]


@contextmanager
def contenders(tape: Recorded) -> Iterator[dict[str, Measure]]:
    """Yield what of hftbacktest is measured, by its name; each returns the seconds that it took."""
    with asked("hft", tape) as (ask, _):
        yield {} if ask is None else {f"hftbacktest: {loop}, compiled": _measure(ask, loop) for loop in LOOPS}


@contextmanager
def nautilus(tape: Recorded, *, seen: int) -> Iterator[dict[str, Measure]]:
    """Yield the same of nautilus_trader. Its strategy must have counted what ours did: `seen`."""
    with asked("nautilus", tape) as (ask, said):
        if ask is not None and int(said) != seen:
            raise AssertionError(f"nautilus_trader saw {said} wide spreads, we {seen}: its book is another")
        yield {} if ask is None else {"nautilus_trader: each message": _measure(ask, "run")}


@contextmanager
def asked(name: str, tape: Recorded) -> Iterator[tuple[Callable[[str], float] | None, str]]:
    """Yield what asks one of them for a run, and what it said when it was ready; None where it is not installed."""
    python = HERE.parent / f".venv-{name}" / "bin" / "python"
    if not python.exists():
        yield None, ""
        return
    with tempfile.TemporaryDirectory(prefix="fathom-bench-") as folder:
        file = Path(folder) / "events.npy"
        np.save(file, tape.for_hftbacktest())
        command = [str(python), str(HERE / f"stepping_{name}_process.py"), str(file)]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdin is not None
            assert process.stdout is not None
            to, answers = process.stdin, process.stdout
            ready, _, said = answers.readline().strip().partition(" ")
            if ready != "ready":
                raise AssertionError(f"{name} did not start")

            def ask(what: str) -> float:
                to.write(what + "\n")
                to.flush()
                return float(answers.readline())

            try:
                yield ask, said
            finally:
                to.close()


def _measure(ask: Callable[[str], float], what: str) -> Measure:
    return lambda: ask(what)
