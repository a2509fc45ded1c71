"""The strategy of the decision benchmark: it answers a move of one book with one order, an amend of it, or its cancel.

Loaded by the bot from this file, as a user's strategy is. Imports: fathom.market, strategy. Imported by: nothing.
"""

from collections.abc import Iterable, Sequence
from typing import Annotated

from msgspec import Meta, Struct

from fathom.market import Book
from fathom.strategy import OnBook, View, Wake, Want

AMENDS = 3  # Of each order, before it is cancelled.


class Params(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which book, and how often it is answered at most."""

    symbol: str
    every_us: Annotated[int, Meta(ge=0)] = 10_000


class Answerer:
    """One small bid at a time, far enough below the market to rest."""

    def __init__(self, name: str, params: Params) -> None:
        self.name = name
        self.params = params
        self._next_ns = 0
        self._amends = 0

    def wakes(self) -> Sequence[Wake]:
        """Each frame of the book."""
        return (OnBook(self.params.symbol, top_only=False),)

    def on_book(self, book: Book, view: View) -> Iterable[Want]:
        """Answer at once what is due."""
        if view.now_ns < self._next_ns or book.best_bid_ticks is None:
            return
        price_ticks = book.best_bid_ticks * 97 // 100
        mine = view.open_orders(self.params.symbol)
        if not mine:
            self._amends = 0
            yield view.bid(self.params.symbol, price_ticks=price_ticks, qty_lots=100_000, post_only=True)
        elif mine[0].changing or mine[0].state != "open":
            return
        elif self._amends < AMENDS:
            self._amends += 1
            yield view.amend(mine[0], price_ticks=price_ticks - self._amends)
        else:
            yield view.cancel(mine[0])
        self._next_ns = view.now_ns + self.params.every_us * 1_000
