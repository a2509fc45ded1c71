"""Balances, positions, fees, PnL, and what the statistics of a run make of them."""

from fathom.portfolio.account import Account, Difference
from fathom.portfolio.holds import OpenOrder, held_by_orders
from fathom.portfolio.ledger import ACCOUNTS, WALLETS, AccountName, Ledger
from fathom.portfolio.lots import LOTS_MAX, Lot, LotMethod
from fathom.portfolio.portfolio import PORTFOLIO_NEWS, Portfolio
from fathom.portfolio.position import Position

__all__ = [
    "ACCOUNTS",
    "LOTS_MAX",
    "PORTFOLIO_NEWS",
    "WALLETS",
    "Account",
    "AccountName",
    "Difference",
    "Ledger",
    "Lot",
    "LotMethod",
    "OpenOrder",
    "Portfolio",
    "Position",
    "held_by_orders",
]
