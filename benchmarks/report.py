"""What was measured, as Markdown: for the terminal and for docs/performance.md.

Imports: nothing of fathom. Imported by: run, desk, l2, client, l3, engine, informational, venue.
"""

import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path

LIBRARIES = ("orjson", "msgspec", "picows", "uvloop", "aiohttp", "python-kraken-sdk", "ccxt", "Cython")

HOW_TO_READ = """\
Every time is of this machine, and machines are noisy: **the ratios are what counts**. In each of some rounds all
contenders run over the same frames, in an order that rotates, with the garbage collector off. The clock is read
every 0.1 ms or so, and each such slice of frames counts with the median of its rounds. *range* is the lowest and
the highest ratio from thirds of the rounds. The snapshot and the first updates (a tenth, at most 100) of each feed
are applied before the clock starts. orjson is the yardstick because it is the fastest general parser of these
bytes, and because parsing is all that it does: a contender below 1.00 is done before the parser has read the frame.

* Every contender is handed what its own socket library would hand it (bytes, or decoded text), and its own JSON
  parser is part of its time. No network.
* *verified* is the share of updates after which the contender itself said that its book has the frame's checksum,
  counted before anything is timed.
* *p50* and *p99* are of single frames, timed one by one in passes of their own; each frame counts with its median
  of {passes} passes. {timer_us:.2f} us of each is the clock itself: compare them with each other, not with the
  column *us a frame*."""


PROMISES = ("Bars", "Floors")  # Tables to which every benchmark adds rows.
BY_HAND = ("The soak", "The rehearsal")  # `make soak` and `make rehearsal` print their tables.


@dataclass(frozen=True)
class Table:
    """Rows of texts under headers; all but the first `left` columns are numbers."""

    headers: Sequence[str]
    rows: Sequence[Sequence[str]]
    left: int = 1


@dataclass(frozen=True)
class Bar:
    """A promise: `figure` must not be above `bar`, and should not be above `goal`."""

    what: str
    figure: float
    bar: float
    goal: float | None = None


@dataclass(frozen=True)
class Floor:
    """A promise in its own unit: `figure` must be at most `bar`, or at least where that is said; None is no promise."""

    what: str
    figure: float
    bar: float | None = None
    goal: float | None = None
    at_least: bool = False

    def met(self, limit: float) -> bool:
        """Tell whether the figure reaches a limit."""
        return self.figure >= limit if self.at_least else self.figure <= limit


@dataclass(frozen=True)
class Part:
    """A heading, some sentences, and a table."""

    title: str
    text: str = ""
    table: Table | None = None


@dataclass(frozen=True)
class Section:
    """One benchmark's share of the report."""

    title: str
    text: str
    parts: Sequence[Part] = ()
    bars: Sequence[Bar] = field(default_factory=tuple)
    floors: Sequence[Floor] = field(default_factory=tuple)


def markdown(sections: Sequence[Section], *, timer_us: float, passes: int, quick: bool) -> str:
    """Return the whole page."""
    bars = [bar for section in sections for bar in section.bars]
    texts = ["# Performance", "Written by `make bench`; a new run replaces it."]
    if quick:
        texts.append("**A quick run: it shows that the benchmarks run, its figures mean little.**")
    if bars and not quick:
        texts += ["## Bars", _table(_bars(bars))]
    floors = [floor for section in sections for floor in section.floors]
    if floors and not quick:
        texts += ["## Floors", _table(_floors(floors))]
    texts += ["## How to read it", HOW_TO_READ.format(passes=passes, timer_us=timer_us)]
    texts += ["## Machine", _table(_machine())]
    for section in sections:
        texts += [f"## {section.title}", section.text]
        for part in section.parts:
            texts += [text for text in (f"### {part.title}", part.text) if text]
            if part.table is not None:
                texts.append(_table(part.table))
    return "\n\n".join(texts) + "\n"


def merged(page: str, newer: str) -> str:
    """Return a page with the sections of a newer, shorter one in the place of its own, or before its last one.

    What is said of the whole page stays as it was, and so do promises that the newer one does not measure.
    """
    parts, fresh = _by_heading(page), _by_heading(newer)
    for title in ("", "How to read it", "Machine"):
        fresh.pop(title)
    for title in PROMISES:
        if title in parts and title in fresh:
            fresh[title] = _with_rows(parts[title], fresh[title])
    last = list(parts)[-1]
    kept = {title: fresh.pop(title, text) for title, text in parts.items()}
    end = kept.pop(last)
    return "\n\n".join([*kept.values(), *fresh.values(), end]) + "\n"


def _with_rows(older: str, newer: str) -> str:
    """Return a section that is one table with the rows of a newer one in the place of those of the same name."""
    rows = {line.split("|")[1].strip(): line for line in newer.splitlines() if line.startswith("|")}
    lines = [
        rows.pop(line.split("|")[1].strip(), line) if line.startswith("|") else line for line in older.splitlines()
    ]
    return "\n".join([*lines, *rows.values()])


def with_sections_by_hand(page: str, text: str) -> str:
    """Return a new page with those sections of the old one that take hours, and are put in by hand."""
    kept = [part for title, part in _by_heading(page).items() if title in BY_HAND]
    return "\n\n".join([text.rstrip(), *kept]) + "\n"


def _by_heading(page: str) -> dict[str, str]:
    """Return the parts of a page by their headings of the second degree; what stands before the first has none."""
    texts = [text.strip() for text in ("\n" + page).split("\n## ")]
    return {"": texts[0], **{text.partition("\n")[0]: f"## {text}" for text in texts[1:]}}


def microseconds(value_us: float) -> str:
    """Return a time with three or more significant digits."""
    return f"{value_us:.0f}" if value_us >= 100 else f"{value_us:.1f}" if value_us >= 10 else f"{value_us:.3f}"


def times(ratio: float) -> str:
    """Return a ratio."""
    return f"{ratio:.0f}x" if ratio >= 100 else f"{ratio:.1f}x" if ratio >= 10 else f"{ratio:.2f}x"


def _bars(bars: Sequence[Bar]) -> Table:
    return Table(
        ("what", "orjson's time, times", "bar", "", "goal", " "),
        [
            (
                bar.what,
                f"{bar.figure:.2f}",
                f"{bar.bar:.2f}",
                "met" if bar.figure <= bar.bar else "**not met**",
                "" if bar.goal is None else f"{bar.goal:.2f}",
                "" if bar.goal is None else "met" if bar.figure <= bar.goal else "**not met**",
            )
            for bar in bars
        ],
    )


def _floors(floors: Sequence[Floor]) -> Table:
    return Table(
        ("what", "measured", "bar", "", "goal", " "),
        [
            (
                floor.what,
                f"{floor.figure:,.2f}" if floor.figure < 100 else f"{floor.figure:,.0f}",
                "" if floor.bar is None else f"{floor.bar:,.0f}",
                "" if floor.bar is None else "met" if floor.met(floor.bar) else "**not met**",
                "" if floor.goal is None else f"{floor.goal:,.0f}",
                "" if floor.goal is None else "met" if floor.met(floor.goal) else "**not met**",
            )
            for floor in floors
        ],
    )


def _machine() -> Table:
    return Table(
        ("what", "is"),
        [
            ("date", f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC"),
            ("processor", f"{_processor()}, {os.cpu_count()} cores"),
            ("system", f"{platform.system()} {platform.release()}, {platform.machine()}"),
            ("Python", f"{platform.python_implementation()} {platform.python_version()}"),
            *((name, _version(name)) for name in LIBRARIES),
        ],
        left=2,
    )


def _processor() -> str:
    """Return the processor's name, as Linux has it, or as near to it as the platform says."""
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        for line in cpuinfo.read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return "not installed"


def _table(table: Table) -> str:
    rules = [":---" if column < table.left else "---:" for column in range(len(table.headers))]
    return "\n".join("| " + " | ".join(row) + " |" for row in (table.headers, rules, *table.rows))
