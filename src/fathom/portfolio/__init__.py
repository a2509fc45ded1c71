"""Balances, positions, fees, PnL, and what the statistics of a run make of them."""

from fathom.portfolio.account import Account, Difference
from fathom.portfolio.curve import Curve
from fathom.portfolio.drawdown import Drawdown
from fathom.portfolio.histogram import Histogram
from fathom.portfolio.holds import OpenOrder, held_by_orders
from fathom.portfolio.ledger import ACCOUNTS, WALLETS, AccountName, Ledger
from fathom.portfolio.lots import LOTS_MAX, Lot, LotMethod
from fathom.portfolio.margin_wait import MARGIN_NEWS, MarginWait
from fathom.portfolio.order_times import REQUESTS, STAGES, OrderTimes
from fathom.portfolio.performance import Performance
from fathom.portfolio.portfolio import PORTFOLIO_NEWS, Portfolio
from fathom.portfolio.position import Position
from fathom.portfolio.returns import MINUTES_PER_YEAR, RETURNS_MIN, Returns
from fathom.portfolio.statistics import FillMade, Moment, Statistics
from fathom.portfolio.summary import (
    EquityRow,
    HoldingRow,
    LatencyRow,
    PositionRow,
    Summary,
    TallyRow,
    TierRow,
    summary_of,
)
from fathom.portfolio.tally import Tally
from fathom.portfolio.tracks import strategy_of

__all__ = [
    "ACCOUNTS",
    "LOTS_MAX",
    "MARGIN_NEWS",
    "MINUTES_PER_YEAR",
    "PORTFOLIO_NEWS",
    "REQUESTS",
    "RETURNS_MIN",
    "STAGES",
    "WALLETS",
    "Account",
    "AccountName",
    "Curve",
    "Difference",
    "Drawdown",
    "EquityRow",
    "FillMade",
    "Histogram",
    "HoldingRow",
    "LatencyRow",
    "Ledger",
    "Lot",
    "LotMethod",
    "MarginWait",
    "Moment",
    "OpenOrder",
    "OrderTimes",
    "Performance",
    "Portfolio",
    "Position",
    "PositionRow",
    "Returns",
    "Statistics",
    "Summary",
    "Tally",
    "TallyRow",
    "TierRow",
    "held_by_orders",
    "strategy_of",
    "summary_of",
]
