"""What became of the account as a whole: equity, its index, drawdown, returns and exposure.

Pure. Imports: domain, portfolio, drawdown, returns. Imported by: portfolio/statistics.
"""

from typing import Final

from fathom.domain import FundsMoved, Happening
from fathom.portfolio.drawdown import Drawdown
from fathom.portfolio.portfolio import Portfolio
from fathom.portfolio.returns import Returns

# Rows of the venue's ledger that are part of trading: all others bring or take money, and are no performance.
PERFORMANCE: Final = frozenset({"trade", "rollover", "margin", "settled"})


class Performance:
    """Equity in the reporting currency, from the first moment at which it is known and above zero. Constant memory."""

    def __init__(self, portfolio: Portfolio) -> None:
        self.first: float | None = None
        self.last: float | None = None
        self.flows = 0.0  # What was brought less what was taken, at the price of its moment.
        self.index = 1.0  # 1 at the first equity; what is brought or taken does not move it.
        self.drawdown = Drawdown()  # Of the index.
        self.returns = Returns()  # Of the index.
        self.exposure = 0.0  # What is held in other assets than the reporting currency, as a share of equity.
        self.exposure_most = 0.0
        self.equity_area = 0.0  # These two times seconds.
        self.exposure_area = 0.0
        self.seconds = 0.0  # Since the first.
        self._portfolio = portfolio
        self._base = 0.0  # Equity at the last look, with what was brought since.
        self._looked_ns = 0

    def look(self, time_ns: int) -> None:
        """Value the account now. It was as at the last look until now."""
        worth = self._portfolio.equity_quote()
        if worth is None:
            return
        equity = float(worth)
        if self.first is None:
            if equity <= 0:
                return  # The venue has not told the balances yet.
            self.first = self._base = equity
        else:
            passed_s = (time_ns - self._looked_ns) / 1e9
            self.seconds += passed_s
            self.equity_area += (self.last or 0.0) * passed_s
            self.exposure_area += self.exposure * passed_s
            if self._base > 0:
                self.index *= equity / self._base
        self._looked_ns, self._base, self.last = time_ns, equity, equity
        self.drawdown.add(time_ns, self.index)
        self.returns.add(time_ns, self.index)
        others = self._portfolio.others_quote()
        self.exposure = float(others) / equity if others is not None and equity > 0 else 0.0
        self.exposure_most = max(self.exposure_most, self.exposure)

    def money(self, event: Happening) -> None:
        """Apply what may bring or take money: what equity changes by in this moment is no performance."""
        if isinstance(event, FundsMoved) and event.kind in PERFORMANCE:
            self._portfolio.apply(event)
            return
        before = self._portfolio.equity_quote()
        self._portfolio.apply(event)
        after = self._portfolio.equity_quote()
        if self.first is not None and before is not None and after is not None:
            flow = float(after - before)
            self.flows += flow
            self._base += flow

    @property
    def equity_mean(self) -> float | None:
        """Over time."""
        return self.equity_area / self.seconds if self.seconds > 0 else self.last

    @property
    def exposure_mean(self) -> float:
        """Over time."""
        return self.exposure_area / self.seconds if self.seconds > 0 else self.exposure
