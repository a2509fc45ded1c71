"""Balances, positions, fees, PnL."""

from fathom.portfolio.portfolio import PORTFOLIO_NEWS, Portfolio
from fathom.portfolio.position import Position

__all__ = ["PORTFOLIO_NEWS", "Portfolio", "Position"]
