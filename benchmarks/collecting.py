"""What Python's garbage collector does to a client's tail, left alone and taken in hand.

Imports: report, scale, streams, fathom.net. Imported by: run.
"""

import gc
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from random import Random

import msgspec
import streams
from report import Part, Section, Table
from scale import Scale

from fathom.kernel import PASSED, Desk, L2Book
from fathom.net.link.collector import CollectorTerms, Schedule

TEXT = """\
One core serves a client in simulated time: buffers of frames come at their times, wait for the core, and take it for as
long as their work really takes, collections included; the clock is that of the thread, so that others on the machine do
not count. A latency is from a buffer's arrival to its last frame done. The work: one frame in ten is decoded and kept,
with an event about it, the last 5,000 of them; the others go to the desk. The client holds 400,000 objects from its
start. *alone* is Python's default; *in hand* is `Collector`: frozen after the start, collected in pauses. Its longest
collections fall into pauses where there are some, so they delay nobody."""
DEPTH = 10
RATE = 5_500.0
HELD = 400_000
KEPT = 5_000
BUFFER_NS = 1_000_000
SECOND_NS = 1_000_000_000
TRADE = b"""{"channel":"trade","type":"update","data":[{"symbol":"BTC/USD","side":"sell","price":65000.1,"qty":0.25,\
"ord_type":"limit","trade_id":4665906,"timestamp":"2025-05-06T09:17:26.208075Z"}]}"""


class Trade(msgspec.Struct):
    """A trade; the collector looks at it, as at anything that a strategy may refer back from."""

    symbol: str
    price: float
    qty: float
    seen: list[object] = []


class Trades(msgspec.Struct):
    """A `trade` frame."""

    data: list[Trade]


@dataclass
class Told:
    """An event about a frame."""

    trade: Trade
    names: dict[str, int] = field(default_factory=dict)


@dataclass
class Outcome:
    """Latencies of buffers in ns, and what collecting there was."""

    latencies_ns: list[int] = field(default_factory=list)
    collections: int = 0
    longest_ns: int = 0

    def microseconds(self, share: float) -> float:
        """Return the latency that `share` of the buffers do not exceed."""
        ordered = sorted(self.latencies_ns)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))] / 1_000


class Work:
    """What a client does with a buffer of frames."""

    def __init__(self) -> None:
        feed = streams.realistic(depth=DEPTH, frames=5_000)
        self.desk = Desk()
        book = L2Book(feed.depth, feed.price_precision, feed.qty_precision)
        self.seat = self.desk.seat("book", feed.symbol, book)
        self.frames = [memoryview(frame) for frame in feed.updates]
        self.at = len(self.frames)
        self.snapshot = feed.snapshot
        self.decode = msgspec.json.Decoder(Trades).decode
        self.kept: deque[Told] = deque(maxlen=KEPT)
        self.number = 0

    def do(self, count: int) -> None:
        """Do so many frames."""
        for _ in range(count):
            self.number += 1
            if self.number % 10 == 0:
                (trade,) = self.decode(TRADE).data
                told = Told(trade, {"number": self.number})
                trade.seen.append(told)  # A cycle, as a callback on its own object makes it.
                self.kept.append(told)
                continue
            if self.at == len(self.frames):
                self.seat.book.apply(self.snapshot)
                self.seat.armed = True
                self.at = 0
            assert self.desk.take(self.frames[self.at], self.number) != PASSED
            self.at += 1
        self.desk.drain()


def steady(rng: Random, seconds: float) -> Iterator[tuple[int, int]]:
    """Yield (arrival in ns, frames) of buffers that never pause: a millisecond's frames each."""
    for now_ns in range(0, int(seconds * SECOND_NS), BUFFER_NS):
        yield now_ns, _poisson(rng, RATE * BUFFER_NS / SECOND_NS)


def bursts(rng: Random, seconds: float) -> Iterator[tuple[int, int]]:
    """Yield buffers that come in bursts at twice the rate, with pauses as long between."""
    for now_ns in range(0, int(seconds * SECOND_NS), BUFFER_NS):
        if now_ns // 500_000_000 % 2 == 0:
            yield now_ns, _poisson(rng, 2 * RATE * BUFFER_NS / SECOND_NS)


def _poisson(rng: Random, mean: float) -> int:
    count, left = 0, rng.expovariate(1.0)
    while left < mean:
        count += 1
        left += rng.expovariate(1.0)
    return count


def run(scale: Scale) -> Section:
    """Measure and return the report's section."""
    seconds = 10.0 if scale.quick else 120.0
    rows = []
    for what, arrivals in (("5,500 a second, no pause", steady), ("bursts of 11,000 a second", bursts)):
        for name, in_hand in (("alone", False), ("in hand", True)):
            outcome = simulate(arrivals, seconds=seconds, in_hand=in_hand)
            shares = (0.5, 0.99, 0.999, 1.0)
            rows.append(
                (
                    f"{what}: {name}",
                    *(f"{outcome.microseconds(share):,.0f}" for share in shares),
                    f"{outcome.collections:,}",
                    f"{outcome.longest_ns / 1_000:,.0f}",
                )
            )
    headers = ("frames, and the collector", "p50 us", "p99", "p99.9", "max", "collections", "the longest, us")
    return Section("Garbage collection", TEXT, [Part(f"{seconds:.0f} s of each", "", Table(headers, rows))])


def simulate(
    arrivals: Callable[[Random, float], Iterator[tuple[int, int]]], *, seconds: float, in_hand: bool
) -> Outcome:
    """Serve all buffers of one run, with the collector left alone or taken in hand."""
    outcome, work = Outcome(), Work()
    held = [{"number": [number]} for number in range(HELD // 2)]
    gc.collect()
    if in_hand:
        gc.disable()
        gc.freeze()
    begun_ns = 0

    def note(phase: str, _: dict[str, int]) -> None:
        nonlocal begun_ns
        if phase == "start":
            begun_ns = time.thread_time_ns()
            return
        outcome.collections += 1
        outcome.longest_ns = max(outcome.longest_ns, time.thread_time_ns() - begun_ns)

    gc.callbacks.append(note)
    try:
        _serve(arrivals(Random(1), seconds), work, outcome, in_hand=in_hand)
    finally:
        gc.callbacks.remove(note)
        gc.unfreeze()
        gc.enable()
    assert len(held) == HELD // 2
    return outcome


def _serve(arrivals: Iterator[tuple[int, int]], work: Work, outcome: Outcome, *, in_hand: bool) -> None:
    terms = CollectorTerms()
    schedule = Schedule(terms, now_ns=0)
    every_ns = int(terms.idle_s * SECOND_NS)
    clock = time.thread_time_ns
    free_ns, look_ns, heard = 0, every_ns, False
    for now_ns, count in arrivals:
        while in_hand and look_ns <= now_ns:  # As the loop calls `Collector`.
            objects = gc.get_count()[0]
            generation = schedule.due(now_ns=look_ns, idle=not heard, objects=objects)
            if generation is not None:
                begun_ns = clock()
                gc.collect(generation)
                took_ns = clock() - begun_ns
                free_ns = max(free_ns, look_ns) + took_ns
                schedule.done(generation, now_ns=look_ns, objects=objects, took_ns=took_ns)
            heard = False
            look_ns = max(free_ns, look_ns) + every_ns
        begun_ns = clock()
        work.do(count)
        free_ns = max(free_ns, now_ns) + clock() - begun_ns
        heard = True
        outcome.latencies_ns.append(free_ns - now_ns)
