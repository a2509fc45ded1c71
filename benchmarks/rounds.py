"""How we time: contenders take turns within a round, and a ratio is of two times out of the same round.

Imports: contenders, streams. Imported by: l2, l3.
"""

import gc
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from contenders import Contender
from streams import Feed

SINGLES_PASSES = 3


@dataclass(frozen=True)
class Timed:
    """What one contender needed for a frame: medians of rounds; percentiles where frames were timed singly."""

    contender: Contender
    frame_us: float
    ratio: float  # To the first contender, the yardstick: median of the rounds' ratios.
    ratio_spread: tuple[float, float]  # The lower and upper quartile of those.
    median_us: float = 0.0
    p99_us: float = 0.0
    verified_share: float | None = None  # Of all frames; None where the contender does not verify.


def measure(
    contenders: Sequence[Contender], feeds: Sequence[Feed], *, rounds: int, singles: bool
) -> list[Timed]:
    """Time all contenders over the same updates; the first one is the yardstick.

    Each round gives every contender a new book, tells it the snapshot, and times the updates as one loop. The
    order rotates from round to round. Snapshots themselves are not timed.
    """
    shares = [_verified_share(contender, feeds) for contender in contenders]
    frames = sum(len(feed.updates) for feed in feeds)
    spent_ns: list[list[int]] = [[] for _ in contenders]
    for turn in range(rounds):
        for place in range(len(contenders)):
            index = (turn + place) % len(contenders)
            spent_ns[index].append(sum(_loop_ns(contenders[index], feed) for feed in feeds))
    timed = []
    for contender, share, spent in zip(contenders, shares, spent_ns, strict=True):
        ratios = [one / yardstick for one, yardstick in zip(spent, spent_ns[0], strict=True)]
        median_us, p99_us = _single_us(contender, feeds) if singles else (0.0, 0.0)
        timed.append(
            Timed(
                contender,
                statistics.median(spent) / frames / 1_000,
                statistics.median(ratios),
                quartiles(ratios),
                median_us,
                p99_us,
                share,
            )
        )
    return timed


def timer_us() -> float:
    """Return what two readings of the clock cost with nothing between them: it is in every single frame's time."""
    clock = time.perf_counter_ns
    with _no_collection():
        between = []
        for _ in range(10_000):
            begun = clock()
            between.append(clock() - begun)
    return statistics.median(between) / 1_000


def quartiles(values: Sequence[float]) -> tuple[float, float]:
    """Return the lower and the upper quartile; of one value, itself twice."""
    if len(values) < 2:
        return values[0], values[0]
    lower, _, upper = statistics.quantiles(values, n=4, method="inclusive")
    return lower, upper


def percentile(values: Sequence[int], *, share: float) -> float:
    """Return the value that `share` of all lie at or below."""
    ordered = sorted(values)
    return float(ordered[min(len(ordered) - 1, int(len(ordered) * share))])


def _loop_ns(contender: Contender, feed: Feed) -> int:
    apply, frames = _ready(contender, feed)
    clock = time.perf_counter_ns
    with _no_collection():
        begun = clock()
        for frame in frames:
            apply(frame)
        return clock() - begun


def _single_us(contender: Contender, feeds: Sequence[Feed]) -> tuple[float, float]:
    """Return the median and the 99th percentile of single frames, each the median of some passes."""
    medians, tails = [], []
    for _ in range(SINGLES_PASSES):
        spent_ns: list[int] = []
        for feed in feeds:
            apply, frames = _ready(contender, feed)
            clock = time.perf_counter_ns
            with _no_collection():
                for frame in frames:
                    begun = clock()
                    apply(frame)
                    spent_ns.append(clock() - begun)
        medians.append(statistics.median(spent_ns))
        tails.append(percentile(spent_ns, share=0.99))
    return statistics.median(medians) / 1_000, statistics.median(tails) / 1_000


def _ready(contender: Contender, feed: Feed) -> tuple[Callable[[object], object], list[bytes | str]]:
    apply = contender.open(feed).apply
    apply(contender.fed(feed.snapshot))
    return apply, [contender.fed(frame) for frame in feed.updates]


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
