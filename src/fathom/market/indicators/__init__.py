"""Indicators one step at a time, in plain Python: each step costs the same, however long the window.

They are opinions, hence floats: what they say becomes an order only through a rounding that is named. Each has `value`,
None until it has seen enough, and `add`, which takes the next observation and returns the new value.
"""

from fathom.market.indicators.bands import Bands, Bollinger, Donchian
from fathom.market.indicators.flow import OrderFlowImbalance, Vpin
from fathom.market.indicators.moving import Ema, Macd, MacdValue, Sma
from fathom.market.indicators.prices import Atr, Rsi, Vwap
from fathom.market.indicators.volatility import RealisedVolatility

__all__ = [
    "Atr",
    "Bands",
    "Bollinger",
    "Donchian",
    "Ema",
    "Macd",
    "MacdValue",
    "OrderFlowImbalance",
    "RealisedVolatility",
    "Rsi",
    "Sma",
    "Vpin",
    "Vwap",
]
