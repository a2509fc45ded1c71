"""Whether each endpoint can be reached, how long it takes, and what its clock says.

Imports: domain, net, protocol, clock. Imported by: doctor.
"""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Final

from fathom.domain import FathomError, Finding, Level
from fathom.net.keys import Caller
from fathom.net.venue import ClockSample, Endpoint, Probed, Venue, probe_endpoint
from fathom.protocol import SECOND_NS, rest
from fathom.run.doctor.clock import GROUP as CLOCK
from fathom.run.doctor.clock import judge_clock

GROUP: Final = "reach"
REST_SAMPLES: Final = 4
REST_PAUSE_S: Final = 1.2  # A public call a second is allowed (rate-limits.md 1); 1.2 s also moves through the second.
SLOW_NS: Final = 250_000_000
_MS: Final = 1_000_000
_ADVICE: Final = "look at the network, the firewall and the proxy of this machine, and at status.kraken.com"
_FAR: Final = "Kraken is in London: a machine nearer to it is quicker"


@dataclass(frozen=True, slots=True)
class Reached:
    """What came of one look at every endpoint."""

    findings: list[Finding] = field(default_factory=list)
    rest_works: bool = False


async def look_at_endpoints(
    venue: Venue, client: Caller, *, samples: int = REST_SAMPLES, pause_s: float = REST_PAUSE_S
) -> Reached:
    """Look at all of them at once."""
    async with asyncio.TaskGroup() as group:
        asked = group.create_task(_ask_rest(client, samples=samples, pause_s=pause_s))
        probed = [group.create_task(_probe(venue, endpoint)) for endpoint in ("public", "private", "level3")]
    taken, problem = asked.result()
    findings = [judge_rest(taken, problem)]
    pings: list[ClockSample] = []
    for task in probed:
        endpoint, found = task.result()
        findings.append(judge_endpoint(endpoint, found))
        pings += found.pings if isinstance(found, Probed) else ()
    findings += judge_clock("rest", taken, step_ns=SECOND_NS)
    findings += judge_clock("websocket", pings, step_ns=0)
    if not (taken or pings):
        findings.append(
            Finding(group=CLOCK, check="offset", level="error", found="nobody could be asked the time", advice=_ADVICE)
        )
    return Reached(findings, rest_works=bool(taken))


def judge_rest(samples: Sequence[ClockSample], problem: FathomError | None) -> Finding:
    """Return what there is to say of REST."""
    if not samples:
        return Finding(group=GROUP, check="rest", level="error", found=_reason(problem), advice=_ADVICE)
    trips = sorted(sample.round_trip_ns for sample in samples)
    level = _level(int(median(trips)))
    found = f"answers in {trips[0] / _MS:.1f} to {trips[-1] / _MS:.1f} ms ({len(trips)} calls)"
    if problem is not None:
        return Finding(group=GROUP, check="rest", level="warning", found=f"{found}, then {problem}", advice=_ADVICE)
    return Finding(group=GROUP, check="rest", level=level, found=found, advice=_FAR if level != "ok" else "")


def judge_endpoint(endpoint: Endpoint, found: Probed | FathomError) -> Finding:
    """Return what there is to say of one WebSocket endpoint."""
    if isinstance(found, FathomError):
        return Finding(group=GROUP, check=endpoint, level="error", found=_reason(found), advice=_ADVICE)
    trips = [ping.round_trip_ns for ping in found.pings]
    level = _level(int(median(trips)))
    text = (
        f"connects in {found.connect_ns / _MS:.1f} ms, answers a ping in {min(trips) / _MS:.1f} to "
        f"{max(trips) / _MS:.1f} ms, says {found.status}"
    )
    return Finding(group=GROUP, check=endpoint, level=level, found=text, advice=_FAR if level != "ok" else "")


async def _ask_rest(client: Caller, *, samples: int, pause_s: float) -> tuple[list[ClockSample], FathomError | None]:
    """Return the answers, and what ended the asking early."""
    taken: list[ClockSample] = []
    for turn in range(samples):
        if turn:
            await asyncio.sleep(pause_s)
        sent_ns, began_ns = time.time_ns(), time.perf_counter_ns()
        try:
            said = await client.call(rest.Time())
        except FathomError as error:
            return taken, error
        taken.append(ClockSample(sent_ns, said.unixtime, sent_ns + time.perf_counter_ns() - began_ns))
    # The first call makes the connection, which is no round trip of the others.
    return taken[1:] or taken, None


async def _probe(venue: Venue, endpoint: Endpoint) -> tuple[Endpoint, Probed | FathomError]:
    try:
        return endpoint, await probe_endpoint(venue.url(endpoint), authority=venue.authority)
    except FathomError as error:
        return endpoint, error


def _level(round_trip_ns: int) -> Level:
    return "note" if round_trip_ns > SLOW_NS else "ok"


def _reason(problem: FathomError | None) -> str:
    return "nobody asked it" if problem is None else str(problem)
