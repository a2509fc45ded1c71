"""What a client sent, read as what it should be: texts, booleans, integers, decimals, times, lists.

A form knows only texts, so every value may be one. Python clients write booleans as `True` and `False`.

Pure. Imports: access, envelope, protocol's times. Imported by: every handler.
"""

import re
from decimal import Decimal
from typing import Final

from fathom.domain import RemoteError
from fathom.exchange.access import Fields, Value
from fathom.exchange.rest.envelope import invalid
from fathom.protocol import SECOND_NS, parse_time

TEXT_LENGTH_MAX: Final = 4096  # Of one value; a longer one is refused.
INT64_MAX: Final = 2**63 - 1
SECONDS_MAX: Final = 253_402_300_799  # The end of the year 9999.
_DECIMAL: Final = re.compile(r"[+-]?(?:[0-9]{1,24}(?:\.[0-9]{0,24})?|\.[0-9]{1,24})(?:[eE][+-]?[0-9]{1,2})?")
_INTEGER: Final = re.compile(r"[+-]?[0-9]{1,20}")
_EXPONENT_MAX: Final = 24  # Further than this from 1 is no amount of anything.
_TRUE: Final = frozenset({"true", "1", "yes"})
_FALSE: Final = frozenset({"false", "0", "no"})


class Form:
    """The fields of one request, or of one order in it. A field that is empty or null is not there."""

    def __init__(self, fields: Fields) -> None:
        self.fields = fields

    def has(self, name: str) -> bool:
        """Tell whether the field is there."""
        value = self.fields.get(name)
        return value is not None and value != ""

    def text(self, name: str) -> str | None:
        """Return a field as text."""
        if not self.has(name):
            return None
        value = self.fields[name]
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, int):
            text = str(value) if abs(value) <= INT64_MAX else ""
        elif isinstance(value, Decimal):
            text = f"{value:f}" if _is_usual(value) else ""
        else:
            text = value if isinstance(value, str) else ""
        if not text or len(text) > TEXT_LENGTH_MAX:
            raise invalid(name)
        return text

    def required(self, name: str) -> str:
        """Return a field that must be there, as text."""
        text = self.text(name)
        if text is None:
            raise invalid(name)
        return text

    def word(self, name: str, *words: str) -> str | None:
        """Return a field that must be one of these words."""
        text = self.text(name)
        if text is not None and text not in words:
            raise invalid(name)
        return text

    def boolean(self, name: str, *, default: bool = False) -> bool:
        """Return a field that is true or false, however spelled."""
        text = self.text(name)
        if text is None:
            return default
        if text.lower() in _TRUE:
            return True
        if text.lower() in _FALSE:
            return False
        raise invalid(name)

    def integer(self, name: str, *, least: int = -INT64_MAX, most: int = INT64_MAX) -> int | None:
        """Return a whole number within these bounds."""
        text = self.text(name)
        if text is None:
            return None
        if not _INTEGER.fullmatch(text) or not least <= int(text) <= most:
            raise invalid(name)
        return int(text)

    def decimal(self, name: str) -> Decimal | None:
        """Return a number with every digit."""
        text = self.text(name)
        return None if text is None else decimal_of(text, name)

    def moment(self, name: str) -> int | None:
        """Return a time in UNIX seconds, as ns."""
        text = self.text(name)
        return None if text is None else seconds_ns(text, name)

    def rfc3339(self, name: str) -> int | None:
        """Return a time written by RFC 3339 in UTC, as ns."""
        text = self.text(name)
        if text is None:
            return None
        try:
            return parse_time(text.replace("+00:00", "Z"))
        except RemoteError:
            raise invalid(name) from None

    def names(self, name: str, *, most: int) -> list[str]:
        """Return a list of names: with commas between, or a JSON array. Empty where there is none."""
        if not self.has(name):
            return []
        value = self.fields[name]
        if isinstance(value, list):
            names = [Form({name: part}).required(name) for part in value]
        else:
            names = [part.strip() for part in self.required(name).split(",")]
        if len(names) > most or not all(names):
            raise invalid(name)
        return names

    def items(self, name: str) -> list[Value]:
        """Return a list as it came; Refused where it is none."""
        value = self.fields.get(name)
        if not isinstance(value, list):
            raise invalid(name)
        return value

    def inner(self, name: str) -> "Form | None":
        """Return a table within, such as `close`."""
        if not self.has(name):
            return None
        value = self.fields[name]
        if not isinstance(value, dict):
            raise invalid(name)
        return Form(value)


def decimal_of(text: str, name: str) -> Decimal:
    """Return the number that a text says; Refused where it says none, or one beyond all measure."""
    if not _DECIMAL.fullmatch(text):
        raise invalid(name)
    number = Decimal(text)
    if not _is_usual(number):
        raise invalid(name)
    return number


def seconds_ns(text: str, name: str) -> int:
    """Return UNIX seconds, with or without a fraction, as ns."""
    seconds = decimal_of(text, name)
    if not 0 <= seconds <= SECONDS_MAX:
        raise invalid(name)
    return int(seconds.scaleb(9))


def time_number(time_ns: int) -> float:
    """Return a time as REST tells it: UNIX seconds with a fraction."""
    return time_ns / SECOND_NS


def _is_usual(number: Decimal) -> bool:
    return number.is_finite() and (not number or abs(number.adjusted()) <= _EXPONENT_MAX)
