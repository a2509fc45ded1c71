"""What of a strategy can be set, within which bounds, and what of it a sweep searches.

Parameters are a msgspec Struct: `Meta(ge=..., le=...)` bounds a number, and `Search(low, high)` beside it says what is
worth trying. Pure. Imports: domain. Imported by: strategy/catalog, run, users.
"""

import typing
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final, Literal, NamedTuple, TypeVar

import msgspec
from msgspec import Meta, Struct

from fathom.domain import LocalError, error_place, error_sentence

Number = int | float | Decimal
Kind = Literal["int", "float", "decimal", "choice"]
P = TypeVar("P", bound=Struct)

_KINDS: Final[Mapping[type, Kind]] = {int: "int", float: "float", Decimal: "decimal"}


class Search(Struct, frozen=True):
    """The range of a number that a sweep tries; `log`: by its magnitude; `step`: only so far apart."""

    low: Number
    high: Number
    log: bool = False
    step: Number | None = None


class SearchRange(NamedTuple):
    """What a sweep tries of one parameter. Of a choice `low` and `high` are 0, and `choices` are all there is."""

    low: Number
    high: Number
    kind: Kind
    log: bool = False
    step: Number | None = None
    choices: tuple[Any, ...] = ()


def read_params(params: Mapping[str, object], params_type: type[P], *, where: str) -> P:
    """Return the parameters of a strategy. Raises LocalError naming `where`, the field, and what is allowed."""
    try:
        return msgspec.convert(params, params_type)
    except msgspec.ValidationError as error:
        place = f"{where}: {error_place(error)}".removesuffix(": ")
        raise LocalError(place, error_sentence(error, params_type)) from None


def search_space(params_type: type[Struct]) -> dict[str, SearchRange]:
    """Return what a sweep searches: the fields with a `Search`, and what is one of a few words, or yes or no.

    Raises LocalError where a `Search` is beyond the bounds of its field, or stands beside what is no number.
    """
    found: dict[str, SearchRange] = {}
    for name, annotation in typing.get_type_hints(params_type, include_extras=True).items():
        kind, notes = _taken_apart(annotation)
        search = next((one for one in notes if isinstance(one, Search)), None)
        if search is not None:
            found[name] = _range(name, kind, search, [one for one in notes if isinstance(one, Meta)])
        elif kind is bool:
            found[name] = SearchRange(0, 0, "choice", choices=(False, True))
        elif typing.get_origin(kind) is Literal:
            found[name] = SearchRange(0, 0, "choice", choices=typing.get_args(kind))
    return found


def _taken_apart(annotation: Any) -> tuple[Any, tuple[Any, ...]]:
    if hasattr(annotation, "__metadata__"):
        return annotation.__origin__, annotation.__metadata__
    return annotation, ()


def _range(name: str, kind: Any, search: Search, bounds: list[Meta]) -> SearchRange:
    if kind not in _KINDS:
        raise LocalError(name, f"a Search stands beside an int, a float or a Decimal, not {kind}")
    if search.low > search.high:
        raise LocalError(name, f"Search({search.low}, {search.high}) is empty")
    if search.log and search.low <= 0:
        raise LocalError(name, f"a Search by magnitude is of numbers above 0, not {search.low}")
    for one in bounds:
        low, high = one.ge, one.le
        above, below = one.gt, one.lt
        if (
            (low is not None and search.low < low)
            or (above is not None and search.low <= above)
            or (high is not None and search.high > high)
            or (below is not None and search.high >= below)
        ):
            raise LocalError(name, f"Search({search.low}, {search.high}) is beyond the bounds of {one}")
    return SearchRange(search.low, search.high, _KINDS[kind], search.log, search.step)
