"""The envelope of what a client sends: any bytes in, a request or Kraken's refusal of it out.

Pure. Imports: answers, texts. Imported by: session.
"""

from decimal import Decimal, InvalidOperation
from typing import Any, Final

from msgspec import DecodeError, Struct
from msgspec.json import Decoder

from fathom.exchange.sessions.texts import MALFORMED, UNSUPPORTED_EVENT, invalid, unsupported_field

# 8, and the three that are no orders.
TRADING: Final = frozenset({
    "add_order", "amend_order", "edit_order", "cancel_order", "cancel_all", "cancel_all_orders_after", "batch_add",
    "batch_cancel",
})  # fmt: skip
METHODS: Final = TRADING | {"subscribe", "unsubscribe", "ping"}

NUMBER_LENGTH_MAX: Final = 40  # Digits, point and exponent; no price or quantity is near it.
MAGNITUDE_MAX: Final = 18  # Of powers of ten.
METHOD_LENGTH_MAX: Final = 64  # A longer one is not repeated.
_INT_MIN: Final = -(2**63)
_INT_MAX: Final = 2**64 - 1
_NOT_A_NUMBER: Final = Decimal("NaN")
_KEYS: Final = frozenset({"method", "params", "req_id"})
_PING_KEYS: Final = frozenset({"method", "req_id"})


def _number(text: str) -> Decimal:
    """Keep every digit. What is out of all proportion becomes NaN, which no field takes."""
    if len(text) > NUMBER_LENGTH_MAX:
        return _NOT_A_NUMBER
    try:
        number = Decimal(text)
    except InvalidOperation:
        return _NOT_A_NUMBER
    return number if abs(number.adjusted()) <= MAGNITUDE_MAX else _NOT_A_NUMBER


_JSON: Final = Decoder(float_hook=_number)


class Request(Struct, frozen=True):
    """One request, or what is wrong with it: then `error` says so. Numbers in `params` are int or Decimal."""

    method: str
    params: Any = None  # As sent; None where absent.
    req_id: int | None = None
    error: str | None = None


def read_request(frame: bytes) -> Request:
    """Return what the client asks. Never raises."""
    try:
        raw = _JSON.decode(frame)
    except (DecodeError, UnicodeDecodeError, RecursionError):
        return Request("error", error=MALFORMED)
    if type(raw) is not dict:
        return Request("error", error=MALFORMED)
    req_id = raw.get("req_id")
    fits = type(req_id) is int and _INT_MIN <= req_id <= _INT_MAX
    echo = req_id if fits else None
    method = raw.get("method")
    if type(method) is not str or method not in METHODS:
        told = method if type(method) is str and len(method) <= METHOD_LENGTH_MAX else "error"
        return Request(told, req_id=echo, error=UNSUPPORTED_EVENT)
    keys = _PING_KEYS if method == "ping" else _KEYS
    if not raw.keys() <= keys:
        unknown = next(key for key in raw if key not in keys)
        return Request(method, req_id=echo, error=unsupported_field(unknown, method=method))
    if not fits and "req_id" in raw:
        return Request(method, error=invalid("req_id"))
    return Request(method, raw.get("params"), echo)
