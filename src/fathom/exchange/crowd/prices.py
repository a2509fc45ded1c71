"""The prices of one side of a recorded book, sorted, and which of them are beyond its depth.

Pure. Imports: nothing. Imported by: level_ghosts, order_ghosts.
"""

from bisect import bisect_left

from fathom.protocol.messages import OrderSide


class Prices:
    """Prices of one side, each once."""

    __slots__ = ("_buying", "_sorted")

    def __init__(self, side: OrderSide) -> None:
        self._buying = side == "buy"
        self._sorted: list[int] = []  # Ascending.

    def add(self, price_ticks: int) -> None:
        """Add a price that is not there."""
        self._sorted.insert(bisect_left(self._sorted, price_ticks), price_ticks)

    def remove(self, price_ticks: int) -> None:
        """Remove a price that is there."""
        place = bisect_left(self._sorted, price_ticks)
        assert self._sorted[place] == price_ticks, price_ticks
        del self._sorted[place]

    def best(self) -> int | None:
        """Return the best price; None where there is none."""
        if not self._sorted:
            return None
        return self._sorted[-1 if self._buying else 0]

    def beyond(self, depth: int) -> list[int]:
        """Return the prices after the `depth` best ones."""
        excess = len(self._sorted) - depth
        if excess <= 0:
            return []
        return self._sorted[:excess] if self._buying else self._sorted[-excess:]

    def crossed_by(self, price_ticks: int) -> list[int]:
        """Return the prices that an order of the other side at this price would trade with."""
        if self._buying:
            return self._sorted[bisect_left(self._sorted, price_ticks) :]
        return self._sorted[: bisect_left(self._sorted, price_ticks + 1)]

    def best_first(self) -> list[int]:
        """Return all of them, best first."""
        return self._sorted[::-1] if self._buying else list(self._sorted)
