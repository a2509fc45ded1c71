"""What is wrong with something that a user wrote, in a sentence: an unknown key is told with the one that was meant.

Pure. Imports: nothing. Imported by: strategy, run.
"""

import re
from collections.abc import Iterator
from difflib import get_close_matches
from typing import Any, Final

import msgspec
from msgspec import Struct, inspect

PLACE: Final = re.compile(r" - at `\$\.?([^`]*)`$")
UNKNOWN: Final = re.compile(r"^Object contains unknown field `([^`]*)`")


def error_place(error: msgspec.ValidationError) -> str:
    """Return the key that an error is about, such as `strategies[0].params`; an unknown one is part of it."""
    text = str(error)
    place = "" if (match := PLACE.search(text)) is None else match[1]
    if (unknown := UNKNOWN.search(text)) is None:
        return place
    return f"{place}.{unknown[1]}" if place else unknown[1]


def error_sentence(error: msgspec.ValidationError, whole: type[Struct]) -> str:
    """Return the sentence, without the place, of an error that converting to `whole` raised."""
    sentence = PLACE.sub("", str(error))
    if (unknown := UNKNOWN.search(sentence)) is None:
        return sentence
    known = _keys(whole, error_place(error).removesuffix(unknown[1]))
    near = get_close_matches(unknown[1], known, n=2)
    meant = f"did you mean {' or '.join(f'`{one}`' for one in near)}?" if near else f"there are {', '.join(known)}"
    return f"is no key here: {meant}"


def _keys(whole: type[Struct], place: str) -> list[str]:
    """Return the keys that a place of a document may have."""
    kinds = [inspect.type_info(whole)]
    for step in re.findall(r"[^.\[\]]+|\[[^\]]*\]", place):
        kinds = [inner for kind in kinds for inner in _inner(kind, step)]
    return [field.encode_name for kind in kinds if isinstance(kind, inspect.StructType) for field in kind.fields]


def _inner(kind: inspect.Type, step: str) -> Iterator[inspect.Type]:
    match kind:
        case inspect.StructType(fields=fields):
            yield from (one for field in fields if field.encode_name == step for one in _each(field.type))
        case inspect.DictType(value_type=inner) | inspect.ListType(item_type=inner):
            yield from _each(inner)
        case inspect.VarTupleType(item_type=inner):
            yield from _each(inner)
        case _:
            pass


def _each(kind: inspect.Type) -> Iterator[inspect.Type]:
    """Unions one by one, without what was noted at them."""
    bare: Any = kind.type if isinstance(kind, inspect.Metadata) else kind
    if isinstance(bare, inspect.UnionType):
        for one in bare.types:
            yield from _each(one)
    else:
        yield bare
