"""What a seed picks: the market, how long things take, what breaks and when, and when the bot dies.

The same seed is the same weather for ever. Times are seconds after the start; after `storm_s` nothing breaks any more.

Pure. Imports: exchange. Imported by: rough, the front door.
"""

from random import Random
from typing import Any, Final, Literal

from msgspec import Struct

from fathom.exchange import FaultSpec, read_fault

Span = tuple[int, int]  # Least and most, in ns.
Tail = Literal["kept", "unsynced", "any"]

MS_NS: Final = 1_000_000
SECOND_NS: Final = 1_000_000_000
STORM_S: Final = (20.0, 45.0)
CRASHES_MAX: Final = 3
LIVED_S: Final = 25.0  # The exchange has been open for longer when the run begins.
ACCOUNT: Final = "alice"  # Whose money it is.


class Cut(Struct, frozen=True):
    """A connection breaks. `silent`: nobody is told; frames only stop."""

    at_s: float
    link: Literal["public", "private"]
    silent: bool


class Pause(Struct, frozen=True):
    """The process stands still, as by SIGSTOP: what comes meanwhile waits in its sockets."""

    at_s: float
    for_s: float


class ClockStep(Struct, frozen=True):
    """The machine's clock jumps forward."""

    at_s: float
    by_ns: int


class Crash(Struct, frozen=True):
    """The process dies, in the middle of a step, and starts again after `down_s`.

    `tail`: what of the journal's end is lost: nothing, what was not synced, or anything at all of the last entries.
    """

    at_s: float
    down_s: float
    tail: Tail
    reaches_venue: bool  # Whether requests that had left still arrive.


class Weather(Struct, frozen=True, kw_only=True):
    """All that one seed decides."""

    seed: int
    market_rate: float  # Actions of the crowd a second, over all pairs.
    storm_s: float
    out_ns: Span  # From us to the venue ...
    public_ns: Span  # ... and from it to us, on each link.
    private_ns: Span
    rest_ns: Span  # Each way.
    lost_request_share: float
    late_request_share: float  # Of requests that stand in a queue on their way ...
    late_request_ns: Span  # ... for so long.
    switch_s: int  # The dead man's switch cancels everything after so many seconds without a renewal.
    answer_ns: int  # How long we wait for an answer.
    cuts: tuple[Cut, ...]
    pauses: tuple[Pause, ...]
    clock_steps: tuple[ClockStep, ...]
    crashes: tuple[Crash, ...]
    strangers_s: tuple[float, ...]  # When a person trades by hand on the same account.
    venue_faults: tuple[FaultSpec, ...]


def weather_of(seed: int) -> Weather:
    """Return the weather of a seed."""
    chance = Random(f"{seed}/weather")
    storm_s = round(chance.uniform(*STORM_S), 1)
    calm = chance.random() < 0.05  # Some runs have no fault at all: they must pass, too.

    def times(most: int) -> list[float]:
        count = 0 if calm else chance.choice((0, 0, *range(1, most + 1)))
        return sorted(round(chance.uniform(2, storm_s - 1), 3) for _ in range(count))

    return Weather(
        seed=seed,
        market_rate=chance.choice((1.0, 1.5, 2.5)),
        storm_s=storm_s,
        out_ns=_span(chance, 5, 60),
        public_ns=_span(chance, 1, 80),
        private_ns=_span(chance, 1, 80),
        rest_ns=_span(chance, 20, 250),
        lost_request_share=0.0 if calm else chance.choice((0.0, 0.0, 0.02, 0.1)),
        late_request_share=0.0 if calm else chance.choice((0.0, 0.0, 0.02, 0.1)),
        late_request_ns=_span(chance, 500, 12_000),
        switch_s=chance.choice((15, 20, 30, 60)),
        answer_ns=chance.choice((1, 2, 5)) * SECOND_NS,
        cuts=tuple(
            Cut(at_s, chance.choice(("public", "private", "private")), chance.random() < 0.25) for at_s in times(3)
        ),
        pauses=tuple(
            Pause(at_s, round(chance.choice((0.5, 3.0, 12.0, 40.0)) * chance.random(), 2)) for at_s in times(1)
        ),
        clock_steps=tuple(ClockStep(at_s, chance.randint(1, 1_500) * MS_NS) for at_s in times(1)),
        crashes=tuple(_crash(chance, at_s) for at_s in times(CRASHES_MAX)),
        strangers_s=tuple(times(3)),
        venue_faults=() if calm else tuple(_faults(chance, storm_s)),
    )


def _span(chance: Random, least_ms: int, most_ms: int) -> Span:
    one, other = (int(chance.uniform(least_ms, most_ms) * MS_NS) for _ in range(2))
    return (min(one, other), max(one, other))


def _crash(chance: Random, at_s: float) -> Crash:
    return Crash(
        at_s,
        round(chance.choice((0.3, 3.0, 30.0, 80.0)) * chance.random(), 2),
        chance.choice(("kept", "kept", "unsynced", "unsynced", "any")),
        chance.random() < 0.7,
    )


# What the venue and the way from it may do wrong. `share` and `delay_s` are most; the seed picks below them.
_MENU: Final[tuple[dict[str, Any], ...]] = (
    {"kind": "wrong_checksum", "channel": "book", "share": 0.05},
    {"kind": "lost_update", "channel": "book", "share": 0.05},
    {"kind": "reorder", "channel": "book", "share": 0.05},
    {"kind": "duplicate", "channel": "book", "share": 0.05},
    {"kind": "duplicate", "channel": "trade", "share": 0.2},
    {"kind": "lost_update", "channel": "executions", "share": 0.1},
    {"kind": "duplicate", "channel": "executions", "share": 0.2},
    {"kind": "reorder", "channel": "executions", "share": 0.1},
    {"kind": "duplicate_fill", "share": 1.0},
    {"kind": "late_fill", "share": 1.0, "delay_s": 8.0},
    {"kind": "delta_without_symbol", "share": 1.0},
    {"kind": "sequence_gap", "channel": "executions", "share": 0.1},
    {"kind": "sequence_gap", "channel": "balances", "share": 0.1},
    {"kind": "truncate", "channel": "executions", "share": 0.05},
    {"kind": "delay", "role": "private", "share": 0.05, "delay_s": 4.0},
    {"kind": "delay", "role": "public", "share": 0.02, "delay_s": 4.0},
    {"kind": "stall", "role": "private", "share": 0.02, "delay_s": 8.0},
    {"kind": "close", "role": "private", "share": 0.02},
    {"kind": "close", "role": "public", "share": 0.01},
    {"kind": "unknown_fields", "share": 0.5},
    {"kind": "tiny_numbers"},
    {"kind": "lost_answer", "share": 0.3},
    {"kind": "late_answer", "share": 0.3, "delay_s": 12.0},
    {"kind": "error_after_accept", "share": 0.3},
    {"kind": "refuse", "method": "add_order", "text": "EOrder:Insufficient funds", "share": 0.3},
    {"kind": "refuse", "method": "add_order", "text": "EOrder:Rate limit exceeded", "share": 0.3},
    {"kind": "refuse", "method": "amend_order", "text": "EService:Busy", "share": 0.3},
    {"kind": "refuse", "method": "cancel_order", "text": "EService:Unavailable", "share": 0.5},
    {"kind": "invalid_session", "share": 0.05},
    {"kind": "upgrade_refused", "share": 0.5},
    {"kind": "silent_subscription", "channel": "executions", "count": 1},
    {"kind": "rest_delay", "share": 0.5, "delay_s": 8.0},
    {"kind": "rest_drop", "share": 0.3},
    {"kind": "rest_status", "share": 0.3},
    {"kind": "rest_lag", "s": 60.0},
    {"kind": "rest_lag", "s": 15.0},
    {"kind": "system", "cycle": [["maintenance", 8], ["cancel_only", 4], ["post_only", 4]]},
    {"kind": "system", "status": "cancel_only"},
    {"kind": "system", "status": "post_only"},
    {"kind": "pair_status", "symbol": "ETH/USD", "status": "cancel_only"},
    {"kind": "dead_man", "account": ACCOUNT},
)  # fmt: skip


def _faults(chance: Random, storm_s: float) -> list[FaultSpec]:
    """Return some of the menu, each for a while."""
    picked = chance.sample(_MENU, chance.randint(0, 6))
    faults = []
    kinds: set[str] = set()
    for dish in picked:
        fault = dict(dish)
        if fault["kind"] == "system" and "system" in kinds:
            continue  # Each goes back to the state that it found: two that overlap would leave the other's.
        kinds.add(fault["kind"])
        at_s = round(chance.uniform(0, storm_s * 0.8), 1)
        fault["at_s"] = at_s
        if fault["kind"] != "dead_man" and "cycle" not in fault:
            fault["for_s"] = round(chance.uniform(1, storm_s - at_s), 1)
        if "share" in fault:
            fault["share"] = round(max(0.01, fault["share"] * chance.random()), 3)
        for name in ("delay_s", "s"):
            if name in fault:
                fault[name] = round(max(0.5, fault[name] * chance.random()), 1)
        if fault["kind"] == "rest_lag":  # No further back than to where the account has its money.
            fault["s"] = min(fault["s"], at_s + LIVED_S)
        faults.append(read_fault(fault))
    return faults
