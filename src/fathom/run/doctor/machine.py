"""The machine and the Python we run on.

Imports: domain. Imported by: doctor.
"""

import asyncio
import resource
import sys
from typing import Final

from fathom.domain import Finding, Level

GROUP: Final = "machine"
FILES_MIN: Final = 256  # Connections, journals, recordings; Linux gives 1,024 unless told otherwise.
FILES_GOOD: Final = 1_024
PYTHON_MIN: Final = (3, 11)


def look_at_machine(loop: asyncio.AbstractEventLoop) -> list[Finding]:
    """Look at the process that we are."""
    return [
        judge_files(resource.getrlimit(resource.RLIMIT_NOFILE)[0]),
        judge_cores(resource.getrlimit(resource.RLIMIT_CORE)[0]),
        judge_python(sys.version_info[:3], asserts=__debug__),
        judge_loop(type(loop).__module__),
    ]


def judge_files(limit: int) -> Finding:
    """Return whether enough files and sockets may be open."""
    unlimited = limit == resource.RLIM_INFINITY
    level: Level = "ok" if unlimited or limit >= FILES_GOOD else "warning" if limit >= FILES_MIN else "error"
    found = f"{'any number of' if unlimited else limit} files and sockets may be open"
    return Finding(
        group=GROUP, check="open files", level=level, found=found, advice="" if level == "ok" else "ulimit -n 4096"
    )


def judge_cores(limit: int) -> Finding:
    """Return whether a crash would leave our memory, with the key in it, on the disk."""
    if limit == 0:
        return Finding(group=GROUP, check="core dumps", level="ok", found="a crash leaves no memory behind")
    return Finding(
        group=GROUP,
        check="core dumps",
        level="note",
        found="a crash may write the memory to a file, and the key with it",
        advice="ulimit -c 0",
    )


def judge_python(version: tuple[int, ...], *, asserts: bool) -> Finding:
    """Return whether it is one that fathom runs on; without asserts broken invariants would go unseen."""
    shown = ".".join(map(str, version))
    if not asserts:
        found = f"Python {shown} runs with -O, which leaves our asserts out"
        return Finding(
            group=GROUP, check="python", level="error", found=found, advice="run it without -O and PYTHONOPTIMIZE"
        )
    if version[:2] < PYTHON_MIN:
        found, advice = f"Python {shown} is too old", "install Python 3.11 or later"
        return Finding(group=GROUP, check="python", level="error", found=found, advice=advice)
    return Finding(group=GROUP, check="python", level="ok", found=f"Python {shown}")


def judge_loop(module: str) -> Finding:
    """Return which event loop it is."""
    if module.split(".", maxsplit=1)[0] == "uvloop":
        return Finding(group=GROUP, check="loop", level="ok", found="the event loop is uvloop")
    found = "the event loop is Python's own"
    return Finding(group=GROUP, check="loop", level="note", found=found, advice="pip install uvloop: it is faster")
