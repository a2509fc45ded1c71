"""Events are small, frozen, and show no secret by having no field for one."""

import inspect

import msgspec
import pytest

from fathom.net import client
from fathom.net.client import ClientEvent, Gap

EVENTS = [
    kind
    for kind in vars(client).values()
    if inspect.isclass(kind) and issubclass(kind, ClientEvent) and kind is not ClientEvent
]


@pytest.mark.parametrize("kind", EVENTS, ids=lambda kind: kind.__name__)
def test_each_is_frozen_told_with_its_time_and_by_name(kind: type[ClientEvent]) -> None:
    fields = [field.name for field in msgspec.structs.fields(kind)]
    assert fields[0] == "time_ns" or "time_ns" in fields
    assert kind.__struct_config__.frozen
    assert not set(fields) & {"secret", "token", "key", "otp", "credentials"}
    assert kind.__doc__


def test_every_event_is_offered_at_the_front_door() -> None:
    told = {kind.__name__ for kind in ClientEvent.__subclasses__()}
    assert told == {kind.__name__ for kind in EVENTS}


def test_an_event_shows_itself_and_cannot_be_changed() -> None:
    gap = Gap(time_ns=3, channel="book", symbol="BTC/USD", interval=0, from_ns=1, to_ns=3, reason="link down")
    assert "BTC/USD" in repr(gap)
    with pytest.raises(AttributeError):
        gap.to_ns = 4  # type: ignore[misc]  # That is the point.
