"""How we time: contenders take turns, in slices too short to be often interrupted, and medians do the rest.

Imports: contenders, streams. Imported by: desk, l2, l3.
"""

import gc
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise

from contenders import Contender
from streams import Feed

WARM_MAX = 100
EVICTING_BYTES = 8 * 2**20  # More than the caches that a core has of its own.


@dataclass(frozen=True)
class Timed:
    """What one contender needed for a frame. Percentiles where frames were timed singly."""

    contender: Contender
    frame_us: float
    ratio: float  # To the first contender, the yardstick.
    ratio_range: tuple[float, float]  # The lowest and the highest of it and of the same from thirds of the rounds.
    median_us: float = 0.0
    p99_us: float = 0.0
    verified_share: float | None = None  # Of all frames; None where the contender does not verify.


def measure(contenders: Sequence[Contender], feeds: Sequence[Feed], *, rounds: int, singles_passes: int) -> list[Timed]:
    """Time all contenders over the same updates; the first one is the yardstick.

    Each round gives every contender a new book, tells it the snapshot and the first tenth of the updates (at most
    WARM_MAX), and times the others as one loop, the clock being read after each slice of `contender.slice_frames`. A
    slice counts with the median of its rounds, so that being put off the processor, which strikes one slice in many,
    falls out, whichever contender it strikes. The order rotates from round to round.
    """
    shares = [_verified_share(contender, feeds) for contender in contenders]
    frames = sum(len(feed.updates) - warm_count(feed) for feed in feeds)
    spent_ns: list[list[list[int]]] = [[] for _ in contenders]  # Contender, round, slice.
    for turn in range(rounds):
        for place in range(len(contenders)):
            index = (turn + place) % len(contenders)
            contender = contenders[index]
            spent_ns[index].append([ns for feed in feeds for ns in _slices_ns(contender, feed)])
    groups = [slice(start, None, min(3, rounds)) for start in range(min(3, rounds))]
    timed = []
    for contender, share, spent in zip(contenders, shares, spent_ns, strict=True):
        ratio = typical_ns(spent) / typical_ns(spent_ns[0])
        ratios = [ratio, *(typical_ns(spent[group]) / typical_ns(spent_ns[0][group]) for group in groups)]
        median_us, p99_us = _single_us(contender, feeds, passes=singles_passes) if singles_passes else (0.0, 0.0)
        timed.append(
            Timed(
                contender,
                typical_ns(spent) / frames / 1_000,
                ratio,
                (min(ratios), max(ratios)),
                median_us,
                p99_us,
                share,
            )
        )
    return timed


def typical_ns(rounds: Sequence[Sequence[int]]) -> float:
    """Return the sum over the slices, each with the median of its rounds."""
    return float(sum(statistics.median(times) for times in zip(*rounds, strict=True)))


def measure_cold(contenders: Sequence[Contender], feed: Feed) -> list[tuple[float, float]]:
    """Time single frames, each after the processor's caches were filled with something else.

    Contenders take turns frame by frame. Returns for each the median in us, and the median of the ratios to the
    first contender.
    """
    opened = [_ready(contender, feed) for contender in contenders]
    spent_ns: list[list[int]] = [[] for _ in contenders]
    clock = time.perf_counter_ns
    other, place = bytes(EVICTING_BYTES), bytearray(EVICTING_BYTES)
    with _no_collection():
        for number in range(len(opened[0][1])):
            for turn in range(len(opened)):
                index = (number + turn) % len(opened)
                apply, frames = opened[index]
                frame = frames[number]
                place[:] = other
                begun = clock()
                apply(frame)
                spent_ns[index].append(clock() - begun)
    return [
        (
            statistics.median(spent) / 1_000,
            statistics.median(one / yardstick for one, yardstick in zip(spent, spent_ns[0], strict=True)),
        )
        for spent in spent_ns
    ]


def warm_count(feed: Feed) -> int:
    """Return how many of the feed's updates come before any timing: code and book are in the caches by then."""
    return min(WARM_MAX, len(feed.updates) // 10)


def timer_us() -> float:
    """Return what two readings of the clock cost with nothing between them: it is in every single frame's time."""
    clock = time.perf_counter_ns
    with _no_collection():
        between = []
        for _ in range(10_000):
            begun = clock()
            between.append(clock() - begun)
    return statistics.median(between) / 1_000


def percentile(values: Sequence[int], *, share: float) -> float:
    """Return the value that `share` of all lie at or below."""
    ordered = sorted(values)
    return float(ordered[min(len(ordered) - 1, int(len(ordered) * share))])


def _slices_ns(contender: Contender, feed: Feed) -> list[int]:
    clock = time.perf_counter_ns
    with _no_collection():  # Collects before the book is made: collecting empties the processor's caches.
        apply, frames = _ready(contender, feed)
        size = contender.slice_frames
        slices = [frames[start : start + size] for start in range(0, len(frames), size)]
        marks = [clock()]
        for some in slices:
            for frame in some:
                apply(frame)
            marks.append(clock())
    return [after - before for before, after in pairwise(marks)]


def _single_us(contender: Contender, feeds: Sequence[Feed], *, passes: int) -> tuple[float, float]:
    """Return the median and the 99th percentile of single frames, each frame being the median of its passes."""
    spent: list[list[int]] = []
    for _ in range(passes):
        spent_ns: list[int] = []
        for feed in feeds:
            clock = time.perf_counter_ns
            with _no_collection():
                apply, frames = _ready(contender, feed)
                for frame in frames:
                    begun = clock()
                    apply(frame)
                    spent_ns.append(clock() - begun)
        spent.append(spent_ns)
    by_frame = [statistics.median_low(times) for times in zip(*spent, strict=True)]
    return statistics.median(by_frame) / 1_000, percentile(by_frame, share=0.99) / 1_000


def _ready(contender: Contender, feed: Feed) -> tuple[Callable[[object], object], list[bytes | str | memoryview]]:
    frames = [contender.fed(frame) for frame in feed.updates]
    apply = contender.open(feed).apply
    apply(contender.fed(feed.snapshot))
    for frame in frames[: warm_count(feed)]:
        apply(frame)
    return apply, frames[warm_count(feed) :]


def _verified_share(contender: Contender, feeds: Sequence[Feed]) -> float | None:
    """Return the share of updates after which the contender says that its book verified; outside any timing."""
    verified = updates = 0
    for feed in feeds:
        opened = contender.open(feed)
        opened.apply(contender.fed(feed.snapshot))
        if opened.verified is None:
            return None
        for frame in feed.updates:
            verified += opened.verified(opened.apply(contender.fed(frame)))
            updates += 1
    return verified / updates


@contextmanager
def _no_collection() -> Iterator[None]:
    """Keep the collector out: collect before, disable during."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
