"""A whole decision of a running bot: frame read from the socket to order with the transport, beside a bare echo.

`python benchmarks/decision.py [--seconds 10] [--rounds 3] [--stages]` measures it alone.

Imports: firehose_process, venue_process, report, scale. Imported by: run.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

from firehose_process import Playing, firehose
from report import Floor, Part, Section, Table
from scale import Scale
from venue_process import echo

RATE = 5_500.0  # Frames a second: all of Kraken's books in a busy hour.
EVERY_US = 10_000  # Between two answers.
WARM = 100  # Answers.
SYMBOL = "BTC/USD"
CHILD_S_MAX = 300.0
ECHO, BOT, BEHIND, UNSYNCED = (
    "bare picows echo",
    'fathom, sync = "effects"',
    'fathom, sync = "behind"',
    'fathom, sync = "close"',
)
# By contender: its task, and when the disk syncs the journal.
CONTENDERS = {ECHO: ("echo", ""), BOT: ("bot", "effects"), BEHIND: ("bot", "behind"), UNSYNCED: ("bot", "close")}
PERCENTS = (("p50", 0.5), ("p95", 0.95), ("p99", 0.99), ("p99.9", 0.999), ("max", 1.0))
Rounds = dict[str, list[dict[str, Any]]]
TEXT = f"""\
A bot as `fathom run` runs it, in a process of its own: session, client, books, strategy, risk, reconciler, journal on
disk, gateway. The firehose sends it {RATE:,.0f} book frames a second of ten pairs, one by one; orders go to a local
exchange. A strategy answers a frame of one pair, at most each {EVERY_US / 1000:g} ms, with an order that rests, then
with amends of it; cancels between are not counted. *Inside* is from the moment at which the client read the frame from
the socket to the moment at which the order was with the transport: verified book, entries, strategy, risk, journal,
encoding, sending. *Whole* begins when the firehose sent the frame. The *bare picows echo* reads the same frames and
answers as often with a frame as long as an order's, and does nothing else: what is late there, the machine was late
with.

`sync` is the journal's. With "effects", the default, an order's entry is on the disk (fsync) before the order is sent,
so that the disk's time is in all of these. With "behind" the operating system has it before, which a killed process
cannot lose, and the disk a moment later; with "close" the disk has it when it likes. Rounds in turn, all answers of a
contender taken together. The contender has a core of its own; firehose, exchange and echo have the other."""
STAGES_TEXT = """\
Mean us of the processor's time, from a run of its own with a look at its clock around each part. A part holds no other;
waiting, such as for the disk, is in none. Between two answers a hundredth of a second of other work goes through the
caches, so each part takes several times as long as in a loop of its own."""
REPLAY_TEXT = "The journals of these runs, replayed as a restart replays them, every byte compared."


def run(scale: Scale) -> Section:
    """Measure and return the report's section."""
    rounds, seconds = (1, 1.0) if scale.quick else (3, 10.0)
    load = f"Measured {datetime.now(UTC):%Y-%m-%d %H:%M} UTC; load average before it began: {os.getloadavg()[0]:.1f}."
    found, stages = measured(rounds=rounds, seconds=seconds, stages=True)
    assert stages is not None
    parts = [
        Part("Frame to order", "", table(found, "inside")),
        Part("The whole way", "", table(found, "whole")),
        Part("Beside it", "", beside(found)),
        Part("What it is made of", STAGES_TEXT, stage_table(stages)),
        Part("The journal at a restart", REPLAY_TEXT, replays(found)),
    ]
    return Section("A decision", f"{TEXT}\n\n{load}", parts, floors=floors(found))


def measured(*, rounds: int, seconds: float, stages: bool) -> tuple[Rounds, dict[str, Any] | None]:
    """Run every contender in turn; `stages`: one run more, to see what a decision is made of."""
    found: Rounds = {name: [] for name in CONTENDERS}
    ours, others = _cores()
    os.sched_setaffinity(0, others)  # Which the servers inherit.
    with firehose(rate=RATE, updates=10_000, rest=True, nap=True) as server, echo(0) as url:
        os.sched_setaffinity(0, ours)  # And from now on every contender.
        for _ in range(rounds):
            for name, (task, sync) in CONTENDERS.items():
                found[name].append(child(task, server, url, sync=sync, seconds=seconds))
        looked = child("stages", server, url, sync="effects", seconds=seconds) if stages else None
    return found, None if looked is None else looked["stages"]


def _cores() -> tuple[set[int], set[int]]:
    """Return a core for the contender and those for the servers: the same where there is one."""
    all_of_them = sorted(os.sched_getaffinity(0))
    return {all_of_them[-1]}, set(all_of_them[:-1] or all_of_them)


def child(task: str, server: Playing, url: str, *, sync: str, seconds: float) -> dict[str, Any]:
    """Run one contender in a process of its own, its journal in a new folder on this disk."""
    command = [sys.executable, str(Path(__file__).with_name("decision_process.py")), task]
    with tempfile.TemporaryDirectory(prefix="fathom-bench-") as folder:
        terms = {
            "exchange": server.exchange, "ws_public": server.ws_public, "symbols": server.symbols, "symbol": SYMBOL,
            "echo": url, "sync": sync, "every_us": EVERY_US, "warm": WARM, "seconds": seconds, "folder": folder,
        }  # fmt: skip
        done = subprocess.run(
            command,
            input=json.dumps(terms) + "\n",
            env={**os.environ, "FATHOM_STATE_DIR": str(Path(folder) / "state")},
            stdout=subprocess.PIPE,
            text=True,
            check=True,
            timeout=CHILD_S_MAX,
        )
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def figures(rounds: list[dict[str, Any]], what: str) -> dict[str, float]:
    """Return the percentiles of all answers that count, in us."""
    spent = sorted(
        us for one in rounds for kind, us in zip(one["kinds"], one[what], strict=True) if kind != "CancelOrder"
    )
    return {name: spent[min(int(len(spent) * share), len(spent) - 1)] for name, share in PERCENTS} | {
        "count": len(spent)
    }


def table(found: Rounds, what: str) -> Table:
    """Return the percentiles of each contender."""
    rows = []
    for name, rounds in found.items():
        told = figures(rounds, what)
        rows.append((name, *(f"{told[percent]:,.0f}" for percent, _ in PERCENTS), f"{told['count']:,.0f}"))
    return Table(("contender", *(f"{name}, us" if name == "p50" else name for name, _ in PERCENTS), "answers"), rows)


def beside(found: Rounds) -> Table:
    """Return frames, load and pauses of each contender."""
    rows = []
    for name, rounds in found.items():
        frames = sum(one["frames"] for one in rounds) / len(rounds)
        load = sum(one["cpu"] for one in rounds) / len(rounds)
        count, long = (sum(one["gc"][key] for one in rounds) for key in ("count", "long"))
        longest = max(one["gc"]["longest_us"] for one in rounds)
        denied = sum(one.get("denied", 0) for one in rounds)
        rows.append((name, f"{frames:,.0f}", f"{load:.0%}", f"{count}", f"{long}", f"{longest:,.0f}", f"{denied}"))
    headers = ("contender", "frames a second", "of a core", "collections", "above 1 ms", "the longest, us", "denied")
    return Table(headers, rows)


def stage_table(stages: dict[str, Any]) -> Table:
    """Return the parts before and after the sending."""
    names = dict.fromkeys((*stages["before"], *stages["after"]))
    rows = [(name, *(f"{stages[when].get(name, 0.0):.1f}" for when in ("before", "after"))) for name in names]
    rows.append(("together", *(f"{sum(stages[when].values()):.1f}" for when in ("before", "after"))))
    return Table(("part", "before it is sent, us", "after"), rows)


def replays(found: Rounds) -> Table:
    """Return how fast the bots' journals were replayed."""
    told = [one["replay"] for rounds in found.values() for one in rounds if "replay" in one]
    entries = sum(one["entries"] for one in told) / len(told)
    by_cpu, by_wall = (median(one[by] for one in told) for by in ("by_cpu", "by_wall"))
    headers = ("journals", "entries of each", "entries a second of the processor's time", "a second")
    return Table(headers, [(f"{len(told)}", f"{entries:,.0f}", f"{by_cpu:,.0f}", f"{by_wall:,.0f}")])


def floors(found: Rounds) -> list[Floor]:
    """Return the figures that have a goal."""
    made = []
    for name, sync in ((BEHIND, "behind"), (BOT, "effects")):
        told = figures(found[name], "inside")
        made.append(Floor(f"frame to order, sync {sync}, p50, us", told["p50"], goal=60.0))
        made.append(Floor(f"frame to order, sync {sync}, p99, us", told["p99"], goal=300.0))
    longest = max(one["gc"]["longest_us"] for name in (BOT, BEHIND) for one in found[name])
    made.append(Floor("frame to order, longest pause of the garbage collector, ms", longest / 1000, goal=1.0))
    return made


def main() -> None:
    """Measure it alone, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=10.0, help="of each contender and round")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--stages", action="store_true")
    asked = parser.parse_args()
    found, stages = measured(rounds=asked.rounds, seconds=asked.seconds, stages=asked.stages)
    tables = [table(found, "inside"), table(found, "whole"), beside(found), replays(found)]
    if stages is not None:
        tables.append(stage_table(stages))
    for one in tables:
        for row in (one.headers, *one.rows):
            sys.stdout.write("  ".join(f"{cell:>22}" if at else f"{cell:<36}" for at, cell in enumerate(row)) + "\n")
        sys.stdout.write("\n")


if __name__ == "__main__":
    main()
