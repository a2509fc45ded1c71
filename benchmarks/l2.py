"""Level 2: one frame, from its bytes to a verified book.

Imports: captures, contenders, frames, report, rounds, streams. Imported by: run.
"""

import captures
import streams
from contenders import KERNEL_L2, L2
from frames import after_a_pause, compared, ratio_of, slow_cases
from report import Bar, Section
from rounds import measure
from scale import Scale

BAR = 1.0
GOALS = {10: 0.7}
TEXT = """\
The bar: a frame becomes a verified book in no more time than orjson needs to parse it. ccxt's books do not verify:
its Kraken checksum is off by default ("not reliable", says its source), and switched on it raises, since it treats
floats as texts. python-kraken-sdk verifies updates, not snapshots."""

SLOW_TEXT = """\
Microseconds a frame, and in brackets the ratio to orjson on the same frames. Each case is a feed of its own, of
nothing but that kind of frame."""


def run(scale: Scale) -> Section:
    """Measure and return the report's section."""
    parts, bars = [], []
    for depth in scale.depths:
        feeds = [streams.realistic(depth=depth, frames=scale.frames)]
        timed = measure(L2, feeds, rounds=scale.rounds, singles_passes=scale.singles_passes)
        parts.append(compared(f"Seeded stream, depth {depth}", timed, feeds))
        bars.append(Bar(f"L2, seeded, depth {depth}", ratio_of(timed, KERNEL_L2), BAR, GOALS.get(depth)))
    for name, depth in captures.RECORDINGS.items():
        if depth not in scale.depths:
            continue
        feeds = captures.recorded(name)
        timed = measure(L2, feeds, rounds=scale.rounds, singles_passes=scale.singles_passes)
        parts.append(compared(f"Real capture, depth {depth}: {name.partition('.')[0]}", timed, feeds))
        bars.append(Bar(f"L2, real capture, depth {depth}", ratio_of(timed, KERNEL_L2), BAR, GOALS.get(depth)))
    deep = scale.depths[-1]
    cases = [
        *(
            (f"snapshot, depth {depth}", streams.snapshots(depth=depth, frames=scale.of(count)))
            for depth, count in ((10, 200), (100, 30), (1000, 3))
            if depth in scale.depths
        ),
        ("change near the top", streams.realistic(depth=deep, frames=scale.of(500))),
        ("new best level", streams.new_bests(depth=deep, frames=scale.of(500))),
        ("best level deleted, refill at the bottom", streams.best_deletes(depth=deep, frames=scale.of(500))),
        ("level far down deleted, refill", streams.far_deletes(depth=deep, frames=scale.of(500))),
        ("new deepest level", streams.bottom_inserts(depth=deep, frames=scale.of(500))),
    ]
    parts.append(
        slow_cases(f"Slow cases, depth {deep} where none is named", SLOW_TEXT, L2, cases, rounds=scale.slow_rounds)
    )
    parts.append(after_a_pause(L2, streams.realistic(depth=deep, frames=scale.of(600))))
    return Section("Level 2: bytes to a verified book", TEXT, parts, bars)
