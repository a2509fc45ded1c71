"""Whether each endpoint can be reached, how long it takes, and what its clock says.

Imports: domain, net, protocol, clock. Imported by: doctor.
"""

import asyncio
from collections.abc import Sequence
from statistics import median
from typing import Final

from fathom.domain import FathomError, Finding, Level, LocalError
from fathom.net import rest as net_rest
from fathom.net import venue as venues
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


async def look_at_endpoints(
    venue: venues.Venue, client: net_rest.RestClient, *, samples: int = REST_SAMPLES, pause_s: float = REST_PAUSE_S
) -> list[Finding]:
    """Look at all of them at once."""
    async with asyncio.TaskGroup() as group:
        asked = group.create_task(_ask_rest(client, samples=samples, pause_s=pause_s))
        probed = [group.create_task(_probe(venue, endpoint)) for endpoint in ("public", "private", "level3")]
    taken, problem = asked.result()
    findings = [judge_rest(taken, problem)]
    pings: list[venues.ClockSample] = []
    for task in probed:
        endpoint, found = task.result()
        findings.append(judge_endpoint(endpoint, found))
        pings += found.pings if isinstance(found, venues.Probed) else ()
    findings += judge_clock("rest", taken, step_ns=SECOND_NS)
    findings += judge_clock("websocket", pings, step_ns=0)
    if not (taken or pings):
        findings.append(
            Finding(group=CLOCK, check="offset", level="error", found="nobody could be asked the time", advice=_ADVICE)
        )
    return findings


def judge_rest(samples: Sequence[venues.ClockSample], problem: FathomError | None) -> Finding:
    """Return what there is to say of REST."""
    if not samples:
        return Finding(group=GROUP, check="rest", level="error", found=_reason(problem), advice=_ADVICE)
    trips = sorted(sample.round_trip_ns for sample in samples)
    level = _level(int(median(trips)))
    found = f"answers in {trips[0] / _MS:.1f} to {trips[-1] / _MS:.1f} ms ({len(trips)} calls)"
    if problem is not None:
        return Finding(group=GROUP, check="rest", level="warning", found=f"{found}, then {problem}", advice=_ADVICE)
    return Finding(group=GROUP, check="rest", level=level, found=found, advice=_FAR if level != "ok" else "")


def judge_endpoint(endpoint: venues.Endpoint, found: venues.Probed | FathomError) -> Finding:
    """Return what there is to say of one WebSocket endpoint."""
    if isinstance(found, LocalError):  # The venue has none that we know of: nothing is broken.
        return Finding(group=GROUP, check=endpoint, level="note", found=found.rule)
    if isinstance(found, FathomError):
        return Finding(group=GROUP, check=endpoint, level="error", found=_reason(found), advice=_ADVICE)
    trips = [ping.round_trip_ns for ping in found.pings]
    level = _level(int(median(trips)))
    text = (
        f"connects in {found.connect_ns / _MS:.1f} ms, answers a ping in {min(trips) / _MS:.1f} to "
        f"{max(trips) / _MS:.1f} ms, says {found.status}"
    )
    return Finding(group=GROUP, check=endpoint, level=level, found=text, advice=_FAR if level != "ok" else "")


async def _ask_rest(
    client: net_rest.RestClient, *, samples: int, pause_s: float
) -> tuple[list[venues.ClockSample], FathomError | None]:
    """Return the answers, and what ended the asking early."""
    taken: list[venues.ClockSample] = []
    for turn in range(samples):
        if turn:
            await asyncio.sleep(pause_s)
        try:
            said = await client.ask(rest.Time())
        except FathomError as error:
            return taken, error
        taken.append(venues.ClockSample(said.sent_ns, said.result.unixtime, said.answered_ns))
    # The first call makes the connection, which is no round trip of the others.
    return taken[1:] or taken, None


async def _probe(venue: venues.Venue, endpoint: venues.Endpoint) -> tuple[venues.Endpoint, venues.Probed | FathomError]:
    try:
        return endpoint, await venues.probe_endpoint(venue.url(endpoint), authority=venue.authority)
    except FathomError as error:
        return endpoint, error


def _level(round_trip_ns: int) -> Level:
    return "note" if round_trip_ns > SLOW_NS else "ok"


def _reason(problem: FathomError | None) -> str:
    return "nobody asked it" if problem is None else str(problem)
