"""A day of a busy pair: how large it is, how long it takes to step over and to run a bot over, and in what memory.

Imports: held, report, scale, stepping_tapes, fathom. Imported by: run.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from held import CALM, bot_file, hold
from report import Floor, Part, Section, Table
from scale import Scale
from stepping_tapes import day_of_trading

from fathom.kernel.stepper import Stepper
from fathom.store.history import Tape

TEXT = """\
A day of BTC/USD as a tape on disk, of the size that such a pair may have: {frames:,} frames of its book of depth 10,
{each:.0f} a second, and {trades:,} trades, seeded as the streams above and spread over 24 hours at moments of their
own. (The whole venue was seen at 5,500 frames a second over 1,489 pairs; how much of it is the busiest pair is
assumed.) *Cold*: the operating system was told to drop the file's pages before. *A market maker* is that of the
section above, further from the mid and slower to move, with its journal on disk, in a process of its own, as
`fathom backtest` runs it; *from the start of the process* has Python's start and all imports. In a day of any size risk
looks at everything each second, 86,400 times, and the reconciler asks for the account each minute. Peak memory is the
resident set; of it the mapped tape is the file's, which the system may drop at any time."""


def run(scale: Scale) -> Section:
    """Measure and return the report's section."""
    tape = day_of_trading(frames=1_000 if scale.quick else 100_000, times=2 if scale.quick else 22)
    load = os.getloadavg()[0]
    rounds = 1 if scale.quick else 3
    with tempfile.TemporaryDirectory(prefix="fathom-bench-") as name:
        folder = Path(name)
        (path,) = hold(folder / "data", tape)
        frames, events, size = tape.frames, tape.events, path.stat().st_size
        with Tape(path) as held:
            trades = held.head.trades
        del tape  # What is measured is what is on disk.
        passes = {
            "opened and stepped over, cold": lambda: _stepped(path, cold=True),
            "opened and stepped over, warm": lambda: _stepped(path, cold=False),
        }
        found: dict[str, list[float]] = {what: [] for what in passes}
        for _ in range(rounds):
            for what, measure in passes.items():
                found[what].append(measure())
        bot = bot_file(folder / "bot.toml", CALM)
        runs = [_run(bot, folder / "data", folder / f"journal-{number}", path) for number in range(rounds)]
        journal = sum(file.stat().st_size for file in (folder / "journal-0").iterdir())
    one = runs[0]
    seconds = statistics.median(run["wall_s"] for run in runs)
    rows = [
        ("the tape", f"{size / 2**20:,.0f} MiB, {size / events:.0f} bytes an event"),
        *((what, _spread(some, events)) for what, some in found.items()),
        ("a market maker over it", _spread([run["wall_s"] for run in runs], events)),
        ("the same, from the start of the process", f"{statistics.median(run['whole_s'] for run in runs):.1f} s"),
        ("woken; entries; fills", f"{one['wakes']:,}; {one['entries']:,}; {one['fills']:,}"),
        ("its journal", f"{journal / 2**20:,.1f} MiB"),
        (
            "peak memory",
            f"{one['peak_kib'] / 1024:,.0f} MiB; at the end {one['file_kib'] / 1024:,.0f} of it are files'",
        ),
        ("memory that is its own, at the end", f"{one['own_kib'] / 1024:,.0f} MiB"),
        ("peak memory before the run, all imported", f"{one['before_kib'] / 1024:,.0f} MiB"),
    ]
    return Section(
        "A day of BTC/USD",
        TEXT.format(frames=frames, trades=trades, each=frames / 86_400),
        [Part(f"{events:,} events", f"Load average before it began: {load:.1f}.", Table(("what", "measured"), rows))],
        floors=[Floor("a day of BTC/USD, a market maker with its journal, s", seconds)],
    )


def _stepped(path: Path, *, cold: bool) -> float:
    if cold:
        _drop(path)
    begun_s = time.perf_counter()
    with Tape(path) as tape:
        stepper = Stepper([tape.rows])
        stepper.step()
        spent_s = time.perf_counter() - begun_s
        left, stepper = stepper.rows_left, None
    assert not left, f"{left} rows were not played"
    return spent_s


def _drop(path: Path) -> None:
    """Have the operating system forget the file's pages, as far as it does."""
    with path.open("rb") as file:
        os.fsync(file.fileno())
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def _run(bot: Path, data: Path, journal: Path, tape: Path) -> dict[str, float]:
    """Run stepping_day_process.py, on pages that are warm, and return what it found."""
    tape.read_bytes()
    script = Path(__file__).with_name("stepping_day_process.py")
    begun_s = time.perf_counter()
    done = subprocess.run(
        [sys.executable, str(script), str(bot), str(data), str(journal)], check=True, capture_output=True, text=True
    )
    found: dict[str, float] = json.loads(done.stdout)
    return {**found, "whole_s": time.perf_counter() - begun_s}


def _spread(seconds: list[float], events: int) -> str:
    middle = statistics.median(seconds)
    return f"{middle:.2f} s ({min(seconds):.2f} to {max(seconds):.2f}), {events / middle / 1e6:.1f} M events a second"
