"""Verified books of level 2 and 3, trades, candles and indicators: what the frames mean."""

from fathom.market.book import Book, BookState, Counts, FrameBook
from fathom.market.candles import Candles
from fathom.market.frame_market import FrameMarket
from fathom.market.level3 import FrameLevel3, Level3, Place
from fathom.market.market import Market
from fathom.market.step_market import StepMarket
from fathom.market.tape import Tape

__all__ = [
    "Book",
    "BookState",
    "Candles",
    "Counts",
    "FrameBook",
    "FrameLevel3",
    "FrameMarket",
    "Level3",
    "Market",
    "Place",
    "StepMarket",
    "Tape",
]
