"""One `fathom doctor`: every group of checks, and what came of them.

Imports: domain, net; the groups beside it. Imported by: cli.
"""

import asyncio
import time
from collections.abc import Awaitable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from fathom.domain import FathomError, Finding, LocalError
from fathom.net import keys, run_loop
from fathom.net import rest as net_rest
from fathom.net import venue as venues
from fathom.run.doctor.account import look_at_account
from fathom.run.doctor.disk import look_at_disk
from fathom.run.doctor.key import look_at_key
from fathom.run.doctor.machine import look_at_machine
from fathom.run.doctor.reach import REST_PAUSE_S, look_at_endpoints
from fathom.run.doctor.status import look_at_status

GROUP_S_MAX: Final = 45.0  # Then a group is given up, with an error of its own.
TERMS: Final = net_rest.RestTerms(deadline_s=10.0, tries_max=2)
JOURNAL: Final = Path("runs")


@dataclass(frozen=True, slots=True, kw_only=True)
class DoctorCommand:
    """The command line as given."""

    venue: str | None = None
    config: Path | None = None
    account: str | None = None
    key_file: Path | None = None
    key_dir: Path | None = None
    keyring: str | None = None
    journal: Path = JOURNAL
    rotation_days: int = keys.ROTATION_DAYS
    allow_unknown_rights: bool = False
    rest_pause_s: float = REST_PAUSE_S


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """What came of it."""

    venue: str
    findings: list[Finding]


def run_doctor(command: DoctorCommand) -> Examined:
    """Look at everything. Raises LocalError for a command line that cannot be; whatever else is wrong is a finding."""
    keys.check_rotation_days(command.rotation_days)
    return run_loop(examine(command))


async def examine(command: DoctorCommand) -> Examined:
    """Look at everything, on a loop that runs."""
    machine = look_at_machine(asyncio.get_running_loop())
    disk = await _guarded("disk", asyncio.to_thread(look_at_disk, command.journal))
    name = command.venue or venues.DEFAULT
    try:
        choice = await venues.choose_venue(command.venue, config=command.config)
    except FathomError as error:
        advice = "name a venue that is there: kraken, kraken-beta, local, or a URL"
        lost = Finding(group="reach", check="venue", level="error", found=str(error), advice=advice)
        return Examined(venue=name, findings=[lost, *disk, *machine])
    findings = await _look_at_venue(command, choice)
    if choice.remark:
        findings.insert(0, Finding(group="reach", check="venue", level="note", found=choice.remark))
    return Examined(venue=choice.venue.name, findings=[*findings, *disk, *machine])


async def _look_at_venue(command: DoctorCommand, choice: venues.Choice) -> list[Finding]:
    found, missing = _key(command, choice)
    credentials = None if found is None else found.credentials
    async with net_rest.RestClient(choice.venue, credentials=credentials, terms=TERMS) as client:
        reached = await _guarded("reach", look_at_endpoints(choice.venue, client, pause_s=command.rest_pause_s))
        if not any(finding.check == "rest" and finding.level != "error" for finding in reached):
            return [*reached, *missing]  # Whatever else is asked by REST would say the same again.
        status = await _guarded("status", look_at_status(client))
        if found is None:
            return [*reached, *status, *missing]
        of_key = await _guarded("key", _look_at_key(command, client, found))
        if any(finding.check == "signature" for finding in of_key):
            return [*reached, *status, *of_key]
        account = await _guarded("account", look_at_account(choice.venue, client))
        return [*reached, *status, *of_key, *account]


async def _look_at_key(command: DoctorCommand, client: keys.Caller, found: keys.Found) -> list[Finding]:
    return await look_at_key(
        client,
        now_ns=time.time_ns(),
        rotation_days=command.rotation_days,
        allow_unknown=command.allow_unknown_rights,
        source=found.source.name,
        fingerprint=found.credentials.fingerprint,
    )


def _key(command: DoctorCommand, choice: venues.Choice) -> tuple[keys.Found | None, list[Finding]]:
    """Return the key, or what there is to say of its absence."""
    try:
        found = venues.credentials_for(
            choice,
            account=command.account,
            file=command.key_file,
            directory=command.key_dir,
            keyring=command.keyring,
        )
    except keys.NoKey as error:
        told = Finding(group="key", check="source", level="note", found="no key was looked at", advice=str(error))
    except LocalError as error:
        advice = "until then nothing private works"
        told = Finding(group="key", check="source", level="error", found=str(error), advice=advice)
    else:
        return found, []
    return None, [told]


async def _guarded(group: str, looking: Awaitable[list[Finding]]) -> list[Finding]:
    """Return what was found. One group that fails or hangs takes no other with it."""
    try:
        async with asyncio.timeout(GROUP_S_MAX):
            return await looking
    except TimeoutError:
        found, advice = f"nothing came of it within {GROUP_S_MAX:g} s", "try again"
    except FathomError as error:
        found, advice = str(error), "try again"
    return [Finding(group=group, check="as a whole", level="error", found=found, advice=advice)]
