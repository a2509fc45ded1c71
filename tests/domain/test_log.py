from collections.abc import Iterable

import msgspec
import pytest

from fathom.domain import Component, Entry, Event, Happening, OrderFilled, RunStopped


class Mirror:
    """A component by its form alone: nothing to inherit."""

    name = "mirror"
    hears: tuple[type[Happening], ...] = (OrderFilled,)

    def handle(self, entry: Entry) -> Iterable[Event]:
        return (entry.event,)


def test_an_entry_is_kept_as_one_array() -> None:
    entry = Entry(7, 4, 1_700_000_000_000_000_000, "risk", OrderFilled("nibble-4-1"))
    kept = msgspec.msgpack.encode(entry)
    assert msgspec.msgpack.decode(kept) == [7, 4, 1_700_000_000_000_000_000, "risk", ["OrderFilled", "nibble-4-1"]]
    assert msgspec.msgpack.decode(kept, type=Entry) == entry


def test_an_entry_does_not_change() -> None:
    entry = Entry(1, 1, 0, "world", RunStopped("done"))
    with pytest.raises(AttributeError):
        entry.seq = 2  # type: ignore[misc]  # That is the point.


def test_an_entry_holds_an_event_and_nothing_else() -> None:
    kept = msgspec.msgpack.encode([1, 1, 0, "world", ["Rumour"]])
    with pytest.raises(msgspec.ValidationError):
        msgspec.msgpack.decode(kept, type=Entry)


def test_a_component_is_whatever_has_its_form() -> None:
    component: Component = Mirror()
    entry = Entry(1, 1, 0, "world", OrderFilled("nibble-4-1"))
    assert list(component.handle(entry)) == [entry.event]
