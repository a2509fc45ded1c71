"""Chaos for real: bot and exchange in processes of their own, killed, stopped, cut off, out of disk, at random moments.

    python tools/havoc.py --moments 200 --jobs 3

Each moment a seed decides what goes wrong; then the bot must be well again by itself, and a judge compares the
exchange's own account with the bot's journal: docs/havoc.md. It ends with 0 where everything held at every moment.
"""

import argparse
import asyncio
import json
import sys
import time
from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any, Final, get_args

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))

from havoc_moments import Stages
from havoc_plan import Kind, moment_of

from fathom.net import run_loop

EACH: Final = 25  # Moments on one journal, which each start replays from its beginning.


def main() -> int:
    """Play the moments that the command line asks for."""
    args = _arguments()
    numbers = range(args.first, args.first + args.moments)
    folder = args.folder or Path("runs") / f"havoc-{datetime.now(UTC):%Y%m%d-%H%M%S}"
    folder.mkdir(parents=True, exist_ok=True)
    if args.plan:
        for number in numbers:
            print(f"moment {number}: {moment_of(args.seed, number, args.kinds).told()}")
        return 0
    if args.stage:
        outcomes = run_loop(Stages(folder, args.seed, args.kinds).play(numbers))
        return 1 if any(outcome.wrong for outcome in outcomes) else 0
    begun_s = time.monotonic()
    statuses = asyncio.run(_campaign(args, folder, numbers))
    return _sum_up(folder, len(numbers), statuses, seconds=time.monotonic() - begun_s)


async def _campaign(args: argparse.Namespace, folder: Path, numbers: Sequence[int]) -> list[int]:
    """Play the moments in stages, so many side by side, each in a process of its own; return how each ended."""
    room = asyncio.Semaphore(args.jobs)

    async def stage(first: int, count: int) -> int:
        words = ["--seed", str(args.seed), "--first", str(first), "--moments", str(count), "--folder", str(folder)]
        words += ["--stage", *(word for kind in args.kinds for word in ("--kind", kind))]
        async with room:
            process = await asyncio.create_subprocess_exec(sys.executable, __file__, *words)
            return await process.wait()

    firsts = range(numbers[0], numbers[-1] + 1, args.each)
    return await asyncio.gather(*(stage(first, min(args.each, numbers[-1] + 1 - first)) for first in firsts))


def _sum_up(folder: Path, asked: int, statuses: Sequence[int], *, seconds: float) -> int:
    path = folder / "outcomes.jsonl"
    outcomes: list[dict[str, Any]] = [json.loads(line) for line in path.open()] if path.exists() else []
    by_kind: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for outcome in outcomes:
        by_kind[outcome["kind"]].append(outcome)
    print("\n| what | moments | wrong | switch fired | well again after, median and longest |\n|---|---|---|---|---|")
    for kind in get_args(Kind):
        if found := by_kind.get(kind):
            well_s = [outcome["well_s"] for outcome in found if not outcome["wrong"]] or [0.0]
            print(
                f"| {kind} | {len(found)} | {sum(bool(one['wrong']) for one in found)} "
                f"| {sum(one['fired'] for one in found)} | {median(well_s):.1f} s, {max(well_s):.1f} s |"
            )
    wrong = [outcome["number"] for outcome in outcomes if outcome["wrong"]]
    person = sum(outcome["person"] for outcome in outcomes)
    print(f"\n{len(outcomes)} of {asked} moments in {seconds / 60:.1f} min; {len(wrong)} wrong {wrong or ''}")
    forgotten = sum(outcome["forgotten"] for outcome in outcomes)
    print(
        f"killed exchanges forgot {forgotten} fills, a person accepted that {person} times; journals and logs: {folder}"
    )
    return 0 if len(outcomes) == asked and not wrong and not any(statuses) else 1


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--moments", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=0, help="the number of the first moment")
    parser.add_argument("--jobs", type=int, default=2, help="stages side by side")
    parser.add_argument("--each", type=int, default=EACH, help="moments on one journal")
    parser.add_argument("--folder", type=Path, help="where journals and logs go")
    parser.add_argument("--kind", dest="kinds", action="append", default=[], choices=get_args(Kind))
    parser.add_argument("--plan", action="store_true", help="only say what would happen")
    parser.add_argument("--stage", action="store_true", help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
