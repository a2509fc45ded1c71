"""Figures without a bar: how fast the journal takes entries, and how soon the command line answers.

Imports: report, scale; fathom.domain, store. Imported by: run.
"""

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import streams
from report import Part, Section, Table
from scale import Scale

from fathom.domain import Entry, FrameReceived
from fathom.store import JournalReader, JournalWriter

STARTS = {
    "python -c pass": ["-c", "pass"],
    "fathom --version": ["-m", "fathom", "--version"],
    "fathom --help": ["-m", "fathom", "--help"],
}


def run(scale: Scale) -> Section:
    """Measure and return the report's section."""
    parts = [_journal(scale), _starts(rounds=2 if scale.quick else 11)]
    return Section("For information", "No bar stands on these.", parts)


def _journal(scale: Scale) -> Part:
    """Append frames as a recorder would, one commit an entry, and read them back with every check."""
    frames = streams.realistic(depth=10, frames=scale.engine_frames).updates
    entries = [
        Entry(seq, seq, streams.START_NS + seq, "world", FrameReceived("public", frame))
        for seq, frame in enumerate(frames, start=1)
    ]
    size = sum(map(len, frames))
    written_s, read_s = [], []
    with tempfile.TemporaryDirectory(prefix="fathom-bench-") as parent:
        for turn in range(scale.engine_rounds):
            folder = Path(parent) / str(turn)
            begun_s = time.perf_counter()
            with JournalWriter(folder, fsync="close") as journal:
                for entry in entries:
                    journal.append(entry)
                    journal.commit()
            written_s.append(time.perf_counter() - begun_s)
            begun_s = time.perf_counter()
            count = sum(1 for _ in JournalReader(folder))
            read_s.append(time.perf_counter() - begun_s)
            assert count == len(entries), "the journal lost entries"
    rows = [
        (name, f"{len(entries) / statistics.median(spent):,.0f}", f"{size / statistics.median(spent) / 1e6:,.0f}")
        for name, spent in (("append and commit each, sync at the end", written_s), ("read back, checked", read_s))
    ]
    text = f"{len(entries):,} book frames of {size / len(entries):.0f} bytes; medians of {scale.engine_rounds} rounds."
    return Part("Journal", text, Table(("work", "entries a second", "MB of frames a second"), rows))


def _starts(*, rounds: int) -> Part:
    """Time whole processes, Python's own start among them."""
    spent_s: dict[str, list[float]] = {name: [] for name in STARTS}
    for _ in range(rounds):
        for name, arguments in STARTS.items():
            begun_s = time.perf_counter()
            subprocess.run([sys.executable, *arguments], check=True, capture_output=True)
            spent_s[name].append(time.perf_counter() - begun_s)
    rows = [(name, f"{statistics.median(spent) * 1_000:.0f}") for name, spent in spent_s.items()]
    return Part("Start-up", f"Whole processes; medians of {rounds}.", Table(("command", "ms"), rows))
