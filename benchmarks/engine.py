"""The engine with the demo's components: entries a second, with and without a journal, and memory over a long run.

Imports: bots, report, scale; fathom.engine, store. Imported by: run.
"""

import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

import streams
from bots import bot_on, demo_config, market_frames
from report import Part, Section, Table
from scale import Scale

from fathom.engine import Log, Nowhere
from fathom.engine import run as run_engine
from fathom.sim import RecordedFrame
from fathom.store import JournalWriter

TEXT = """\
The demo's bot (market, risk, strategies) and its venue on paper, on a seeded BTC/USD stream with trades: frames are
verified, decisions taken, orders judged, filled and answered. An *entry* is one event of the log; a frame is an
entry, and so is all that follows from it."""

MEMORY_TEXT = """\
Resident memory of a process of its own after so many entries, with a journal. What grows with time would show as
a difference."""


def run(scale: Scale) -> Section:
    """Measure and return the report's section."""
    frames = list(market_frames(scale.engine_frames, depth=demo_config().depths[streams.SYMBOL]))
    return Section("Engine", TEXT, [_throughput(frames, rounds=scale.engine_rounds), _kinds(frames), _memory(scale)])


def _throughput(frames: list[RecordedFrame], *, rounds: int) -> Part:
    with tempfile.TemporaryDirectory(prefix="fathom-bench-") as parent:

        def journal(policy: str) -> Callable[[int], AbstractContextManager[Log]]:
            return lambda turn: JournalWriter(Path(parent) / f"{policy}-{turn}", fsync=policy)  # type: ignore[arg-type]

        logs: dict[str, Callable[[int], AbstractContextManager[Log]]] = {
            "no journal": lambda _: nullcontext(Nowhere()),
            "journal, synced at the end": journal("close"),
            "journal, synced with each approved order (the default)": journal("effects"),
        }
        spent_s: dict[str, list[float]] = {name: [] for name in logs}
        worked_s: dict[str, list[float]] = {name: [] for name in logs}
        entries = 0
        names = list(logs)
        for turn in range(rounds):
            for place in range(len(names)):
                name = names[(turn + place) % len(names)]
                with logs[name](turn) as log:
                    engine, world = bot_on(frames, log)
                    begun_s, began_work_s = time.perf_counter(), time.process_time()
                    run_engine(engine, world)
                    spent_s[name].append(time.perf_counter() - begun_s)
                    worked_s[name].append(time.process_time() - began_work_s)
                    entries = engine.last_seq
    rows = [
        (
            name,
            f"{entries / statistics.median(spent):,.0f}",
            f"{len(frames) / statistics.median(spent):,.0f}",
            f"{statistics.median(worked_s[name]) / entries * 1e6:.1f}",
        )
        for name, spent in spent_s.items()
    ]
    text = f"{len(frames):,} frames, {entries:,} entries; medians of {rounds} rounds. CPU time leaves waiting out."
    return Part(
        "Entries a second", text, Table(("log", "entries a second", "frames a second", "CPU us an entry"), rows)
    )


def _kinds(frames: list[RecordedFrame]) -> Part:
    """Return what the log of such a run holds, so that a figure of entries a second means something."""
    engine, world = bot_on(frames, Nowhere())
    kinds: Counter[str] = Counter()
    while (arrival := world.next_arrival()) is not None:
        for entry in engine.step(arrival.event, time_ns=arrival.time_ns):
            kinds[type(entry.event).__name__] += 1
            world.perform(entry)
    rows = [(name, f"{count:,}") for name, count in kinds.most_common()]
    return Part("What these entries are", "", Table(("event", "entries"), rows))


def _memory(scale: Scale) -> Part:
    """Run memory.py in a process of its own and return what it found."""
    marks = [str(scale.entries_early), str(scale.entries_late)]
    command = [sys.executable, str(Path(__file__).with_name("memory.py")), *marks]
    found = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    first_kib = found[0]["rss_kib"]
    rows = [
        (
            f"{one['entries']:,}",
            f"{one['rss_kib'] / 1024:.1f}",
            "" if one is found[0] else f"{(one['rss_kib'] - first_kib) / 1024:+.1f}",
        )
        for one in found
    ]
    return Part("Memory", MEMORY_TEXT, Table(("entries", "RSS, MiB", "since the first"), rows))
