"""How much was lost: since midnight UTC, and since the highest equity.

Both are measured at each look; money that came or went otherwise than by our fills moves the marks with it, so that a
deposit hides no loss and a withdrawal is none. Pure. Imports: amounts, limits, wording. Imported by: risk/risk.
"""

from decimal import Decimal
from typing import Final

from fathom.risk.amounts import ZERO
from fathom.risk.limits import Limits
from fathom.risk.wording import percent

NS_PER_DAY: Final = 86_400 * 1_000_000_000


class LossWatch:
    """The marks: equity at the first look of the day, and the highest of all looks. None before the first look."""

    def __init__(self) -> None:
        self.day = -1
        self.day_equity: Decimal | None = None
        self.peak: Decimal | None = None

    def look(self, equity: Decimal, *, now_ns: int, limits: Limits) -> list[tuple[str, str]]:
        """Compare equity with both marks; return (limit, by how much) for each that is broken."""
        day = now_ns // NS_PER_DAY
        if day != self.day or self.day_equity is None:
            if equity <= 0:  # The venue has not told the balances yet: nothing to measure a loss against.
                return []
            self.day, self.day_equity = day, equity
        if self.peak is None or equity > self.peak:
            self.peak = equity
        broken = []
        daily, most = self.day_equity - equity, limits.daily_loss_share_max
        if daily > self.day_equity * most:
            detail = f"lost {daily:.2f} today, {percent(daily, self.day_equity)} of equity, more than {most:.2%}"
            broken.append(("daily_loss_share_max", detail))
        drawdown, most = self.peak - equity, limits.drawdown_share_max
        if drawdown > self.peak * most:
            detail = f"lost {drawdown:.2f} since the peak, {percent(drawdown, self.peak)} of it, more than {most:.2%}"
            broken.append(("drawdown_share_max", detail))
        return broken

    def move(self, amount: Decimal) -> None:
        """Money came (above zero) or went that no fill of ours moved."""
        if self.day_equity is not None:
            self.day_equity = max(self.day_equity + amount, ZERO)
        if self.peak is not None:
            self.peak = max(self.peak + amount, ZERO)

    def accept(self, limit: str) -> None:
        """A person lets trading go on after this loss: it is measured anew from the next look."""
        if limit == "daily_loss_share_max":
            self.day_equity = None
        if limit == "drawdown_share_max":
            self.peak = None
