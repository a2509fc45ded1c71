"""Frames made wrong, or odd: bytes in, bytes out, and what is not meant to change stays byte for byte.

Each returns None where the frame has nothing of the kind. Nothing here raises, whatever the bytes.

Pure. Imports: frames. Imported by: strikes, line.
"""

import re
from collections.abc import Callable, Iterable
from decimal import Decimal
from random import Random
from typing import Final
from zlib import crc32

from msgspec import Raw
from msgspec.json import encode

from fathom.exchange.faults.frames import read_array, read_object, sequence_of

# v2: one in the row; v1: a text, the last member of a book's last object.
_CHECKSUM: Final = re.compile(rb'"checksum":\s*(\d{1,10})|"c":\s*"(\d{1,10})"')
# A text, skipped whole, or a number with a point. A longer number is left alone: no price or quantity is near it.
_TEXT_OR_NUMBER: Final = re.compile(rb'"(?:[^"\\]|\\.)*+"|(-?)(\d{1,30})\.(\d{1,30})(?![\d.eE])', re.DOTALL)
_LEVEL: Final = ("price", "qty")
_UNKNOWN: Final = b'"added_later":{"by":["kraken",2031],"rate":0.10,"flag":null}'


def truncated(frame: bytes, random: Random) -> bytes | None:
    """Return the frame's beginning."""
    return frame[: random.randrange(1, len(frame))] if len(frame) > 1 else None


def corrupted(frame: bytes, random: Random, *, bits: int) -> bytes | None:
    """Return the frame with that many bits flipped.

    Never a byte's highest: the frame stays text, so that it reaches the client and not only its WebSocket library.
    """
    if not frame:
        return None
    changed = bytearray(frame)
    for place in random.sample(range(len(frame) * 7), min(bits, len(frame) * 7)):
        changed[place // 7] ^= 1 << place % 7
    return bytes(changed)


def with_wrong_checksum(frame: bytes, random: Random) -> bytes | None:
    """Return the frame with one bit of its checksum wrong."""
    found = _CHECKSUM.search(frame)
    if found is None:
        return None
    group = 1 if found[1] is not None else 2
    wrong = (int(found[group]) ^ (1 << random.randrange(32))) & 0xFFFF_FFFF
    return b"%s%d%s" % (frame[: found.start(group)], wrong, frame[found.end(group) :])


def crossed(frame: bytes) -> bytes | None:
    """Return a snapshot of v2's book with its best bid at the price of its best ask, and the checksum of just that."""
    members = read_object(frame)
    rows = read_array(members.get("data", Raw(b""))) if members and members.get("type") == Raw(b'"snapshot"') else None
    book = read_object(rows[0]) if rows else None
    if members is None or not rows or book is None or "checksum" not in book:
        return None
    bids, asks = ([read_object(row) for row in read_array(book.get(side, Raw(b""))) or ()] for side in ("bids", "asks"))
    best_bid, best_ask = (side[0] if side else None for side in (bids, asks))
    if not best_bid or not best_ask or "price" not in best_ask:
        return None
    best_bid["price"] = best_ask["price"]
    texts = [bytes(level.get(name, b"")) for side in (asks, bids) for level in side[:10] if level for name in _LEVEL]
    said = b"".join(text.replace(b".", b"").lstrip(b"0") for text in texts)
    book |= {"bids": Raw(encode(bids)), "checksum": Raw(b"%d" % crc32(said))}
    return encode({**members, "data": [book, *rows[1:]]})


def with_sequence(frame: bytes, sequence: int) -> bytes:
    """Return the frame with another sequence; as it is where it has none."""
    found = sequence_of(frame)
    return frame if found is None else b"%s%d%s" % (frame[: found[1]], sequence, frame[found[2] :])


def with_tiny_numbers(frame: bytes, *, below: Decimal) -> bytes | None:
    """Return the frame with its numbers below that written as 1e-05: the same numbers, other digits."""

    def exponent(found: re.Match[bytes]) -> bytes:
        sign, whole, part = found.groups()
        digits = b"" if whole is None else (whole + part).lstrip(b"0").rstrip(b"0")
        if not digits or Decimal((whole + b"." + part).decode()) >= below:
            return found[0]
        leading = len(whole + part) - len((whole + part).lstrip(b"0"))
        power = len(whole) - 1 - leading
        point = b"." if len(digits) > 1 else b""
        return b"%s%s%s%se%s%02d" % (sign, digits[:1], point, digits[1:], b"-" if power < 0 else b"+", abs(power))

    changed = _TEXT_OR_NUMBER.sub(exponent, frame)
    return None if changed == frame else changed


def with_unknown_fields(frame: bytes) -> bytes | None:
    """Return the frame with a field more in itself and in each row, or in its result."""
    if (array := read_array(frame)) is not None:  # v1's data.
        grown = [_grown(member) for member in array]
        return bytes(joined(new or old for new, old in zip(grown, array, strict=True))) if any(grown) else None
    members = read_object(frame)
    if members is None:
        return None
    for name in ("data", "result"):
        if name in members:
            members[name] = _rows_changed(members[name], _grown_row)
    return _grown(encode(members))


def refused(frame: bytes, *, error: str) -> bytes | None:
    """Return the answer to a request that was done as if it had been refused: v2's form, or v1's."""
    members = read_object(frame)
    if members is None:
        return None
    if "method" in members:
        changed = {"error": Raw(encode(error)), "method": members["method"], "success": Raw(b"false")}
        changed |= {name: members[name] for name in ("req_id", "time_in", "time_out") if name in members}
    elif "event" in members:
        changed = {"errorMessage": Raw(encode(error)), "event": members["event"], "status": Raw(b'"error"')}
        changed |= {name: members[name] for name in ("reqid",) if name in members}
    else:
        return None
    return encode(dict(sorted(changed.items())))  # Answers have their keys in alphabetical order.


def _rows_changed(value: Raw, change: Callable[[Raw], Raw]) -> Raw:
    """Return a list of rows, or a single one, with each row changed."""
    rows = read_array(value)
    return change(value) if rows is None else Raw(encode([change(row) for row in rows]))


def _grown_row(row: Raw) -> Raw:
    """Return the row with a field more; instrument's is an object of lists of rows."""
    members = read_object(row)
    if members is None:
        return row
    for name in ("assets", "pairs"):
        if name in members and bytes(members[name])[:1] == b"[":
            members[name] = _rows_changed(members[name], lambda inner: Raw(_grown(inner) or inner))
            row = Raw(encode(members))
    return Raw(_grown(row) or row)


def _grown(text: bytes | Raw) -> bytes | None:
    """Return the object with a field more at its end; None where it is no object."""
    whole = bytes(text).rstrip()
    if whole[:1] != b"{" or whole[-1:] != b"}":
        return None
    return whole[:-1] + (b"" if whole[1:-1].strip() == b"" else b",") + _UNKNOWN + b"}"


def joined(rows: Iterable[Raw | bytes]) -> Raw:
    """Return the rows as an array."""
    return Raw(b"[" + b",".join(bytes(row) for row in rows) + b"]")
