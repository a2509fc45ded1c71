"""`fathom data ls` and `fathom data info`.

Imports: run. Imported by: cli/data, by name.
"""

import sys
from collections.abc import Sequence
from typing import Annotated, Final

from cyclopts import Parameter

KIB: Final = 1024
OK: Final = 0


def ls(
    data: str,
    /,
    *,
    json: Annotated[bool, Parameter(negative=())] = False,
) -> int:
    """List the recorded markets in a folder, a line a symbol.

    Parameters
    ----------
    data
        The folder of recorded markets, here or elsewhere (s3://bucket/data, with s3fs installed).
    json
        JSON lines, one a symbol.
    """
    from fathom.run.history.catalog import held_in, parts_of  # noqa: PLC0415 - Only now: start-up time.

    held = held_in(parts_of(data))
    if json:
        return _json(held)
    rows = [
        (
            one.symbol, str(one.first), str(one.last), f"{one.days:,}", f"{one.frames:,}",
            f"{one.verified / one.frames:.2%}" if one.frames else "", f"{one.gaps:,}", f"{one.rows.get('l2', 0):,}",
            f"{one.rows.get('l3', 0):,}", f"{one.rows.get('trades', 0):,}", f"{one.rows.get('candles', 0):,}",
            _size(one.size),
        )
        for one in held
    ]  # fmt: skip
    headers = ("symbol", "from", "to", "days", "frames", "verified", "gaps", "l2", "l3", "trades", "candles", "size")
    return _table(headers, rows)


def info(
    data: str,
    /,
    *symbols: str,
    json: Annotated[bool, Parameter(negative=())] = False,
) -> int:
    """Say what every file holds: kind, symbol, day, and where it came from.

    Parameters
    ----------
    data
        The folder of recorded markets, here or elsewhere (s3://bucket/data, with s3fs installed).
    symbols
        Only these pairs.
    json
        JSON lines, one a file.
    """
    from fathom.run.history.catalog import parts_of  # noqa: PLC0415 - Only now: start-up time.

    parts = parts_of(data, symbols)
    if json:
        return _json(parts)
    rows = [
        (
            one.symbol, str(one.day), one.kind, f"{one.rows:,}", f"{one.frames:,}" if one.frames else "",
            f"{one.verified:,}" if one.frames else "", f"{one.mismatched:,}" if one.frames else "",
            f"{one.gaps:,}" if one.frames else "", "" if one.whole else "not whole", _size(one.size), one.source,
        )
        for one in sorted(parts, key=lambda part: (part.symbol, part.day, part.kind, part.source))
    ]  # fmt: skip
    headers = ("symbol", "day", "kind", "rows", "frames", "verified", "mismatched", "gaps", "", "size", "source")
    return _table(headers, rows)


def _size(count: int) -> str:
    size, units = float(count), ["B", "KiB", "MiB", "GiB", "TiB"]
    while size >= KIB and len(units) > 1:
        size /= KIB
        units.pop(0)
    return f"{size:,.0f} {units[0]}" if units[0] == "B" else f"{size:,.1f} {units[0]}"


def _json(rows: Sequence[object]) -> int:
    import msgspec  # noqa: PLC0415 - Only now: start-up time.

    for row in rows:
        sys.stdout.write(msgspec.json.encode(row).decode() + "\n")
    return OK


def _table(headers: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> int:
    from rich.console import Console  # noqa: PLC0415 - Only now: start-up time.
    from rich.table import Table  # noqa: PLC0415 - As above.

    table = Table(box=None, padding=(0, 2, 0, 0))
    words = {"symbol", "from", "to", "day", "kind", "source", ""}
    for name in headers:
        table.add_column(name, justify="left" if name in words else "right", no_wrap=True)
    for row in rows:
        table.add_row(*row)
    Console(width=None if sys.stdout.isatty() else 240).print(table)
    return OK
