"""One market at a glance: best prices, the last trade, the figures of 24 hours and of today.

Pure. Imports: day_stats, listing. Imported by: feeds, rest.
"""

from decimal import ROUND_HALF_EVEN, Decimal

from msgspec import Struct

from fathom.exchange.feeds.day_stats import Figures
from fathom.exchange.listing import Pair

_HUNDREDTH = Decimal("0.01")


class TickerView(Struct, frozen=True, kw_only=True, gc=False):
    """Ints of the pair's ticks and lots. A side without orders is 0 at 0.

    A market without a trade yet has its middle as last price, or the pair's reference price without two sides; in a
    day without a trade, open, high, low and vwap are the last price.
    """

    pair: Pair
    bid_ticks: int
    bid_lots: int
    ask_ticks: int
    ask_lots: int
    last_ticks: int
    last_lots: int
    day: Figures
    today: Figures
    time_ns: int

    @property
    def change_ticks(self) -> int:
        """What the price changed by in 24 hours."""
        return self.last_ticks - self.open_ticks(self.day)

    @property
    def change_pct(self) -> Decimal:
        """The same in percent, to two decimals."""
        open_ticks = self.open_ticks(self.day)
        if not open_ticks:
            return Decimal(0).quantize(_HUNDREDTH)
        change = Decimal(100 * self.change_ticks) / open_ticks
        rounded = change.quantize(_HUNDREDTH, rounding=ROUND_HALF_EVEN)
        return rounded or abs(rounded)  # Never -0.00.

    def open_ticks(self, figures: Figures) -> int:
        """Return the first price of the span."""
        return figures.open_ticks if figures.trades else self.last_ticks

    def high_ticks(self, figures: Figures) -> int:
        """Return the highest price of the span."""
        return figures.high_ticks if figures.trades else self.last_ticks

    def low_ticks(self, figures: Figures) -> int:
        """Return the lowest price of the span."""
        return figures.low_ticks if figures.trades else self.last_ticks

    def vwap_ticks(self, figures: Figures, *, scale: int = 1) -> int:
        """Return the volume weighted average price of the span, in ticks / `scale`."""
        return figures.vwap_ticks(scale=scale) if figures.trades else self.last_ticks * scale
