"""When nothing at all is approved: before the account agreed, after the end of the run, at a disputed symbol.

And nothing that adds: before the venue has said what is open on margin. These are no breakers: nobody tripped them, and
they open by themselves. Pure. Imports: domain, orders, portfolio. Imported by: risk/risk.
"""

from typing import Final

from fathom.domain import AccountDisputed, DisputeSettled, Happening, RunResumed, RunStarted, RunStopped
from fathom.orders import AGREEMENT_NEWS, NOT_YET, Agreement
from fathom.portfolio import MARGIN_NEWS, MarginWait

# What may be in the way, in the order in which it is told.
GATES: Final = (STOPPING := "stopping", RECONCILED := "reconciled", DISPUTED := "disputed", MARGIN := "margin")
GATE_NEWS: Final[tuple[type[Happening], ...]] = (
    *AGREEMENT_NEWS,
    *MARGIN_NEWS,
    RunStopped,
    AccountDisputed,
    DisputeSettled,
)


class Gate:
    """Whether trading may go on at all."""

    def __init__(self, *, reconciled_first: bool) -> None:
        """`reconciled_first`: closed after each start and each drop of the private link, until the account agreed."""
        self.stopping = False
        self.agreement = Agreement(reconciled_first=reconciled_first)
        self.margin = MarginWait()
        self.disputes: dict[str, str] = {}  # Symbol -> why; the empty symbol is everywhere.

    def hear(self, event: Happening) -> None:
        """Take one event in."""
        self.agreement.hear(event)
        self.margin.hear(event)
        match event:
            case RunStarted() | RunResumed():
                self.stopping = False
            case AccountDisputed():
                self.disputes[event.symbol] = event.reason
            case DisputeSettled():
                self.disputes.pop(event.symbol, None)
            case RunStopped():
                self.stopping = True
            case _:
                pass

    def refusal(self, symbol: str, *, selling: bool = False) -> tuple[str, str] | None:
        """Return (what is in the way, in words), or None. `selling`: of what is held, when the run ends flat."""
        if self.stopping and not selling:
            return STOPPING, "the run is ending"
        if not self.agreement.holds:
            return RECONCILED, NOT_YET
        if self.disputes:
            for where in ("", symbol):
                if where in self.disputes:
                    return DISPUTED, f"{where or 'the account'} is disputed: {self.disputes[where]}"
        return None

    def refusal_to_add(self) -> tuple[str, str] | None:
        """Return what is in the way of what adds, and not of what reduces; or None."""
        return (MARGIN, self.margin.reason) if self.margin.reason else None
