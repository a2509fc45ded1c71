"""When nothing at all is approved: before the account agreed, after the end of the run, at a disputed symbol.

These are no breakers: nobody tripped them, and they open by themselves. Pure. Imports: domain, orders. Imported by:
risk/risk.
"""

from typing import Final

from fathom.domain import AccountDisputed, DisputeSettled, Happening, RunResumed, RunStarted, RunStopped
from fathom.orders import AGREEMENT_NEWS, NOT_YET, Agreement

GATE_NEWS: Final[tuple[type[Happening], ...]] = (*AGREEMENT_NEWS, RunStopped, AccountDisputed, DisputeSettled)


class Gate:
    """Whether trading may go on at all."""

    def __init__(self, *, reconciled_first: bool) -> None:
        """`reconciled_first`: closed after each start and each drop of the private link, until the account agreed."""
        self.stopping = False
        self.agreement = Agreement(reconciled_first=reconciled_first)
        self.disputes: dict[str, str] = {}  # Symbol -> why; the empty symbol is everywhere.

    def hear(self, event: Happening) -> None:
        """Take one event in."""
        self.agreement.hear(event)
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
            return "stopping", "the run is ending"
        if not self.agreement.holds:
            return "reconciled", NOT_YET
        if self.disputes:
            for where in ("", symbol):
                if where in self.disputes:
                    return "disputed", f"{where or 'the account'} is disputed: {self.disputes[where]}"
        return None
