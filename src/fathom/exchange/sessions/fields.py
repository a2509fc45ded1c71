"""Parameters by tables: each field's name, the form it must have, and the refusal of any other form.

A request is read in one pass over what it holds, so that a usual order costs a few microseconds.

Pure. Imports: protocol's times, domain, bank's refusal, texts. Imported by: sessions.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Final

from msgspec import Struct

from fathom.domain import RemoteError
from fathom.exchange.bank import Refusal
from fathom.exchange.sessions.texts import invalid, number_wanted, unsupported_field
from fathom.protocol import parse_time

TEXT_LENGTH_MAX: Final = 256  # Ids, tokens, words: none is near it.
LIST_MAX: Final = 1_000  # Entries of one list; a longer one does not fit. Batches end at 50.
_INT64_MAX: Final = 2**63 - 1


class Field(Struct, frozen=True):
    """One parameter. `read` gives what it means, or None where it does not fit: then `error` is the answer."""

    name: str  # What the reader calls it.
    read: Callable[[Any], Any]
    error: str


def read_fields(params: Mapping[str, Any], fields: Mapping[str, Field], *, method: str) -> dict[str, Any] | Refusal:
    """Return the parameters by the reader's names, or the refusal of the first that does not fit."""
    read: dict[str, Any] = {}
    for name, value in params.items():
        field = fields.get(name)
        if field is None:
            return Refusal(unsupported_field(name, method=method))
        meaning = field.read(value)
        if meaning is None:
            return Refusal(field.error)
        read[field.name] = meaning
    return read


# -- Forms ---------------------------------------------------------------------------------------------------


def number(name: str, called: str | None = None) -> Field:
    """A JSON number, kept with every digit."""
    return Field(called or name, _read_number, number_wanted(name))


def whole(name: str, called: str | None = None, *, error: str | None = None) -> Field:
    """A JSON integer of 64 bits."""
    return Field(called or name, _read_whole, error or invalid(name))


def text(name: str, called: str | None = None, *, error: str | None = None) -> Field:
    """A text that is not endless."""
    return Field(called or name, _read_text, error or invalid(name))


def flag(name: str, called: str | None = None) -> Field:
    """True or false."""
    return Field(called or name, _read_flag, invalid(name))


def word(name: str, *words: str, called: str | None = None) -> Field:
    """One of these words."""
    known = {known: known for known in words}
    return Field(called or name, lambda value: known.get(value) if type(value) is str else None, invalid(name))


def any_case(name: str, *words: str) -> Field:
    """One of these words, in any case: clients differ in how they spell GTC."""
    known = {known: known for known in words}
    return Field(name, lambda value: known.get(value.lower()) if type(value) is str else None, invalid(name))


def moment(name: str, called: str) -> Field:
    """A time of RFC 3339 in UTC, as ns."""
    return Field(called, _read_moment, invalid(name))


def texts(name: str, called: str | None = None) -> Field:
    """A list of texts."""
    return Field(called or name, _read_texts, invalid(name))


def wholes(name: str, called: str | None = None) -> Field:
    """A list of integers."""
    return Field(called or name, _read_wholes, invalid(name))


def table(name: str, called: str | None = None) -> Field:
    """An object, to be read by a table of its own."""
    return Field(called or name, lambda value: value if type(value) is dict else None, invalid(name))


def tables(name: str, called: str | None = None) -> Field:
    """A list of objects."""
    return Field(called or name, _read_tables, invalid(name))


def anything(name: str) -> Field:
    """A field that is taken and not looked at."""
    return Field(name, lambda _value: True, "")


def _read_number(value: Any) -> Decimal | None:
    if type(value) is Decimal:
        return value if value.is_finite() else None
    if type(value) is int and -_INT64_MAX <= value <= _INT64_MAX:
        return Decimal(value)
    return None


def _read_whole(value: Any) -> int | None:
    return value if type(value) is int and -_INT64_MAX <= value <= _INT64_MAX else None


def _read_text(value: Any) -> str | None:
    return value if type(value) is str and len(value) <= TEXT_LENGTH_MAX else None


def _read_flag(value: Any) -> bool | None:
    return value if type(value) is bool else None


def _read_moment(value: Any) -> int | None:
    if type(value) is not str:
        return None
    try:
        return parse_time(value)
    except RemoteError:
        return None


def _read_texts(value: Any) -> list[str] | None:
    return _read_list(value, _read_text)


def _read_wholes(value: Any) -> list[int] | None:
    return _read_list(value, _read_whole)


def _read_tables(value: Any) -> list[dict[str, Any]] | None:
    return _read_list(value, lambda member: member if type(member) is dict else None)


def _read_list(value: Any, read: Callable[[Any], Any]) -> list[Any] | None:
    if type(value) is not list or len(value) > LIST_MAX:
        return None
    return value if all(read(member) is not None for member in value) else None
