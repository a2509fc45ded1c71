"""Rows that are fills, in `executions` and in v1's `ownTrades`: told twice, told apart from the rest, told with less.

Each returns None where the frame tells no fill. Nothing here raises, whatever the bytes.

Pure. Imports: edits, frames. Imported by: strikes.
"""

from typing import Final

from msgspec import Raw
from msgspec.json import encode

from fathom.exchange.faults.edits import joined
from fathom.exchange.faults.frames import is_update, read_array, read_object

_LOST: Final = ("symbol", "cl_ord_id")


def with_fill_twice(frame: bytes) -> bytes | None:
    """Return the frame with its first fill told twice, side by side: only the execution's id says that it is one."""
    rows = _rows(frame)
    place = next((place for place, row in enumerate(rows) if _is_fill(row)), None)
    return None if place is None else _with_rows(frame, [*rows[: place + 1], rows[place], *rows[place + 1 :]])


def split_fills(frame: bytes) -> tuple[bytes | None, bytes] | None:
    """Return the frame without its fills (None where nothing is left), and a frame of the fills alone."""
    channel = "ownTrades" if frame[:1] == b"[" else "executions"
    if not is_update(frame, channel):
        return None
    rows = _rows(frame)
    fills = [row for row in rows if _is_fill(row)]
    if not fills:
        return None
    rest = [row for row in rows if not _is_fill(row)]
    return _with_rows(frame, rest) if rest else None, _with_rows(frame, fills)


def without_symbol(frame: bytes) -> bytes | None:
    """Return the frame with fills that name neither the pair nor the client's id of the order."""
    changed = False
    rows = _rows(frame)
    for place, row in enumerate(rows):
        members = read_object(row) if _is_fill(row) else None
        if members is not None and any(name in members for name in _LOST):
            rows[place] = Raw(encode({name: value for name, value in members.items() if name not in _LOST}))
            changed = True
    return _with_rows(frame, rows) if changed else None


def _rows(frame: bytes) -> list[Raw]:
    """Return the rows of `executions`, or v1's trades: an object each, by the trade's id."""
    if frame[:1] == b"[":
        outer = read_array(frame)
        return (outer and read_array(outer[0])) or []
    members = read_object(frame)
    return (members and "data" in members and read_array(members["data"])) or []


def _with_rows(frame: bytes, rows: list[Raw]) -> bytes:
    """Return a frame that `_rows` could read, with other rows."""
    if frame[:1] == b"[":
        outer = read_array(frame) or []
        return bytes(joined([joined(rows), *outer[1:]]))
    return encode({**(read_object(frame) or {}), "data": joined(rows)})


def _is_fill(row: Raw) -> bool:
    """Tell whether the row is a fill: v2 says so, and of v1 every row of the channel is one."""
    text = bytes(row)
    return b'"exec_type":"trade"' in text or b'"ordertxid":' in text
