"""The forms of single values: numbers, words, ids, moments (websocket-v2.md section 8, 3).

Each function raises LocalError, naming the field and the rule, or returns in silence.

Pure. Imports: domain, times. Imported by: order, requests.
"""

import re
from calendar import monthrange
from collections.abc import Container
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from fathom.domain import LocalError, RemoteError
from fathom.protocol.times import SECOND_NS, parse_time

DEADLINE_NS_MIN: Final = SECOND_NS // 2
DEADLINE_NS_MAX: Final = 60 * SECOND_NS
_EPOCH: Final = date(1970, 1, 1)
_DAY_NS: Final = 86_400 * SECOND_NS
_INT32_MAX: Final = 2**31 - 1
_DIGITS_MAX: Final = 30  # Beyond any price or quantity, and short enough to be written out without an exponent.

_CLIENT_ID: Final = re.compile(
    r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"  # A UUID,
    r"|[0-9a-fA-F]{32}"  # the same without dashes,
    r"|[\x21-\x7e](?:[\x20-\x7e]{0,16}[\x21-\x7e])?"  # or free text up to 18 characters.
)
_SYMBOL: Final = re.compile(r"[^\s/]+/[^\s/]+")


def finite(field: str, value: object) -> Decimal:
    """Return a number that can be written plainly."""
    if not isinstance(value, Decimal):
        raise LocalError(field, f"must be a Decimal, not {type(value).__name__}")
    sane = value.is_finite() and -_DIGITS_MAX <= value.adjusted() <= _DIGITS_MAX
    if not sane or (len(str(value)) > _DIGITS_MAX and len(value.as_tuple().digits) > _DIGITS_MAX):
        raise LocalError(field, f"{value} is not a number of sane size")
    return value


def positive(field: str, value: object) -> Decimal:
    """Return a number above zero."""
    number = finite(field, value)
    if number <= 0:
        raise LocalError(field, f"must be above zero, not {number}")
    return number


def one_of(field: str, value: object, words: Container[object]) -> None:
    """Fail unless the value is one of Kraken's words."""
    if value not in words:
        raise LocalError(field, f"{value!r} is not one of {words}")


def whole(field: str, value: object, *, low: int, high: int) -> None:
    """Fail unless the value is an int of that range; a bool is none."""
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
        raise LocalError(field, f"must be a whole number from {low} to {high}, not {value!r}")


def symbol(field: str, value: str) -> None:
    """Fail unless the text is BASE/QUOTE."""
    if not _SYMBOL.fullmatch(value):
        raise LocalError(field, f"{value!r} is not of the form BASE/QUOTE")


def client_id(field: str, value: str) -> None:
    """Fail unless the text is a UUID with or without dashes, or up to 18 ASCII characters."""
    if not _CLIENT_ID.fullmatch(value):
        raise LocalError(field, f"{value!r} is neither a UUID, nor 32 hex digits, nor 1 to 18 ASCII characters")


def userref(field: str, value: object) -> None:
    """Fail unless the value is a signed 32 bit int."""
    whole(field, value, low=-_INT32_MAX - 1, high=_INT32_MAX)


def venue_order_id(field: str, value: str) -> None:
    """Fail unless the text could be an id of Kraken's. Its pattern is not checked: captures show others."""
    if not value or any(sign.isspace() for sign in value):
        raise LocalError(field, f"{value!r} is not an order id")


def distinct(field: str, values: tuple[object, ...]) -> None:
    """Fail where a value is there twice."""
    if len(set(values)) != len(values):
        raise LocalError(field, "names the same order twice")


def moment(field: str, value: str, *, decimals: int) -> int:
    """Return the ns of an RFC 3339 text that is not finer than `decimals`."""
    try:
        time_ns = parse_time(value)
    except RemoteError as error:
        raise LocalError(field, str(error)) from None
    if time_ns % 10 ** (9 - decimals):
        raise LocalError(field, f"{value} has more than {decimals} decimals of a second")
    return time_ns


def deadline(field: str, value: str, *, now_ns: int) -> None:
    """Fail unless the text is 0.5 to 60 s ahead, to the millisecond."""
    ahead_ns = moment(field, value, decimals=3) - now_ns
    if not DEADLINE_NS_MIN <= ahead_ns <= DEADLINE_NS_MAX:
        raise LocalError(field, f"must be 0.5 to 60 s ahead, not {Decimal(ahead_ns).scaleb(-9)} s")


def month_after(now_ns: int) -> int:
    """Return the ns one calendar month later; from 31 January, the last of February."""
    days, rest_ns = divmod(now_ns, _DAY_NS)
    today = _EPOCH + timedelta(days=days)
    year, month = (today.year + 1, 1) if today.month == 12 else (today.year, today.month + 1)
    then = date(year, month, min(today.day, monthrange(year, month)[1]))
    return (then - _EPOCH).days * _DAY_NS + rest_ns
