"""Findings as people and programs read them.

Imports: domain. Imported by: doctor, cli.
"""

from collections.abc import Sequence
from typing import Final

import msgspec

from fathom.domain import Finding, Level

LEVELS: Final[tuple[Level, ...]] = ("ok", "note", "warning", "error")


def worst(findings: Sequence[Finding]) -> Level:
    """Return the gravest level among them."""
    return max((finding.level for finding in findings), key=LEVELS.index, default="ok")


def json_text(venue: str, findings: Sequence[Finding]) -> str:
    """Return one JSON object."""
    counts = {level: sum(finding.level == level for finding in findings) for level in LEVELS}
    said = {"venue": venue, "worst": worst(findings), "counts": counts, "findings": findings}
    return msgspec.json.encode(said).decode()


def plain_lines(findings: Sequence[Finding]) -> list[str]:
    """Return a line for each: level, what was looked at, what was found, what to do."""
    return [
        f"{finding.level:<8}{f'{finding.group} {finding.check}':<20} {printable(finding.found)}"
        + (f" -> {printable(finding.advice)}" if finding.advice else "")
        for finding in findings
    ]


def summary(findings: Sequence[Finding]) -> str:
    """Return the last line: how many of what."""
    errors, warnings = (sum(finding.level == level for finding in findings) for level in ("error", "warning"))
    if not errors and not warnings:
        return "nothing is wrong"
    return f"{_count(errors, 'error')}, {_count(warnings, 'warning')}"


def printable(text: str) -> str:
    """Return a text without what would drive a terminal: some of it is the venue's."""
    return "".join(letter if letter.isprintable() else "?" for letter in text)


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"
