"""Verified books of level 2 and 3, trades, candles and indicators: what the frames mean."""

from fathom.market.book import Book, BookState, Counts
from fathom.market.candles import Candles
from fathom.market.level3 import Level3, Place
from fathom.market.market import Market
from fathom.market.tape import Tape

__all__ = ["Book", "BookState", "Candles", "Counts", "Level3", "Market", "Place", "Tape"]
