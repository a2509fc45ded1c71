"""Latency as a live run measured it: how long its requests took to the venue, and the answers back.

I/O: reads a journal. Imports: domain, sim, store. Imported by: asked.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from fathom.domain import HealthSeen, LocalError, OrderTimed
from fathom.sim.stepped import LatencyModel
from fathom.store import JournalReader

QUANTILES: Final = 101
REQUESTS_MIN: Final = 20  # Fewer say nothing of a distribution.


def measured_latency(folder: Path, *, seed: int) -> tuple[LatencyModel, str]:
    """Return the model of what a journal measured, and where it comes from in words.

    Where the venue told when a request came in, both ways are their own, by our clock's distance from the venue's; else
    each is half of the whole. Raises LocalError where the journal measured too little.
    """
    out: list[int] = []
    back: list[int] = []
    offset_ns = 0
    for entry, _ in JournalReader(folder):
        event = entry.event
        if isinstance(event, HealthSeen) and event.clock_offset_ns is not None:
            offset_ns = event.clock_offset_ns
        elif isinstance(event, OrderTimed):
            there, here = _ways(event, offset_ns)
            out.append(there)
            back.append(here)
    if len(out) < REQUESTS_MIN:
        raise LocalError(str(folder), f"timed {len(out)} requests; {REQUESTS_MIN} are needed to draw latency from")
    model = LatencyModel(out_ns=_quantiles(out), back_ns=_quantiles(back), seed=seed)
    middle = sum(_middle(one) for one in (out, back)) / 1e6
    return model, f"as {len(out):,} requests of {folder} measured it: {middle:.1f} ms there and back in the middle"


def _ways(timed: OrderTimed, offset_ns: int) -> tuple[int, int]:
    whole = max(0, timed.received_ns - timed.sent_ns)
    if timed.time_in_ns is None or timed.time_out_ns is None:
        return whole // 2, whole - whole // 2
    there = min(max(0, timed.time_in_ns - offset_ns - timed.sent_ns), whole)
    here = min(max(0, timed.received_ns + offset_ns - timed.time_out_ns), whole)
    return there, here


def _quantiles(values: Sequence[int]) -> tuple[int, ...]:
    ordered = sorted(values)
    return tuple(ordered[round(place * (len(ordered) - 1) / (QUANTILES - 1))] for place in range(QUANTILES))


def _middle(values: Sequence[int]) -> int:
    return sorted(values)[len(values) // 2]
