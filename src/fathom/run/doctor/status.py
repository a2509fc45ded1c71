"""Whether the venue trades now, and what it has announced.

Imports: domain, net, protocol. Imported by: doctor.
"""

from typing import Final

from fathom.domain import FathomError, Finding
from fathom.net import keys
from fathom.protocol import rest

GROUP: Final = "status"
_MEANS: Final = {
    "online": "it trades",
    "post_only": "it takes post-only orders and matches nothing",
    "cancel_only": "it takes cancels alone",
    "maintenance": "it takes nothing, no cancels either",
}
_WAIT: Final = "wait: after maintenance it is cancel_only, then post_only, then online"


async def look_at_status(client: keys.Caller) -> list[Finding]:
    """Ask for it."""
    try:
        return judge_status(await client.call(rest.SystemStatus()))
    except FathomError as error:
        advice = "look at status.kraken.com"
        return [Finding(group=GROUP, check="system", level="error", found=str(error), advice=advice)]


def judge_status(said: rest.SystemStatusResult) -> list[Finding]:
    """Return what it means."""
    meaning = _MEANS.get(said.status)
    if meaning is None:
        unknown = f"the venue says {said.status[:40]!r}, which nobody here knows"
        return [
            Finding(group=GROUP, check="system", level="warning", found=unknown, advice="look at status.kraken.com")
        ]
    online = said.status == "online"
    findings = [
        Finding(
            group=GROUP,
            check="system",
            level="ok" if online else "warning",
            found=f"the venue is {said.status}: {meaning}",
            advice="" if online else _WAIT,
        )
    ]
    if said.upcoming_maintenance:
        count = len(said.upcoming_maintenance)
        findings.append(
            Finding(
                group=GROUP,
                check="maintenance",
                level="note",
                found=f"the venue has announced maintenance ({count})",
                advice="see status.kraken.com for the hours",
            )
        )
    if said.emergency:
        found = "the venue tells of an emergency"
        advice = "see status.kraken.com before you trade"
        findings.append(Finding(group=GROUP, check="emergency", level="warning", found=found, advice=advice))
    return findings
