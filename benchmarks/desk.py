"""The desk: a frame as a client's socket has it, a view of its buffer, to a verified book with one call.

Imports: contenders, frames, order_streams, report, rounds, scale, streams. Imported by: run.
"""

import order_streams
import streams
from contenders import DESK, DESK_L2, DESK_L3
from frames import compared, ratio_of
from report import Bar, Section
from rounds import measure
from scale import Scale

BARS = {"book": 1.0, "level3": 1.5}
GOALS = {"book": 0.7, "level3": 1.0}
TEXT = """\
What a client does with a frame. The desk is given a view and finds out by itself whose it is: channel, symbol, book,
update and checksum in one call, nothing copied but the frame's bytes, no object made. Beside it the same in three
steps, with `peek`, a look into a dict and `apply`, and `apply` alone, which has to be told whose frame it is."""


def run(scale: Scale) -> Section:
    """Measure and return the report's section."""
    parts, bars = [], []
    for channel, source, contenders in (("book", streams, DESK_L2), ("level3", order_streams, DESK_L3)):
        for depth in scale.depths:
            feeds = [source.realistic(depth=depth, frames=scale.frames)]
            timed = measure(contenders, feeds, rounds=scale.rounds, singles_passes=scale.singles_passes)
            parts.append(compared(f"Channel {channel}, depth {depth}", timed, feeds))
            name = f"desk, {channel}, depth {depth}"
            bars.append(Bar(name, ratio_of(timed, DESK[channel]), BARS[channel], GOALS[channel]))
    return Section("The desk: a view of the socket's buffer to a verified book", TEXT, parts, bars)
