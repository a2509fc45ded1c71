"""The disk that the journal goes to: room, and how long a write takes that is really on it.

Imports: domain. Imported by: doctor.
"""

import os
import shutil
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Final

from fathom.domain import Finding, Level

GROUP: Final = "disk"
GIB: Final = 2**30
FULL_BYTES: Final = GIB  # A busy day of the journal may be so much.
LOW_BYTES: Final = 10 * GIB
WRITES: Final = 30
WRITE_BYTES: Final = 4_096
SLOW_NS: Final = 50_000_000
_MS: Final = 1_000_000


def look_at_disk(folder: Path) -> list[Finding]:
    """Look at the disk below a folder, which need not be there yet. Blocks: for a thread."""
    place = folder.absolute()
    while not place.exists():
        place = place.parent
    if not place.is_dir():
        return [_unusable(folder, f"{place} is a file")]
    try:
        free = shutil.disk_usage(place).free
        taken = measure_writes(place)
    except OSError as error:
        return [_unusable(folder, f"cannot write to {place}: {error.strerror or error}")]
    return [judge_space(place, free), judge_writes(place, taken)]


def measure_writes(folder: Path) -> list[int]:
    """Return how long each of some small writes took until it was on the disk; nothing is left behind."""
    taken: list[int] = []
    with tempfile.TemporaryFile(dir=folder, prefix="fathom-doctor-") as file:
        for _ in range(WRITES):
            began_ns = time.perf_counter_ns()
            os.write(file.fileno(), bytes(WRITE_BYTES))
            os.fsync(file.fileno())
            taken.append(time.perf_counter_ns() - began_ns)
    return taken


def judge_space(folder: Path, free: int) -> Finding:
    """Return whether there is room."""
    level: Level = "error" if free < FULL_BYTES else "warning" if free < LOW_BYTES else "ok"
    return Finding(
        group=GROUP,
        check="space",
        level=level,
        found=f"{free / GIB:.1f} GiB are free below {folder}",
        advice=""
        if level == "ok"
        else "make room, or name another folder: when the journal cannot write, trading stops",
    )


def judge_writes(folder: Path, taken: list[int]) -> Finding:
    """Return whether it is quick enough."""
    usual_ms, slowest = median(taken) / _MS, max(taken)
    level: Level = "warning" if slowest > SLOW_NS else "ok"
    return Finding(
        group=GROUP,
        check="writes",
        level=level,
        found=f"a small write takes {usual_ms:.1f} ms to the disk, at worst {slowest / _MS:.1f} ms, in {folder}",
        advice="" if level == "ok" else "use a local SSD for the journal, and no network disk",
    )


def _unusable(folder: Path, found: str) -> Finding:
    return Finding(
        group=GROUP, check="space", level="error", found=found, advice=f"make {folder} writable, or name another"
    )
