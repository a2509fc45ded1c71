"""Whether journal and venue agree on the account: not from a start or a gap of the private stream on, until compared.

Pure. Imports: domain. Imported by: risk/gate, strategy/standing.
"""

from typing import Final

from fathom.domain import AccountAgreed, Happening, LinkDropped, RunResumed, RunStarted

PRIVATE: Final = "private"  # The link that tells of our orders: without it nobody knows what they became.
AGREEMENT_NEWS: Final[tuple[type[Happening], ...]] = (RunStarted, RunResumed, LinkDropped, AccountAgreed)
NOT_YET: Final = "journal and venue do not agree yet"


class Agreement:
    """A replica, as the log tells it."""

    def __init__(self, *, reconciled_first: bool) -> None:
        """`reconciled_first`: False where there is no venue to agree with, as in a backtest: it always holds."""
        self.holds = not reconciled_first
        self._reconciled_first = reconciled_first

    def hear(self, event: Happening) -> None:
        """Take one event in."""
        match event:
            case RunStarted() | RunResumed():
                self.holds = not self._reconciled_first
            case LinkDropped() if event.link == PRIVATE:
                self.holds = not self._reconciled_first
            case AccountAgreed():
                self.holds = True
            case _:
                pass
