"""What a REST client sends, as fields: a query string, a form or a JSON object.

In forms `orders[0][price]=1` and `close[price]=1` nest, and so does `ids[]=a`; numbers of JSON become `Decimal` of just
their digits.

Pure. Imports: nothing. Imported by: keyring, rest.
"""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, Final
from urllib.parse import parse_qsl

from msgspec import DecodeError, ValidationError
from msgspec.json import Decoder

Value = Any  # str, bool, int, Decimal, None, and lists and dicts of these.
Fields = Mapping[str, Value]

BODY_BYTES_MAX: Final = 1_048_576  # A longer body is malformed.
FIELDS_MAX: Final = 4096  # So are more fields than this.
DEPTH_MAX: Final = 4  # And names nested deeper.
DIGITS_MAX: Final = 400  # And numbers longer than this.


def _number(text: str) -> Decimal:
    if len(text) > DIGITS_MAX:
        raise ValueError("a number too long")
    return Decimal(text)


_JSON: Final = Decoder(float_hook=_number)


def read_fields(text: bytes, *, content_type: str = "") -> dict[str, Value] | None:
    """Return the fields of a body or a query; None where it is malformed.

    A text that begins like a JSON object is one, whatever its type says: no form begins so.
    """
    if len(text) > BODY_BYTES_MAX:
        return None
    if "json" in content_type.lower() or text.lstrip()[:1] == b"{":
        return _read_json(text)
    return _read_form(text)


def _read_json(text: bytes) -> dict[str, Value] | None:
    if not text.strip():
        return {}
    try:
        fields = _JSON.decode(text)
    except (DecodeError, ValidationError, UnicodeDecodeError, ValueError, InvalidOperation, RecursionError):
        return None
    return fields if isinstance(fields, dict) else None


def _read_form(text: bytes) -> dict[str, Value] | None:
    try:
        pairs = parse_qsl(text.decode(), keep_blank_values=True, max_num_fields=FIELDS_MAX)
    except ValueError:  # Not UTF-8, or too many fields.
        return None
    fields: dict[str, Value] = {}
    for name, value in pairs:
        if not _put(fields, name, value):
            return None
    return {name: _as_lists(value) for name, value in fields.items()}


def _put(fields: dict[str, Value], name: str, value: str) -> bool:
    """Put `a[b][c]` where it belongs; False where it is nested too deep or is both a value and a container."""
    first, *rest = name.replace("]", "").split("[") if name.endswith("]") else [name]
    if len(rest) >= DEPTH_MAX:
        return False
    place = fields
    for part in rest:
        place = place.setdefault(first, {})
        if not isinstance(place, dict):
            return False
        first = part or str(len(place))
    if isinstance(place.get(first), dict):
        return False
    place[first] = value  # The last of several wins.
    return True


def _as_lists(value: Value) -> Value:
    """Turn containers whose names are all numbers into lists, in the order of the numbers."""
    if not isinstance(value, dict):
        return value
    inner = {name: _as_lists(part) for name, part in value.items()}
    if inner and all(name.isascii() and name.isdigit() and len(name) < 6 for name in inner):
        return [inner[name] for name in sorted(inner, key=int)]
    return inner
