from typing import get_args

import msgspec
import pytest

from fathom.protocol.session import events as session_events
from fathom.protocol.session.events import SessionEvent, SubscriptionActive, SubscriptionEvent, Told

KINDS = get_args(Told)
EVERY = [
    kind
    for kind in vars(session_events).values()
    if isinstance(kind, type) and issubclass(kind, SessionEvent) and kind not in (SessionEvent, SubscriptionEvent)
]


def test_everything_that_is_told_is_in_the_list() -> None:
    assert set(KINDS) == set(EVERY)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_events_are_small_and_frozen(kind: type[msgspec.Struct]) -> None:
    assert kind.__struct_config__.frozen
    assert len(kind.__struct_fields__) <= 6
    assert "token" not in kind.__struct_fields__


def test_events_compare_by_value() -> None:
    assert SubscriptionActive("book", "BTC/USD", 0) == SubscriptionActive("book", "BTC/USD", 0)
    assert SubscriptionActive("book", "BTC/USD", 0) != SubscriptionActive("book", "ETH/USD", 0)
