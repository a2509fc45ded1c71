"""An unknown key is told with what was meant, wherever in the document it stands."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
import pytest
from msgspec import Meta, Struct

from fathom.domain import error_place, error_sentence


class Leaf(Struct, forbid_unknown_fields=True):
    colour: str = ""
    size: int = 0


class Tree(Struct, forbid_unknown_fields=True):
    leaves: Annotated[list[Leaf], Meta(max_length=3)] = []
    named: dict[str, Leaf] | list[str] = {}
    one: Leaf | None = None
    few: tuple[Leaf, ...] = ()
    age: int = 0


@pytest.mark.parametrize(
    ("document", "place", "sentence"),
    [
        ({"agee": 1}, "agee", "is no key here: did you mean `age`?"),
        ({"height": 1}, "height", "is no key here: there are leaves, named, one, few, age"),
        ({"leaves": [{}, {"color": ""}]}, "leaves[1].color", "is no key here: did you mean `colour`?"),
        ({"named": {"x": {"color": ""}}}, "named[...].color", "is no key here: did you mean `colour`?"),
        ({"one": {"sise": 1}}, "one.sise", "is no key here: did you mean `size`?"),
        ({"few": [{"weight": 1}]}, "few[0].weight", "is no key here: there are colour, size"),
        ({"age": "old"}, "age", "Expected `int`, got `str`"),
        ([], "", "Expected `object`, got `array`"),
    ],
)
def test_it_is_said_with_its_place_and_what_was_meant(document: Any, place: str, sentence: str) -> None:
    with pytest.raises(msgspec.ValidationError) as raised:
        msgspec.convert(document, Tree)
    assert (error_place(raised.value), error_sentence(raised.value, Tree)) == (place, sentence)
