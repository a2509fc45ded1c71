"""How many decimals a pair's prices and quantities have: from instrument frames, from a file, or from the numbers.

A checksum is over the digits with full precision (book-checksum.md 1), so a book must know it.

I/O: reads files. Imports: domain, protocol, store.
Imported by: verify, book_stream, recorded_books, cli/verify.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

import msgspec

from fathom.domain import LocalError
from fathom.protocol import v2_symbol
from fathom.store import BROKEN, LINE_BYTES_MAX, open_plain

_PRICE: Final = re.compile(rb'"(?:limit_)?price"\s*:\s*-?\d+(?:\.(\d+))?(?:[eE]([+-]?\d{1,4}))?')
_QTY: Final = re.compile(rb'"(?:order_)?qty"\s*:\s*-?\d+(?:\.(\d+))?(?:[eE]([+-]?\d{1,4}))?')


class Precision(NamedTuple):
    """Decimals of prices and of quantities."""

    price: int
    qty: int


class _Pair(msgspec.Struct):
    symbol: str
    price_precision: int
    qty_precision: int


class _Data(msgspec.Struct):
    pairs: list[_Pair] = []


class _Instruments(msgspec.Struct):
    data: _Data


_instruments: Final = msgspec.json.Decoder(_Instruments)


def frame_precisions(frame: bytes) -> dict[str, Precision]:
    """Return what an instrument frame says, by symbol. Raises ValueError where it is not one."""
    pairs = _instruments.decode(frame).data.pairs
    return {pair.symbol: Precision(pair.price_precision, pair.qty_precision) for pair in pairs}


def finest(frame: bytes, so_far: Precision) -> Precision:
    """Return the most decimals seen in a book or level3 frame, or before it."""
    return Precision(_most(_PRICE, frame, so_far.price), _most(_QTY, frame, so_far.qty))


def _most(pattern: re.Pattern[bytes], frame: bytes, so_far: int) -> int:
    for fraction, exponent in pattern.findall(frame):
        decimals = len(fraction) - int(exponent) if exponent else len(fraction)
        so_far = max(so_far, decimals)
    return so_far


def read_precisions(path: Path) -> dict[str, Precision]:
    """Return the precisions in a file: instrument frames or REST AssetPairs, one document or one a line.

    AssetPairs go by their `wsname`, `altname` and key, and by version 2's name of the pair. Raises LocalError
    where the file cannot be read or holds neither.
    """
    found: dict[str, Precision] = {}
    try:
        with open_plain(path) as file:
            text = file.read(LINE_BYTES_MAX)
        for document in _documents(text):
            _collect(document, "", found)
    except (OSError, *BROKEN) as error:
        raise LocalError(str(path), f"cannot be read: {getattr(error, 'strerror', None) or error}") from error
    except RecursionError:
        raise LocalError(str(path), "holds JSON nested too deep") from None
    if not found:
        raise LocalError(str(path), "holds no instruments; name a file with an `instrument` frame or REST AssetPairs")
    return found


def _documents(text: bytes) -> Iterator[object]:
    """Yield the whole text as one JSON document, or what each line holds from its first brace on."""
    try:
        yield msgspec.json.decode(text)
    except ValueError:
        for line in text.splitlines():
            start = line.find(b"{")
            try:
                yield msgspec.json.decode(line[start:]) if start >= 0 else None
            except ValueError:
                continue


def _collect(value: object, key: str, into: dict[str, Precision]) -> None:
    """Look for pairs anywhere in the document; `key` is the name that `value` stands under."""
    if isinstance(value, list):
        for item in value:
            _collect(item, "", into)
    elif isinstance(value, str) and value.startswith("{"):  # A frame as text, in a wrapper.
        for document in _documents(value.encode()):
            _collect(document, "", into)
    elif isinstance(value, dict):
        match value:
            case {"symbol": str(symbol), "price_precision": int(price), "qty_precision": int(qty)}:
                into[symbol] = Precision(price, qty)
            case {"pair_decimals": int(price), "lot_decimals": int(qty)}:
                name = str(value.get("wsname") or key)
                for known_as in (name, v2_symbol(name), str(value.get("altname") or key), key):
                    into[known_as] = Precision(price, qty)
            case _:
                for name, item in value.items():
                    _collect(item, str(name), into)
