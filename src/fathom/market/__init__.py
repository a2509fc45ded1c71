"""L2 books and what the frames mean; candles and indicators come with the strategies that need them."""

from fathom.market.book import Book, BookState, Counts
from fathom.market.market import Market

__all__ = ["Book", "BookState", "Counts", "Market"]
