"""Where orders on paper meet the market: what a floor asks of it, whatever tells of the market.

Pure. Imports: domain, fills, paper_order. Imported by: paper_floor, and whoever is one.
"""

from collections.abc import Iterable
from typing import Protocol

from fathom.domain import Side
from fathom.sim.fills import Take
from fathom.sim.paper_order import PaperOrder


class Ground(Protocol):
    """The market as the venue has it, with our orders in its queues. Prices in ticks, quantities in lots."""

    now_ns: int  # The venue's time, which the floor sets.

    def trusted(self, symbol: str) -> bool:
        """Whether the book is to be believed; false where there is none."""

    def last_ticks(self, symbol: str) -> int | None:
        """Return the price of the last trade, or else the mid; None where nothing tells."""

    def traded_ticks(self, symbol: str) -> int | None:
        """Return the price of the last trade; None before the first."""

    def crosses(self, symbol: str, side: Side, price_ticks: int) -> bool:
        """Whether a limit order would trade at once."""

    def reachable_lots(self, symbol: str, side: Side, limit_ticks: int | None) -> int:
        """Return how much an order would take now, had it no end."""

    def take(self, symbol: str, side: Side, limit_ticks: int | None, qty_lots: int) -> Iterable[Take]:
        """Take levels, best first; what is taken stays taken."""

    def rest(self, order: PaperOrder) -> None:
        """Put what an order shows at the back of the queue at its price: `order.resting`."""

    def resize(self, order: PaperOrder) -> None:
        """Let an order that rests show less, and stay where it stands."""

    def wait(self, order: PaperOrder) -> None:
        """Let an order wait for its trigger."""

    def leave(self, order: PaperOrder) -> None:
        """Take an order away that rests or waits; of others nothing happens."""
