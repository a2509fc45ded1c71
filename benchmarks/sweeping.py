"""`fathom sweep` with one process and with two: what a second processor is worth.

Imports: held, report, scale, stepping_tapes. Imported by: run.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from held import MODELLED, bot_file, hold
from report import Floor, Part, Section, Table, times
from scale import Scale
from stepping_tapes import day_of_trading

TEXT = """\
`fathom sweep` as a user starts it: three parameters of a market maker drawn at random, so that the same trials come
however many processes there are; each trial is a backtest of each segment of two hours, and the best is run in the time
held out. *The whole command* is from its start to its end, Python's start, the processes' imports and the report's page
among them; *trials* is the time of all trials, each as its process counted it. Rounds in turn, medians. There are
{cores} cores here, which others may share: *a plain loop* is what the machine itself gave to two processes just before,
each with a loop of its own and nothing in common, beside one."""
LOOP = "for _ in range(30_000_000): pass"


def run(scale: Scale) -> Section:
    """Measure and return the report's section."""
    trials = 2 if scale.quick else 8
    tape = day_of_trading(frames=1_000 if scale.quick else 20_000, times=2 if scale.quick else 4, hours=2)
    load = os.getloadavg()[0]
    whole: dict[int, list[float]] = {1: [], 2: []}
    alone: dict[int, list[float]] = {1: [], 2: []}
    loops: dict[int, list[float]] = {1: [], 2: []}
    tried: list[object] = []
    with tempfile.TemporaryDirectory(prefix="fathom-bench-") as name:
        folder = Path(name)
        hold(folder / "data", tape)
        bot = bot_file(folder / "bot.toml", MODELLED)
        for turn in range(1 if scale.quick else 3):
            for jobs, spent in whole.items():
                loops[jobs].append(_loops(jobs))
                out = folder / f"sweep-{turn}-{jobs}"
                begun_s = time.perf_counter()
                _sweep(bot, folder / "data", out, trials=trials, jobs=jobs)
                spent.append(time.perf_counter() - begun_s)
                rows = [json.loads(line) for line in _trials_of(out)]
                alone[jobs].append(sum(row["seconds"] for row in rows))
                tried.append(sorted(json.dumps(row["params"], sort_keys=True) for row in rows))
    assert all(one == tried[0] for one in tried), "these sweeps tried different parameters"
    seconds = {jobs: statistics.median(some) for jobs, some in whole.items()}
    ratio = seconds[1] / seconds[2]
    loop_s = {jobs: statistics.median(some) for jobs, some in loops.items()}
    rows = [
        (
            f"{jobs}",
            f"{seconds[jobs]:.2f}",
            times(seconds[1] / seconds[jobs]),
            f"{statistics.median(alone[jobs]):.2f}",
            times(jobs * loop_s[1] / loop_s[jobs]),
        )
        for jobs in whole
    ]
    headers = ("processes", "the whole command, s", "as fast as one", "trials, s", "a plain loop, as fast as one")
    text = f"{trials} trials over {tape.events:,} events. Load average before it began: {load:.1f}."
    return Section(
        "A sweep with two processes",
        TEXT.format(cores=os.cpu_count()),
        [Part("One and two", text, Table(headers, rows))],
        floors=[Floor("a sweep, two processes, times one", ratio)],
    )


def _sweep(bot: Path, data: Path, out: Path, *, trials: int, jobs: int) -> None:
    command = [sys.executable, "-m", "fathom", "sweep", str(bot), "--data", str(data), "--out", str(out)]
    command += ["--trials", str(trials), "--jobs", str(jobs), "--sampler", "random", "--objective", "profit"]
    command += ["--folds", "2", "--no-neighbours", "--only", "s.gamma,s.kappa,s.intensity"]
    subprocess.run(command, check=True, capture_output=True)


def _loops(processes: int) -> float:
    """Return how long so many processes take, side by side, each for the same loop."""
    begun_s = time.perf_counter()
    running = [subprocess.Popen([sys.executable, "-c", LOOP]) for _ in range(processes)]
    for one in running:
        if one.wait(timeout=600):
            raise RuntimeError("a process with a plain loop failed")
    return time.perf_counter() - begun_s


def _trials_of(out: Path) -> list[str]:
    """Return the lines of a sweep's results that are of its trials."""
    return [line for line in (out / "results.jsonl").read_text().splitlines() if '"kind":"trial"' in line]
