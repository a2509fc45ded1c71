"""How results are read: amounts as Decimal with every digit, times as ns since 1970, and never a float.

Words that Kraken sends stay `str`: a new one must not cost us an answer. Fields that we do not know are skipped.

Pure. Imports: domain, endpoint, times. Imported by: the results, and the front door.
"""

import re
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any, Final, TypeVar, cast, get_args

from msgspec import DecodeError, Struct
from msgspec.json import Decoder

from fathom.domain import RemoteError
from fathom.protocol.rest.endpoint import RestRequest
from fathom.protocol.times import parse_time

DIGITS_MAX: Final = 60  # Further than so many digits from 1 is no amount of anything.
SECONDS_MAX: Final = 253_402_300_799  # The end of the year 9999.
# Texts that msgspec takes for numbers and that are none, or none that fits anywhere.
_ODD: Final = re.compile(rb'"\s*[+-]?(?:s?nan|inf|[0-9.]+e[+-]?[0-9]{2})|[0-9]e[+-]?[0-9]{2}', re.IGNORECASE)

R = TypeVar("R")


class Row(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """The common form of what is in a result."""


class TimeNs(int):
    """A moment: ns since 1970. Kraken writes seconds with a fraction, as a number or a text, or RFC 3339; 0 is none."""

    __slots__ = ()


class Count(int):
    """How many: some answers write it as a text."""

    __slots__ = ()


def read_result(request: RestRequest[R], result: bytes | None) -> R:
    """Return the result of this request. Raises RemoteError where it is not as the documents say."""
    facts = request.endpoint
    if facts.binary:
        file: Any = result or b""
        return cast("R", file)
    try:
        wire = _decoder(type(request)).decode(b"null" if result is None else result)
        if result is not None and _ODD.search(result):
            _insist_on_usual_numbers(wire)
        made: R = wire if facts.made is None else facts.made(wire)
    except (DecodeError, UnicodeDecodeError, RecursionError, ValueError, InvalidOperation) as error:
        raise RemoteError(f"the result of {facts.name} is not as it should be: {error}") from None
    return made


def result_type(request: type[RestRequest[Any]]) -> Any:
    """Return the R of a request's class."""
    return get_args(request.__orig_bases__[0])[0]  # type: ignore[attr-defined]  # typing puts it on every subclass.


def one_pair(wire: dict[str, Any]) -> tuple[str, Any]:
    """Return the one entry that is not `last`: its name is the pair's id, or what it was asked by (rest.md 3)."""
    names = [name for name in wire if name != "last"]
    if len(names) != 1:
        raise ValueError(f"{len(names)} pairs in place of one")
    return names[0], wire[names[0]]


@cache  # One for each request there is.
def _decoder(request: type[RestRequest[Any]]) -> Decoder[Any]:
    wire = request.endpoint.wire
    kind = result_type(request) if wire is None else wire
    return Decoder(kind, dec_hook=_read_own, float_hook=Decimal)


def _read_own(kind: type, value: Any) -> TimeNs | Count:
    if kind is TimeNs:
        return _read_time(value)
    assert kind is Count, kind
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= DIGITS_MAX:
        return Count(value)
    if type(value) is int and value >= 0:
        return Count(value)
    raise ValueError(f"{str(value)[:40]!r} is not a number of things")


def _read_time(value: Any) -> TimeNs:
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        raise ValueError(f"{str(value)[:40]!r} is not a time")  # noqa: TRY004 - Kraken's mistake, not a caller's.
    if isinstance(value, str) and "T" in value:
        try:
            return TimeNs(parse_time(value.replace("+00:00", "Z")))
        except RemoteError as error:
            raise ValueError(str(error)) from None
    try:
        seconds = Decimal(value)
    except InvalidOperation:
        raise ValueError(f"{str(value)[:40]!r} is not a time") from None
    if not seconds.is_finite() or not -SECONDS_MAX <= seconds <= SECONDS_MAX:
        raise ValueError(f"{str(value)[:40]!r} is not a time")
    return TimeNs(seconds.scaleb(9))


def _insist_on_usual_numbers(value: Any) -> None:
    if isinstance(value, Decimal):
        if not value.is_finite() or (value and abs(value.adjusted()) > DIGITS_MAX):
            raise ValueError(f"{value} is no amount")
    else:
        for part in _parts(value):
            _insist_on_usual_numbers(part)


def _parts(value: Any) -> Iterable[Any]:
    if isinstance(value, Struct):
        return [getattr(value, name) for name in value.__struct_fields__]
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list | tuple) else ()
