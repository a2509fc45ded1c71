"""What a folder of recorded markets holds, here or elsewhere, read from the files themselves: there is no catalogue.

I/O: lists files and reads their heads and ends, through store. Imports: domain, store. Imported by: cli, sweep/span.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from pathlib import Path

import msgspec

from fathom.domain import LocalError
from fathom.store.history import HEAD_BYTES, Held, Place, part_head, tape_head


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


class Listed(msgspec.Struct, kw_only=True):
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


def parts_of(data: Path | str, symbols: Iterable[str] = ()) -> list[Part]:
    """Return every part, of all symbols or of these. Raises LocalError where there is nothing, or a file is broken."""
    wanted = set(symbols)
    if "://" not in str(data) and not Path(data).is_dir():
        raise LocalError(str(data), "is no folder; make one with `fathom data compile RECORDING --into FOLDER`")
    place = Place(data)
    found = [_part(place, one) for one in place.held() if not wanted or one.symbol in wanted]
    if not found:
        of = f" of {', '.join(sorted(wanted))}" if wanted else ""
        raise LocalError(str(data), f"holds no recorded market{of}; compile a recording into it, or import one")
    return found


def held_in(parts: Iterable[Part]) -> list[Listed]:
    """Return what is held, symbol by symbol."""
    by_symbol: dict[str, list[Part]] = defaultdict(list)
    for part in parts:
        by_symbol[part.symbol].append(part)
    return [_held(symbol, by_symbol[symbol]) for symbol in sorted(by_symbol)]


def _held(symbol: str, parts: list[Part]) -> Listed:
    days = {part.day for part in parts}
    rows: dict[str, int] = defaultdict(int)
    for part in parts:
        rows[part.kind] += part.rows
    tables = [part for part in parts if part.kind != "tape"]
    return Listed(
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


def _part(place: Place, one: Held) -> Part:
    name = f"{place.name}/{one.name}"
    with place.opened(one.name) as file:
        if one.kind == "tape":
            head = tape_head(file.read(HEAD_BYTES), size=one.size, name=name)
            return Part(
                kind="tape", symbol=one.symbol, day=one.day, source=one.source, size=one.size, rows=head.rows,
                frames=head.frames, verified=head.verified, mismatched=head.mismatched, unchecked=head.unchecked,
                gaps=head.gaps, whole=head.whole,
            )  # fmt: skip
        said = part_head(file, name=name)
    counts = {
        name: int(said.get(name, "0")) for name in ("rows", "frames", "verified", "mismatched", "unchecked", "gaps")
    }
    return Part(
        kind=one.kind, symbol=one.symbol, day=one.day, source=one.source, size=one.size,
        whole=said.get("whole", "true") == "true", **counts,
    )  # fmt: skip
