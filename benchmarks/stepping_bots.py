"""A whole bot stepped over a recorded market, beside nautilus_trader on the same events.

Imports: held, report, scale, stepping, stepping_others, stepping_tapes, fathom. Imported by: run.
"""

import os
import statistics
import tempfile
from collections.abc import Callable
from pathlib import Path

import stepping_others
from held import MAKER, backtest_of, bot_file, hold, watcher
from report import Floor, Part, Section, Table, times
from scale import Scale
from stepping import grouped_frames, spent
from stepping_tapes import recorded

from fathom.kernel.stepper import Stepper
from fathom.run.backtest.outcome import BacktestTold

TEXT = """\
The same market as above, as a compiled tape on disk, and a bot as `fathom backtest` runs it: market, reconciler, risk,
execution and strategies behind the engine, a venue with fees and rate limits, statistics and the report's drawing. The
first three strategies look at the best bid and ask and want nothing: what they cost is the bot's being woken. *Woken*
is how often the market woke somebody, risk among them. Before the clock starts the tape is mapped and the components
are made; the clock stops when all is told. nautilus_trader is what a Python strategy has elsewhere: its
`BacktestEngine` with the same changes as L2 deltas and the same trades, each message of the book to
`on_order_book_deltas`, which reads the best bid and ask of the cached book; it counts as many wide spreads as ours
does, or the run fails. Its data is in its own objects before the clock starts, and it has run once (`make nautilus`
installs it, in an environment of its own). Medians of rounds in turn."""
BARE = "fathom: the bare stepper, each frame, in Python"
FRAME = "fathom: a bot woken at each frame"
THEIRS = "nautilus_trader: each message"
BOTS = {
    FRAME: watcher("EachFrame"),
    "fathom: a bot woken when the top changes": watcher("EachTop"),
    "fathom: a bot woken each 100 ms": watcher("Each100Ms"),
    "fathom: a market maker that trades": MAKER,
}
JOURNALED = "fathom: the same, with its journal on disk"


def run(scale: Scale) -> Section:
    """Measure and return the report's section."""
    tape = recorded(frames=2_000 if scale.quick else 20_000, times=5 if scale.quick else 100)
    seen = grouped_frames(Stepper(tape.rows))
    told: dict[str, BacktestTold] = {}
    load = os.getloadavg()[0]
    with (
        tempfile.TemporaryDirectory(prefix="fathom-bench-") as name,
        stepping_others.nautilus(tape, seen=seen) as others,
    ):
        folder = Path(name)
        hold(folder / "data", tape)

        def bot(what: str, seat: str, *, journal: bool = False) -> Callable[[], float]:
            file = bot_file(folder / f"{len(contenders)}.toml", seat)

            def measure() -> float:
                runs = len(list(folder.glob("journal-*")))
                told[what] = backtest_of(file, folder / "data", journal=folder / f"journal-{runs}" if journal else None)
                return told[what].wall_s

            return measure

        contenders: dict[str, Callable[[], float]] = {BARE: lambda: spent(tape, grouped_frames)}
        for what, seat in BOTS.items():
            contenders[what] = bot(what, seat)
        contenders[JOURNALED] = bot(JOURNALED, MAKER, journal=True)
        contenders |= others
        found: dict[str, list[float]] = {what: [] for what in contenders}
        for _ in range(1 if scale.quick else 5):
            for what, measure in contenders.items():
                found[what].append(tape.events / measure() / 1e6)
    rates = {what: statistics.median(some) for what, some in found.items()}
    theirs = rates.get(THEIRS)
    rows = []
    for what, rate in rates.items():
        one = told.get(what)
        spread = f"{min(found[what]):.2f} to {max(found[what]):.2f}"
        woken, entries = ("", "") if one is None else (f"{one.wakes:,}", f"{one.run.entries:,}")
        fills = "" if one is None else f"{one.run.summary.total.fills:,}"
        to_theirs = "" if theirs is None else times(rate / theirs)
        rows.append((what, f"{rate:.2f}", spread, to_theirs, woken, entries, fills))
    headers = (
        "what", "million events a second", "lowest to highest round", "nautilus_trader's", "woken", "entries", "fills",
    )  # fmt: skip
    text = f"Load average before it began: {load:.1f}."
    if theirs is None:
        text += " nautilus_trader was not installed, and not measured."
    return Section(
        "A whole bot, stepped over a recorded market",
        TEXT,
        [Part(f"{tape.events:,} events in {tape.frames:,} frames of the book", text, Table(headers, rows))],
        floors=[
            Floor("stepping, a whole bot woken at each frame, million events/s", rates[FRAME], 1.0, 2.0, at_least=True)
        ],
    )
