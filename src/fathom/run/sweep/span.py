"""Which time a sweep is over, and what tells its data from others.

I/O: reads the heads of recorded markets. Imports: domain, store/history; history/catalog, splits. Imported by:
run/sweep/sweep_command.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from pathlib import Path

from fathom.domain import LocalError
from fathom.run.history.catalog import parts_of
from fathom.run.sweep.splits import Window
from fathom.store.history import DAY_NS, Tape, day_begins_ns, partitions


def span_of(data: Path, symbols: Iterable[str], *, first: date | None = None, last: date | None = None) -> Window:
    """Return the time in which every symbol is recorded, within these days (the last one too).

    Raises LocalError where there is none.
    """
    spans: dict[str, list[tuple[int, int]]] = defaultdict(list)
    wanted = set(symbols)
    parts = [one for one in partitions(data) if one.symbol in wanted]
    taped = {one.symbol for one in parts if one.kind == "tape"}
    for one in parts:
        if one.kind == "tape":
            with Tape(one.path) as tape:
                if tape.head.rows:
                    spans[one.symbol].append((tape.head.first_ns, tape.head.last_ns + 1))
        elif one.symbol not in taped:  # Trades or candles alone: as long as their days.
            begins = day_begins_ns(one.day)
            spans[one.symbol].append((begins, begins + DAY_NS))
    if missing := sorted(wanted - set(spans)):
        raise LocalError(str(data), f"holds no recorded market of {', '.join(missing)}")
    low = max(min(begin for begin, _ in found) for found in spans.values())
    high = min(max(end for _, end in found) for found in spans.values())
    low = low if first is None else max(low, day_begins_ns(first))
    high = high if last is None else min(high, day_begins_ns(last) + DAY_NS)
    if low >= high:
        raise LocalError(str(data), "holds no time in which all of the bot's symbols are recorded, within these days")
    return Window(low, high)


def data_print(data: Path, symbols: Iterable[str]) -> str:
    """Return what tells one folder's data from another's: its parts, and what each says of itself."""
    parts = sorted(
        (one.kind, one.symbol, one.day.isoformat(), one.source, one.rows, one.size) for one in parts_of(data, symbols)
    )
    return hashlib.sha256(repr(parts).encode()).hexdigest()
