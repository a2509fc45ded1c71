"""Where a strategy stands with risk and the venue: what is halted, what fees it pays, what room its requests have.

Pure. Imports: domain, orders, portfolio. Imported by: strategy/view, strategy/host.
"""

from decimal import Decimal
from typing import Final

from fathom.domain import (
    EXACT,
    AccountDisputed,
    DisputeSettled,
    FeesSeen,
    Happening,
    RateSeen,
    TradingHalted,
    TradingResumed,
)
from fathom.orders import AGREEMENT_NEWS, NOT_YET, Agreement
from fathom.portfolio import MARGIN_NEWS, MarginWait

STANDING_NEWS: Final[tuple[type[Happening], ...]] = (
    TradingHalted,
    TradingResumed,
    AccountDisputed,
    DisputeSettled,
    FeesSeen,
    RateSeen,
    *AGREEMENT_NEWS,
    *MARGIN_NEWS,
)
ZERO: Final = Decimal(0)


class Standing:
    """As the log last told it."""

    def __init__(self, *, reconciled_first: bool = False) -> None:
        """`reconciled_first`: as risk has it, which approves nothing before the account agreed."""
        self._agreement = Agreement(reconciled_first=reconciled_first)
        self._margin = MarginWait()
        self.fees: dict[str, FeesSeen] = {}
        self._halts: dict[tuple[str, str], str] = {}  # (limit, symbol or "" for all) -> detail.
        self._disputes: dict[str, str] = {}  # Symbol, or "" for all -> reason.
        self._rates: dict[str, tuple[RateSeen, int]] = {}

    def apply(self, event: Happening, *, now_ns: int) -> None:
        """Take one event in."""
        match event:
            case TradingHalted():
                self._halts[event.limit, event.symbol] = event.detail
            case TradingResumed():
                self._halts.pop((event.limit, event.symbol), None)
            case AccountDisputed():
                self._disputes[event.symbol] = event.reason
            case DisputeSettled():
                self._disputes.pop(event.symbol, None)
            case FeesSeen():
                self.fees[event.symbol] = event
            case RateSeen():
                self._rates[event.symbol] = (event, now_ns)
            case _:
                self._agreement.hear(event)
                self._margin.hear(event)

    def halted(self, symbol: str) -> str:
        """Return why nothing new may be traded in a symbol; empty where it may."""
        if not self._agreement.holds:
            return f"reconciled: {NOT_YET}"
        if self._margin.reason:
            return f"margin: {self._margin.reason}"
        for (limit, where), detail in self._halts.items():
            if where in {"", symbol}:
                return f"{limit}: {detail}" if detail else limit
        return self._disputes.get("") or self._disputes.get(symbol, "")

    def rate_room(self, symbol: str, *, now_ns: int) -> Decimal | None:
        """Return what the venue's counter of this pair has left by now; None where nobody told."""
        told = self._rates.get(symbol)
        if told is None:
            return None
        seen, at_ns = told
        decayed = EXACT.multiply(seen.decay_per_s, Decimal(now_ns - at_ns).scaleb(-9))
        used = max(ZERO, EXACT.subtract(seen.used, decayed))
        return max(ZERO, EXACT.subtract(seen.room, used))
