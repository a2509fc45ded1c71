"""What an algorithm may look at when it thinks: the time, the pair, its book, and whether it may ask for anything.

Pure. Imports: domain, market. Imported by: execution, the algorithms.
"""

from msgspec import Struct

from fathom.domain import Instrument, Side
from fathom.market import Book


class Moment(Struct, frozen=True):
    """One place in the log, seen from one symbol."""

    now_ns: int
    instrument: Instrument
    book: Book | None  # None while it is not verified.
    open: bool  # Whether new orders and amends may be asked for. Cancels always may.

    @property
    def may_ask(self) -> bool:
        """Whether there is a book to trade on and nobody said to wait."""
        return self.open and self.book is not None

    def best_ticks(self, side: Side) -> int | None:
        """Return the best price of one side, on the pair's increment and never beyond it; None where there is none."""
        if self.book is None:
            return None
        best = self.book.best_bid_ticks if side == "buy" else self.book.best_ask_ticks
        return None if best is None else self.on_increment(best, up=side == "sell")

    def take_ticks(self, side: Side, lots: int) -> int | None:
        """Return the limit at which an order of this side takes so much now; as far as the book goes where it lacks."""
        if self.book is None:
            return None
        levels = self.book.asks(self.book.depth) if side == "buy" else self.book.bids(self.book.depth)
        found: int | None = None
        for price_ticks, shown_lots in levels:
            found = price_ticks
            lots -= shown_lots
            if lots <= 0:
                break
        return None if found is None else self.on_increment(found, up=side == "buy")

    def on_increment(self, price_ticks: int, *, up: bool) -> int:
        """Return the price on the pair's increment, the next one up or down."""
        step = self.instrument.price_increment_ticks
        return -(-price_ticks // step) * step if up else price_ticks // step * step
