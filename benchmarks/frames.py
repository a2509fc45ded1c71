"""The tables that level 2 and level 3 share: contenders over feeds, and the named slow cases.

Imports: contenders, report, rounds, streams. Imported by: desk, l2, l3.
"""

import statistics
from collections.abc import Sequence

from contenders import Contender
from report import Part, Table, microseconds, times
from rounds import Timed, measure, measure_cold
from streams import Feed

HEADERS = ("contender", "what it does", "us a frame", "to orjson", "range", "p50 us", "p99 us", "verified")

PAUSE_TEXT = """\
Frames timed one by one, each after 8 MiB of other memory were written: neither the code nor the book is in the core's
own caches, as after other work. Live, frames arrive like this rather than back to back."""


def compared(title: str, timed: Sequence[Timed], feeds: Sequence[Feed]) -> Part:
    """Return the table of one comparison, with what its frames are like."""
    sizes = [len(frame) for feed in feeds for frame in feed.updates]
    pairs = "" if len(feeds) == 1 else f" of {len(feeds)} pairs"
    text = f"{len(sizes):,} updates{pairs}, {statistics.mean(sizes):.0f} bytes on average."
    return Part(title, text, Table(HEADERS, [_row(one) for one in timed], left=2))


def ratio_of(timed: Sequence[Timed], contender: Contender) -> float:
    """Return one contender's ratio to the yardstick."""
    return next(one.ratio for one in timed if one.contender is contender)


def slow_cases(
    title: str, text: str, contenders: Sequence[Contender], cases: Sequence[tuple[str, Feed]], *, rounds: int
) -> Part:
    """Return a table with a row a case and a column a contender: us a frame, and the ratio to the yardstick."""
    rows = []
    for name, feed in cases:
        timed = measure(contenders, [feed], rounds=rounds, singles_passes=0)
        rows.append((name, *(_cell(one) for one in timed)))
    return Part(title, text, Table(("case", *(contender.name for contender in contenders)), rows))


def after_a_pause(contenders: Sequence[Contender], feed: Feed) -> Part:
    """Return the table of frames that come one by one, as they do on a quiet pair."""
    rows = [
        (contender.name, contender.does, microseconds(median_us), times(ratio))
        for contender, (median_us, ratio) in zip(contenders, measure_cold(contenders, feed), strict=True)
    ]
    headers = ("contender", "what it does", "p50 us", "to orjson")
    return Part(f"One frame after a pause, depth {feed.depth}", PAUSE_TEXT, Table(headers, rows, left=2))


def _row(timed: Timed) -> tuple[str, ...]:
    lower, upper = timed.ratio_range
    return (
        timed.contender.name,
        timed.contender.does,
        microseconds(timed.frame_us),
        times(timed.ratio),
        f"{times(lower)} to {times(upper)}",
        microseconds(timed.median_us),
        microseconds(timed.p99_us),
        "" if timed.verified_share is None else f"{timed.verified_share:.2%}",
    )


def _cell(timed: Timed) -> str:
    return f"{microseconds(timed.frame_us)} ({times(timed.ratio)})"
