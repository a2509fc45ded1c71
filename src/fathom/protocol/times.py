"""Times of the wire: RFC 3339 texts in UTC with 0 to 9 decimals, and ns since 1970 as int, exactly.

Python's datetime stops at microseconds; level3 and ohlc count ns (websocket-v2.md section 3).

Pure. Imports: domain. Imported by: strict, rules, building, translate, session, v1_book.
"""

import re
from datetime import date
from functools import lru_cache
from typing import Final

from fathom.domain import LocalError, RemoteError

SECOND_NS: Final = 1_000_000_000
_DAY_S: Final = 86_400
_EPOCH_DAY: Final = date(1970, 1, 1).toordinal()
_DAY_MAX: Final = date.max.toordinal()

_TIME: Final = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})T([01][0-9]|2[0-3]):([0-5][0-9]):([0-5][0-9])(?:\.([0-9]{1,9}))?Z"
)


def parse_time(text: str) -> int:
    """Return the ns since 1970 of a text such as 2023-10-04T16:26:30.524394914Z. Raises RemoteError."""
    match = _TIME.fullmatch(text)
    if match is None:
        raise RemoteError(f"{text!r} is not an RFC 3339 time in UTC")
    day, hours, minutes, seconds, fraction = match.groups()
    whole_s = _day(day) * _DAY_S + int(hours) * 3600 + int(minutes) * 60 + int(seconds)
    return whole_s * SECOND_NS + (int(fraction.ljust(9, "0")) if fraction else 0)


@lru_cache(maxsize=16)  # Nearly every text is of today.
def _day(text: str) -> int:
    """Days since 1970."""
    try:
        return date.fromisoformat(text).toordinal() - _EPOCH_DAY
    except ValueError:
        raise RemoteError(f"{text!r} is not a day of the calendar") from None


def time_text(time_ns: int, *, digits: int = 6) -> str:
    """Return the RFC 3339 text with `digits` decimals, 0 to 9; finer ones are cut off, never rounded up.

    Raises LocalError for a year that has not four digits.
    """
    assert 0 <= digits <= 9, digits
    whole_s, rest_ns = divmod(time_ns, SECOND_NS)
    days, second = divmod(whole_s, _DAY_S)
    if not 1 <= days + _EPOCH_DAY <= _DAY_MAX:
        raise LocalError("time_ns", f"{time_ns} is not in the years 1 to 9999")
    day = date.fromordinal(days + _EPOCH_DAY).isoformat()
    fraction = f".{rest_ns:09}"[: digits + 1] if digits else ""
    return f"{day}T{second // 3600:02}:{second // 60 % 60:02}:{second % 60:02}{fraction}Z"
