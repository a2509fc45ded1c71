"""Before real money is traded: everything that `fathom doctor` looks at, and an end where something is wrong.

I/O: asks the venue, looks at this machine, writes stderr. Imports: domain; bot_file, doctor. Imported by: run_command.
"""

import sys
from collections.abc import Sequence
from pathlib import Path

from fathom.domain import Finding, LocalError
from fathom.run.bot_file import BotFile
from fathom.run.doctor.doctor import DoctorCommand, examine


async def preflight(file: BotFile, *, venue: str, journal: Path) -> None:
    """Look at everything; tell of warnings. Raises LocalError where something is wrong, with what to do."""
    sys.stderr.write("before it begins: looking at clock, reach, key, account and disk, as `fathom doctor` does\n")
    sys.stderr.flush()
    account = file.account
    examined = await examine(
        DoctorCommand(
            venue=venue,
            key_file=None if account.key_file is None else Path(account.key_file),
            key_dir=None if account.key_dir is None else Path(account.key_dir),
            keyring=account.keyring,
            journal=journal,
            allow_unknown_rights=account.allow_unknown_rights,
        )
    )
    for text in judged(examined.findings):
        sys.stderr.write(f"warning: {text}\n")


def judged(findings: Sequence[Finding]) -> list[str]:
    """Return the warnings, one sentence each. Raises LocalError with all that is wrong."""
    wrong = [said(finding) for finding in findings if finding.level == "error"]
    if wrong:
        raise LocalError("preflight", f"nothing was begun. {' '.join(wrong)}")
    return [said(finding) for finding in findings if finding.level == "warning"]


def said(finding: Finding) -> str:
    """Return a finding and what to do in one line."""
    advice = f": {finding.advice}" if finding.advice else ""
    return f"{finding.group} {finding.check}: {finding.found}{advice}."
