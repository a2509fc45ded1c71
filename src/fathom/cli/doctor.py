"""`fathom doctor`.

Imports: run. Imported by: cli/app, by name.
"""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

from cyclopts import Parameter

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fathom.domain import Finding

OK: Final = 0
WRONG: Final = 1
_STYLES: Final = {"ok": "green", "note": "cyan", "warning": "yellow", "error": "bold red"}


def doctor(
    *,
    venue: str | None = None,
    config: Path | None = None,
    account: str | None = None,
    key_file: Path | None = None,
    key_dir: Path | None = None,
    keyring: str | None = None,
    journal: Path = Path("runs"),
    rotation_days: int = 90,
    allow_unknown_rights: Annotated[bool, Parameter(negative=(), show_default=False)] = False,
    json: Annotated[bool, Parameter(negative=(), show_default=False)] = False,
) -> int:
    """Say what is wrong with this machine, the network, the key, and what to do.

    Looks at the clock, at each endpoint, at the key's rights, age and limits,
    at the disk for the journal, and at the limits of the process.
    It sends no order. The exit status is 1 where there is an error.

    Parameters
    ----------
    venue
        kraken, kraken-beta, local (a running `fathom exchange`), or the REST URL of one; without it, the
        configuration's, or else kraken.
    config
        A TOML file with a [venue] table.
    account
        The sample account of a local exchange.
    key_file
        A file with key and secret, mode 0600. Without it: docs/keys.md.
    key_dir
        A directory of mounted secrets: api-key, api-secret, and perhaps api-otp.
    keyring
        The service in the system's keyring that has the key.
    journal
        The folder that the journal will be in.
    rotation_days
        How old a key may get, from 30 to 90 days.
    allow_unknown_rights
        Your word that the key may not withdraw, where the venue does not say.
    json
        One JSON object instead of a table.
    """
    from fathom.run.doctor.doctor import DoctorCommand, run_doctor  # noqa: PLC0415 - Only now: start-up time.
    from fathom.run.doctor.report import json_text, plain_lines, summary, worst  # noqa: PLC0415 - As above.

    examined = run_doctor(
        DoctorCommand(
            venue=venue,
            config=config,
            account=account,
            key_file=key_file,
            key_dir=key_dir,
            keyring=keyring,
            journal=journal,
            rotation_days=rotation_days,
            allow_unknown_rights=allow_unknown_rights,
        )
    )
    findings = examined.findings
    if json:
        sys.stdout.write(json_text(examined.venue, findings) + "\n")
    elif sys.stdout.isatty():
        _show(examined.venue, findings, summary(findings))
    else:
        sys.stdout.write("\n".join([*plain_lines(findings), f"{examined.venue}: {summary(findings)}", ""]))
    return WRONG if worst(findings) == "error" else OK


def _show(venue: str, findings: "Sequence[Finding]", summed: str) -> None:
    """Print a table."""
    from rich.box import SIMPLE_HEAD  # noqa: PLC0415 - Slow to import.
    from rich.console import Console  # noqa: PLC0415 - As above.
    from rich.markup import escape  # noqa: PLC0415 - As above.
    from rich.table import Table  # noqa: PLC0415 - As above.

    from fathom.run.doctor.report import printable  # noqa: PLC0415 - Only now: start-up time.

    table = Table(box=SIMPLE_HEAD, title=escape(venue), title_justify="left", pad_edge=False)
    for heading in ("", "what", "found, and what to do"):
        table.add_column(heading, overflow="fold")
    group = ""
    for finding in findings:
        if finding.group != group and group:
            table.add_section()
        group = finding.group
        table.add_row(
            f"[{_STYLES[finding.level]}]{finding.level}[/]",
            escape(f"{finding.group} {finding.check}"),
            escape(printable(finding.found))
            + (f"\n[dim]{escape(printable(finding.advice))}[/]" if finding.advice else ""),
        )
    console = Console(highlight=False)
    console.print(table)
    console.print(summed, markup=False)
