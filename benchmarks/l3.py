"""Level 3: one frame of orders, from its bytes to a verified book.

Imports: contenders, frames, order_streams, report, rounds, scale. Imported by: run.
"""

import order_streams
from contenders import KERNEL_L3, L3
from frames import after_a_pause, compared, ratio_of, slow_cases
from report import Bar, Section
from rounds import measure
from scale import Scale

BAR = 1.5
GOAL = 1.0
TEXT = """\
No other Python library keeps Kraken's level 3 book, so only parsers are there to compare with. Levels hold one to six
orders; levels that come back into scope bring theirs with the ids that they had, out of order, as Kraken sends
them."""

SLOW_TEXT = """\
Microseconds a frame, and in brackets the ratio to orjson on the same frames. Each case is a feed of its own, of
nothing but that kind of frame."""


def run(scale: Scale) -> Section:
    """Measure and return the report's section."""
    parts, bars = [], []
    for depth in scale.depths:
        feeds = [order_streams.realistic(depth=depth, frames=scale.frames)]
        timed = measure(L3, feeds, rounds=scale.rounds, singles_passes=scale.singles_passes)
        parts.append(compared(f"Seeded stream, depth {depth}", timed, feeds))
        bars.append(Bar(f"L3, seeded, depth {depth}", ratio_of(timed, KERNEL_L3), BAR, GOAL))
    deep = scale.depths[-1]
    cases = [
        *(
            (f"snapshot, depth {depth}", order_streams.snapshots(depth=depth, frames=scale.of(count)))
            for depth, count in ((10, 100), (100, 20), (1000, 3))
            if depth in scale.depths
        ),
        ("change near the top", order_streams.realistic(depth=deep, frames=scale.of(500))),
        (
            "new best level pushes a queue of six out, and its deletion brings them back",
            order_streams.returning_queues(depth=deep, frames=scale.of(500)),
        ),
        ("level far down deleted, refill", order_streams.far_deletes(depth=deep, frames=scale.of(500))),
        ("new deepest level", order_streams.bottom_adds(depth=deep, frames=scale.of(500))),
    ]
    parts.append(
        slow_cases(f"Slow cases, depth {deep} where none is named", SLOW_TEXT, L3, cases, rounds=scale.slow_rounds)
    )
    parts.append(after_a_pause(L3, order_streams.realistic(depth=deep, frames=scale.of(600))))
    return Section("Level 3: bytes to a verified book", TEXT, parts, bars)
