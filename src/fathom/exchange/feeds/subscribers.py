"""Who hears a feed, and what there is to hear: topics and their words.

Pure. Imports: core. Imported by: feeds, sessions, v1, rest.
"""

from typing import Final, Protocol

from fathom.exchange.core import OrderTold, Posted, SystemStatus

BOOK_DEPTHS: Final = (10, 25, 100, 500, 1000)  # websocket-v2.md 6.2; version 1 has the same.
LEVEL3_DEPTHS: Final = (10, 100, 1000)  # 7.3.
EVENT_TRIGGERS: Final = ("trades", "bbo")  # 6.1.
INTERVALS: Final = (1, 5, 15, 30, 60, 240, 1440, 10080, 21600)  # 6.4, in minutes.

# A channel's name, a pair's symbol, and what else tells its topics apart:
#   of version 2: book, level3 (both with a depth), ticker (with a trigger), trade, ohlc (with an interval), and
#   instrument, which stands alone;
#   of version 1: v1.book (with a depth), v1.ticker, v1.trade, v1.spread, v1.ohlc (with an interval).
# The symbol is version 2's in both.
Topic = tuple[str | int, ...]


class Subscriber(Protocol):
    """One connection's end of a feed."""

    def push(self, frame: bytes, channel: str) -> None:
        """Take one frame; `channel` is its name without a version."""


class PrivateSubscriber(Protocol):
    """One connection's end of what concerns one account."""

    def order_told(self, event: OrderTold) -> None:
        """Hear what became of one of the account's orders."""

    def posted(self, event: Posted) -> None:
        """Hear of one ledger entry of the account."""


class SystemWatcher(Protocol):
    """One connection that tells the engine's state."""

    def system_changed(self, status: SystemStatus) -> None:
        """Hear the new state."""
