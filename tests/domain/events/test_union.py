import inspect
from decimal import Decimal
from types import UnionType
from typing import Any, Literal, get_args, get_origin

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fathom.domain import Entry, Event, Happening, OrderWanted
from fathom.domain import events as module

KINDS: tuple[type[Happening], ...] = get_args(Event)
DEFINED = [
    kind
    for _, kind in inspect.getmembers(module, inspect.isclass)
    if issubclass(kind, Happening) and kind is not Happening
]
# What the log may hold of each type: ints as wide as MessagePack's, money that is money.
PLAIN: dict[Any, st.SearchStrategy[Any]] = {
    int: st.integers(-(2**63), 2**63 - 1),
    str: st.text(max_size=20),
    bytes: st.binary(max_size=20),
    bool: st.booleans(),
    type(None): st.none(),
    Decimal: st.decimals(allow_nan=False, allow_infinity=False),
}
decoder = msgspec.msgpack.Decoder(Entry)


def values(kind: Any) -> st.SearchStrategy[Any]:
    """Any value of a type that an event's field may have."""
    origin, inside = get_origin(kind), get_args(kind)
    if origin is Literal:
        return st.sampled_from(inside)
    if origin is tuple:
        if inside[1:] == (...,):
            return st.lists(values(inside[0]), max_size=3).map(tuple)
        return st.tuples(*map(values, inside))
    if isinstance(kind, UnionType):
        return st.one_of(*map(values, inside))
    if kind in PLAIN:
        return PLAIN[kind]
    return st.builds(kind, **{field.name: values(field.type) for field in msgspec.structs.fields(kind)})


def test_the_union_lists_every_happening_once() -> None:
    assert len(set(KINDS)) == len(KINDS)
    assert set(KINDS) == set(DEFINED)


def test_every_kind_has_its_own_tag() -> None:
    tags = [kind.__struct_config__.tag for kind in KINDS]
    assert tags == [kind.__name__ for kind in KINDS]
    assert len(set(tags)) == len(tags)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_kind_is_an_immutable_array(kind: type[Happening]) -> None:
    config = kind.__struct_config__
    assert config.frozen
    assert config.array_like


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_kind_comes_back_from_the_journal_to_the_byte(kind: type[Happening]) -> None:
    @settings(max_examples=25)
    @given(values(kind), st.integers(0, 2**63 - 1))
    def comes_back(event: Event, seq: int) -> None:
        entry = Entry(seq, seq, 1_700_000_000_000_000_000, "world", event)
        kept = msgspec.msgpack.encode(entry)
        again = decoder.decode(kept)
        assert type(again.event) is kind
        assert again == entry
        assert msgspec.msgpack.encode(again) == kept

    comes_back()


def test_an_event_is_an_array_that_begins_with_its_name() -> None:
    wanted = OrderWanted("nibble-4-1", "BTC/USD", "buy", "limit", 7)
    kept = ["OrderWanted", "nibble-4-1", "BTC/USD", "buy", "limit", 7, None, "gtc", False, *[None] * 4, False, ""]
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(wanted)) == kept


def test_a_journal_without_the_newest_fields_still_reads() -> None:
    kept = msgspec.msgpack.encode(["OrderWanted", "nibble-4-1", "BTC/USD", "buy", "limit", 7])
    assert msgspec.msgpack.decode(kept, type=Event) == OrderWanted("nibble-4-1", "BTC/USD", "buy", "limit", 7)


@pytest.mark.parametrize(
    "event",
    [
        ["OrderForgotten", "nibble-4-1"],
        ["OrderFilled", 7],
        ["OrderWanted", "nibble-4-1", "BTC/USD", "hold", "limit", 7],
        ["OrderTraded", "nibble-4-1", "T1"],
    ],
)
def test_what_is_no_event_does_not_read_as_one(event: list[object]) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.msgpack.decode(msgspec.msgpack.encode(event), type=Event)
