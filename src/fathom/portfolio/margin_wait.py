"""Whether nothing may be added because what is open on margin is not known: from a start on, until the venue has said.

Pure. Imports: domain. Imported by: risk/gate, strategy/standing.
"""

from typing import Final

from fathom.domain import Happening, MarginSeen, MarginUnknown

MARGIN_NEWS: Final[tuple[type[Happening], ...]] = (MarginSeen, MarginUnknown)
NOT_ASKED: Final = "the venue has not said yet what is open on margin"


class MarginWait:
    """A replica, as the log tells it. Where nobody asks, as on paper and in a backtest, nobody waits."""

    def __init__(self) -> None:
        self.reason = ""  # Why nothing is added; empty where it may be.

    def hear(self, event: Happening) -> None:
        """Take one event in."""
        if isinstance(event, MarginSeen):
            self.reason = ""
        elif isinstance(event, MarginUnknown):
            because = f"what is open on margin is not known: {event.reason}" if event.reason else NOT_ASKED
            self.reason = because if event.waits else ""
