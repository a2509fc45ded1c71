"""What is counted of a strategy, of a symbol, and of the whole.

Pure. Imports: domain, drawdown, histogram, lots. Imported by: portfolio/statistics.
"""

from decimal import Decimal

from fathom.domain import EXACT, OrderTraded
from fathom.portfolio.drawdown import Drawdown
from fathom.portfolio.histogram import Histogram
from fathom.portfolio.lots import AVERAGING, ZERO


class Tally:
    """Counts and sums since the start. Money in the reporting currency, each amount at the price of its moment."""

    def __init__(self) -> None:
        self.wanted = 0
        self.denied = 0
        self.approved = 0
        self.rejected = 0
        self.canceled = 0
        self.filled = 0
        self.amends = 0
        self.unsure = 0
        self.fills = 0
        self.turnover = ZERO
        self.turnover_maker = ZERO
        self.fees = ZERO
        self.fees_by_asset: dict[str, Decimal] = {}
        self.wins = 0
        self.losses = 0
        self.won = ZERO
        self.lost = ZERO
        self.slippage = ZERO
        self.slipped = ZERO  # The turnover, at the mid of the decision, of the fills whose mid was known.
        self.profit = 0.0  # As of the last look.
        self.drawdown = Drawdown()  # Of that profit.
        self.position = 0.0  # What the position is worth without its sign, as of the last look.
        self.position_most = 0.0
        self.position_area = 0.0  # That times seconds.
        self.answered = Histogram()  # From approval to the venue's answer, of new orders.

    @property
    def maker_share(self) -> float | None:
        """Of the turnover."""
        return float(self.turnover_maker / self.turnover) if self.turnover else None

    @property
    def hit_share(self) -> float | None:
        """Fills that closed something at a gain, of those that closed something at a gain or a loss; fees counted."""
        closed = self.wins + self.losses
        return self.wins / closed if closed else None

    @property
    def slippage_bps(self) -> float | None:
        """What was paid beyond the mid at decision, in hundredths of a per cent of it; below zero: earned."""
        return float(self.slippage / self.slipped) * 10_000 if self.slipped else None

    def trade(
        self,
        fill: OrderTraded,
        *,
        value: Decimal,
        fee: Decimal,
        gain: Decimal | None,
        slip: tuple[Decimal, Decimal] | None,
    ) -> None:
        """Count one fill: its value, its fee, what it realised after the fee, and (slippage, value at that mid)."""
        self.fills += 1
        self.turnover = AVERAGING.add(self.turnover, value)
        if fill.liquidity == "maker":
            self.turnover_maker = AVERAGING.add(self.turnover_maker, value)
        self.fees = AVERAGING.add(self.fees, fee)
        if fill.fee:
            self.fees_by_asset[fill.fee_asset] = EXACT.add(self.fees_by_asset.get(fill.fee_asset, ZERO), fill.fee)
        if gain is not None and gain > 0:
            self.wins += 1
            self.won = AVERAGING.add(self.won, gain)
        elif gain is not None and gain < 0:
            self.losses += 1
            self.lost = AVERAGING.subtract(self.lost, gain)
        if slip is not None:
            self.slippage = AVERAGING.add(self.slippage, slip[0])
            self.slipped = AVERAGING.add(self.slipped, slip[1])

    def look(self, time_ns: int, *, profit: float, position: float, passed_s: float) -> None:
        """Take in what profit and position are now; the position was as before for `passed_s`."""
        self.position_area += self.position * passed_s
        self.profit, self.position = profit, position
        self.position_most = max(self.position_most, position)
        self.drawdown.add(time_ns, profit)
