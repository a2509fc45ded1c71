"""One pair's stage for a recording: the ghosts that rest for it, the one that takes, and the clients in between.

Ghosts never trade with each other: what is recorded as traded is told as traded, and what is recorded as gone is
pulled. Clients do trade with them, by the venue's own rules:

* an order of a client that takes meets the recorded orders as they rest;
* a resting order of a client that the recorded market moves through is taken in full, at the client's price, by the
  ghost taker; at the client's own price it is taken so far as the recorded quantity there reaches;
* a recorded trade that comes as far as a resting order of a client is carried out against what rests there, ghosts and
  clients in their order; what it does not find is told as traded all the same.

What clients take from a recorded level is missing until the recording speaks of that level again. So is what could not
be placed because the venue was closed.

Pure. Imports: bank, core, desk. Imported by: level_ghosts, order_ghosts, playback.
"""

from itertools import islice
from typing import Final

from fathom.exchange.bank import Account
from fathom.exchange.core import Order, Venue
from fathom.exchange.crowd.desk import Desk, open_house
from fathom.protocol.messages import OrderSide

OPPOSITE: Final[dict[OrderSide, OrderSide]] = {"buy": "sell", "sell": "buy"}
LEVELS_LOOKED_MAX: Final = 1000  # A recorded trade reaches so far at most, in search of clients.


def open_ghosts(venue: Venue) -> tuple[Account, Account]:
    """Open the account that rests and the one that takes, or find them where they are open."""
    return open_house(venue, "ghost"), open_house(venue, "ghost-taker")


class Stage:
    """One pair's ghosts."""

    __slots__ = ("_ghost", "_overdue", "_taker", "desk")

    def __init__(self, venue: Venue, symbol: str) -> None:
        self.desk = Desk(venue, symbol)
        self._ghost, self._taker = open_ghosts(venue)
        self._overdue: list[Order] = []  # No more than rested when the venue closed.

    def rest(self, side: OrderSide, *, price_ticks: int, qty_lots: int, now_ns: int) -> Order | None:
        """Let one ghost rest; None where a client took it at once."""
        return self.desk.rest(self._ghost, side, price_ticks=price_ticks, qty_lots=qty_lots, now_ns=now_ns)

    def pull(self, order: Order, *, now_ns: int) -> None:
        """Take one ghost away; where the venue will not, in a maintenance, later."""
        if not self.desk.pull(order, now_ns=now_ns):
            self._overdue.append(order)

    def catch_up(self, now_ns: int) -> None:
        """Take away what should have gone before."""
        if self._overdue:
            self._overdue = [order for order in self._overdue if not self.desk.pull(order, now_ns=now_ns)]

    def shrink(self, order: Order, *, lots: int, now_ns: int) -> bool:
        """Let a ghost show less at its place; tell whether that was possible."""
        return self.desk.shrink(order, lots=lots, now_ns=now_ns)

    def shared(self, side: OrderSide, *, price_ticks: int, lots: int) -> bool:
        """Tell whether others stand at a price where ghosts show so many lots."""
        market = self.desk.market
        return (market.bids if side == "buy" else market.asks).lots(price_ticks) > lots

    def reach(self, side: OrderSide, *, price_ticks: int, now_ns: int) -> None:
        """The recorded best price of a side is here now: clients who would have traded with better ones have."""
        through = price_ticks - 1 if side == "buy" else price_ticks + 1
        self.desk.clear(OPPOSITE[side], house_ticks=through, client_ticks=through, taker=self._taker, now_ns=now_ns)

    def trade(self, taking: OrderSide, *, price_ticks: int, qty_lots: int, at_market: bool, now_ns: int) -> None:
        """Carry out a recorded trade, so far as it concerns a client; tell the rest of it."""
        left_lots = qty_lots
        if self._concerns_client(taking, price_ticks):
            left_lots -= self.desk.take(self._taker, taking, price_ticks=price_ticks, qty_lots=qty_lots, now_ns=now_ns)
        if left_lots:
            self.desk.print_trade(
                taking, price_ticks=price_ticks, qty_lots=left_lots, at_market=at_market, now_ns=now_ns
            )

    def _concerns_client(self, taking: OrderSide, price_ticks: int) -> bool:
        market = self.desk.market
        side = market.asks if taking == "buy" else market.bids
        for level in islice(side, LEVELS_LOOKED_MAX):
            if level.price_ticks > price_ticks if taking == "buy" else level.price_ticks < price_ticks:
                return False
            if any(not order.account.house for order in level.orders.values()):
                return True
        return False
