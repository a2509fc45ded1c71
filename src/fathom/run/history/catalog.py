"""What a folder of recorded markets holds, read from the files themselves: there is no catalogue beside them.

I/O: lists and reads files through store. Imports: domain, store. Imported by: cli.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from pathlib import Path

import msgspec

from fathom.domain import LocalError
from fathom.store.history import Partition, Tape, part_head, partitions


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """One file of one kind, symbol and day. `verified` to `gaps` are of books alone."""

    kind: str
    symbol: str
    day: date
    source: str
    size: int  # Bytes
    rows: int
    frames: int = 0
    verified: int = 0
    mismatched: int = 0
    unchecked: int = 0
    gaps: int = 0
    whole: bool = True


class Held(msgspec.Struct, kw_only=True):
    """All that is held of one symbol."""

    symbol: str
    first: date
    last: date
    days: int
    parts: int
    size: int
    rows: dict[str, int]  # By kind.
    frames: int
    verified: int
    mismatched: int
    gaps: int


def parts_of(data: Path, symbols: Iterable[str] = ()) -> list[Part]:
    """Return every part, of all symbols or of these. Raises LocalError where there is nothing, or a file is broken."""
    wanted = set(symbols)
    if not data.is_dir():
        raise LocalError(str(data), "is no folder; make one with `fathom data compile RECORDING --into FOLDER`")
    found = [_part(one) for one in partitions(data) if not wanted or one.symbol in wanted]
    if not found:
        of = f" of {', '.join(sorted(wanted))}" if wanted else ""
        raise LocalError(str(data), f"holds no recorded market{of}; compile a recording into it, or import one")
    return found


def held_in(parts: Iterable[Part]) -> list[Held]:
    """Return what is held, symbol by symbol."""
    by_symbol: dict[str, list[Part]] = defaultdict(list)
    for part in parts:
        by_symbol[part.symbol].append(part)
    return [_held(symbol, by_symbol[symbol]) for symbol in sorted(by_symbol)]


def _held(symbol: str, parts: list[Part]) -> Held:
    days = {part.day for part in parts}
    rows: dict[str, int] = defaultdict(int)
    for part in parts:
        rows[part.kind] += part.rows
    tables = [part for part in parts if part.kind != "tape"]
    return Held(
        symbol=symbol,
        first=min(days),
        last=max(days),
        days=len(days),
        parts=len(parts),
        size=sum(part.size for part in parts),
        rows=dict(rows),
        frames=sum(part.frames for part in tables),
        verified=sum(part.verified for part in tables),
        mismatched=sum(part.mismatched for part in tables),
        gaps=sum(part.rows for part in tables if part.kind == "gaps"),
    )


def _part(one: Partition) -> Part:
    size = one.path.stat().st_size
    if one.kind == "tape":
        with Tape(one.path) as tape:
            head = tape.head
        return Part(
            kind="tape", symbol=one.symbol, day=one.day, source=one.source, size=size, rows=head.rows,
            frames=head.frames, verified=head.verified, mismatched=head.mismatched, unchecked=head.unchecked,
            gaps=head.gaps, whole=head.whole,
        )  # fmt: skip
    said = part_head(one.path)
    counts = {
        name: int(said.get(name, "0")) for name in ("rows", "frames", "verified", "mismatched", "unchecked", "gaps")
    }
    return Part(
        kind=one.kind, symbol=one.symbol, day=one.day, source=one.source, size=size,
        whole=said.get("whole", "true") == "true", **counts,
    )  # fmt: skip
