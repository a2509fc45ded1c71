"""The recorded market as the venue had it, with our orders in its queues: the kernel's stepper, in the floor's words.

Every order of ours that rests or waits has a number there. Pure. Imports: domain, kernel, market, fills, paper_order.
Imported by: step_venue.
"""

from collections.abc import Iterator, Mapping
from typing import Final, Literal

from fathom.domain import Side
from fathom.kernel import stepper as kernel
from fathom.market import Place
from fathom.sim.fills import AHEAD_UNKNOWN, Resting, Take
from fathom.sim.paper_order import PaperOrder

Queue = Literal["pessimistic", "proportional", "trades"]
QUEUES: Final[Mapping[Queue, int]] = {
    "pessimistic": kernel.PESSIMISTIC,
    "proportional": kernel.PROPORTIONAL,
    "trades": kernel.TRADES,
}

UNKNOWN: Final = 1 << 61  # The kernel has more before an order at a price that the book does not show.


class StepGround:
    """The venue's side of some recordings, by symbol."""

    def __init__(self, steppers: Mapping[str, kernel.Stepper]) -> None:
        """`steppers`: those whose venue our orders are at; of a symbol with level 3 that one."""
        self.now_ns = 0
        self._steppers = dict(steppers)
        self._orders: dict[int, PaperOrder] = {}
        self._handles: dict[str, int] = {}  # Order -> its number.
        self._last = 0

    def trusted(self, symbol: str) -> bool:
        """Whether the book is to be believed; false where there is none."""
        return symbol in self._steppers and self._now(symbol).venue_trusted

    def traded_ticks(self, symbol: str) -> int | None:
        """Return the price of the last trade; None before the first."""
        return self._now(symbol).venue_last

    def last_ticks(self, symbol: str) -> int | None:
        """Return the price of the last trade, or else the mid; None where nothing tells."""
        last_ticks = self.traded_ticks(symbol)
        if last_ticks is not None or not self.trusted(symbol):
            return last_ticks
        bids, asks = self._steppers[symbol].venue_levels(1)
        return (bids[0][0] + asks[0][0]) // 2 if bids and asks else None

    def crosses(self, symbol: str, side: Side, price_ticks: int) -> bool:
        """Whether a limit order would trade at once."""
        return self._steppers[symbol].crosses(side, price_ticks, self.now_ns)

    def reachable_lots(self, symbol: str, side: Side, limit_ticks: int | None) -> int:
        """Return how much an order would take now, had it no end."""
        return self._steppers[symbol].reachable(side, limit_ticks, self.now_ns)

    def take(self, symbol: str, side: Side, limit_ticks: int | None, qty_lots: int) -> Iterator[Take]:
        """Take levels, best first; what is taken stays taken until the market shows more."""
        for price_ticks, lots in self._steppers[symbol].take(side, qty_lots, self.now_ns, limit_ticks):
            yield Take(price_ticks, lots)

    def rest(self, order: PaperOrder) -> None:
        """Put what an order shows at the back of the queue at its price."""
        assert order.price_ticks is not None, order.order_id
        handle, stepper = self._number(order), self._steppers[order.symbol]
        ahead = stepper.rest(handle, order.wanted.side, order.price_ticks, order.shown_lots, self.now_ns)
        ahead = AHEAD_UNKNOWN if ahead >= UNKNOWN else ahead
        order.resting = Resting(
            order.order_id, order.symbol, order.wanted.side, order.price_ticks, order.shown_lots, ahead, self.now_ns
        )

    def resize(self, order: PaperOrder) -> None:
        """Let an order that rests show less, and stay where it stands."""
        assert order.resting is not None, order.order_id
        handle = self._handles[order.order_id]
        if order.shown_lots < order.resting.left_lots:
            self._steppers[order.symbol].reduce(handle, order.shown_lots, self.now_ns)
            order.resting.left_lots = order.shown_lots

    def wait(self, order: PaperOrder) -> None:
        """Let an order wait for its trigger."""
        trigger = order.trigger
        assert trigger is not None, order.order_id
        distance = trigger.distance_ticks or 0
        self._steppers[order.symbol].await_price(
            self._number(order), trigger.ticks, trigger.above, self.now_ns, distance
        )

    def leave(self, order: PaperOrder) -> None:
        """Take an order away that rests or waits; of others nothing happens."""
        handle = self._handles.pop(order.order_id, None)
        if handle is not None:
            del self._orders[handle]
            self._steppers[order.symbol].cancel(handle, self.now_ns)

    # -- What the recording did to them --

    def filled(self, symbol: str) -> Iterator[tuple[PaperOrder, Take]]:
        """Yield what of ours that rest was filled since the last time."""
        for handle, price_ticks, lots, _ in self._steppers[symbol].fills():
            order = self._orders.get(handle)
            if order is not None and order.resting is not None:
                order.resting.left_lots -= lots
                yield order, Take(price_ticks, lots)

    def fired(self, symbol: str) -> Iterator[PaperOrder]:
        """Yield those of ours whose price was reached since the last time, the one passed farthest first."""
        for handle, _, _ in self._steppers[symbol].fired():
            order = self._orders.pop(handle, None)
            if order is not None:
                del self._handles[order.order_id]
                yield order

    def come_to_now(self, symbol: str) -> None:
        """Let the recording do to ours what it does until now: `filled` and `fired` tell it."""
        self._now(symbol)

    def place(self, order: PaperOrder) -> Place | None:
        """Return where an order of ours stands; None where it does not rest."""
        handle = self._handles.get(order.order_id)
        if handle is None or order.resting is None:
            return None
        stepper = self._steppers[order.symbol]
        lots, orders = stepper.ahead(handle), stepper.ahead_orders(handle)
        return None if lots is None else Place(lots, orders or 0)

    def _now(self, symbol: str) -> kernel.Stepper:
        """Return a pair's stepper, its venue brought to now."""
        stepper = self._steppers[symbol]
        stepper.crosses("buy", 0, self.now_ns)
        return stepper

    def _number(self, order: PaperOrder) -> int:
        """Return an order's number in the kernel, a new one."""
        old = self._handles.get(order.order_id)
        if old is not None:
            del self._orders[old]
        self._last += 1
        self._handles[order.order_id] = self._last
        self._orders[self._last] = order
        return self._last
