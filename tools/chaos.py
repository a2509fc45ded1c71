"""The big campaign of chaos in virtual time: many seeds, each a market, a weather, crashes, and the real bot in it.

    tools/chaos.py --seeds 10000 --jobs 2      # play the seeds 1 to 10000
    tools/chaos.py --only 4711                 # play one again, and see the whole traceback

A seed that fails is told with what went wrong and the command that plays it again. Imports: chaos_run.
"""

from __future__ import annotations

import argparse
import sys
import time
import traceback
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass

from chaos_run import Plant, Report, play

CHUNK = 20  # Seeds of one errand of a worker.


@dataclass(frozen=True)
class Failure:
    """A seed that failed: where, and in which words."""

    seed: int
    kind: str
    detail: str

    def __str__(self) -> str:
        return f"seed {self.seed} failed: {self.detail}\n  play it again: {command(self.seed)}"


def command(seed: int) -> str:
    """Return the command that plays a seed again."""
    return f".venv/bin/python tools/chaos.py --only {seed}"


def attempt(seed: int, plant: Plant | None = None) -> Report | Failure:
    """Play one seed; return how it went. Whatever a component raises is a failure of the seed."""
    try:
        return play(seed, plant)
    except Exception as error:  # noqa: BLE001 - A bug may raise anything, and the campaign goes on.
        where = traceback.extract_tb(error.__traceback__)[-1]
        kind = getattr(error, "kind", type(error).__name__)
        text = f"{type(error).__name__}: {error} ({where.filename.rsplit('/', 1)[-1]}:{where.lineno})"
        return Failure(seed, kind, text[:2_000])


def campaign(seeds: Iterable[int]) -> list[Report | Failure]:
    """Play some seeds, one after the other."""
    return [attempt(seed) for seed in seeds]


def main() -> int:
    """Play what the command line says; return 1 where a seed failed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=10_000, help="how many")
    parser.add_argument("--from", dest="first", type=int, default=1, help="the first one")
    parser.add_argument("--jobs", type=int, default=2, help="processes")
    parser.add_argument("--only", type=int, help="play this seed alone, and raise what it raises")
    asked = parser.parse_args()
    if asked.only is not None:
        print(play(asked.only))
        return 0
    began = time.monotonic()
    chunks = [
        range(start, min(start + CHUNK, asked.first + asked.seeds))
        for start in range(asked.first, asked.first + asked.seeds, CHUNK)
    ]
    failures: list[Failure] = []
    total: Counter[str] = Counter()
    slowest = 0.0
    with ProcessPoolExecutor(asked.jobs) as pool:
        for number, results in enumerate(pool.map(campaign, chunks), 1):
            for result in results:
                if isinstance(result, Failure):
                    failures.append(result)
                    print(result, flush=True)
                    continue
                total.update(seeds=1, entries=result.entries, crashes=result.crashes)
                total.update({name: result.counts[name] for name in ("OrderApproved", "OrderTraded")})
                slowest = max(slowest, result.live_s)
            if number % 25 == 0 or number == len(chunks):
                print(f"{number * CHUNK:,} seeds, {len(failures)} failed, {time.monotonic() - began:.0f} s", flush=True)
    print(
        f"{total['seeds']:,} seeds passed and {len(failures)} failed in {time.monotonic() - began:.0f} s: "
        f"{total['entries']:,} entries, {total['OrderApproved']:,} orders, {total['OrderTraded']:,} fills told, "
        f"{total['crashes']:,} crashes; the longest took {slowest:.0f} s of its own time to trade again"
    )
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
