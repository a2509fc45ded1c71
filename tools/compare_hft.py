"""Our backtest beside hftbacktest's: the same recordings and strategies, fill by fill, each difference by its cause.

    python tools/compare_hft.py --seeds 30
    python tools/compare_hft.py --seeds 4 --recording book.json --recording trades.json

Without `make hft` there is nothing to compare with, and it says so. It fails where a difference has no cause, where the
plain simulator is not what our world does, or where, with every rule swapped, it is not what hftbacktest does.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import hft_judge
import hft_market
import hft_ours
import hft_plain
import hft_theirs
from hft_bots import MAKER, TAKER, Job
from hft_rules import MODELS, OURS, RULES, SAID, THEIRS, Model, Row, Rule, rows_of

from fathom.domain import Instrument

MS: Final = hft_market.MS
SECOND: Final = 1_000 * MS
BOTS: Final = {"maker": MAKER, "taker": TAKER}
# A rule that says nothing of a bot or a model is not looked for there.
ONLY: Final[dict[Rule, tuple[str, ...]]] = {"clamp": ("trades",), "estimate": ("proportional",)}
QTY_LOTS: Final = Job(MAKER, 0, 0, 0).qty_lots
FREE: Final = 1_000_000  # A limit that is none.
LEFT_NS: Final = 2 * SECOND  # At the end of a recording, in which fills are still counted but nobody decides.


@dataclass(frozen=True)
class Recording:
    """What both play on."""

    name: str
    tape: bytes
    jobs: dict[str, Job]
    instrument: Instrument = hft_ours.INSTRUMENT


@dataclass
class Table:
    """What was found, a line for each strategy and model."""

    lines: dict[tuple[str, Model], hft_judge.Judgement] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)
    runs: int = 0
    misled: int = 0  # Runs after which hftbacktest's account is not what its fills add up to.

    def text(self) -> str:
        """Return it as a table in Markdown."""
        found = {cause for one in self.lines.values() for cause in one.fills if cause != hft_judge.UNEXPLAINED}
        used = sorted(found, key=lambda one: (len(one.split()), one))
        heads = ["strategy", "queue", "fills, ours", "theirs", "the same", "differing", *used, "unexplained"]
        lines = ["| " + " | ".join(heads) + " |", "|" + " --- |" * len(heads)]
        for (bot, model), one in self.lines.items():
            cells = [bot, model, f"{one.ours:,}", f"{one.theirs:,}", f"{one.same:,}", f"{one.differing:,}"]
            cells += [f"{one.fills[cause]} in {one.runs[cause]}" if one.fills[cause] else "" for cause in used]
            lines.append("| " + " | ".join([*cells, str(one.unexplained)]) + " |")
        return "\n".join(lines)


def seeded(seed: int, *, seconds: int, limit: int = 4) -> Recording:
    """Return the market of a seed. Each fourth has times that are equal, each fifth is told anew now and then.

    `limit`: the position, in orders. Where there is none, what one fill changes is soon over.
    """
    rounded = seed % 4 == 3
    ways = hft_market.Ways(seconds=seconds, rounded=rounded, snapshots=3 if seed % 5 == 4 else 0)
    begin_ns, end_ns = hft_market.T0_NS + SECOND, hft_market.T0_NS + seconds * SECOND - LEFT_NS
    latency_ns = 10 * MS + (0 if rounded else 3)
    jobs = {
        name: Job(
            kind=kind,
            begin_ns=begin_ns,
            end_ns=end_ns,
            close_ns=end_ns + SECOND,
            latency_ns=latency_ns,
            offset_ticks=seed % 2,
            limit_lots=limit * QTY_LOTS,
        )
        for name, kind in BOTS.items()
    }
    return Recording(f"seed {seed}", hft_market.recorded(seed, ways), jobs)


def compared(recording: Recording, theirs: hft_theirs.Hftbacktest, table: Table) -> None:
    """Play one recording in both, and count."""
    rows = rows_of(recording.tape)
    theirs.load([recording.tape])
    for bot, job in recording.jobs.items():
        for model in MODELS:
            found = _compared(recording, rows, job, model, theirs=theirs, table=table)
            table.lines.setdefault((bot, model), hft_judge.Judgement()).add(found)


def _compared(
    recording: Recording,
    rows: Sequence[Row],
    job: Job,
    model: Model,
    *,
    theirs: hft_theirs.Hftbacktest,
    table: Table,
) -> hft_judge.Judgement:
    name = f"{recording.name}, {'maker' if job.kind == MAKER else 'taker'}, {model}"
    table.runs += 1
    tick, lot = 10.0**-recording.instrument.price_precision, 10.0**-recording.instrument.qty_precision

    def plain(swapped: frozenset[Rule]) -> list[hft_plain.Fill]:
        return hft_plain.played(rows, job, model, swapped, lot=lot)

    mine = hft_ours.played([recording.tape], job, model, recording.instrument)
    told = theirs.played(job, model, tick=tick, lot=lot)
    if told.code:
        table.wrong.append(f"{name}: hftbacktest ended with {told.code}")
    if plain(OURS) != mine:
        table.wrong.append(f"{name}: the plain simulator is not our world")
    if plain(THEIRS) != told.fills:
        table.wrong.append(f"{name}: with every rule swapped it is not hftbacktest")
    table.misled += told.position != told.counted
    looked = [rule for rule in RULES if model in ONLY.get(rule, MODELS)]
    return hft_judge.judged(mine, told.fills, hft_judge.causes(told.fills, plain, looked))


def captured(paths: Sequence[Path], depth: int) -> Iterator[Recording]:
    """Yield the pairs of captures, with strategies of their size, far from any limit: they are short."""
    from hft_captures import compiled  # noqa: PLC0415 - It needs what the extra `history` brings.

    for one in compiled(paths, depth) if paths else ():
        end_ns = one.last_ns - SECOND
        qty_lots = one.qty_lots // 2 + 11
        jobs = {
            bot: Job(
                kind=kind,
                begin_ns=one.first_ns + SECOND,
                end_ns=end_ns,
                close_ns=end_ns + SECOND // 2,
                qty_lots=qty_lots,
                limit_lots=100 * qty_lots,
                regular=5,
            )
            for bot, kind in BOTS.items()
        }
        if end_ns > one.first_ns + 2 * SECOND:
            yield Recording(one.symbol, one.tape, jobs, one.instrument)


def main(arguments: Sequence[str] | None = None) -> int:
    """Compare, print the tables, and return 0 where every difference has its cause."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=30)
    parser.add_argument("--seconds", type=int, default=60, help="of each seeded market")
    parser.add_argument("--recording", type=Path, action="append", default=[], help="a capture with a book")
    parser.add_argument("--depth", type=int, default=10)
    parser.add_argument("--python", type=Path, default=hft_theirs.PYTHON, help="of the environment with hftbacktest")
    told = parser.parse_args(arguments)
    if not told.python.exists():
        sys.stderr.write("hftbacktest is not here: `make hft` installs it in .venv-hft\n")
        return 2
    failed = False
    with hft_theirs.hftbacktest(told.python) as theirs:
        whole = f"{told.seeds} seeded markets of {told.seconds} s"
        for title, recordings in (
            (whole, (seeded(seed, seconds=told.seconds, limit=FREE) for seed in range(told.seeds))),
            (
                f"{whole}, positions of at most four orders",
                (seeded(seed, seconds=told.seconds) for seed in range(told.seeds)),
            ),
            ("recordings", captured(told.recording, told.depth)),
        ):
            table = Table()
            for recording in recordings:
                compared(recording, theirs, table)
            if table.runs:
                print(f"\n{title}, {table.runs} runs\n\n{table.text()}\n", flush=True)
                print(f"runs after which its account is not what its fills add up to: {table.misled}")
            for line in table.wrong:
                print(f"WRONG: {line}")
            failed |= bool(table.wrong) or any(one.unexplained for one in table.lines.values())
    print("\nEach cell: how many fills differ for a cause, in how many runs. What hftbacktest does there:")
    for rule, said in SAID.items():
        print(f"  {rule}: {said}")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
