"""Where a recorded market lies: by kind, symbol and day, as every reader of Parquet expects it.

```
DATA/l2/symbol=BTC-USD/date=2026-11-30/RECORDING.parquet
DATA/tape/symbol=BTC-USD/date=2026-11-30/RECORDING.l2.tape
```

I/O: lists folders. Imports: domain. Imported by: the front door, writing, tape.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Final, Literal, NamedTuple

from fathom.domain import LocalError

Kind = Literal["l2", "l3", "trades", "candles", "instruments", "gaps"]
KINDS: Final[tuple[Kind, ...]] = ("l2", "l3", "trades", "candles", "instruments", "gaps")
TapeKind = Literal["l2", "l3"]
DAY_NS: Final = 86_400_000_000_000

PARTITION: Final = re.compile(r"symbol=(?P<symbol>[^/]+)/date=(?P<date>\d{4}-\d\d-\d\d)/(?P<name>[^/]+)")
_EPOCH: Final = date(1970, 1, 1).toordinal()
_PLAIN: Final = re.compile(r"[^A-Za-z0-9._-]+")


class Partition(NamedTuple):
    """One file: what it holds, of which symbol and which day (UTC), and where from."""

    kind: str  # A Kind, or "tape".
    symbol: str
    day: date
    source: str  # The recording's name.
    path: Path


def symbol_folder(symbol: str) -> str:
    """Return a symbol as it can be part of a path: BTC/USD becomes BTC-USD.

    Raises LocalError where it is no symbol of Kraken's: it comes from a frame, and must not lead anywhere.
    """
    if not re.fullmatch(r"[A-Za-z0-9.]{1,20}/[A-Za-z0-9.]{1,20}", symbol) or ".." in symbol:
        raise LocalError("symbol", f"{symbol!r} is no pair, as BTC/USD is")
    return symbol.replace("/", "-")


def source_name(path: Path) -> str:
    """Return the name under which the recording's parts lie: its own, without what no file name should hold."""
    return _PLAIN.sub("_", path.resolve().name).strip("._") or "recording"


def day_of(time_ns: int) -> date:
    """Return the day (UTC) of a time."""
    return _numbered_day(time_ns // DAY_NS)


@lru_cache(maxsize=64)  # Asked for each frame of a recording, whose frames are of one day for long.
def _numbered_day(days: int) -> date:
    return date.fromordinal(_EPOCH + days)


def day_begins_ns(day: date) -> int:
    """Return when a day (UTC) begins."""
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()) * 1_000_000_000


def part_path(data: Path, kind: Kind, symbol: str, day: date, source: str) -> Path:
    """Return where a part of a table lies."""
    return data / kind / f"symbol={symbol_folder(symbol)}" / f"date={day}" / f"{source}.parquet"


def tape_path(data: Path, kind: TapeKind, symbol: str, day: date, source: str) -> Path:
    """Return where a tape lies."""
    return data / "tape" / f"symbol={symbol_folder(symbol)}" / f"date={day}" / f"{source}.{kind}.tape"


def partitions(data: Path) -> Iterator[Partition]:
    """Yield every part and every tape, by kind, symbol, day and source. Other files are none of ours."""
    for kind in (*KINDS, "tape"):
        suffix = ".tape" if kind == "tape" else ".parquet"
        root = data / kind
        for path in sorted(root.glob(f"symbol=*/date=*/*{suffix}")):
            match = PARTITION.fullmatch(path.relative_to(root).as_posix())
            if match is not None:
                day = date.fromisoformat(match["date"])
                source = match["name"].removesuffix(suffix)
                yield Partition(kind, match["symbol"].replace("-", "/"), day, source, path)
