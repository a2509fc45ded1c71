from collections.abc import Callable

import pytest

from fathom.domain import BookMoved, Entry, Event, FrameReceived, OrderApproved, OrderWanted
from recorded import FIXTURES, Recorded

EVENTS: tuple[Event, ...] = (
    BookMoved("BTC/USD", 7, True),
    FrameReceived("public", b'{"channel":"heartbeat"}'),
    OrderApproved(OrderWanted("nibble-4", "BTC/USD", "buy", "limit", 100_000, 294_302)),
)


@pytest.fixture(scope="session")
def entry_at() -> Callable[[int], Entry]:
    """Builds the entry of a seq: always the same one, so what is read can be told by its seq."""

    def build(seq: int) -> Entry:
        return Entry(seq, max(seq - 1, 0), 1_700_000_000_000_000_000 + seq, "world", EVENTS[seq % len(EVENTS)])

    return build


@pytest.fixture(scope="session")
def fixtures() -> Recorded:
    """The folder of recorded messages beside the repository."""
    return FIXTURES
