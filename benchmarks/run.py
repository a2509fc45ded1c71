"""`python benchmarks/run.py`: every benchmark in one run, as a report on the terminal and, where asked, in a file.

Nothing is asserted about time: a bar that is not met is said, and the exit status is 0.

Imports: client, collecting, decision, desk, engine, informational, l2, l3, report, rounds, scale, stepping,
stepping_bots, stepping_day, sweeping, venue.
Imported by: nothing.
"""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

import client
import collecting
import decision
import desk
import informational
import l2
import l3
import stepping
import stepping_bots
import stepping_day
import sweeping
import venue
from report import Section, markdown, merged, with_sections_by_hand
from rich.console import Console
from rich.markdown import Markdown
from rounds import timer_us
from scale import FULL, QUICK, Scale

import engine

BENCHMARKS: dict[str, Callable[[Scale], Section]] = {
    "l2": l2.run,
    "l3": l3.run,
    "desk": desk.run,
    "engine": engine.run,
    "exchange": venue.run,
    "client": client.run,
    "decision": decision.run,
    "collecting": collecting.run,
    "stepping": stepping.run,
    "bots": stepping_bots.run,
    "day": stepping_day.run,
    "sweep": sweeping.run,
    "informational": informational.run,
}


def main() -> None:
    """Run what was asked for."""
    parser = argparse.ArgumentParser(description="Measure fathom against others, in one run, on the same frames.")
    parser.add_argument("--quick", action="store_true", help="some seconds in all: shows that they run")
    parser.add_argument("--only", action="append", choices=BENCHMARKS, help="one benchmark; may be repeated")
    parser.add_argument("--output", type=Path, help="write the report to this file, as Markdown; with --only, into it")
    asked = parser.parse_args()
    scale = QUICK if asked.quick else FULL
    sections = []
    for name in asked.only or BENCHMARKS:
        sys.stderr.write(f"measuring {name}\n")
        sections.append(BENCHMARKS[name](scale))
    text = markdown(sections, timer_us=timer_us(), passes=scale.singles_passes, quick=scale.quick)
    Console(width=None if sys.stdout.isatty() else 180).print(Markdown(text))
    if asked.output is not None:
        page = asked.output.read_text() if asked.output.exists() else ""
        asked.output.write_text(merged(page, text) if asked.only and page else with_sections_by_hand(page, text))


if __name__ == "__main__":
    main()
