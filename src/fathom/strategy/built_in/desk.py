"""What a strategy must remember of its own dealings, so that it never asks twice for one order.

Between the wish and risk's answer, between the order and the venue's, and after a refusal, a strategy has to wait. The
order table knows the middle of that; the desk knows both ends. It comes back by replay, as all state does.

Pure. Imports: domain, orders, view. Imported by: the built-in strategies.
"""

from typing import Final, TypeVar

from fathom.domain import AmendDenied, AmendWanted, CancelWanted, OrderDenied, OrderWanted, Side
from fathom.orders import Order
from fathom.strategy.view import View

NS_PER_SECOND: Final = 1_000_000_000
WAIT_NS: Final = NS_PER_SECOND  # After a first refusal; doubled with each more in a row.
WAIT_NS_MAX: Final = 60 * NS_PER_SECOND  # A limit that is full may be so for long: asking each minute costs nothing.

# What is sold or bought in a symbol: refusals of the one say nothing about the other.
Way = tuple[str, Side]
Change = TypeVar("Change", AmendWanted, CancelWanted)


class Desk:
    """Wishes without an answer, refusals, and orders whose fills are not all told."""

    def __init__(self) -> None:
        self._wanted: dict[str, OrderWanted] = {}  # New orders that risk has not answered.
        self._changing: dict[str, None] = {}  # Orders whose amend or cancel it has not answered.
        self._untold: dict[str, Order] = {}  # Filled by the venue's word: the position lacks part of it still.
        self._refused: dict[Way, tuple[int, int]] = {}  # (refusals in a row, when to ask again).

    # -- What is wanted goes through here --

    def place(self, order: OrderWanted) -> OrderWanted:
        """Note a new order, and return it."""
        self._wanted[order.order_id] = order
        return order

    def change(self, want: Change) -> Change:
        """Note an amend or a cancel, and return it."""
        self._changing[want.order_id] = None
        return want

    # -- What came of it --

    def on_order(self, order: Order, view: View) -> None:
        """Take in what became of an order. Call it first in the strategy's own `on_order`."""
        self._wanted.pop(order.order_id, None)
        self._changing.pop(order.order_id, None)
        if order.untold_lots:
            self._untold[order.order_id] = order
        else:
            self._untold.pop(order.order_id, None)
        if order.state == "rejected":
            self._refuse((order.symbol, order.side), view.now_ns)
        elif order.filled_lots or (order.state == "open" and not order.changing):
            self._refused.pop((order.symbol, order.side), None)

    def on_denied(self, denied: OrderDenied | AmendDenied, view: View) -> None:
        """Take in that risk refused. Call it first in the strategy's own `on_denied`."""
        self._changing.pop(denied.order_id, None)
        wanted = self._wanted.pop(denied.order_id, None)
        if wanted is None:
            wanted = next((one.wanted for one in view.open_orders() if one.order_id == denied.order_id), None)
        if wanted is not None:
            self._refuse((wanted.symbol, wanted.side), view.now_ns)

    # -- What follows --

    def waits(self, view: View, symbol: str, side: Side | None = None) -> bool:
        """Whether something of this symbol (and side) has no answer yet: a wish, an order, a change, a fill."""
        unanswered = [*self._wanted.values(), *(order.wanted for order in self._untold.values())]
        if any(one.symbol == symbol and side in {None, one.side} for one in unanswered):
            return True
        return any(not self.may_change(order) for order in view.open_orders(symbol, side=side))

    def may_change(self, order: Order) -> bool:
        """Whether an order rests as we know it, and nothing about it is on its way."""
        return order.state == "open" and not order.changing and order.order_id not in self._changing

    def unanswered(self, order_id: str) -> bool:
        """Whether risk has not answered this new order yet."""
        return order_id in self._wanted

    def may_ask(self, symbol: str, side: Side, *, now_ns: int) -> bool:
        """Whether the time to wait after a refusal is over."""
        return now_ns >= self._refused.get((symbol, side), (0, 0))[1]

    def may_place(self, view: View, symbol: str, side: Side) -> bool:
        """Whether a new order of this side may be wanted now: the last one is answered, and not refused just now."""
        return not self.waits(view, symbol, side) and self.may_ask(symbol, side, now_ns=view.now_ns)

    def most_lots(self, view: View, symbol: str) -> int:
        """Return the position were all our buys filled, those without an answer too, and none of our sales."""
        return view.position_lots(symbol) + self._may_fill(view, symbol, "buy")

    def least_lots(self, view: View, symbol: str) -> int:
        """Return the position were all our sales filled, and none of our buys."""
        return view.position_lots(symbol) - self._may_fill(view, symbol, "sell")

    def _may_fill(self, view: View, symbol: str, side: Side) -> int:
        wanted = sum(one.qty_lots for one in self._wanted.values() if (one.symbol, one.side) == (symbol, side))
        untold = sum(one.untold_lots for one in self._untold.values() if (one.symbol, one.side) == (symbol, side))
        return wanted + untold + sum(order.left_lots_worst for order in view.open_orders(symbol, side=side))

    def _refuse(self, way: Way, now_ns: int) -> None:
        count = self._refused.get(way, (0, 0))[0]
        wait_ns = min(WAIT_NS << min(count, 10), WAIT_NS_MAX)
        self._refused[way] = (count + 1, now_ns + wait_ns)
