"""Strategies that look at the best bid and ask and want nothing: what being woken costs. A file as a user writes one.

Imports: fathom.market, strategy. Imported by: bots' files, by its path (held).
"""

from collections.abc import Iterable, Sequence

from fathom.market import Book
from fathom.strategy import Every, OnBook, View, Wake, Want

SYMBOL = "BTC/USD"
EACH_NS = 100_000_000


class EachFrame:
    """Woken with each frame of the book."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.seen = 0

    def wakes(self) -> Sequence[Wake]:
        """Every move of every level."""
        return (OnBook(SYMBOL, top_only=False),)

    def on_book(self, book: Book, view: View) -> Iterable[Want]:  # noqa: ARG002 - As it is called.
        """Count how often the spread is wide."""
        bid, ask = book.best_bid_ticks, book.best_ask_ticks
        if bid is not None and ask is not None and ask - bid > 1:
            self.seen += 1
        return ()


class EachTop(EachFrame):
    """Woken when the best bid or ask changes."""

    def wakes(self) -> Sequence[Wake]:
        """Moves of the top alone."""
        return (OnBook(SYMBOL),)


class Each100Ms(EachFrame):
    """Woken by the clock."""

    def wakes(self) -> Sequence[Wake]:
        """The market's time."""
        return (Every(EACH_NS),)

    def on_timer(self, timer: str, view: View) -> Iterable[Want]:  # noqa: ARG002 - As it is called.
        """Look at the book as it is then."""
        book = view.book(SYMBOL)
        return () if book is None else self.on_book(book, view)
