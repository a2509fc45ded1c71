"""`python stepping_day_process.py BOT DATA JOURNAL`: one backtest, and what it took, as JSON. Linux.

A process of its own, so that nothing else is in the figures. Imports: held. Run by: stepping_day.
"""

import json
import sys
from pathlib import Path

from held import backtest_of


def main(bot: Path, data: Path, journal: Path) -> None:
    """Run it."""
    before_kib = status_kib("VmHWM")
    told = backtest_of(bot, data, journal=journal)
    found = {
        "wall_s": told.wall_s,
        "wakes": told.wakes,
        "entries": told.run.entries,
        "fills": told.run.summary.total.fills,
        "before_kib": before_kib,
        "peak_kib": status_kib("VmHWM"),  # Not ru_maxrss, which begins with what the parent had.
        "own_kib": status_kib("RssAnon"),
        "file_kib": status_kib("RssFile"),
    }
    sys.stdout.write(json.dumps(found))


def status_kib(name: str) -> int:
    """Return a line of the process's status."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1])
    raise RuntimeError(f"/proc/self/status has no {name}: this needs Linux")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
