"""A recorded market stepped over: events a second, beside hftbacktest on the same events.

Imports: report, scale, stepping_tapes, stepping_others, fathom. Imported by: run.
"""

import statistics
import time
from collections.abc import Callable

import stepping_others
from report import Floor, Part, Section, Table
from scale import Scale
from stepping_tapes import Recorded, recorded

from fathom.kernel.stepper import END, FRAME, Stepper
from fathom.kernel.steppers import Steppers

EACH_NS = 100_000_000
TEXT = """\
One pair's level 2 book of depth 10 with its trades, seeded as the streams above, 1 ms between two frames, as a compiled
tape (docs/data.md) and as hftbacktest's array of the same events; both are in memory before the clock starts. An event
is a change of one level, or a trade. *Nobody asks*: from the beginning to the end. *Each 100 ms*: woken so often.
*Each frame, in Python*: a Python function is called with each frame of the book and reads the best bid and ask.
*With an order resting*: an order of ours stands in the book, so that the venue's book is built too, a millisecond
ahead of ours. *In a group*: as several symbols are stepped over, in order of time. hftbacktest always builds both, and
its strategy is compiled by numba; it is called for each event, and each 100 ms (`make hft` installs it, in an
environment of its own). Medians of rounds in turn."""
BAR = {"nobody asks": (10.0, 25.0), "each 100 ms": (8.0, 15.0), "each frame, in Python": (1.0, 2.0)}


def run(scale: Scale) -> Section:
    """Measure and return the report's section."""
    tape = recorded(frames=2_000 if scale.quick else 20_000, times=5 if scale.quick else 100)
    contenders: dict[str, Callable[[], float]] = {
        "fathom: nobody asks": lambda: spent(tape, lambda stepper: stepper.step()),
        "fathom: each 100 ms": lambda: spent(tape, every_100_ms),
        "fathom: each frame, in Python": lambda: spent(tape, each_frame),
        "fathom: nobody asks, with an order resting": lambda: spent(tape, resting),
        "fathom: nobody asks, in a group of one": lambda: spent(tape, grouped),
        "fathom: each frame, in Python, in a group of one": lambda: spent(tape, grouped_frames),
    }
    with stepping_others.contenders(tape) as others:
        contenders |= others
        found: dict[str, list[float]] = {name: [] for name in contenders}
        for _ in range(1 if scale.quick else 5):
            for name, measure in contenders.items():
                found[name].append(tape.events / measure() / 1e6)
    rows = []
    for name, rates in found.items():
        rate = statistics.median(rates)
        rows.append((name, f"{rate:.1f}", f"{min(rates):.1f} to {max(rates):.1f}"))
    headers = ("what", "million events a second", "lowest to highest round")
    floors = [
        Floor(
            f"stepping, {name}, million events/s", statistics.median(found[f"fathom: {name}"]), bar, goal, at_least=True
        )
        for name, (bar, goal) in BAR.items()
    ]
    part = Part(f"{tape.events:,} events in {tape.frames:,} frames", "", Table(headers, rows))
    return Section("A recorded market, stepped over", TEXT, [part], floors=floors)


def spent(tape: Recorded, play: Callable[[Stepper], object]) -> float:
    """Return the seconds that it takes to play the tape."""
    stepper = Stepper(tape.rows)
    begun_s = time.perf_counter()
    play(stepper)
    spent_s = time.perf_counter() - begun_s
    if stepper.rows_left:
        raise AssertionError(f"{stepper.rows_left} rows were not played")
    return spent_s


def every_100_ms(stepper: Stepper) -> None:
    """Wake each 100 ms of the market's time."""
    stepper.step(wants=FRAME)
    next_ns = stepper.now_ns
    while stepper.step(next_ns) != END:
        next_ns += EACH_NS


def each_frame(stepper: Stepper) -> int:
    """Call a Python function with each frame."""
    step, seen = stepper.step, 0
    while step(wants=FRAME) != END:
        seen += strategy(stepper)
    return seen


def strategy(stepper: Stepper) -> int:
    """Look at the best bid and the best ask."""
    best_bid, best_ask = stepper.best_bid, stepper.best_ask
    return 1 if best_bid is not None and best_ask is not None and best_ask - best_bid > 1 else 0


def resting(stepper: Stepper) -> None:
    """Have an order in the book that nobody meets, from the first frame on."""
    stepper.step(wants=FRAME)
    stepper.rest(1, "buy", 1, 1, stepper.now_ns)
    stepper.step()


def grouped(stepper: Stepper) -> None:
    """Go to the end as a group."""
    Steppers([stepper]).step()


def grouped_frames(stepper: Stepper) -> int:
    """Call a Python function with each frame of a group."""
    group, seen = Steppers([stepper]), 0
    group.want(0, FRAME)
    step = group.step
    while step() >= 0:
        seen += strategy(stepper)
    return seen
