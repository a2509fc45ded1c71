"""What a stop, a take-profit or a trailing stop waits for: the last trade at a price, or so far back from its best.

Pure. Imports: domain. Imported by: sim/paper, sim/paper_order.
"""

from msgspec import Struct

from fathom.domain import OrderWanted


class Trigger(Struct):
    """One price that sets an order off (websocket-v2.md 8.1). In ticks."""

    ticks: int
    above: bool  # Set off by a trade at or above it; else at or below.
    distance_ticks: int | None = None  # Of a trailing stop: it stays so far behind the best that the price has been.

    def reached(self, last_ticks: int) -> bool:
        """Whether a trade at this price sets it off."""
        return last_ticks >= self.ticks if self.above else last_ticks <= self.ticks

    def past_ticks(self, last_ticks: int) -> int:
        """Return how far a trade went beyond it: whose trigger lies farthest back was passed first."""
        return last_ticks - self.ticks if self.above else self.ticks - last_ticks

    def follow(self, last_ticks: int) -> None:
        """Let a trailing stop go with a price that went the good way."""
        if self.distance_ticks is None:
            return
        if self.above:
            self.ticks = min(self.ticks, last_ticks + self.distance_ticks)
        else:
            self.ticks = max(self.ticks, last_ticks - self.distance_ticks)


def trigger_of(order: OrderWanted, *, last_ticks: int) -> Trigger | None:
    """Return what an order waits for; a trailing stop counts from the price of now. None where it waits for nothing."""
    if order.trigger_ticks is None:
        return None
    takes_profit = order.order_type in {"take-profit", "take-profit-limit"}
    above = (order.side == "buy") != takes_profit
    if order.order_type != "trailing-stop":
        return Trigger(order.trigger_ticks, above)
    distance = order.trigger_ticks
    return Trigger(last_ticks + distance if above else last_ticks - distance, above, distance)
