"""`python benchmarks/memory.py ENTRIES ...`: resident memory at these places of one long run, as JSON.

A process of its own, so that nothing else is in the figure. Imports: bots; fathom.store. Run by: engine.
"""

import json
import sys
import tempfile
from pathlib import Path

import streams
from bots import bot_on, demo_config, market_frames

from fathom.store import JournalWriter


def main(marks: list[int]) -> None:
    """Play a market until the last mark, and print what was resident at each."""
    found: list[dict[str, int]] = []
    frames = market_frames(marks[-1], depth=demo_config().depths[streams.SYMBOL])
    with (
        tempfile.TemporaryDirectory(prefix="fathom-bench-") as parent,
        JournalWriter(Path(parent) / "journal", fsync="close") as log,
    ):
        engine, world = bot_on(frames, log)
        while len(found) < len(marks) and (arrival := world.next_arrival()) is not None:
            for entry in engine.step(arrival.event, time_ns=arrival.time_ns):
                world.perform(entry)
            if engine.last_seq >= marks[len(found)]:
                found.append({"entries": engine.last_seq, "rss_kib": resident_kib()})
    sys.stdout.write(json.dumps(found))


def resident_kib() -> int:
    """Return what of this process is in memory now. Linux."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1])
    raise RuntimeError("/proc/self/status has no VmRSS: this needs Linux")


if __name__ == "__main__":
    main([int(word) for word in sys.argv[1:]])
