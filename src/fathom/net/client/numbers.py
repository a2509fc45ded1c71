"""Numbers of orders as users write them: exact, or refused.

Imports: domain. Imported by: kraken.
"""

from decimal import Decimal, InvalidOperation
from typing import Any, TypeVar

import msgspec
from msgspec import Struct

from fathom.domain import LocalError

S = TypeVar("S", bound=Struct)


def exact(field: str, value: object) -> Decimal:
    """Return a number exactly as it was written. Raises LocalError for a float, or for what is no number."""
    if isinstance(value, float):
        raise LocalError(field, f"is the float {value!r}: write it as text or Decimal, so that what is sent was meant")
    if isinstance(value, Decimal):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return Decimal(value)
    if isinstance(value, str):
        try:
            return Decimal(value.strip())
        except InvalidOperation:
            pass
    raise LocalError(field, f"{value!r} is not a number")


def exacts(**numbers: object) -> dict[str, Decimal]:
    """Return those that are given, exactly."""
    return {field: exact(field, value) for field, value in numbers.items() if value is not None}


def made(kind: type[S], **fields: Any) -> S:
    """Return a request of these fields. Raises LocalError for one that it does not have, or of the wrong type."""
    given = {name: value for name, value in fields.items() if value is not None}
    for name in given:
        if name not in kind.__struct_fields__:
            raise LocalError(name, f"there is no such parameter; there are {', '.join(kind.__struct_fields__)}")
    try:
        return msgspec.convert(given, kind)
    except msgspec.ValidationError as error:
        raise LocalError(str(kind.__name__), str(error)) from None
