"""How much the crowd's orders are of, in lots: drawn in USD, many of them round, none below the pair's minima.

Pure. Imports: listing, parameters. Imported by: pit.
"""

from math import ceil, exp
from typing import Final

from fathom.exchange.crowd.parameters import PairStyle
from fathom.exchange.listing import Pair

LEVEL_SD: Final = 1.25  # Of the log of a resting order's size.
NEAR: Final = 1.6  # Makers show more near the touch than the patient do further off.
NOISE: Final = 0.08  # Of a level.
LEVEL_MAX: Final = 40.0  # Times the typical one.
TRADE_MAX: Final = 8.0  # Times the typical level: no trade of the crowd goes through the whole book.
ROUND_BELOW: Final = -0.2  # Draws below it are of a round size: two digits.


class Sizes:
    """One pair's sizes at about its price."""

    __slots__ = ("_level", "_level_max", "_trade", "lots_min")

    def __init__(self, pair: Pair, *, style: PairStyle, base_usd: float, fair_ticks: float) -> None:
        lots_per_usd = 10.0**pair.qty_precision / base_usd
        price = fair_ticks / 10.0**pair.price_precision
        # A quarter above the smallest cost, so that an order far below the market reaches it, too.
        cost_lots = ceil(1.25 * float(pair.cost_min) / price / (1.0 - min(style.span, 0.9)) * 10.0**pair.qty_precision)
        self.lots_min = max(pair.qty_lots_min, cost_lots)
        self._level = style.level_usd * lots_per_usd
        self._level_max = self._level * LEVEL_MAX
        self._trade = style.trade_usd * lots_per_usd

    def level(self, normal: float, *, near: bool) -> int:
        """Return the size of a resting order by a draw from the normal distribution."""
        lots = min(self._level * (NEAR if near else 1.0) * exp(LEVEL_SD * normal), self._level_max)
        return max(self.lots_min, _rounded(int(lots)) if normal < ROUND_BELOW else int(lots))

    def noise(self, normal: float) -> int:
        """Return the size of a small order."""
        return max(self.lots_min, _rounded(int(self._level * NOISE * exp(LEVEL_SD * normal))))

    def trade(self, times: float) -> int:
        """Return the size of a trade of so many smallest usual ones."""
        return max(self.lots_min, int(min(self._trade * times, self._level * TRADE_MAX)))


def _rounded(lots: int) -> int:
    unit = int(10 ** max(0, len(str(lots)) - 2))
    return lots // unit * unit
