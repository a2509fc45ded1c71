"""One symbol's verified level 3 book: every order in its queue, read only; and the one that frames move.

Pure. Imports: domain, kernel, book. Imported by: its neighbours, and every room above market as a read model.
"""

from abc import ABC, abstractmethod

from msgspec import Struct

from fathom.domain import Instrument, Side
from fathom.kernel import L3Book
from fathom.market.book import Book, FrameBook


class Place(Struct, frozen=True):
    """Where an order stands in the queue at its price: what trades there before it does."""

    ahead_lots: int
    ahead_orders: int


class Level3(ABC):
    """A level 3 book of one symbol. Prices in ticks, quantities in lots.

    `levels` is the same book as a level 2 book shows it: best prices, levels, microprice, whether it is trusted.
    """

    __slots__ = ()

    @property
    @abstractmethod
    def levels(self) -> Book:
        """The same book, by levels."""

    @property
    def symbol(self) -> str:
        """The pair."""
        return self.levels.symbol

    @property
    def instrument(self) -> Instrument:
        """The pair's rules."""
        return self.levels.instrument

    @property
    def trusted(self) -> bool:
        """Whether the last frame verified: only then may anybody trade on it."""
        return self.levels.trusted

    @property
    @abstractmethod
    def order_count(self) -> int:
        """Orders held, of both sides."""

    @abstractmethod
    def queue(self, side: Side, price_ticks: int) -> list[tuple[str, int]]:
        """Return (venue_order_id, qty_lots) of the orders at a price, the one that trades first in front."""

    @abstractmethod
    def place(self, venue_order_id: str) -> Place | None:
        """Return where an order stands; None where the book does not show it."""


class FrameLevel3(Level3):
    """A level 3 book that frames move. Only the market changes it."""

    __slots__ = ("_levels", "_queues")

    def __init__(self, instrument: Instrument, *, depth: int) -> None:
        self._queues = L3Book(depth, instrument.price_precision, instrument.qty_precision)
        self._levels = FrameBook(instrument, depth=depth, levels=self._queues)

    @property
    def levels(self) -> FrameBook:
        """The same book, by levels."""
        return self._levels

    @property
    def order_count(self) -> int:
        """Orders held, of both sides."""
        return self._queues.order_count

    def queue(self, side: Side, price_ticks: int) -> list[tuple[str, int]]:
        """Return (venue_order_id, qty_lots) of the orders at a price, the one that trades first in front."""
        return self._queues.orders(side, price_ticks)

    def place(self, venue_order_id: str) -> Place | None:
        """Return where an order stands; None where the book does not show it."""
        found = self._queues.ahead(venue_order_id)
        return None if found is None else Place(*found)
