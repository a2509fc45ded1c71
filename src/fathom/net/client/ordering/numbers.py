"""Numbers of orders as users write them: exact, or refused.

Imports: domain. Imported by: kraken.
"""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, Final, TypeVar

import msgspec
from msgspec import Struct, structs

from fathom.domain import LocalError

S = TypeVar("S", bound=Struct)
# The fields of orders that are numbers, by their names over WebSocket.
NUMBERS: Final = frozenset({"order_qty", "cash_order_qty", "limit_price", "trigger_price", "display_qty", "stop_price"})


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


def exact_fields(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields, those that are numbers exactly."""
    return {
        name: exact(name, value) if name in NUMBERS and value is not None else value for name, value in fields.items()
    }


def made(kind: type[S], **fields: Any) -> S:
    """Return a request of these fields. Raises LocalError for one that it does not have, or of the wrong type.

    A float is of the wrong type wherever it is, in a trigger or a conditional close too.
    """
    given = {name: value for name, value in fields.items() if value is not None}
    for name, value in given.items():
        if name not in kind.__struct_fields__:
            raise LocalError(name, f"there is no such parameter; there are {', '.join(kind.__struct_fields__)}")
        _refuse_floats(name, value)
    try:
        return msgspec.convert(given, kind)
    except msgspec.ValidationError as error:
        raise LocalError(str(kind.__name__), str(error)) from None


def remade(given: S) -> S:
    """Return a request that somebody built by hand, with its numbers exact. Raises LocalError as `made`."""
    return made(type(given), **exact_fields(structs.asdict(given)))


def _refuse_floats(field: str, value: object) -> None:
    if isinstance(value, Struct):
        value = structs.asdict(value)
    if isinstance(value, dict):
        for name, part in value.items():
            _refuse_floats(f"{field}.{name}", part)
    elif isinstance(value, float):
        exact(field, value)
