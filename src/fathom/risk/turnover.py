"""What was traded today, in the account's currency: a day begins at midnight UTC.

Pure. Imports: amounts. Imported by: risk/account.
"""

from decimal import Decimal
from typing import Final

from fathom.risk.amounts import ZERO

NS_PER_DAY: Final = 86_400 * 1_000_000_000


class Turnover:
    """The value of our fills since midnight, in all and of each symbol."""

    def __init__(self) -> None:
        self._day = -1
        self._all = ZERO
        self._of: dict[str, Decimal] = {}

    def note(self, symbol: str, value: Decimal, *, now_ns: int) -> None:
        """Count one fill."""
        self._begin(now_ns)
        self._all += value
        self._of[symbol] = self._of.get(symbol, ZERO) + value

    def today(self, symbol: str, *, now_ns: int) -> tuple[Decimal, Decimal]:
        """Return what was traded in all, and what of it in a symbol."""
        self._begin(now_ns)
        return self._all, self._of.get(symbol, ZERO)

    def _begin(self, now_ns: int) -> None:
        day = now_ns // NS_PER_DAY
        if day != self._day:
            self._day, self._all = day, ZERO
            self._of.clear()
