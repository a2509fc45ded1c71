"""A run as a report tells it.

Pure. Imports: portfolio. Imported by: ui/report, run.
"""

from typing import NamedTuple

from msgspec import Struct

from fathom.portfolio import Summary


class Note(Struct, frozen=True):
    """Something that happened to the run, at a time of its log."""

    time_ns: int
    text: str


class Extra(NamedTuple):
    """A table of texts that a report shows besides; empty heads: it has none."""

    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


class RunTold(Struct, frozen=True, kw_only=True):
    """What `--json` writes."""

    run_id: str
    mode: str
    version: str
    state: str  # One sentence: how the journal ends.
    entries: int
    summary: Summary
    notes: list[Note]
    notes_left_out: int
